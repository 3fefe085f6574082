import { mails } from './index.ts';
import type { MailKind } from './mail.ts';
import { type ValuesInput, writeValues } from './values.ts';

/** The values that one recipient's mail of this kind is merged with; see `values.ts` for what each says. */
export function recipientVariables(kind: MailKind, input: ValuesInput): Record<string, string> {
  return writeValues(kind, mails[kind].variables, input);
}
