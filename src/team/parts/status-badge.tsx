import type { MessageStatus } from '../../domain/delivery/status.ts';

/** An email status as the team sees it; `none`: nothing was ever sent. */
export type ShownStatus = MessageStatus | 'none';

export type StatusTone = 'plain' | 'active' | 'good' | 'warning' | 'bad';

/** What each status is called everywhere on the team's pages. */
export const STATUS_WORDS: Readonly<Record<ShownStatus, string>> = {
  none: 'No mail yet',
  scheduled: 'Scheduled',
  queued: 'Waiting',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  opened: 'Opened',
  clicked: 'Clicked',
  deferred: 'Delayed',
  bounced: 'Bounced',
  complained: 'Marked as spam',
  dropped: 'Suppressed',
  failed: 'Failed',
  unknown: 'Uncertain',
  not_sent: 'Not sent',
};

/** What each status means, in a sentence. */
export const STATUS_MEANINGS: Readonly<Record<ShownStatus, string>> = {
  none: 'No mail was ever meant for this person.',
  scheduled: 'It goes out later.',
  queued: 'It goes out as soon as a worker takes it.',
  sending: 'It is on its way to the mail server.',
  sent: 'The mail server took it; nothing was heard since.',
  delivered: 'The recipient’s mail server took it.',
  opened: 'Its pictures were loaded: perhaps by a person, perhaps by a mail program.',
  clicked: 'A link in it was followed.',
  deferred: 'The recipient’s mail server asked to try again later.',
  bounced: 'The address does not take mail. Mend the address, then send again.',
  complained: 'The recipient marked it as spam: reminders stop.',
  dropped: 'It was not tried: this address gets no such mail.',
  failed: 'It was refused for good, for a reason other than the address.',
  unknown: 'It cannot be known whether the mail server took it.',
  not_sent: 'It was no longer of use before it could go out.',
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
