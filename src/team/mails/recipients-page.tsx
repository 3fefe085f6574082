import type { MailRecipient } from '../../db/event-mails.ts';
import type { MessageStatus } from '../../domain/delivery/status.ts';
import { personPath } from '../bulk/people-path.ts';
import { Empty } from '../parts/empty.tsx';
import { Pager } from '../parts/pager.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { STATUS_MEANINGS, STATUS_WORDS, StatusBadge } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface RecipientsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  /** Of the mail: "Reminder, 1 hour before". */
  readonly name: string;
  readonly status: MessageStatus;
  /** Latest mail first. */
  readonly recipients: readonly MailRecipient[];
  readonly first: string | null;
  readonly next: string | null;
}

/** Whose mail of a kind has a status. */
export function RecipientsPage(props: RecipientsPageProps) {
  const { frame, event, name, status, recipients, timeZone, first, next } = props;
  const title = `${name}: ${STATUS_WORDS[status]}`;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event}>
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <section className="section" aria-labelledby="recipients">
        <h2 id="recipients">{title}</h2>
        <p className="quiet">{STATUS_MEANINGS[status]}</p>
        {recipients.length === 0 ? (
          <Empty title="Nobody any more">The status of these mails has changed since.</Empty>
        ) : (
          <>
            <Table
              label={title}
              rows={recipients}
              rowKey={({ messageId }) => messageId}
              columns={[
                {
                  key: 'name',
                  label: 'Name',
                  isHeading: true,
                  cell: ({ registrantId, firstName, lastName, email }) => (
                    <PersonName
                      name={`${firstName} ${lastName}`}
                      email={email}
                      {...(email !== null && { href: personPath(event.id, registrantId) })}
                      withEmail
                      clip
                    />
                  ),
                },
                { key: 'status', label: 'Mail', kind: 'nowrap', cell: () => <StatusBadge status={status} /> },
                {
                  key: 'at',
                  label: 'When',
                  kind: 'nowrap',
                  cell: ({ at, messageId }) => (
                    <a href={`/team/events/${event.id}/messages/${messageId}`}>
                      <Time at={at} timeZone={timeZone} />
                    </a>
                  ),
                },
              ]}
            />
            <Pager
              label="Recipients"
              sentence={`${recipients.length.toLocaleString('en')} on this page`}
              previous={first}
              next={next}
              words={{ previous: 'First page', next: 'Next' }}
            />
          </>
        )}
      </section>
    </TeamLayout>
  );
}
