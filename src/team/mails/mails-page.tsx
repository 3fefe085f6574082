import type { ReactNode } from 'react';
import type { MessageStatus } from '../../domain/delivery/status.ts';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import { type GoesTo, isTimedKind, type TimedKind, timedRow } from '../../domain/schedule.ts';
import type { EventTimedMail, TimedStep } from '../../domain/timed-mail-state.ts';
import { announcementsPath } from '../announcements/announcement-paths.ts';
import { type AnnouncementRow, AnnouncementTable } from '../announcements/announcement-table.tsx';
import { ButtonLink, PostButton } from '../parts/button.tsx';
import { people } from '../parts/counted.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Progress } from '../parts/progress.tsx';
import { Section } from '../parts/section.tsx';
import { STATUS_MEANINGS, STATUS_TONES, STATUS_WORDS, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time, timeText } from '../parts/time.tsx';
import { countdownText } from './duration-text.ts';
import type { MailPart, MailRow, MailsByState } from './mail-rows.ts';

export interface MailsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly mails: MailsByState;
  readonly now: Date;
  /** Since when sending is paused; null: it is not. */
  readonly pausedAt: Date | null;
  /** How many people are registered. */
  readonly registered: number;
  /** The kinds whose text the team has customised. */
  readonly customised: readonly string[];
  /** What may be done with the timed mail. */
  readonly may: (step: TimedStep, row: MailRow) => boolean;
  /** Who skipped the timed mail or sent it by hand, in words; null: nobody did. */
  readonly askedBy: (row: MailRow) => string | null;
  /** The latest ones. */
  readonly announcements: readonly AnnouncementRow[];
  readonly canAnnounce: boolean;
  /** Seconds until the page looks again; null: nothing will change. */
  readonly refreshSeconds: number | null;
}

/** An event's mails by state: what goes out next, what goes out now, what was sent. */
export function MailsPage(props: MailsPageProps) {
  const { frame, event, mails, pausedAt, refreshSeconds } = props;
  // After its end follow-ups may still be to come.
  const isOpen =
    !event.isCancelled &&
    (!event.isOver || mails.ahead.length + mails.goingOut.length > 0 || pausedAt !== null);
  return (
    <TeamLayout
      {...frame}
      title="Mails"
      section="events"
      event={event}
      lead={leadOf(event, mails)}
      refreshSeconds={refreshSeconds}
    >
      <LiveRegion id="mails" every={refreshSeconds} announce={spoken(mails)}>
        {isOpen ? <ComingUp {...props} /> : null}
        {mails.goingOut.length > 0 ? <GoingOut {...props} /> : null}
        <Announcements {...props} />
        {mails.done.length > 0 ? (
          <Section title="Sent" id="mails-sent">
            <Table
              label="Mails that were sent"
              columns={doneColumns(props)}
              rows={mails.done}
              rowKey={({ key }) => key}
            />
          </Section>
        ) : null}
        {mails.onOccasion.length > 0 ? (
          <Section title="Sent when something happens" id="mails-on-occasion">
            <Table
              label="Mails that go out when something happens"
              columns={occasionColumns(props)}
              rows={mails.onOccasion}
              rowKey={({ key }) => key}
            />
          </Section>
        ) : null}
      </LiveRegion>
    </TeamLayout>
  );
}

function Announcements({ event, announcements, canAnnounce, timeZone }: MailsPageProps) {
  if (!canAnnounce && announcements.length === 0) return null;
  const path = announcementsPath(event.id);
  return (
    <Section
      title="Announcements"
      id="mails-announcements"
      lead={
        announcements.length > 0
          ? undefined
          : 'Write to everybody who is registered, or to the people that you select on the People page.'
      }
      actions={
        <>
          {announcements.length > 0 ? (
            <ButtonLink id="all-announcements" small href={path}>
              All announcements
            </ButtonLink>
          ) : null}
          {canAnnounce ? (
            <ButtonLink id="new-announcement" small href={`${path}/new`}>
              New announcement
            </ButtonLink>
          ) : null}
        </>
      }
    >
      {announcements.length > 0 ? (
        <AnnouncementTable eventId={event.id} rows={announcements} timeZone={timeZone} />
      ) : null}
    </Section>
  );
}

function leadOf(event: TeamEvent, { ahead, goingOut }: MailsByState): string | undefined {
  if (event.isCancelled) return 'The event is cancelled: only the mail that says so goes out.';
  if (!event.isOver) return undefined;
  return ahead.length + goingOut.length > 0
    ? 'The event has ended: only its follow-ups go out.'
    : 'The event has ended: no more mail goes out for it.';
}

function ComingUp(props: MailsPageProps) {
  const { event, mails, pausedAt, timeZone } = props;
  const base = `/team/events/${event.id}`;
  return (
    <Section
      title="Coming up"
      id="mails-ahead"
      actions={
        pausedAt ? null : (
          <PostButton id="pause-sending" small action={`${base}/sending/pause`}>
            Pause sending
          </PostButton>
        )
      }
    >
      {pausedAt ? (
        <div className="mails-paused">
          <div>
            <p className="mails-paused__title">
              Sending is paused since <Time at={pausedAt} timeZone={timeZone} />
            </p>
            <p>
              Reminders and other mails to many wait until you resume. Links that people ask for still go out.
              A mail whose deadline passes meanwhile is not sent.
            </p>
          </div>
          <PostButton id="resume-sending" tone="primary" action={`${base}/sending/resume`}>
            Resume
          </PostButton>
        </div>
      ) : null}
      {mails.ahead.length > 0 ? (
        <ol className="mails-ahead">
          {mails.ahead.map((row, i) => (
            <Ahead
              key={row.key}
              {...props}
              row={row}
              isNext={i === mails.ahead.findIndex(({ timed }) => timed.state !== 'skipped')}
            />
          ))}
        </ol>
      ) : event.isOver ? null : (
        <Empty
          title="No reminder is ahead"
          action={<ButtonLink href={`${base}/settings`}>Reminders in the settings</ButtonLink>}
        >
          People still get their confirmation, and their link whenever they ask for it.
        </Empty>
      )}
    </Section>
  );
}

/** Where the steps of a timed mail are taken. */
function timedPath(
  eventId: string,
  { kind, minutes }: { readonly kind: TimedKind; readonly minutes: number },
): string {
  return `/team/events/${eventId}/mails/${kind}/${minutes}`;
}

/** Whom it goes to; of how many only reminders can know before. */
const TO: Readonly<Record<GoesTo, (registered: number) => string>> = {
  everybody: (registered) => `To ${people(registered)}`,
  attended: () => 'To those who came in',
  not_attended: () => 'To those who have not come in',
};

/** Of one that lies behind what it is for nobody missed the time. */
function notSentText({ kind, state, record }: EventTimedMail): string {
  return kind === 'nudge' && state === 'too_late' && !record
    ? 'Not sent: the event is over by then'
    : 'Not sent: its time had passed';
}

interface AheadProps extends MailsPageProps {
  readonly row: MailsByState['ahead'][number];
  readonly isNext: boolean;
}

function Ahead({ event, row, isNext, now, timeZone, pausedAt, registered, ...props }: AheadProps) {
  const { state, kind, dueAt } = row.timed;
  const path = timedPath(event.id, row.timed);
  const { goesTo } = timedRow(kind);
  const isSkipped = state === 'skipped';
  const by = props.askedBy(row);
  return (
    <li className={isNext ? 'mails-ahead__one mails-ahead__one--next' : 'mails-ahead__one'}>
      <div className="mails-ahead__what">
        <p className="mails-ahead__name">
          <a href={`/team/events/${event.id}/mails/${row.kind}`}>{row.name}</a>{' '}
          {isSkipped ? <Tag>Skipped</Tag> : isNext ? <Tag tone="good">Next</Tag> : null}
        </p>
        <p className="quiet">
          {isSkipped ? (
            <>
              Does not go out{by ? <> · skipped by {by}</> : null} · its time is{' '}
              <Time at={dueAt} timeZone={timeZone} />
            </>
          ) : (
            <>
              {pausedAt ? 'Waits while sending is paused' : TO[goesTo](registered)} ·{' '}
              {textWord(props, row.kind)} text
            </>
          )}
        </p>
      </div>
      {isSkipped ? null : (
        <p className="mails-ahead__when">
          {state === 'due' ? (
            <span className="mails-ahead__countdown">now</span>
          ) : (
            <time
              className="mails-ahead__countdown"
              dateTime={dueAt.toISOString()}
              title={timeText(dueAt, timeZone)}
              data-local=""
            >
              {countdownText(dueAt, now)}
            </time>
          )}
        </p>
      )}
      <div className="button-row mails-ahead__buttons">
        {props.may('send_now', row) ? (
          <ButtonLink
            id={`send-now-${row.key}`}
            small
            href={`${path}/send-now`}
            label={`Send now: ${row.name}`}
          >
            Send now…
          </ButtonLink>
        ) : null}
        {isSkipped ? (
          props.may('undo_skip', row) ? (
            <PostButton
              id={`undo-skip-${row.key}`}
              small
              action={`${path}/undo-skip`}
              label={`Undo: ${row.name} is skipped`}
            >
              Undo
            </PostButton>
          ) : null
        ) : props.may('skip', row) ? (
          <PostButton id={`skip-${row.key}`} small action={`${path}/skip`} label={`Skip once: ${row.name}`}>
            Skip once
          </PostButton>
        ) : null}
      </div>
    </li>
  );
}

function GoingOut({ event, mails, pausedAt }: MailsPageProps) {
  return (
    <Section title={pausedAt ? 'Waiting' : 'Going out now'} id="mails-going-out">
      <ul className="mails-going">
        {mails.goingOut.map((row) => (
          <li key={row.key} className="mails-going__one">
            <Progress
              label={row.name}
              value={row.total - row.pending}
              max={row.total}
              sentence={`${(row.total - row.pending).toLocaleString('en')} of ${row.total.toLocaleString('en')} sent${pausedAt ? ', the rest waits while sending is paused' : ''}`}
            />
            <Counts row={row} eventId={event.id} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function doneColumns(props: MailsPageProps): readonly Column<MailRow>[] {
  return [
    nameColumn(props),
    { key: 'when', label: 'When', cell: (row) => <DoneText row={row} {...props} /> },
    { key: 'how', label: 'How it went', cell: (row) => <Counts row={row} eventId={props.event.id} /> },
    textColumn(props),
  ];
}

function occasionColumns(props: MailsPageProps): readonly Column<MailRow>[] {
  return [
    nameColumn(props),
    {
      key: 'when',
      label: 'When',
      cell: ({ kind }) => (isTimedKind(kind) ? `No ${timedRow(kind).noun} is set` : MAIL_KINDS[kind].when),
    },
    textColumn(props),
  ];
}

function nameColumn({ event }: MailsPageProps): Column<MailRow> {
  return {
    key: 'name',
    label: 'Mail',
    isHeading: true,
    cell: ({ kind, name }) => <a href={`/team/events/${event.id}/mails/${kind}`}>{name}</a>,
  };
}

function textColumn(props: MailsPageProps): Column<MailRow> {
  return {
    key: 'text',
    label: 'Text',
    kind: 'nowrap',
    cell: ({ kind, name }) => (
      <a
        href={`/team/events/${props.event.id}/mails/${kind}`}
        aria-label={`${textWord(props, kind)}: text of ${name}`}
      >
        {textWord(props, kind)}
      </a>
    ),
  };
}

function textWord({ customised }: Pick<MailsPageProps, 'customised'>, kind: string): string {
  return customised.includes(kind) ? 'Customised' : 'Default';
}

/** When it was sent, or why it was not. */
function DoneText({ row, timeZone, event, ...props }: MailsPageProps & { readonly row: MailRow }): ReactNode {
  const { timed, lastAcceptedAt } = row;
  if (!timed) return lastAcceptedAt ? <Time at={lastAcceptedAt} timeZone={timeZone} /> : <Nothing />;
  const { state, record, dueAt } = timed;
  const by = props.askedBy(row);
  if (state === 'sent')
    return (
      <>
        <Time at={record?.begunAt ?? dueAt} timeZone={timeZone} />
        {by ? <div className="quiet">sent by {by}</div> : null}
      </>
    );
  return (
    <>
      {state === 'cancelled' ? 'Not sent: the event is cancelled' : notSentText(timed)}
      <div className="quiet">
        its time was <Time at={dueAt} timeZone={timeZone} />
      </div>
      {props.may('send_now', row) ? (
        <ButtonLink
          id={`send-now-${row.key}`}
          small
          href={`${timedPath(event.id, timed)}/send-now`}
          label={`Send now: ${row.name}`}
        >
          Send now…
        </ButtonLink>
      ) : null}
    </>
  );
}

function Counts({
  row: { counts, name, kind, part },
  eventId,
}: {
  readonly row: MailRow;
  readonly eventId: string;
}) {
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
              href={recipientsPath(eventId, { kind, part, status })}
              title={STATUS_MEANINGS[status]}
              aria-label={`${words}: ${name}. Who they are`}
            >
              {words}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** The page with those whose mail has the status. */
export function recipientsPath(
  eventId: string,
  {
    kind,
    part,
    status,
    before,
  }: {
    readonly kind: string;
    readonly part: MailPart;
    readonly status: MessageStatus;
    readonly before?: string;
  },
): string {
  const query = new URLSearchParams({
    status,
    ...(part !== null && { part: String(part) }),
    ...(before && { before }),
  });
  return `/team/events/${eventId}/mails/${kind}/people?${query}`;
}

/** In tenths, so that it is not said all the time. */
function spoken({ goingOut }: MailsByState): string {
  const total = goingOut.reduce((sum, row) => sum + row.total, 0);
  const pending = goingOut.reduce((sum, row) => sum + row.pending, 0);
  if (total === 0) return '';
  return `${Math.floor((10 * (total - pending)) / total) * 10} percent are sent.`;
}
