// A spreadsheet takes a cell that begins like this for a formula and runs it, whoever wrote it (CWE-1236). The wide
// forms are read as the narrow ones where Japanese or Chinese is set.
const FIRST = '=+\\-@\\t\\r\\n＝＋－＠';

/** As a regular expression, in JavaScript as in Postgres: what gets an apostrophe in front. */
export const DANGEROUS = `^'*[${FIRST}]`;
/** The code points that such a cell begins with: a quick look before the slow one. */
export const DANGEROUS_FIRST: readonly number[] = [..."'=+-@\t\r\n＝＋－＠"].map(
  (letter) => letter.codePointAt(0) ?? 0,
);

const dangerous = new RegExp(DANGEROUS);
const guarded = new RegExp(`^'+[${FIRST}]`);

/**
 * A cell's text as a spreadsheet shows it and never runs it. An apostrophe too many is put before what looks guarded
 * already, so that `unguardFormula` gives back exactly what was there.
 */
export function guardFormula(text: string): string {
  return dangerous.test(text) ? `'${text}` : text;
}

/** What a guarded cell said. */
export function unguardFormula(text: string): string {
  return guarded.test(text) ? text.slice(1) : text;
}
