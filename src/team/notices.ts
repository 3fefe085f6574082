import type { TeamNotice } from './parts/team-layout.tsx';

// What came of an action is said on the page that follows it: its address names one of these (`?notice=signed_out`),
// so nobody can make a page of ours say anything else.

const success = (text: string): TeamNotice => ({ tone: 'success', text });

const NOTICES = {
  signed_out: success('You are signed out.'),
  event_created: success('Event created. Registration is open.'),
  event_saved: success('Changes saved.'),
  event_unchanged: { tone: 'info', text: 'Nothing was changed.' },
  event_moved: success('Event rescheduled. Nobody was notified.'),
  event_moved_told: success('Event rescheduled. The mails about it are being sent.'),
  event_cancelled: success('Event cancelled. Nobody was notified.'),
  event_cancelled_told: success('Event cancelled. The mails about it are being sent.'),
  text_saved: success('Text saved. It applies to all mails not sent yet.'),
  text_default: success('This mail uses the default text.'),
  text_shared: success('This mail uses the text for all other languages.'),
  keys_rotated: success('All access links are reset.'),
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
  link_resent: success('The access link is on its way.'),
  link_resent_before: {
    tone: 'info',
    text: 'The access link went out within the last minute: that mail counts, and no second one was sent.',
  },
  suppression_lifted: success('The address may get mail again. Send the link now if it was missed.'),
  key_rotated: success('The access key is new: the old link lets nobody in any more.'),
  person_removed: success('The person is removed, and everything personal erased.'),
  person_saved: success('The changes are saved.'),
  person_saved_link_sent: success('The address is changed, and the access link is on its way to it.'),
  person_unchanged: { tone: 'info', text: 'Nothing was changed.' },
} satisfies Readonly<Record<string, TeamNotice>>;

export type NoticeName = keyof typeof NOTICES;

export function findNotice(name: string | undefined): TeamNotice | null {
  return name && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null;
}
