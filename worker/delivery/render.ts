import type { EventMailKind } from '../../emails/mail.ts';
import { mergeSubject } from '../../emails/merge.ts';
import type { MailAbout } from '../../emails/values.ts';
import { recipientVariables } from '../../emails/variables.ts';
import type { EventCustomText } from '../../src/db/custom-text.ts';
import type { Asked, Due, Frozen, Recipient } from '../../src/db/delivery.ts';
import type { Event } from '../../src/domain/event.ts';
import { languageFor } from '../../src/domain/locale.ts';
import { minutesToSay } from '../../src/domain/schedule.ts';
import { signedLink } from '../../src/domain/signed-id.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { Templates } from './templates.ts';

/** A mail ready to leave, and what is frozen of it. */
export type Prepared = Asked & Frozen & { readonly due: Due; readonly mail: FrozenMail };

interface PrepareContext {
  readonly templates: Templates;
  readonly publicUrl: string;
  readonly appSecret: string;
  readonly now: Date;
  /** The team's own, of any event and kind. */
  readonly words: readonly EventCustomText[];
}

/** Settles what a message says, or says again what an earlier attempt settled. */
export async function prepare(
  context: PrepareContext,
  due: Due,
  event: Event,
  registrant: Recipient,
): Promise<Prepared> {
  const { templates, publicUrl } = context;
  const kind = due.kind as EventMailKind;
  const words = context.words.find((own) => own.eventId === event.id && own.kind === kind) ?? null;
  const source = due.frozen
    ? await templates.frozen(due.frozen.templateHash)
    : await templates.current(kind, languageFor(registrant.locale, event.locale), event, words);
  const variables =
    due.frozen?.variables ??
    recipientVariables(kind, {
      event,
      registrant,
      publicUrl,
      words,
      about: aboutOf(due, event, context, registrant),
    });
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

/** What the message is about beside its event, as it is to be said now. */
function aboutOf(
  { kind, about }: Due,
  event: Event,
  { publicUrl, appSecret, now }: PrepareContext,
  registrant: Recipient,
): MailAbout {
  const before = about?.before;
  return {
    ...(about?.reminder && {
      minutesBefore: minutesToSay(event.startsAt, about.reminder.minutesBefore, now),
    }),
    ...(before && {
      before: {
        startsAt: new Date(before.startsAt),
        endsAt: new Date(before.endsAt),
        timeZone: before.timeZone,
      },
    }),
    // Nobody asked for these.
    ...(kind === 'reminder' && {
      unsubscribeLink: signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id),
    }),
  };
}
