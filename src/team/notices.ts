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
  event_created: success('Event created. Registration is open.'),
  event_copied: success(
    'Event created with the settings, texts and reminders of the other one. Nobody is registered yet.',
  ),
  event_saved: success('Changes saved.'),
  event_unchanged: { tone: 'info', text: 'No changes to save.' },
  event_moved: success('Event rescheduled. Nobody was notified.'),
  event_moved_told: success('Event rescheduled. Everyone who was told the old time is being notified.'),
  event_cancelled: success('Event cancelled. Nobody was notified.'),
  event_cancelled_told: success('Event cancelled. Everyone is being notified.'),
  room_opened: success('The room is open. People on the waiting page join within seconds.'),
  room_opening_undone: success('The room opens at its time again. Whoever comes until then waits.'),
  room_closed: success('The room is closed.'),
  text_saved: success('Text saved. It applies to all mails not sent yet.'),
  text_default: success('This mail uses the default text.'),
  text_shared: success('This mail uses the text for all other languages.'),
  reminder_skipped: success('Reminder skipped. You can undo this until its time comes.'),
  reminder_skip_undone: success('The reminder is sent at its time.'),
  reminder_sent_now: success('The reminder is on its way.'),
  reminder_waits: { tone: 'info', text: 'The reminder is sent as soon as you resume sending.' },
  reminder_for_nobody: { tone: 'danger', text: 'Nobody would get this reminder, so nothing was sent.' },
  timed_mail_skipped: success('Mail skipped. You can undo this until its time comes.'),
  timed_mail_skip_undone: success('The mail is sent at its time.'),
  timed_mail_sent_now: success('The mail is on its way.'),
  timed_mail_waits: { tone: 'info', text: 'The mail is sent as soon as you resume sending.' },
  timed_mail_for_nobody: { tone: 'danger', text: 'Nobody would get this mail, so nothing was sent.' },
  sending_paused: success('Sending is paused. Links that people ask for are still sent.'),
  sending_resumed: success('Sending resumed.'),
  too_many_to_write_to: {
    tone: 'danger',
    text: 'At most 200 people can be selected one by one. Choose all that match instead.',
  },
  announcement_cancelled: success('Announcement cancelled. Mails not sent yet are not sent.'),
  announcement_ended: { tone: 'info', text: 'All its mails are sent: there was nothing left to cancel.' },
  emails_corrected: success('Emails corrected. The access links are on their way.'),
  emails_corrected_only: success('Emails corrected.'),
  nobody_to_correct: {
    tone: 'info',
    text: 'Mail reaches everyone you selected: there is no email to correct.',
  },
  emails_to_correct: {
    tone: 'info',
    text: 'Mail does not reach these people. Correct their emails here: each gets the link at the new one.',
  },
  too_many_to_correct: {
    tone: 'danger',
    text: 'At most 200 people can be selected one by one. Choose all that match instead.',
  },
  keys_rotated: success('All access links are reset: the earlier ones no longer work.'),
  export_requested: success('Export requested. We will email it when it is ready.'),
  export_withdrawn: success('The link to the export is revoked.'),
  first_admin: success('You are the first admin. Add your team, then create an event.'),
  member_invited: success('Member added. The invitation is on its way.'),
  invitation_sent: success('The invitation is on its way.'),
  invitation_sent_before: {
    tone: 'info',
    text: 'An invitation was sent within the last minute, so no second one was sent.',
  },
  member_removed: success('Member removed from the team.'),
  left_team: success('You left the team.'),
  role_changed: success('Role changed.'),
  api_key_revoked: success('Key revoked. It no longer works.'),
  block_added: success('Blocked. The public forms no longer work for it.'),
  block_there: { tone: 'info', text: 'This was already blocked.' },
  block_removed: success('Block removed.'),
  webhook_saved: success('Endpoint saved.'),
  webhook_deleted: success('Endpoint deleted. Nothing more is sent to it.'),
  webhook_switched_on: success('Endpoint switched on. What waited for it is on its way.'),
  webhook_switched_off: success('Endpoint switched off. What happens from now on is not sent to it.'),
  webhook_sent: success('The request is on its way.'),
  webhooks_replayed: success('The failed deliveries are on their way again.'),
  webhooks_none_failed: { tone: 'info', text: 'No delivery has failed: there is nothing to send again.' },
  session_ended: success('That device is signed out.'),
  sessions_ended: success('All other devices are signed out.'),
  nobody_selected: { tone: 'danger', text: 'Nobody was selected. Select people first, or all that match.' },
  columns_kept: success('Columns saved for you.'),
  view_saved: success('View saved. Everybody on the team sees it.'),
  view_renamed: success('View renamed.'),
  view_deleted: success('View deleted.'),
  link_resent: success('Access link sent.'),
  resend_undone: { tone: 'info', text: 'The link was not sent.' },
  resend_gone: { tone: 'danger', text: 'Too late to undo: the mail is being sent.' },
  link_resent_before: {
    tone: 'info',
    text: 'The access link was sent within the last minute, so no second one was sent.',
  },
  suppression_lifted: success('Mail to this address is allowed again. Send the link now if it was missed.'),
  key_rotated: success('The access link is reset: the earlier one no longer works.'),
  key_rotated_told: success('The access link is reset, and the new one is on its way.'),
  person_added: success('Person added. No mail was sent.'),
  person_added_mailed: success('Person added. The confirmation is on its way.'),
  person_known: {
    tone: 'info',
    text: 'This email is registered already. Nothing was changed, and no mail was sent.',
  },
  mail_answered: success('The answer was received as a report of the mail server would be.'),
  person_removed: success('Person removed. Their personal data is erased within seconds.'),
  removal_undone: { tone: 'info', text: 'Nobody was removed.' },
  removal_gone: { tone: 'danger', text: 'Too late to undo: the person is removed.' },
  person_saved: success('Changes saved.'),
  person_saved_link_sent: success('Email changed. The access link was sent to it.'),
  person_unchanged: { tone: 'info', text: 'No changes to save.' },
  registration_cancelled: success('Registration cancelled. Mails on their way to this person are not sent.'),
  registration_restored: success('Registration restored. No mail was sent.'),
  registration_restored_mailed: success('Registration restored. The confirmation is on its way.'),
  person_erased: success('Everything held of this email is erased.'),
  sender_added: success('Domain added. Add the records to its DNS, then check.'),
  sender_there: { tone: 'info', text: 'This domain was there already.' },
  sender_in_order: success('Checked: events can send from this domain.'),
  sender_failing: { tone: 'info', text: 'Checked: something is not in order yet.' },
  sender_unknown: {
    tone: 'info',
    text: 'The DNS did not answer everything. It is asked again within the hour.',
  },
  sender_signing_changed: success('Saved.'),
  sender_removed: success('Domain removed.'),
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
  if (notice === NOTICES.export_requested && eventId && !c.req.path.endsWith('/exports'))
    return { ...notice, link: { href: `/team/events/${eventId}/exports`, label: 'Exports' } };
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
  if (notice === NOTICES.registration_cancelled && registrant.cancelledAt)
    return { ...notice, undo: { action: `${path}/restore`, hidden: { back, quiet: 'yes' } } };
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
