import type { MessageStatus } from '../../domain/delivery/status.ts';
import { STATUS_MEANINGS, STATUS_WORDS, StatusBadge } from './status-badge.tsx';

interface StatusTallyProps {
  readonly label: string;
  readonly counts: readonly { readonly status: MessageStatus; readonly count: number }[];
  /** Where the people whose mail has the status are listed. */
  readonly href: (status: MessageStatus) => string;
}

/** How many mails of a send have which status. */
export function StatusTally({ label, counts, href }: StatusTallyProps) {
  return (
    <ul className="tally" aria-label={label}>
      {counts.map(({ status, count }) => (
        <li key={status}>
          <StatusBadge status={status} />
          <span className="tally__count">{count.toLocaleString('en')}</span>
          <span className="tally__meaning quiet">{STATUS_MEANINGS[status]}</span>
          <a href={href(status)}>
            Show
            <span className="visually-hidden"> people with the status {STATUS_WORDS[status]}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
