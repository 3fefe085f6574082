import type { ListedMail } from '../../db/event-mails.ts';
import { Empty } from '../parts/empty.tsx';
import { Pager } from '../parts/pager.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { Section } from '../parts/section.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface SentMailsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  /** `Confirmation`, `Reminder, 1 hour before` */
  readonly name: string;
  /** `Delivered`; null: in any status. */
  readonly statusName: string | null;
  readonly mails: readonly ListedMail[];
  /** The first page; null: this is it. */
  readonly first: string | null;
  readonly next: string | null;
}

/** The mails behind a count on the Mails tab: to whom, when, and what was sent. */
export function SentMailsPage({
  frame,
  event,
  timeZone,
  name,
  statusName,
  mails,
  first,
  next,
}: SentMailsPageProps) {
  const title = statusName ? `${name}: ${statusName.toLowerCase()}` : name;
  const count = `${mails.length.toLocaleString('en')} ${mails.length === 1 ? 'mail' : 'mails'}`;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event}>
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <Section title={title} id="mails">
        {mails.length === 0 ? (
          <Empty title={first ? 'No more mails' : 'No such mails'} action={null}>
            {first
              ? 'This is the end of the list.'
              : 'Their status may have changed since the page before was loaded.'}
          </Empty>
        ) : (
          <Table
            label={`Mails: ${title}`}
            columns={columnsOf(event, timeZone)}
            rows={mails}
            rowKey={({ id }) => id}
          />
        )}
        <Pager
          label="Mails"
          sentence={first || next ? `${count} on this page` : count}
          previous={null}
          next={next}
        />
        {first ? (
          <p>
            <a href={first}>Back to the newest mails</a>
          </p>
        ) : null}
      </Section>
    </TeamLayout>
  );
}

function columnsOf(event: TeamEvent, timeZone: string): readonly Column<ListedMail>[] {
  const base = `/team/events/${event.id}`;
  return [
    {
      key: 'person',
      label: 'Person',
      isHeading: true,
      cell: ({ registrantId, name, email }) => (
        <PersonName
          name={name}
          email={email}
          withEmail
          {...(email === null ? {} : { href: `${base}/people?person=${registrantId}#pane` })}
        />
      ),
    },
    { key: 'status', label: 'Status', kind: 'nowrap', cell: ({ status }) => <StatusBadge status={status} /> },
    { key: 'at', label: 'When', kind: 'nowrap', cell: ({ at }) => <Time at={at} timeZone={timeZone} /> },
    {
      key: 'error',
      label: 'Details',
      cell: ({ error }) => (error ? <span className="quiet">{error}</span> : null),
    },
    {
      key: 'mail',
      label: 'Mail',
      kind: 'nowrap',
      cell: ({ id, hasContent, name, email }) =>
        hasContent ? (
          <a
            href={`${base}/messages/${id}`}
            aria-label={`View the mail to ${name || email || 'a removed person'}`}
          >
            View
          </a>
        ) : null,
    },
  ];
}
