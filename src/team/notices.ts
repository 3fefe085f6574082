import type { Context } from 'hono';
import { z } from 'zod';
import { findMessage } from '../db/message.ts';
import type { Db } from '../db/pool.ts';
import { findRegistrant } from '../db/registrant.ts';
import { shownAddress } from '../domain/address.ts';
import type { TeamNotice } from './parts/team-layout.tsx';
import { nameOf } from './people/person-texts.ts';

// What came of an action is said on the page that follows it: its address names one of these (`?notice=signed_out`), with
// the ids of what it is about (`&notice.person=…`), so nobody can make a page of ours say anything else.

const success = (text: string): TeamNotice => ({ tone: 'success', text });

const NOTICES = {
  signed_out: success('You are signed out.'),
  event_created: success('The event is there: its public page takes registrations.'),
  event_saved: success('The changes are saved.'),
  event_unchanged: { tone: 'info', text: 'Nothing was changed.' },
  event_moved: success('The event is moved. Nobody was written to.'),
  event_moved_told: success('The event is moved, and the mails about it are on their way.'),
  event_cancelled: success('The event is cancelled. Nobody was written to.'),
  event_cancelled_told: success('The event is cancelled, and the mails about it are on their way.'),
  words_saved: success('Your words are saved. Mails that no worker has taken yet say them.'),
  words_ours: success('This mail says our words.'),
  keys_rotated: success('All access keys are changed.'),
  export_requested: success('The export was requested. It comes by mail as soon as it is written.'),
  export_withdrawn: success('The export was withdrawn.'),
  member_added: success('They are on the team now. Tell them the address to sign in at.'),
  member_removed: success('They are not on the team any more.'),
  left_team: success('You are not on the team any more.'),
  role_changed: success('The role is changed.'),
  api_key_revoked: success('The key is revoked: nothing can be done with it any more.'),
  block_added: success('Blocked: the public forms do nothing for it any more.'),
  block_there: { tone: 'info', text: 'It was blocked already.' },
  block_removed: success('Allowed again.'),
  session_ended: success('You are signed out there.'),
  sessions_ended: success('You are signed out everywhere else.'),
  nobody_selected: { tone: 'danger', text: 'Select people first, or all that match: nobody was selected.' },
  columns_kept: success('The columns are as you chose; they stay so for you.'),
  link_resent: success('Link sent.'),
  resend_undone: { tone: 'info', text: 'The link was not sent.' },
  resend_gone: { tone: 'danger', text: 'Too late to undo: the mail is being sent.' },
  link_resent_before: {
    tone: 'info',
    text: 'The access link went out within the last minute: that mail counts, and no second one was sent.',
  },
  suppression_lifted: success('The address may get mail again. Send the link now if it was missed.'),
  key_rotated: success('The access key is new: the old link lets nobody in any more.'),
  person_removed: success('Person removed. Their data is erased within seconds.'),
  removal_undone: { tone: 'info', text: 'Nobody was removed.' },
  removal_gone: { tone: 'danger', text: 'Too late to undo: the person is removed.' },
  person_saved: success('The changes are saved.'),
  person_saved_link_sent: success('The address is changed, and the access link is on its way to it.'),
  person_unchanged: { tone: 'info', text: 'Nothing was changed.' },
} satisfies Readonly<Record<string, TeamNotice>>;

export type NoticeName = keyof typeof NOTICES;

export function findNotice(name: string | undefined): TeamNotice | null {
  return name && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null;
}

/** What a notice may name, by its id. */
export type NoticeIds = Readonly<Partial<Record<'person' | 'message' | 'removal', string>>>;

/** The notice that the request's address names, with what can be done about it. */
export async function readNotice(db: Db, c: Context, now: Date): Promise<TeamNotice | null> {
  const notice = findNotice(c.req.query('notice'));
  const [eventId, person, message, removal] = [
    c.req.param('id'),
    c.req.query('notice.person'),
    c.req.query('notice.message'),
    c.req.query('notice.removal'),
  ].map((id) => z.uuid().safeParse(id).data ?? null);
  const registrant = notice && eventId && person ? await findRegistrant(db, eventId, person) : null;
  if (!notice || !registrant) return notice;
  const name = nameOf({ ...registrant, email: shownAddress(registrant.email) });
  const path = `/team/events/${eventId}/people/${person}`;
  const back = viewWithoutNotice(c);
  if (removal)
    return {
      tone: 'success',
      text: `${name} is removed.`,
      undo: { action: `${path}/remove/undo`, hidden: { back, removal } },
    };
  const mail = message ? await findMessage(db, message) : null;
  if (!mail || mail.registrantId !== person) return notice;
  const isWaiting = mail.status === 'queued' && mail.dueAt > now;
  return {
    ...notice,
    text: notice === NOTICES.link_resent ? `Link sent to ${name}` : notice.text,
    link: { href: `/team/events/${eventId}/messages/${mail.id}`, label: 'View mail' },
    ...(isWaiting && { undo: { action: `${path}/resend/undo`, hidden: { back, message: mail.id } } }),
  };
}

function viewWithoutNotice(c: Context): string {
  const query = new URL(c.req.url).searchParams;
  for (const name of [...query.keys()]) if (name.startsWith('notice')) query.delete(name);
  return query.toString();
}
