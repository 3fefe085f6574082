import { type FailureEvent, failureEvent, particularStatus, spokenEvent } from '../domain/enhanced-status.ts';
import { type Field, readFieldGroups } from './delivery-status.ts';
import type { OpenedMail } from './mail-report-parts.ts';

/** A bounce in words for people only. */
export interface PlainBounce {
  readonly event: FailureEvent;
  readonly status: string | null;
  readonly diagnostic: string;
  readonly returned: readonly Field[];
}

/**
 * qmail and what imitates it (QSBMF, https://cr.yp.to/proto/qsbmf.txt: paragraphs, one a recipient, up to one
 * that begins with a dash), and Exim before 4.85 (`moan.c`). Exim's warnings of a delay begin otherwise and
 * are left alone.
 */
const STYLES = [
  { begins: /^Hi\. This is the .*$/m, said: /^</, ends: /(?<=\n[ \t]*\n)-.*$/m },
  { begins: /^.*following address\(es\) failed:$/m, said: /./, ends: /^------ This is a copy of .*$/m },
];

const LONGEST_DIAGNOSTIC = 4_000;

/** Null unless the sender, the form and a code or words all say that it is one. */
export function readPlainBounce(mail: OpenedMail): PlainBounce | null {
  // The null sender is what servers give to bounces, and people cannot (RFC 5321, 4.5.5).
  const fromServer = /^<\s*>$/.test(mail.header('return-path'));
  if (!fromServer || !/\b(?:mailer-daemon|postmaster)@/i.test(mail.header('from'))) return null;
  const text = mail.text.replaceAll('\r\n', '\n');
  for (const { begins, said, ends } of STYLES) {
    const opening = begins.exec(text);
    if (!opening) continue;
    const rest = text.slice(opening.index + opening[0].length);
    const marker = ends.exec(rest);
    if (!marker) continue;
    const paragraphs = rest.slice(0, marker.index).split(/\n\s*\n/);
    const diagnostic = paragraphs
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => said.test(paragraph))
      .join(' ')
      .slice(0, LONGEST_DIAGNOSTIC)
      .replaceAll('\n', ' ');
    const status = particularStatus(null, diagnostic);
    if (status === null && spokenEvent(diagnostic) === null) return null;
    const returned = readFieldGroups(rest.slice(marker.index + marker[0].length))[0] ?? [];
    return { event: failureEvent(status, diagnostic), status, diagnostic, returned };
  }
  return null;
}
