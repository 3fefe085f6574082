import type { MailKind } from '../../emails/mail.ts';
import { mergeSubject } from '../../emails/merge.ts';
import { recipientVariables } from '../../emails/variables.ts';
import type { Asked, Due, Frozen, Recipient } from '../../src/db/delivery.ts';
import type { Event } from '../../src/domain/event.ts';
import { languageFor } from '../../src/domain/locale.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { Templates } from './templates.ts';

/** A mail ready to leave, and what is frozen of it. */
export type Prepared = Asked & Frozen & { readonly due: Due; readonly mail: FrozenMail };

/** Settles what a message says, or says again what an earlier attempt settled. */
export async function prepare(
  { templates, publicUrl }: { templates: Templates; publicUrl: string },
  due: Due,
  event: Event,
  registrant: Recipient,
): Promise<Prepared> {
  const kind = due.kind as MailKind;
  const source = due.frozen
    ? await templates.frozen(due.frozen.templateHash)
    : await templates.current(kind, languageFor(registrant.locale, event.locale), event);
  const variables = due.frozen?.variables ?? recipientVariables(kind, { event, registrant, publicUrl });
  const subject = mergeSubject(source, variables);
  const toAddress = due.frozen?.toAddress ?? registrant.email;
  const { id, jobId, eventId } = due;
  return {
    id,
    jobId,
    due,
    toAddress,
    templateHash: source.hash,
    variables,
    subject,
    mail: new FrozenMail({ id, eventId, kind, source, toAddress, variables, subject }),
  };
}
