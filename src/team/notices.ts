import type { TeamNotice } from './parts/team-layout.tsx';

// What came of an action is said on the page that follows it: its address names one of these (`?notice=signed_out`),
// so nobody can make a page of ours say anything else.

const success = (text: string): TeamNotice => ({ tone: 'success', text });

const NOTICES = {
  signed_out: success('You are signed out.'),
  event_created: success('Event created. Registration is open.'),
  event_saved: success('Changes saved.'),
  event_unchanged: { tone: 'info', text: 'No changes to save.' },
  event_moved: success('Event rescheduled. Nobody was notified.'),
  event_moved_told: success('Event rescheduled. Everyone who was told the old time is being notified.'),
  event_cancelled: success('Event cancelled. Nobody was notified.'),
  event_cancelled_told: success('Event cancelled. Everyone is being notified.'),
  words_saved: success('Text saved. It applies to all mails not sent yet.'),
  words_ours: success('This mail uses the default text again.'),
  keys_rotated: success('All access links are reset: the earlier ones no longer work.'),
  export_requested: success('Export requested. We will email it when it is ready.'),
  export_withdrawn: success('The link to the export is revoked.'),
  member_added: success('Member added. Send them the sign-in link.'),
  member_removed: success('Member removed from the team.'),
  left_team: success('You left the team.'),
  role_changed: success('Role changed.'),
  api_key_revoked: success('Key revoked. It no longer works.'),
  block_added: success('Blocked. The public forms no longer work for it.'),
  block_there: { tone: 'info', text: 'This was already blocked.' },
  block_removed: success('Block removed.'),
  session_ended: success('That device is signed out.'),
  sessions_ended: success('All other devices are signed out.'),
  nobody_selected: { tone: 'danger', text: 'Nobody was selected. Select people first, or all that match.' },
  columns_kept: success('Columns saved for you.'),
  link_resent: success('Access link sent.'),
  link_resent_before: {
    tone: 'info',
    text: 'The access link was sent within the last minute, so no second one was sent.',
  },
  suppression_lifted: success('Mail to this address is allowed again. Send the link now if it was missed.'),
  key_rotated: success('The access link is reset: the earlier one no longer works.'),
  person_removed: success('Person removed. Their personal data is erased.'),
  person_saved: success('Changes saved.'),
  person_saved_link_sent: success('Email changed. The access link was sent to it.'),
  person_unchanged: { tone: 'info', text: 'No changes to save.' },
} satisfies Readonly<Record<string, TeamNotice>>;

export type NoticeName = keyof typeof NOTICES;

export function findNotice(name: string | undefined): TeamNotice | null {
  return name && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null;
}
