import { randomUUID } from 'node:crypto';
import { findEvent } from '../db/event.ts';
import { findTeamMember } from '../db/team-member.ts';
import type { CustomText } from '../domain/custom-text.ts';
import { AppError } from '../domain/errors.ts';
import type { RegistrantKind } from '../domain/kinds.ts';
import type { Language } from '../domain/locale.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { sendTeamMessage } from './send-message.ts';

/** Whoever asks looks into their inbox now. */
const SAMPLE_LIVES_MS = 30 * 60_000;

/**
 * Sends whoever asks a mail of this kind as a registrant would get it, to their own address, in these words; those
 * that cannot be sent were refused before. It counts nowhere. Returns the message's id. Throws `not_found`, and
 * `forbidden` for who is no member.
 */
export async function sendSample(
  context: TeamActionContext,
  eventId: string,
  sample: { readonly kind: RegistrantKind; readonly language: Language; readonly words: CustomText },
): Promise<string> {
  const { db, now, memberId } = context;
  const { kind, language, words } = sample;
  if (!(await findEvent(db, { id: eventId }))) throw eventNotFound();
  const member = memberId && (await findTeamMember(db, { id: memberId }));
  if (!member) throw new AppError('forbidden', 'Samples go to members of the team only.');
  const id = await sendTeamMessage(context, {
    ...{ eventId, kind, dedupeKey: `sample:${randomUUID()}`, to: member.email },
    about: { sample: { language, words } },
    expiresAt: new Date(now.getTime() + SAMPLE_LIVES_MS),
  });
  if (!id) throw new Error('A dedupe key with a random part was there already.');
  await audit(context, 'sample_sent', { eventId, detail: { kind } });
  return id;
}
