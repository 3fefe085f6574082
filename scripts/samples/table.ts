import type { Checked } from './check.ts';

const HEAD = ['mail', 'language', 'state', 'bytes', 'html-check', 'links', 'text', 'headers', 'verdict'];
const NUMBERS = new Set(['bytes', 'html-check', 'links']);

/** A line for each mail. */
export function tableOf(checked: readonly Checked[]): string {
  const rows = checked.map(({ sent, bytes, htmlCheck, links, hasText, headersAreRight, problems }) => {
    const { mail, language, state } = sent.sample;
    return [
      ...[mail, language, state, String(bytes), htmlCheck?.toFixed(1) ?? '–', String(links)],
      ...[hasText ? 'yes' : 'no', headersAreRight ? 'ok' : 'wrong', problems.join('; ') || 'ok'],
    ];
  });
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          NUMBERS.has(HEAD[column] ?? '')
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What of all of them is worth a line of JSON. */
export function summaryOf(checked: readonly Checked[]) {
  const scores = checked.flatMap(({ htmlCheck }) => htmlCheck ?? []);
  const count = (name: (one: Checked) => string) => new Set(checked.map(name)).size;
  return {
    mails: checked.length,
    failed: checked.filter(({ problems }) => problems.length > 0).length,
    kinds: count(({ sent }) => sent.sample.kind),
    languages: count(({ sent }) => sent.sample.language),
    states: count(({ sent }) => sent.sample.state),
    mostBytes: Math.max(0, ...checked.map(({ bytes }) => bytes)),
    leastHtmlCheck: scores.length > 0 ? Math.round(Math.min(...scores) * 10) / 10 : null,
  };
}
