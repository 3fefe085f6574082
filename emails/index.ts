import { kindRow } from '../src/domain/kinds.ts';
import { accessLink } from './access-link.tsx';
import { alert } from './alert.tsx';
import { announcement } from './announcement.tsx';
import { confirmation } from './confirmation.tsx';
import { digestEvent } from './digest-event.tsx';
import { digestSend } from './digest-send.tsx';
import { eventCancelled } from './event-cancelled.tsx';
import { eventUpdated } from './event-updated.tsx';
import { exportAttached } from './export-attached.tsx';
import { exportFailed } from './export-failed.tsx';
import { exportLink } from './export-link.tsx';
import { followUpAttended } from './follow-up-attended.tsx';
import { followUpMissed } from './follow-up-missed.tsx';
import { invitation } from './invitation.tsx';
import type { EventMailKind, Mail, MailKind, SiteMail, SiteMailKind, SiteMailName } from './mail.ts';
import { newKey } from './new-key.tsx';
import { nudge } from './nudge.tsx';
import { registrationLinkMail } from './registration-link.tsx';
import { reminder } from './reminder.tsx';
import { retentionNotice } from './retention-notice.tsx';
import { selfServeLink } from './self-serve-link.tsx';
import { signIn } from './sign-in.tsx';

/**
 * Every kind of mail about an event: its component, subject, text part and the recipient's values that it takes. To add one:
 * its sentences in `copy/` (a language that lacks one does not compile), its file here, and a line below.
 */
export const mails: Readonly<Record<EventMailKind, Mail>> = {
  confirmation,
  reminder,
  access_link: accessLink,
  self_serve_link: selfServeLink,
  new_key: newKey,
  event_updated: eventUpdated,
  event_cancelled: eventCancelled,
  registration_link: registrationLinkMail,
  nudge,
  follow_up_attended: followUpAttended,
  follow_up_missed: followUpMissed,
  announcement,
};

/** Every mail to the team. */
export const siteMails: Readonly<Record<SiteMailName, SiteMail>> = {
  sign_in: signIn,
  invitation,
  export_attached: exportAttached,
  export_link: exportLink,
  export_failed: exportFailed,
  retention_notice: retentionNotice,
  alert,
  digest_send: digestSend,
  digest_event: digestEvent,
};

/** Whether mails of this kind go to the team: they are compiled by their name, not by their kind. */
export function isSiteMailKind(kind: MailKind): kind is SiteMailKind {
  return kindRow(kind).audience === 'team';
}
