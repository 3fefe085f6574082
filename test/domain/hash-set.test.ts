import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHashSet } from '../../src/domain/hash-set.ts';

const hashOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');

test('knows each hash that it was given, however many there are', () => {
  const set = createHashSet();
  const numbers = Array.from({ length: 20_000 }, (_, n) => n);
  expect(numbers.every((n) => set.add(hashOf(n)))).toBe(true);
  expect(numbers.some((n) => set.add(hashOf(n)))).toBe(false);
  expect(set.add(hashOf(20_000))).toBe(true);
});

test('takes in a hash of zeros, and those that begin in one place', () => {
  const set = createHashSet();
  const hashes = ['0', '1', 'f'].map((digit) => `${digit.padStart(8, digit)}${'0'.repeat(56)}`);
  for (const hash of hashes) expect(set.add(hash)).toBe(true);
  for (const hash of hashes) expect(set.add(hash)).toBe(false);
});
