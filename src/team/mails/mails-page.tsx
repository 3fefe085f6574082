import type { ReactNode } from 'react';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { STATUS_MEANINGS, STATUS_TONES, STATUS_WORDS } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { type MailRow, type ReminderState, sentMailsPath } from './mail-rows.ts';

export interface MailsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly rows: readonly MailRow[];
  /** The kinds whose text the team has customised, in one language at least. */
  readonly customised: readonly string[];
}

/** What was and will be sent for an event, and how it went. */
export function MailsPage({ frame, event, timeZone, rows, customised }: MailsPageProps) {
  const lead = event.isCancelled
    ? 'The event is cancelled. Only the cancellation mail is sent.'
    : event.isOver
      ? 'The event has ended. No more mail is sent for it.'
      : 'What is sent automatically, what was sent, and what became of it.';
  return (
    <TeamLayout {...frame} title="Mails" section="events" event={event} lead={lead}>
      <Table
        label="Mails of the event"
        columns={columnsOf(event, timeZone, customised)}
        rows={rows}
        rowKey={({ key }) => key}
      />
    </TeamLayout>
  );
}

function columnsOf(
  event: TeamEvent,
  timeZone: string,
  customised: readonly string[],
): readonly Column<MailRow>[] {
  const base = `/team/events/${event.id}`;
  return [
    {
      key: 'name',
      label: 'Mail',
      isHeading: true,
      cell: ({ kind, name }) => <a href={`${base}/mails/${kind}`}>{name}</a>,
    },
    {
      key: 'when',
      label: 'When',
      cell: ({ kind, reminder, lastAcceptedAt }) => (
        <>
          <div>{reminder ? <ReminderText state={reminder} timeZone={timeZone} /> : whenText(kind)}</div>
          {!reminder && lastAcceptedAt ? (
            <div className="quiet">
              last <Time at={lastAcceptedAt} timeZone={timeZone} />
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: 'total',
      label: 'Mails',
      kind: 'number',
      cell: ({ counts }) => counts.reduce((sum, { count }) => sum + count, 0).toLocaleString('en'),
    },
    { key: 'how', label: 'How it went', cell: (row) => <Counts row={row} eventId={event.id} /> },
    {
      key: 'text',
      label: 'Text',
      kind: 'nowrap',
      cell: ({ kind, name }) => {
        const text = customised.includes(kind) ? 'Customised' : 'Default';
        return (
          <a href={`${base}/mails/${kind}`} aria-label={`${text}: customise the text of ${name}`}>
            {text}
          </a>
        );
      },
    },
  ];
}

function whenText(kind: MailRow['kind']): string {
  return MAIL_KINDS[kind].about === 'reminder' ? 'No reminder is set' : MAIL_KINDS[kind].when;
}

function ReminderText({
  state,
  timeZone,
}: {
  readonly state: ReminderState;
  readonly timeZone: string;
}): ReactNode {
  const time = <Time at={state.type === 'sent' ? state.begunAt : state.dueAt} timeZone={timeZone} />;
  switch (state.type) {
    case 'sent':
      return <>Sent {time}</>;
    case 'ahead':
      return <>Will be sent {time}</>;
    case 'due':
      return <>Due {time}. Sending shortly</>;
    case 'skipped':
      return <>Skipped: it was due {time}, before it could be sent</>;
    case 'cancelled':
      return <>Will not be sent ({time}): the event is cancelled</>;
    case 'missed':
      return <>Was not sent ({time})</>;
  }
}

function Counts({ row, eventId }: { readonly row: MailRow; readonly eventId: string }) {
  const { counts, name, kind, which } = row;
  if (counts.length === 0) return <Nothing />;
  return (
    <ul className="event-statuses">
      {counts.map(({ status, count }) => {
        const words = `${count.toLocaleString('en')} ${STATUS_WORDS[status].toLowerCase()}`;
        const bad = STATUS_TONES[status] === 'bad';
        return (
          <li key={status}>
            <a
              className={bad ? 'event-status event-status--bad' : 'event-status'}
              href={sentMailsPath(eventId, { kind, reminder: which }, status)}
              title={STATUS_MEANINGS[status]}
              aria-label={`${words}: ${name}`}
            >
              {words}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
