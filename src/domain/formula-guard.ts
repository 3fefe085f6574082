// A spreadsheet takes a cell that begins like this for a formula and runs it, whoever wrote it (CWE-1236). The wide
// forms are read as the narrow ones where Japanese or Chinese is set.
const FORMULA = '=+\\-@＝＋－＠';
const FIRST = `${FORMULA}\\t\\r\\n`;

/** What a spreadsheet may part cells or rows by: `;` where a comma parts decimals (de, fr, es, pt …), whatever we part them by. */
const PARTS = ';\\t\\r\\n';
// A part that is quoted or set apart by a space is one all the same.
const START = `(?<![\\s\\S])(?='*[${FIRST}])`;
const INNER = `(?<=[${PARTS}])(?=['" ]*[${FORMULA}])`;

/** The places in a text where an apostrophe is put. */
const unguarded = new RegExp(`${START}|${INNER}`, 'g');
/** Found several times as fast where there is none. */
const suspicious = new RegExp(`^'*[${FIRST}]|[${PARTS}]['" ]*[${FORMULA}]`);
const guarded = new RegExp(`(?<![\\s\\S])'(?='*[${FIRST}])|(?<=[${PARTS}])'(?=['" ]*[${FORMULA}])`, 'g');

/**
 * A cell's text as a spreadsheet shows it and never runs it, also where `;` or a line break in it begins another cell. An apostrophe too
 * many is put before what looks guarded already, so that `unguardFormula` gives back exactly what was there.
 */
export function guardFormula(text: string): string {
  return suspicious.test(text) ? text.replace(unguarded, "'") : text;
}

/** What a guarded cell said. */
export function unguardFormula(text: string): string {
  return text.replace(guarded, '');
}
