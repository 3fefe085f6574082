import type { TeamNotice } from './parts/team-layout.tsx';

// What came of an action is said on the page that follows it: its address names one of these (`?notice=signed_out`),
// so nobody can make a page of ours say anything else.

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
  reminder_skipped: success('The reminder is skipped. Undo it here as long as its time is ahead.'),
  reminder_skip_undone: success('The reminder goes out at its time.'),
  reminder_sent_now: success('The reminder is on its way.'),
  reminder_waits: { tone: 'info', text: 'The reminder goes out as soon as you resume sending.' },
  reminder_for_nobody: { tone: 'danger', text: 'Nobody would get this reminder: nothing was sent.' },
  sending_paused: success('Sending is paused. Links that people ask for still go out.'),
  sending_resumed: success('Sending goes on.'),
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
  emails_corrected: success('The emails are corrected, and the access links are on their way.'),
  emails_corrected_only: success('The emails are corrected.'),
  nobody_to_correct: {
    tone: 'info',
    text: 'Mail reaches everybody you selected: there is no email to correct.',
  },
  emails_to_correct: {
    tone: 'info',
    text: 'Mail does not reach these people. Correct their emails here: each gets the link at the new one.',
  },
  too_many_to_correct: {
    tone: 'danger',
    text: 'At most 200 people can be selected one by one. Choose all that match instead.',
  },
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
