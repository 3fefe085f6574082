import { compileTemplate } from '../../emails/compile.ts';
import { mails } from '../../emails/index.ts';
import type { MailEvent, MailKind } from '../../emails/mail.ts';
import { merge } from '../../emails/merge.ts';
import { SAMPLE_EVENT, SAMPLE_REGISTRANT } from '../../emails/samples.ts';
import type { MailRegistrant } from '../../emails/values.ts';
import { recipientVariables } from '../../emails/variables.ts';
import { languageFor } from '../../src/domain/locale.ts';

export const KINDS = Object.keys(mails) as MailKind[];
export const PUBLIC_URL = 'https://events.example';
export const POSTAL_ADDRESS = 'Studio, 1 Sample Street, 75000 Paris';

/** A mail as it goes out: the sample event and person, changed where a test says so. */
export async function sampleMail(
  kind: MailKind,
  changes: { readonly event?: Partial<MailEvent>; readonly registrant?: Partial<MailRegistrant> } = {},
) {
  const event = { ...SAMPLE_EVENT, ...changes.event };
  const registrant = { ...SAMPLE_REGISTRANT, ...changes.registrant };
  const language = languageFor(registrant.locale, event.locale);
  const template = await compileTemplate({ kind, language, event, postalAddress: POSTAL_ADDRESS });
  const variables = recipientVariables(kind, { event, registrant, publicUrl: PUBLIC_URL });
  return { template, variables, ...merge(template, variables) };
}
