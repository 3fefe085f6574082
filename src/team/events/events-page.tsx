import type { EventCounts } from '../../db/event.ts';
import type { EventList } from '../../db/event-list.ts';
import { MESSAGE_STATUSES, type MessageStatus } from '../../domain/delivery/status.ts';
import type { Event, EventPhase } from '../../domain/event.ts';
import { Icon } from '../../ui/icon.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { Nothing } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pager } from '../parts/pager.tsx';
import { Segments } from '../parts/segments.tsx';
import { STATUS_TONES, STATUS_WORDS, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventWhen } from './event-when.tsx';

export interface ListedEvent {
  readonly event: Event;
  readonly phase: EventPhase;
  /** Whether it is between its start and its end. */
  readonly isOn: boolean;
  readonly counts: EventCounts;
  readonly permalink: string;
}

export interface EventsPageProps {
  readonly frame: TeamFrame;
  /** The list that is shown. */
  readonly list: EventList;
  /** How many events each list has. */
  readonly sizes: Readonly<Record<EventList, number>>;
  readonly events: readonly ListedEvent[];
  /** Whether this is the first page of the list. */
  readonly isFirst: boolean;
  readonly next: string | null;
}

const LISTS: Readonly<Record<EventList, { readonly label: string; readonly empty: string }>> = {
  upcoming: { label: 'Upcoming', empty: 'No upcoming events' },
  ended: { label: 'Ended', empty: 'No event has ended yet' },
  cancelled: { label: 'Cancelled', empty: 'No event was cancelled' },
};

/** The events: those that run or come, those that ended, those that were cancelled. */
export function EventsPage({ frame, list, sizes, events, isFirst, next }: EventsPageProps) {
  const create = (
    <ButtonLink href="/team/events/new" tone="primary" icon="plus">
      New event
    </ButtonLink>
  );
  const { label, empty } = LISTS[list];
  const isNew = Object.values(sizes).every((size) => size === 0);
  return (
    <TeamLayout {...frame} title="Events" section="events" event={null} actions={create}>
      {isNew ? null : (
        <Segments
          label="Events"
          items={(Object.keys(LISTS) as EventList[]).map((each) => ({
            label: LISTS[each].label,
            href: listPath(each),
            current: each === list,
            count: sizes[each],
          }))}
        />
      )}
      {events.length > 0 ? (
        <Table
          id="events"
          label={`${label} events`}
          columns={COLUMNS}
          rows={events}
          rowKey={({ event }) => event.id}
        />
      ) : isNew ? (
        <Empty title="No events yet" action={create} icon="calendar">
          An event has a public page where people register. Each of them gets a personal link by email.
        </Empty>
      ) : (
        <Empty title={isFirst ? empty : 'No more events'} icon="calendar">
          {isFirst ? null : 'This is the end of the list.'}
        </Empty>
      )}
      {next || !isFirst ? (
        <Pager
          label={label}
          sentence={`${sizes[list].toLocaleString('en')} ${sizes[list] === 1 ? 'event' : 'events'}`}
          previous={isFirst ? null : listPath(list)}
          next={next}
          words={{ previous: 'First page', next: 'Next' }}
        />
      ) : null}
    </TeamLayout>
  );
}

function listPath(list: EventList): string {
  return list === 'upcoming' ? '/team/events' : `/team/events?show=${list}`;
}

const COLUMNS: readonly Column<ListedEvent>[] = [
  {
    key: 'title',
    label: 'Event',
    isHeading: true,
    cell: ({ event, phase, isOn }) => (
      <span className="event-name">
        <a href={`/team/events/${event.id}`} dir="auto" lang={event.locale} className="event-title">
          {event.title}
        </a>
        {phase === 'running' ? <Tag tone="good">{isOn ? 'Running now' : 'Room open'}</Tag> : null}
        {!event.roomUrl && (phase === 'upcoming' || phase === 'running') ? (
          <Tag tone="warning">No room yet</Tag>
        ) : null}
      </span>
    ),
  },
  { key: 'when', label: 'When', kind: 'nowrap', cell: ({ event }) => <EventWhen event={event} isTwoLines /> },
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
  { key: 'mail', label: 'Emails', cell: (row) => <Statuses {...row} /> },
  {
    key: 'page',
    label: 'Public page',
    kind: 'nowrap',
    cell: ({ event, permalink }) => (
      <a className="event-page-link" href={permalink} aria-label={`Open the public page of ${event.title}`}>
        Open
        <Icon name="external-link" />
      </a>
    ),
  },
];

const COUNTED: Readonly<Record<string, readonly MessageStatus[]>> = {
  delivered: ['delivered', 'opened', 'clicked'],
  sent: ['sent'],
  waiting: ['scheduled', 'queued', 'sending', 'deferred'],
  'not sent': ['dropped', 'not_sent', 'unknown'],
};
const PROBLEMS = MESSAGE_STATUSES.filter((status) => STATUS_TONES[status] === 'bad');

/** How far the mails came, in plain counts; what somebody should look at is one red badge. */
function Statuses({ event, counts: { byEmailStatus } }: ListedEvent) {
  const present = (statuses: readonly MessageStatus[]) =>
    statuses.filter((status) => (byEmailStatus[status] ?? 0) > 0);
  const parts = Object.entries(COUNTED).map(([word, statuses]) => ({ word, statuses: present(statuses) }));
  const bad = present(PROBLEMS);
  const [one] = bad;
  const badWord = one && bad.length === 1 ? STATUS_WORDS[one].toLowerCase() : 'problems';
  const shown = [...parts, { word: badWord, statuses: bad }].filter(({ statuses }) => statuses.length > 0);
  if (shown.length === 0) return <Nothing />;
  return (
    <ul className="event-statuses">
      {shown.map(({ word, statuses }) => {
        const count = statuses.reduce((sum, status) => sum + (byEmailStatus[status] ?? 0), 0);
        const words = `${count.toLocaleString('en')} ${word}`;
        const query = new URLSearchParams(statuses.map((status) => ['emailStatus', status]));
        return (
          <li key={word}>
            <a
              className={statuses === bad ? 'event-status event-status--bad' : 'event-status'}
              href={`/team/events/${event.id}/people?${query}`}
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
