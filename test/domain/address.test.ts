import { expect, it } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { addressHash, normalizeAddress } from '../../src/domain/address.ts';
import { databaseForFile } from '../support/database.ts';

it.each([
  [' Ada@Example.COM ', 'Ada@example.com'],
  ["o'hara+tag&co/x=1%@example.com", "o'hara+tag&co/x=1%@example.com"],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['a@b.c.d.example', 'a@b.c.d.example'],
])('keeps %s as %s', (text, kept) => {
  expect(normalizeAddress(text)).toBe(kept);
});

it.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@localhost',
  'a@b@c.example',
  'ada@exa mple.com',
  'ädä@example.com',
  '.a@example.com',
  'a..b@example.com',
  'a.@example.com',
  'a@example.com\r\nBcc: b@example.com',
  'a@example.com,b@example.com',
  'a@-b.example',
  '"a b"@example.com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(130)}example`,
  'a@example.com>',
])('refuses %j', (text) => {
  expect(normalizeAddress(text)).toBeNull();
});

it('hashes as the database does, so that both find the same person', async () => {
  const pool = createPool((await databaseForFile()).config, { onError: () => undefined });
  for (const address of ['ada@example.com', 'ADA@Example.com', "O'Hara+x%@example.com"]) {
    const { rows } = await pool.query('select {schema}.address_hash($1) as hash', [address]);
    expect(rows[0].hash).toBe(addressHash(address));
  }
  await pool.end();
});
