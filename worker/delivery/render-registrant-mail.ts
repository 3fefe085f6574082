import { mergeSubject } from '../../emails/engine/merge.ts';
import type { MailAbout } from '../../emails/engine/values.ts';
import { recipientVariables } from '../../emails/engine/variables.ts';
import type { EventMailKind } from '../../emails/mail.ts';
import type { Due, Recipient } from '../../src/db/delivery.ts';
import type { Event } from '../../src/domain/event.ts';
import { canBeStopped } from '../../src/domain/kinds.ts';
import { languageFor } from '../../src/domain/locale.ts';
import { minutesToSay, startsSoon } from '../../src/domain/schedule.ts';
import { signedLink, signId } from '../../src/domain/signed-id.ts';
import type { WorkerContext } from '../context.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { Candidate } from './load.ts';
import type { RenderedMail } from './render.ts';

/** Settles what a message to a registrant says, or says again what an earlier attempt settled. */
export async function renderRegistrantMail(
  { templates, config, now }: WorkerContext,
  { due, event, customText, senders }: Candidate,
): Promise<RenderedMail> {
  const { registrant } = due;
  if (!event || !registrant) throw new Error('There is nobody to write to.');
  if (due.about?.announcement && !customText) throw new Error('The announcement has no text.');
  const { publicUrl, appSecret } = config;
  const kind = due.kind as EventMailKind;
  const source = due.frozen
    ? await templates.frozen(due.frozen.templateHash)
    : await templates.current(
        kind,
        languageFor(registrant.locale, event.locale),
        event,
        customText,
        kind === 'confirmation' && startsSoon(event, now()),
      );
  const variables =
    due.frozen?.variables ??
    recipientVariables(kind, {
      event,
      registrant,
      publicUrl,
      words: customText,
      about: aboutOf(due, event, { publicUrl, appSecret, now: now() }, registrant),
    });
  const subject = mergeSubject(source, variables);
  const toAddress = due.frozen?.toAddress ?? registrant.email;
  const sender = due.frozen ? due.frozen.sender : senders.senderOf(event);
  const { id, eventId } = due;
  const said = { toAddress, variables, subject, sender };
  const from = { siteAddress: config.mailFrom.address, dkim: senders.signerOf(sender) };
  return {
    type: 'mail',
    due,
    frozen: { ...said, templateHash: source.hash },
    mail: new FrozenMail({ ...said, ...from, id, eventId, kind, source }),
  };
}

/** What the message is about beside its event, as it is to be said now. */
function aboutOf(
  { id, kind, about }: Due,
  event: Event,
  {
    publicUrl,
    appSecret,
    now,
  }: { readonly publicUrl: string; readonly appSecret: string; readonly now: Date },
  registrant: Recipient,
): MailAbout {
  const before = about?.before;
  return {
    ...(about?.reminder && {
      minutesBefore: minutesToSay(event.startsAt, about.reminder.minutesBefore, now),
      saidAt: now,
    }),
    ...(before && {
      before: {
        startsAt: new Date(before.startsAt),
        endsAt: new Date(before.endsAt),
        timeZone: before.timeZone,
      },
    }),
    ...(kind === 'registration_link' && { registrationToken: signId(appSecret, 'registration', id) }),
    // Nobody asked for these.
    ...(canBeStopped(kind) && {
      unsubscribeLink: signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id),
    }),
  };
}
