/** At most `length` characters, with an ellipsis for the rest. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  return `${kept.trimEnd()}…`;
}
