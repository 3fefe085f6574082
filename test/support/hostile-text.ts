import fc from 'fast-check';
import { anyCharacter } from './any-text.ts';

/** What spreadsheets, CSV and SQL each read in a way of their own, more often than chance would bring it. */
const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...`'"=+-@;,\t\r\n＝＋－＠\\/%{}<&a1. `) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('é', '👩‍💻', 'ע', 'ب', '\u200f', '\u00a0', '\ufeff', '_x0041_', '\\.'),
  },
  { weight: 1, arbitrary: anyCharacter },
);

/** Any text that Postgres can keep. */
export const cellText = fc
  .array(unit, { maxLength: 12 })
  .map((units) => units.join('').replaceAll('\0', '').toWellFormed());
