import { domainToASCII } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { addressHash, normalizeAddress, shownAddress } from '../../src/domain/address.ts';
import { databaseForFile } from '../support/database.ts';

describe('an address', () => {
  it.each([
    [' Ada@Example.COM ', 'Ada@example.com'],
    ["o'hara+tag&co/x=1%@example.com", "o'hara+tag&co/x=1%@example.com"],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['ada@straße.example', 'ada@xn--strae-oqa.example'],
    ['a@b.c.d.example', 'a@b.c.d.example'],
  ])('%j is kept as %s', (text, kept) => {
    expect(normalizeAddress(text)).toBe(kept);
  });

  it.each([
    ['ana.@docomo.example', 'ana.@docomo.example'],
    ['a..b@ezweb.ne.jp', 'a..b@ezweb.ne.jp'],
    ['.ana@docomo.ne.jp', '.ana@docomo.ne.jp'],
    ['-ana-.@docomo.ne.jp', '-ana-.@docomo.ne.jp'],
    ['"ana."@docomo.example', 'ana.@docomo.example'],
  ])('%j, which a provider gave out, is kept as %s', (text, kept) => {
    expect(normalizeAddress(text)).toBe(kept);
  });

  it.each([
    ['Ädä@example.com', 'ädä@example.com'],
    ['a\u0308da@example.com', 'äda@example.com'],
    ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
    ['Иван@пример.рф', 'иван@xn--e1afmkfd.xn--p1ai'],
    ['สำราญ@example.com', 'สำราญ@example.com'],
  ])('%j, with letters beyond ASCII, is kept as %s', (text, kept) => {
    expect(normalizeAddress(text)).toBe(kept);
  });

  const ANA = 'ana@x.example';
  it.each([
    ...[
      ...'\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2066\u2069\ufeff\ufe0f',
    ].flatMap((mark) => [
      `${mark}ana@x.example`,
      `ana@x.example${mark}`,
      `an${mark}a@x.ex${mark}ample`,
      `ana${mark}@${mark}x.example`,
    ]),
    ...['\u00a0', '\u202f', '\u2007', '\u3000', '\t', '\r\n', '\u2028', '\u0085', '\0'].map(
      (space) => `${space}ana@x.example${space}`,
    ),
    'mailto:ana@x.example',
    'MAILTO:ana%40x.example',
    'mailto:ana@x.example?subject=Hi%20there&body=from%20b@y.example',
    'mailto://ana@x.example',
    'mailto:ana@x.example%E2%80%8B',
    'E-Mail: ana@x.example',
    'smtp:ana@x.example',
    'Ana Real <ana@x.example>',
    '"Real, Ana" <ana@x.example>',
    'ana@x.example <ana@x.example>',
    'Ana <mailto:ana@x.example>',
    '<ana@x.example>',
    '＜ana@x.example＞',
    '<ana@x.example>;',
    'ana@x.example>',
    '(ana@x.example)',
    '[ana@x.example]',
    '"ana@x.example"',
    "'ana@x.example'",
    "'ana@x.example",
    '“ana@x.example”',
    '‘ana@x.example’',
    '«ana@x.example»',
    '「ana@x.example」',
    'ana@x.example (Ana, at work)',
    'ana@x.example.',
    'ana@x.example,',
    'ana@x.example;',
    'ana@x.example...',
    'ana@x.example…',
    ',ana@x.example',
    'ana @x.example',
    'ana@ x.example',
    'ana@x. example',
    'ana\u00a0@\u00a0x.example',
    'ana＠x．example',
    'ａｎａ＠ｘ．ｅｘａｍｐｌｅ',
    'ana@x。example',
    'ana@x｡example',
    'ana﹫x﹒example',
  ])('is meant by %j', (text) => {
    expect(normalizeAddress(text)).toBe(ANA);
  });

  it.each([
    ['o’hara@x.example', "o'hara@x.example"],
    ['jean–luc@x.example', 'jean-luc@x.example'],
    ['ana@a\u2010b.example', 'ana@a-b.example'],
    ['ana.@ x.example', 'ana.@x.example'],
  ])('%j, as a phone changed it, is %s', (text, kept) => {
    expect(normalizeAddress(text)).toBe(kept);
  });

  it('keeps the joiner that belongs to a Persian domain, and loses it elsewhere', () => {
    expect(normalizeAddress('ada@نامه\u200cای.example')).toBe(`ada@${domainToASCII('نامه\u200cای.example')}`);
    expect(normalizeAddress('ada@нам\u200cе.example')).toBe(`ada@${domainToASCII('наме.example')}`);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'a@b@c.example',
    'ada@exa mple.com',
    'ada lovelace@example.com',
    'ada\u00a0lovelace@example.com',
    '..@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com,b@example.com',
    'a@example.com, b@example.com',
    'a@example.com, B <b@example.com>',
    'A <a@example.com> <b@example.com>',
    'a@example,com',
    'a@-b.example',
    'a@b..example',
    '"a b"@example.com',
    '"a@b"@example.com',
    // A Cyrillic е, a Greek ο.
    'h\u0435lena@example.com',
    'c\u03bfnny@example.com',
    `${'a'.repeat(65)}@example.com`,
    `${'ä'.repeat(33)}@example.com`,
    `a@${'b.'.repeat(130)}example`,
    `${' '.repeat(2_000)}a@example.com`,
  ])('is none: %j', (text) => {
    expect(normalizeAddress(text)).toBeNull();
  });
});

describe('the database', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = createPool((await databaseForFile()).config, { onError: () => undefined });
  });
  afterAll(() => pool.end());

  it.each([
    'ada@example.com',
    'ADA@Example.com',
    "O'Hara+x%@example.com",
    'ädä@xn--bcher-kva.example',
    'иван@xn--e1afmkfd.xn--p1ai',
  ])('hashes %s as we do, so that both find the same person', async (address) => {
    const { rows } = await pool.query('select {schema}.address_hash($1) as hash', [address]);
    expect(rows[0].hash).toBe(addressHash(address));
  });

  it.each([
    ['kim@münchen.example', 'kim@münchen.example'],
    ['kim@MÜNCHEN.example', 'kim@münchen.example'],
    ['kim@straße.bücher.example', 'kim@straße.bücher.example'],
    ['kim@例子.广告', 'kim@例子.广告'],
    ['kim@пример.рф', 'kim@пример.рф'],
    ['kim@مثال.إختبار', 'kim@مثال.إختبار'],
    ['kim@उदाहरण.परीक्षा', 'kim@उदाहरण.परीक्षा'],
    ['kim@ยกตัวอย่าง.example', 'kim@ยกตัวอย่าง.example'],
    ['kim@ü.example', 'kim@ü.example'],
    ['kim@üöä-aou-éèà-ñ.example', 'kim@üöä-aou-éèà-ñ.example'],
    ['kim@𠮷野家.example', 'kim@𠮷野家.example'],
    ['kim@💡.example', 'kim@💡.example'],
    ['ana.@docomo.example', 'ana.@docomo.example'],
    ['kim@xn--a.example', 'kim@xn--a.example'],
    ['kim@xn--99999999999.example', 'kim@xn--99999999999.example'],
  ])('and we show what %s is kept as in the same way', async (typed, shown) => {
    const kept = normalizeAddress(typed);
    if (kept === null) throw new Error('refused');
    const { rows } = await pool.query('select {schema}.shown_address($1) as shown', [kept]);
    expect([shownAddress(kept), rows[0].shown]).toEqual([shown, shown]);
  });
});
