// A spreadsheet takes a cell that begins like this for a formula and runs it, whoever wrote it (CWE-1236). The wide
// forms are read as the narrow ones where Japanese or Chinese is set.
const FORMULA = '=+\\-@＝＋－＠';
const FIRST = `${FORMULA}\\t\\r\\n`;

/** What a spreadsheet may part cells or rows by: `;` where a comma parts decimals (de, fr, es, pt …), whatever we part them by. */
const PARTS = ';\\t\\r\\n';
// A part that is quoted or set apart by a space is one all the same.
const START = `(?<![\\s\\S])(?='*[${FIRST}])`;
const INNER = `(?<=[${PARTS}])(?=['" ]*[${FORMULA}])`;

/** As a regular expression, in JavaScript as in Postgres: the places in a text where an apostrophe is put. */
export const UNGUARDED = `${START}|${INNER}`;
/** The code points of what makes a cell a formula where it begins with it: a quick look before the slow one. */
export const DANGEROUS_FIRST: readonly number[] = [...'=+-@\t\r\n＝＋－＠'].map(
  (letter) => letter.codePointAt(0) ?? 0,
);
/** That of an apostrophe, which may stand before it. */
export const APOSTROPHE = 39;
/** As a regular expression: what a text holds, or several put together, that may be a formula further in. */
export const PARTED = `[${PARTS}]['" ]*[${FORMULA}]`;

const unguarded = new RegExp(UNGUARDED, 'g');
const guarded = new RegExp(`(?<![\\s\\S])'(?='*[${FIRST}])|(?<=[${PARTS}])'(?=['" ]*[${FORMULA}])`, 'g');

/**
 * A cell's text as a spreadsheet shows it and never runs it, also where `;` or a line break in it begins another cell. An apostrophe too
 * many is put before what looks guarded already, so that `unguardFormula` gives back exactly what was there.
 */
export function guardFormula(text: string): string {
  return text.replace(unguarded, "'");
}

/** What a guarded cell said. */
export function unguardFormula(text: string): string {
  return text.replace(guarded, '');
}
