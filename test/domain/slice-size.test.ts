import { expect, it } from 'vitest';
import { nextSliceSize } from '../../src/domain/slice-size.ts';

it('a slice that took longer than it may is followed by a smaller one', () => {
  expect(nextSliceSize(5_000, 600)).toBe(2_500);
  expect(nextSliceSize(100, 60_000)).toBe(50);
});

it('a slice that was quick is followed by one at most twice as large, up to the largest', () => {
  expect(nextSliceSize(1_000, 200)).toBe(1_500);
  expect(nextSliceSize(1_000, 0)).toBe(2_000);
  expect(nextSliceSize(4_000, 10)).toBe(5_000);
  expect(nextSliceSize(4_000, 10, 20_000)).toBe(8_000);
  expect(nextSliceSize(16_000, 10, 20_000)).toBe(20_000);
});
