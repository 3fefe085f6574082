import type { MessageStatus } from '../../domain/delivery/status.ts';

/** An email status as the team sees it; `none`: nothing was ever sent. */
export type ShownStatus = MessageStatus | 'none';

export type StatusTone = 'plain' | 'active' | 'good' | 'warning' | 'bad';

/** What each status is called everywhere on the team's pages. */
export const STATUS_WORDS: Readonly<Record<ShownStatus, string>> = {
  none: 'No mail yet',
  scheduled: 'Scheduled',
  queued: 'Queued',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  opened: 'Opened',
  clicked: 'Clicked',
  deferred: 'Delayed',
  bounced: 'Bounced',
  complained: 'Marked as spam',
  dropped: 'Blocked',
  failed: 'Failed',
  unknown: 'Uncertain',
  not_sent: 'Not sent',
};

/** What each status means, in a sentence. */
export const STATUS_MEANINGS: Readonly<Record<ShownStatus, string>> = {
  none: 'No mail was ever created for this person.',
  scheduled: 'It will be sent later.',
  queued: 'It will be sent shortly.',
  sending: 'It is being handed to the mail server.',
  sent: 'The mail server accepted it; no delivery report has arrived yet.',
  delivered: 'The recipient’s mail server accepted it.',
  opened: 'Its images were loaded, by a person or by their mail app.',
  clicked: 'A link in it was opened.',
  deferred: 'The recipient’s mail server asked to try again later.',
  bounced: 'The address does not accept mail. Correct the email, then send again.',
  complained: 'The recipient marked it as spam. Reminders are stopped.',
  dropped: 'It was not sent, because this address is blocked for this mail.',
  failed: 'It was rejected permanently, for a reason other than the address.',
  unknown: 'It is not known whether the mail server accepted it.',
  not_sent: 'It was too late to send it.',
};

export const STATUS_TONES: Readonly<Record<ShownStatus, StatusTone>> = {
  none: 'plain',
  scheduled: 'plain',
  queued: 'active',
  sending: 'active',
  sent: 'plain',
  delivered: 'good',
  opened: 'good',
  clicked: 'good',
  deferred: 'warning',
  bounced: 'bad',
  complained: 'bad',
  dropped: 'warning',
  failed: 'bad',
  unknown: 'warning',
  not_sent: 'warning',
};

/** A status in a word; its meaning on hover. The colour says nothing that the word does not. */
export function StatusBadge({ status }: { readonly status: ShownStatus }) {
  return (
    <span className={`status status--${STATUS_TONES[status]}`} title={STATUS_MEANINGS[status]}>
      {STATUS_WORDS[status]}
    </span>
  );
}

/** A word set apart, for whatever is no email status: "Admin", "Revoked", "Cancelled". */
export function Tag({
  tone,
  children,
}: {
  readonly tone?: 'good' | 'warning' | 'bad';
  readonly children: string;
}) {
  return <span className={tone ? `tag tag--${tone}` : 'tag'}>{children}</span>;
}
