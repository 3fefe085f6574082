import type { EventCounts } from '../../db/event.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import type { Event, EventPhase } from '../../domain/event.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Nothing } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import { STATUS_TONES, STATUS_WORDS, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventWhen } from './event-when.tsx';

export interface ListedEvent {
  readonly event: Event;
  readonly phase: EventPhase;
  /** Its end has passed, cancelled or not. */
  readonly isOver: boolean;
  readonly counts: EventCounts;
  readonly permalink: string;
}

export interface EventsPageProps {
  readonly frame: TeamFrame;
  readonly events: readonly ListedEvent[];
  /** The first page; null: this is it. */
  readonly first: string | null;
  readonly next: string | null;
}

/** All events: upcoming, running, ended. */
export function EventsPage({ frame, events, first, next }: EventsPageProps) {
  const create = (
    <ButtonLink href="/team/events/new" tone="primary">
      New event
    </ButtonLink>
  );
  const ahead = events.filter(({ isOver }) => !isOver);
  const over = events.filter(({ isOver }) => isOver);
  return (
    <TeamLayout {...frame} title="Events" section="events" event={null} actions={create}>
      {events.length === 0 ? (
        <Empty title={first ? 'No more events' : 'No event yet'} action={first ? null : create}>
          {first
            ? 'This is the end of the list.'
            : 'An event has a public page where people register, and sends each of them a personal link.'}
        </Empty>
      ) : null}
      {ahead.length > 0 ? <EventTable title="Running and upcoming" id="ahead" events={ahead} /> : null}
      {over.length > 0 ? <EventTable title="Ended" id="over" events={over} /> : null}
      {first || next ? (
        <Pager
          label="Events"
          sentence={events.length === 1 ? '1 event on this page' : `${events.length} events on this page`}
          previous={null}
          next={next}
        />
      ) : null}
      {first ? (
        <p>
          <a href={first}>Back to the first events</a>
        </p>
      ) : null}
    </TeamLayout>
  );
}

function EventTable({ title, id, events }: { title: string; id: string; events: readonly ListedEvent[] }) {
  return (
    <Section title={title} id={id}>
      <Table
        id={`events-${id}`}
        label={`Events: ${title.toLowerCase()}`}
        columns={COLUMNS}
        rows={events}
        rowKey={({ event }) => event.id}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<ListedEvent>[] = [
  {
    key: 'title',
    label: 'Event',
    isHeading: true,
    cell: ({ event }) => (
      <a href={`/team/events/${event.id}/people`} dir="auto" className="event-title">
        {event.title}
      </a>
    ),
  },
  { key: 'when', label: 'When', cell: ({ event }) => <EventWhen event={event} /> },
  {
    key: 'state',
    label: 'State',
    kind: 'nowrap',
    cell: ({ event, phase }) => (
      <>
        <Phase phase={phase} />
        {event.roomUrl === null && (phase === 'upcoming' || phase === 'running') ? (
          <div>
            <a
              className="event-roomless"
              href={`/team/events/${event.id}/settings#roomUrl`}
              aria-label={`No room yet: add the room of ${event.title}`}
            >
              <Tag tone="warning">No room yet</Tag>
            </a>
          </div>
        ) : null}
      </>
    ),
  },
  {
    key: 'people',
    label: 'Registered',
    kind: 'number',
    cell: ({ event, counts }) => (
      <a
        href={`/team/events/${event.id}/people`}
        aria-label={`${counts.registrants.toLocaleString('en')} registered for ${event.title}`}
      >
        {counts.registrants.toLocaleString('en')}
      </a>
    ),
  },
  { key: 'mail', label: 'Email status', cell: (row) => <Statuses {...row} /> },
  {
    key: 'page',
    label: 'Public page',
    kind: 'nowrap',
    cell: ({ event, permalink }) => (
      <a href={permalink} aria-label={`Open the public page of ${event.title}`}>
        Open
      </a>
    ),
  },
];

function Phase({ phase }: { readonly phase: EventPhase }) {
  switch (phase) {
    case 'running':
      return <Tag tone="good">Running now</Tag>;
    case 'cancelled':
      return <Tag tone="bad">Cancelled</Tag>;
    case 'upcoming':
      return <Tag>Upcoming</Tag>;
    case 'ended':
      return <Tag>Ended</Tag>;
  }
}

/** How many have which status; what somebody should look at stands out. */
function Statuses({ event, counts: { byEmailStatus } }: ListedEvent) {
  const known = MESSAGE_STATUSES.flatMap((status) => {
    const count = byEmailStatus[status] ?? 0;
    return count > 0 ? [{ status, count }] : [];
  });
  if (known.length === 0) return <Nothing />;
  return (
    <ul className="event-statuses">
      {known.map(({ status, count }) => {
        const words = `${count.toLocaleString('en')} ${STATUS_WORDS[status].toLowerCase()}`;
        const bad = STATUS_TONES[status] === 'bad';
        return (
          <li key={status}>
            <a
              className={bad ? 'event-status event-status--bad' : 'event-status'}
              href={`/team/events/${event.id}/people?emailStatus=${status}`}
              aria-label={`${words}: ${event.title}`}
            >
              {words}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
