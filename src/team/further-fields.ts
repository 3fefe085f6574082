import type { FurtherFieldsValue } from './parts/further-fields.tsx';

/** Names that a sentence gives as examples. */
const NAMED = 5;
/** Of a name that somebody wrote, so much is repeated to them. */
const LONGEST_REPEATED = 64;

/** Reads which of an event's fields somebody wrote, one a line, in any case. */
export function readFurtherFields(
  text: string,
  fields: readonly string[],
): FurtherFieldsValue & { readonly names: readonly string[] } {
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
  // The last one set of a name is the one that it gives: of two that differ in case, the one that was written wins.
  const known = new Map([
    ...fields.map((field) => [field.toLowerCase(), field] as const),
    ...fields.map((field) => [field, field] as const),
  ]);
  const find = (line: string) => known.get(line) ?? known.get(line.toLowerCase());
  const unknown = lines.find((line) => find(line) === undefined);
  const names = [...new Set(lines.flatMap((line) => find(line) ?? []))];
  return { text, names, error: unknown === undefined ? null : whyUnknown(unknown, fields) };
}

function whyUnknown(line: string, fields: readonly string[]): string {
  const part = line.toLowerCase();
  const similar = fields.filter((field) => field.toLowerCase().includes(part));
  const few = similar.slice(0, NAMED).map((field) => `“${field}”`);
  const more =
    similar.length > few.length ? `, and ${(similar.length - few.length).toLocaleString('en')} more` : '';
  const offer = few.length
    ? `There are ${few.join(', ')}${more}.`
    : 'Write a name as it stands in an export of all columns.';
  return `No field is called “${line.slice(0, LONGEST_REPEATED).toWellFormed()}”. ${offer}`;
}
