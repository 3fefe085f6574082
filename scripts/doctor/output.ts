import { FINDING_LEVELS, type Finding, type FindingLevel } from '../../src/domain/finding.ts';

export interface OutputOptions {
  readonly columns: number;
  readonly inColour: boolean;
}

const LEVEL_WIDTH = 9;
const ABOUT_WIDTH = 17;
const COLOURS: Readonly<Record<FindingLevel, number>> = { ok: 32, warning: 33, error: 31, skipped: 90 };

/** A line a finding, wrapped, and below it what to do. */
export function writeText(findings: readonly Finding[], { columns, inColour }: OutputOptions): string {
  const indent = ' '.repeat(LEVEL_WIDTH + ABOUT_WIDTH);
  const width = Math.max(columns - indent.length - 1, 20);
  const colour = (code: number, text: string) => (inColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = findings.flatMap(({ about, level, message, advice }) => {
    const [first = '', ...rest] = wrap(message, width);
    const [todo, ...more] = advice === null ? [] : wrap(advice, width - 2);
    return [
      `${colour(COLOURS[level], level.padEnd(LEVEL_WIDTH))}${about.padEnd(ABOUT_WIDTH)}${first}`,
      ...rest.map((line) => `${indent}${line}`),
      ...(todo === undefined ? [] : [`${indent}→ ${todo}`]),
      ...more.map((line) => `${indent}  ${line}`),
    ];
  });
  return `${lines.join('\n')}\n\n${summary(findings)}\n`;
}

/** One document: what is found, and how many of each level. */
export function writeJson(findings: readonly Finding[]): string {
  const counts = Object.fromEntries(FINDING_LEVELS.map((level) => [level, count(findings, level)]));
  return `${JSON.stringify({ ok: count(findings, 'error') === 0, counts, findings }, null, 2)}\n`;
}

function summary(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'ok', 'skipped'] as const).flatMap((level) => {
    const number = count(findings, level);
    const word = level === 'ok' || level === 'skipped' || number === 1 ? level : `${level}s`;
    return number > 0 ? [`${number} ${word}`] : [];
  });
  return `${parts.join(', ')}.`;
}

function count(findings: readonly Finding[], wanted: FindingLevel): number {
  return findings.filter(({ level }) => level === wanted).length;
}

/** At spaces; a word that is longer than a line has one of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
