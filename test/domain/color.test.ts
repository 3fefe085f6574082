import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrast, isColor, legible, textOn } from '../../src/domain/color.ts';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('contrast', () => {
  test('agrees with the definition’s own examples', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
    expect(contrast('#abcdef', '#abcdef')).toBe(1);
  });

  test('does not mind the order', () => {
    fc.assert(fc.property(color, color, (a, b) => contrast(a, b) === contrast(b, a)));
  });
});

test('text on any colour can be read', () => {
  fc.assert(fc.property(color, (ground) => contrast(textOn(ground), ground) >= 4.5));
});

test('any colour becomes legible on a light and on a dark ground', () => {
  fc.assert(
    fc.property(color, fc.constantFrom('#ffffff', '#181b21'), (brand, ground) => {
      return contrast(legible(brand, ground), ground) >= 4.5;
    }),
  );
});

test('a colour that is legible already stays as it is', () => {
  expect(legible('#2f5bd7', '#ffffff')).toBe('#2f5bd7');
});

test('only #rrggbb is a colour', () => {
  expect(['#2f5bd7', '#FFFFFF'].every(isColor)).toBe(true);
  expect(['red', '#fff', '#12345g', '#123456;x', ' #123456', '#123456\n'].some(isColor)).toBe(false);
  expect(() => contrast('red', '#ffffff')).toThrow('#rrggbb');
});
