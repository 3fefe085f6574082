import type { AnnouncementProgress, AnnouncementState } from '../../actions/announcement.ts';
import type { Announcement } from '../../db/announcement.ts';
import { people } from '../parts/counted.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { STATUS_MEANINGS, STATUS_TONES, STATUS_WORDS, Tag } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import type { FieldLabels } from '../people/filter-words.ts';
import { keptRecipientWords } from './announcement-form.ts';
import { announcedPath, announcementPath } from './announcement-paths.ts';

/** An announcement in a list. */
export interface AnnouncementRow {
  readonly announcement: Announcement;
  readonly subject: string;
  readonly progress: AnnouncementProgress;
  /** As a person is called: an address, or the name of an API key. */
  readonly askedBy: string;
}

export interface AnnouncementTableProps {
  readonly eventId: string;
  readonly rows: readonly AnnouncementRow[];
  readonly timeZone: string;
  /** What the form's fields are called, by name (`fieldLabels`). */
  readonly labels?: FieldLabels | undefined;
}

export function AnnouncementTable({ eventId, rows, timeZone, labels }: AnnouncementTableProps) {
  return (
    <Table
      label="All that was announced"
      rows={rows}
      rowKey={({ announcement }) => announcement.id}
      columns={[
        {
          key: 'subject',
          label: 'Subject',
          isHeading: true,
          cell: ({ announcement: { id }, subject }) => (
            <a href={announcementPath(eventId, id)}>
              <bdi>{subject}</bdi>
            </a>
          ),
        },
        {
          key: 'state',
          label: 'State',
          kind: 'nowrap',
          cell: ({ progress: { state } }) => <StateTag state={state} />,
        },
        {
          key: 'when',
          label: 'When',
          cell: ({ announcement: { sendAt, askedAt }, askedBy }) => (
            <>
              <Time at={sendAt ?? askedAt} timeZone={timeZone} />
              <div className="quiet">
                by <bdi>{askedBy}</bdi>
              </div>
            </>
          ),
        },
        {
          key: 'to',
          label: 'To',
          cell: ({ announcement: { queued, filter } }) => (
            <>
              {people(queued)}
              <div className="quiet">{keptRecipientWords(filter, timeZone, labels)}</div>
            </>
          ),
        },
        {
          key: 'how',
          label: 'How it went',
          cell: (row) => <Counts row={row} eventId={eventId} />,
        },
      ]}
    />
  );
}

const STATES: Readonly<
  Record<AnnouncementState, { readonly word: string; readonly tone?: 'good' | 'warning' | 'bad' }>
> = {
  scheduled: { word: 'Scheduled' },
  sending: { word: 'Sending', tone: 'warning' },
  sent: { word: 'Sent', tone: 'good' },
  cancelled: { word: 'Cancelled' },
  not_sent: { word: 'Not sent', tone: 'bad' },
};

export function StateTag({ state }: { readonly state: AnnouncementState }) {
  const { word, tone } = STATES[state];
  return <Tag {...(tone && { tone })}>{word}</Tag>;
}

function Counts({ row, eventId }: { readonly row: AnnouncementRow; readonly eventId: string }) {
  const { byStatus, toCome } = row.progress;
  if (byStatus.length === 0) return toCome ? <>{toCome.toLocaleString('en')} queued</> : <Nothing />;
  return (
    <ul className="event-statuses">
      {byStatus.map(({ status, count }) => {
        const words = `${count.toLocaleString('en')} ${STATUS_WORDS[status].toLowerCase()}`;
        const bad = STATUS_TONES[status] === 'bad';
        return (
          <li key={status}>
            <a
              className={bad ? 'event-status event-status--bad' : 'event-status'}
              href={announcedPath(eventId, row.announcement.id, { status })}
              title={STATUS_MEANINGS[status]}
              aria-label={`${words}: ${row.subject}. Who they are`}
            >
              {words}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
