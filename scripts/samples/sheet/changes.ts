import type { Look } from './looks.ts';
import type { Shown } from './sheet.ts';

/** A mail or a page that looks or says otherwise than in an earlier sheet. */
export interface Change {
  readonly shown: Shown;
  /** Which looks, and what share of their pixels. */
  readonly looks: readonly { readonly look: Look; readonly share: number }[];
  /** What else: `title`, `text`, `from`. */
  readonly words: readonly string[];
}

export interface Changes {
  /** All that is on the sheet. */
  readonly shown: readonly Shown[];
  /** The sheet's address on this machine. */
  readonly page: string;
  /** Where the earlier sheet is; null: there was none. */
  readonly against: string | null;
  readonly added: readonly Shown[];
  readonly removed: readonly Shown[];
  readonly changed: readonly Change[];
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number } | null;
}

/** For a terminal. */
export function describeChanges({ page, against, added, removed, changed }: Changes): string {
  const head = `The sheet: ${page}`;
  if (against === null) return `${head}\nThere is no earlier one to compare it with.`;
  const lines = [
    ...added.map(({ key }) => `  added    ${key}`),
    ...removed.map(({ key }) => `  removed  ${key}`),
    ...changed.map((change) => `  changed  ${change.shown.key}  ${howItChanged(change)}`),
  ];
  const what = lines.length === 0 ? 'nothing changed' : `${lines.length} of the mails and pages changed`;
  return [head, `Against ${against}: ${what}.`, ...lines].join('\n');
}

/** `phone-light 3.1 %, desk-light 2.0 %, title` */
export function howItChanged({ looks, words }: Change): string {
  return [
    ...looks.map(({ look, share }) => `${look} ${share < 0.001 ? '< 0.1' : (share * 100).toFixed(1)} %`),
    ...words,
  ].join(', ');
}
