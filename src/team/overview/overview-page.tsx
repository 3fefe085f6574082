import type { ReactNode } from 'react';
import type { DomainFigures, EventReport, SilentDomain } from '../../db/report.ts';
import { shownAddress } from '../../domain/address.ts';
import { statusesWhere } from '../../domain/delivery/status.ts';
import type { FormField } from '../../domain/form-fields.ts';
import { WRONG_DOMAINS } from '../../domain/mail-domain.ts';
import type { ShownErasure } from '../../domain/retention.ts';
import { peoplePath } from '../bulk/people-path.ts';
import { RoomLine } from '../doors/room-line.tsx';
import type { RoomState } from '../doors/room-state.ts';
import { ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { people } from '../parts/counted.ts';
import { Empty } from '../parts/empty.tsx';
import { ErasureNote } from '../parts/erasure-note.tsx';
import { LiveRegion, lookEvery } from '../parts/live-region.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { Bars } from './bars.tsx';
import { funnelSteps, unreported } from './funnel-steps.ts';
import { PeopleCards } from './people-cards.tsx';
import { type ChartRow, type SendChart, sendChart } from './send-chart.ts';

export interface OverviewPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly permalink: string;
  /** Null: the event is cancelled. */
  readonly room: RoomState | null;
  /** Whether the room's address is known. */
  readonly hasRoom: boolean;
  readonly report: EventReport;
  /** How many people have an email at a domain that takes no mail. */
  readonly atWrongDomains: number;
  /** The form's fields whose answers are counted. */
  readonly countedFields: readonly FormField[];
  /** What its people are to expect, or what became of them; null: nothing yet. */
  readonly erasure: ShownErasure | null;
  /** Companies where mail is delivered and perhaps shown to nobody, with a text for their IT. */
  readonly silent: readonly (SilentDomain & { readonly itText: string })[];
}

/** So many domains are seen at once. */
const SHOWN_DOMAINS = 8;

/** An event in a picture: who came how far, what was sent when, and where it went. */
export function OverviewPage({ frame, event, report, ...props }: OverviewPageProps) {
  const chart = sendChart(report.sends, props.timeZone);
  const { erasure, countedFields, timeZone } = props;
  // A number leads to the people behind it as long as they are there.
  const isLinked = erasure === null || erasure.type === 'ahead';
  return (
    <TeamLayout {...frame} title="Overview" section="events" event={event}>
      <LiveRegion id="overview-live" every={lookEvery(isMailUnderWay(report))}>
        {props.room ? (
          <RoomLine event={event} room={props.room} timeZone={timeZone} hasRoom={props.hasRoom} />
        ) : null}
        {erasure && isAnybody(report) ? <ErasureNote {...{ event, timeZone, erasure }} /> : null}
        {!isAnybody(report) && !chart ? (
          <NobodyYet event={event} permalink={props.permalink} />
        ) : (
          <>
            <div className="overview">
              <FunnelCard {...{ event, report, isLinked }} atWrongDomains={props.atWrongDomains} />
              <SendsCard event={event} chart={chart} />
            </div>
            {report.byDomain.length > 0 ? (
              <DomainsCard event={event} report={report} isLinked={isLinked} {...props} />
            ) : null}
            <PeopleCards {...{ event, report, timeZone, countedFields, isLinked }} />
          </>
        )}
      </LiveRegion>
    </TeamLayout>
  );
}

function isMailUnderWay({ sends }: EventReport): boolean {
  const pending = statusesWhere(({ pending }) => pending !== null);
  return sends.some(({ counts }) => pending.some((status) => counts[status]));
}

function isAnybody({ funnel, cancelled }: EventReport): boolean {
  return funnel.registered + cancelled > 0;
}

/** Whether numbers lead to the people behind them. */
interface Linked {
  readonly isLinked: boolean;
}

function NobodyYet({ event, permalink }: Pick<OverviewPageProps, 'event' | 'permalink'>) {
  const path = `/team/events/${event.id}`;
  if (event.isCancelled)
    return <Empty title="Nobody was registered">The event was cancelled before anybody registered.</Empty>;
  return (
    <Empty
      title={event.isOver ? 'Nobody was registered' : 'Nobody is registered yet'}
      action={
        <ButtonRow>
          {event.isOver ? null : (
            <CopyButton text={permalink} tone="primary" label="Copy the public link">
              Copy the public link
            </CopyButton>
          )}
          <ButtonLink href={`${path}/import`}>Import people</ButtonLink>
          <ButtonLink href={`${path}/people/new`}>Add a person</ButtonLink>
        </ButtonRow>
      }
    >
      {event.isOver
        ? 'The event is over. People from elsewhere can still be imported for your records.'
        : 'Share the public link so that people register, or bring them in yourself. Then this page shows who gets their mail, opens it and joins.'}
    </Empty>
  );
}

function FunnelCard({
  event,
  report,
  isLinked,
  atWrongDomains,
}: Pick<OverviewPageProps, 'event' | 'report' | 'atWrongDomains'> & Linked) {
  const { funnel, problems, cancelled } = report;
  const note = unreported(funnel);
  return (
    <Card
      title="From registration to the room"
      id="funnel"
      actions={
        <ButtonLink small href={`/team/events/${event.id}/report.csv`}>
          Download CSV
        </ButtonLink>
      }
    >
      <ol className="funnel">
        {funnelSteps(funnel).map(({ label, meaning, count, share, width, filter }) => (
          <li key={label}>
            <Step href={isLinked ? peoplePath(event.id, filter) : null} title={meaning}>
              <span className="funnel__label">{label}</span>
              <span className="funnel__count">{count.toLocaleString('en')}</span>
              <span className="funnel__share">{share}</span>
              <svg className="funnel__bar" aria-hidden="true" focusable="false">
                <rect className="chart__ground" width="100%" height="100%" rx="3" />
                {width > 0 ? <rect className="chart__bar" width={`${width}%`} height="100%" rx="3" /> : null}
              </svg>
            </Step>
          </li>
        ))}
      </ol>
      {funnel.joinedUncertain > 0 ? (
        <p className="overview__note">
          {people(funnel.joinedUncertain)} more may have joined: their links were opened together with many
          others’.
        </p>
      ) : null}
      {note ? <p className="overview__note">{note}</p> : null}
      {problems > 0 ? (
        <p className="overview__note">
          <PeopleLink
            href={
              isLinked ? peoplePath(event.id, { emailStatus: statusesWhere(({ problem }) => problem) }) : null
            }
          >
            {people(problems)} with an email problem
          </PeopleLink>
        </p>
      ) : null}
      {atWrongDomains > 0 ? (
        <p className="overview__note">
          <PeopleLink href={isLinked ? peoplePath(event.id, { emailDomainStatus: WRONG_DOMAINS }) : null}>
            {people(atWrongDomains)} at an email domain that does not exist or accepts no mail
          </PeopleLink>
        </p>
      ) : null}
      {cancelled > 0 ? (
        <p className="overview__note">
          <PeopleLink href={isLinked ? peoplePath(event.id, { cancelled: true }) : null}>
            {people(cancelled)} cancelled
          </PeopleLink>
        </p>
      ) : null}
    </Card>
  );
}

function Step({
  href,
  ...props
}: {
  readonly href: string | null;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return href ? (
    <a className="funnel__step" href={href} {...props} />
  ) : (
    <div className="funnel__step" {...props} />
  );
}

function PeopleLink({ href, children }: { readonly href: string | null; readonly children: ReactNode }) {
  return href ? <a href={href}>{children}</a> : children;
}

function SendsCard({
  event,
  chart,
}: Pick<OverviewPageProps, 'event'> & { readonly chart: SendChart | null }) {
  return (
    <Card
      title="Mails over time"
      id="sends"
      actions={
        <ButtonLink small href={`/team/events/${event.id}/mails`}>
          All mails
        </ButtonLink>
      }
    >
      {chart ? (
        <>
          <div className="sends">
            {chart.rows.map((row) => (
              <SendsRow key={row.kind} row={row} />
            ))}
            <svg className="sends__axis" aria-hidden="true" focusable="false">
              <line className="chart__line" x1="0" x2="100%" y1="0.5" y2="0.5" />
              {chart.ticks.map(({ text, x, anchor }) => (
                <text className="chart__tick" key={x} x={`${x}%`} y="16" textAnchor={anchor}>
                  {text}
                </text>
              ))}
            </svg>
          </div>
          <details className="overview__more">
            <summary>Show the numbers</summary>
            <Table
              inCard
              id="sends-table"
              label="Mails over time, in numbers"
              rows={chart.table}
              rowKey={({ name }) => `sends-${name.replaceAll(/[^\w]+/g, '-')}`}
              columns={[
                { key: 'when', label: 'When', isHeading: true, kind: 'nowrap', cell: ({ name }) => name },
                ...chart.rows.map(
                  ({ kind, label }): Column<SendChart['table'][number]> => ({
                    ...{ key: kind, label, kind: 'number' },
                    cell: ({ counts }) => (counts.get(kind) ?? 0).toLocaleString('en'),
                  }),
                ),
              ]}
            />
          </details>
        </>
      ) : (
        <Empty title="No mail yet">Confirmations and reminders show up here as soon as they are due.</Empty>
      )}
    </Card>
  );
}

/** Each kind on its own scale: a few confirmations are seen beside a reminder to everybody. */
function SendsRow({ row: { kind, label, total, bars, peak } }: { readonly row: ChartRow }) {
  return (
    <div className="sends__row">
      <p className="sends__kind">
        {label} <strong className="sends__total">{mails(total)}</strong>
      </p>
      <Bars label={`${label}: ${mails(total)}`} {...{ bars, peak }} data={{ 'data-kind': kind }} />
    </div>
  );
}

function DomainsCard({
  event,
  report: { byDomain, domains },
  silent,
  timeZone,
  isLinked,
}: Pick<OverviewPageProps, 'event' | 'report' | 'silent' | 'timeZone'> & Linked) {
  const [shown, more] = [byDomain.slice(0, SHOWN_DOMAINS), byDomain.slice(SHOWN_DOMAINS)];
  return (
    <Card
      title="By email domain"
      id="domains"
      lead={
        domains > byDomain.length
          ? `The ${byDomain.length} largest of ${domains.toLocaleString('en')} domains.`
          : undefined
      }
    >
      {silent.map((domain) => (
        <Silent key={domain.domain} {...domain} event={event} timeZone={timeZone} />
      ))}
      <div className="overview__domains">
        <DomainTable {...{ event, isLinked }} label="People by email domain" rows={shown} />
        {more.length > 0 ? (
          <details className="overview__more">
            <summary>
              Show {more.length} more {more.length === 1 ? 'domain' : 'domains'}
            </summary>
            <DomainTable {...{ event, isLinked }} label="People by email domain, continued" rows={more} />
          </details>
        ) : null}
      </div>
    </Card>
  );
}

function DomainTable({
  event,
  label,
  rows,
  isLinked,
}: Pick<OverviewPageProps, 'event'> &
  Linked & { readonly label: string; readonly rows: readonly DomainFigures[] }) {
  return (
    <Table
      inCard
      label={label}
      rows={rows}
      rowKey={({ domain }) => `domain-${domain}`}
      columns={domainColumns(event, isLinked)}
    />
  );
}

function domainColumns(event: TeamEvent, isLinked: boolean): readonly Column<DomainFigures>[] {
  const number = (key: Exclude<keyof DomainFigures, 'domain'>, label: string): Column<DomainFigures> => ({
    ...{ key, label, kind: 'number' },
    cell: (figures) => figures[key].toLocaleString('en'),
  });
  return [
    {
      key: 'domain',
      label: 'Domain',
      isHeading: true,
      cell: ({ domain }) =>
        isLinked ? (
          <a className="overview__domain" href={peoplePath(event.id, { emailDomain: [domain] })}>
            {shownDomain(domain)}
          </a>
        ) : (
          <bdi className="overview__domain">{shownDomain(domain)}</bdi>
        ),
    },
    number('registered', 'Registered'),
    number('delivered', 'Delivered'),
    number('opened', 'Opened'),
    number('joined', 'Joined'),
    {
      ...number('bounced', 'Bounced'),
      cell: ({ bounced }) =>
        bounced > 0 ? <strong className="overview__bad">{bounced.toLocaleString('en')}</strong> : 0,
    },
  ];
}

function Silent({
  event,
  domain,
  delivered,
  since,
  itText,
  timeZone,
}: OverviewPageProps['silent'][number] & Pick<OverviewPageProps, 'event' | 'timeZone'>): ReactNode {
  const shown = shownDomain(domain);
  return (
    <div className="notice notice--warning overview__silent">
      <p className="notice__title">
        Nobody at <bdi>{shown}</bdi> has opened a mail
      </p>
      <p>
        Mails to{' '}
        <a href={peoplePath(event.id, { emailDomain: [domain], delivered: true })}>{people(delivered)}</a>{' '}
        were delivered since <Time at={since} timeZone={timeZone} />. A filter of the company may hold them
        back. Ask its IT to let them through.
      </p>
      <CopyButton small text={itText} label={`Copy the text for their IT: ${shown}`}>
        Copy the text for their IT
      </CopyButton>
      <details className="overview__more">
        <summary aria-label={`Show it: the text for the IT of ${shown}`}>Show it</summary>
        <pre className="overview__text" dir="auto">
          {itText}
        </pre>
      </details>
    </div>
  );
}

function mails(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'mail' : 'mails'}`;
}

function shownDomain(domain: string): string {
  return shownAddress(`x@${domain}`).slice(2);
}
