import type { ReactNode } from 'react';
import type { EventReport, GroupFigures } from '../../db/report.ts';
import type { FormField } from '../../domain/form-fields.ts';
import { localizedText } from '../../domain/form-fields.ts';
import type { RegistrantFilter } from '../../domain/registrant-filter.ts';
import { peoplePath } from '../bulk/people-path.ts';
import { Card } from '../parts/card.tsx';
import { languageName } from '../parts/language-options.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';
import type { TeamEvent } from '../parts/team-layout.tsx';
import { Bars } from './bars.tsx';
import { type CountChart, countChart } from './send-chart.ts';

interface Props {
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly report: EventReport;
  /** The form's fields whose answers are counted. */
  readonly countedFields: readonly FormField[];
  /** Whether the people are there still, so that numbers lead to them. */
  readonly isLinked: boolean;
}

/** Of a group so many are seen at once. */
const SHOWN = 6;

/** Who an event's people are: when they registered and came, where from, and what they answered. */
export function PeopleCards(props: Props) {
  const { report, timeZone } = props;
  const registrations = countChart(
    // Noon of the day: on no clock is it another day's.
    report.registrations.map(({ date, registered }) => ({ at: noonOf(date, timeZone), count: registered })),
    timeZone,
    ['day', 'week', 'month'],
  );
  const attendance = countChart(
    report.attendance.map(({ at, joined }) => ({ at: new Date(at), count: joined })),
    timeZone,
    ['five minutes', 'hour', 'day', 'month'],
  );
  return (
    <div className="overview__people">
      {registrations ? (
        <CountCard
          id="registrations"
          title="Registrations over time"
          what="registered"
          chart={registrations}
        />
      ) : null}
      {attendance ? (
        <CountCard id="attendance" title="When people joined" what="joined" chart={attendance} />
      ) : null}
      <StatusCard {...props} />
      <GroupCard
        {...props}
        {...{ id: 'sources', title: 'By source', lead: 'utm_source of the link to the event’s page.' }}
        groups={report.bySource.map(({ source, ...figures }) => ({
          ...figures,
          label: source ?? 'No source',
          conditions: source === null ? null : { source: { utmSource: source } },
        }))}
      />
      <GroupCard
        {...props}
        {...{ id: 'campaigns', title: 'By campaign', lead: 'utm_campaign of the link to the event’s page.' }}
        groups={report.byCampaign.map(({ campaign, ...figures }) => ({
          ...figures,
          label: campaign ?? 'No campaign',
          conditions: campaign === null ? null : { source: { utmCampaign: campaign } },
        }))}
      />
      <GroupCard
        {...props}
        {...{ id: 'languages', title: 'By language' }}
        groups={report.byLanguage.map(({ language, ...figures }) => ({
          ...figures,
          label: language === null ? 'The event’s' : languageName(language),
          conditions: null,
        }))}
      />
      {props.countedFields.map(({ name, label }, index) => (
        <GroupCard
          key={name}
          {...props}
          {...{ id: `answers-${index}`, title: localizedText(label, 'en') }}
          groups={report.answers.flatMap(({ name: of, value, ...figures }) =>
            of === name ? [{ ...figures, label: value, conditions: { fields: { [name]: value } } }] : [],
          )}
        />
      ))}
    </div>
  );
}

function CountCard({
  id,
  title,
  what,
  chart: { total, bars, peak, ticks, table },
}: {
  readonly id: string;
  readonly title: string;
  /** What they did: `joined`. */
  readonly what: string;
  readonly chart: CountChart;
}) {
  return (
    <Card title={title} id={id}>
      <div className="sends">
        <Bars
          label={`${total.toLocaleString('en')} ${what}`}
          {...{ bars, peak }}
          data={{ 'data-chart': id }}
        />
        <svg className="sends__axis" aria-hidden="true" focusable="false">
          {ticks.map(({ text, x, anchor }) => (
            <text className="chart__tick" key={x} x={`${x}%`} y="12" textAnchor={anchor}>
              {text}
            </text>
          ))}
        </svg>
      </div>
      <details className="overview__more">
        <summary>Show the numbers</summary>
        <Table
          inCard
          label={`${title}, in numbers`}
          rows={table}
          rowKey={({ name }) => `${id}-${name.replaceAll(/[^\w]+/g, '-')}`}
          columns={[
            { key: 'when', label: 'When', isHeading: true, kind: 'nowrap', cell: ({ name }) => name },
            {
              ...{ key: what, label: what === 'joined' ? 'Joined' : 'Registered', kind: 'number' },
              cell: ({ count }) => count.toLocaleString('en'),
            },
          ]}
        />
      </details>
    </Card>
  );
}

function StatusCard({ event, report: { byEmailStatus }, isLinked }: Props) {
  if (byEmailStatus.length === 0) return null;
  const most = Math.max(...byEmailStatus.map(({ registered }) => registered));
  return (
    <Card title="By email status" id="statuses">
      <ul className="breakdown">
        {byEmailStatus.map(({ emailStatus, registered }) => (
          <Line
            key={emailStatus}
            label={<StatusBadge status={emailStatus} />}
            href={isLinked ? peoplePath(event.id, { emailStatus: [emailStatus] }) : null}
            {...{ registered, most }}
          />
        ))}
      </ul>
    </Card>
  );
}

interface Group extends GroupFigures {
  readonly label: string;
  /** The People page's filter that leaves just these people; null: it has none. */
  readonly conditions: RegistrantFilter | null;
}

interface GroupCardProps extends Props {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
  readonly groups: readonly Group[];
}

/** Nothing where nobody is in a group that has a name of its own. */
function GroupCard({ id, title, lead, groups, event, isLinked }: GroupCardProps): ReactNode {
  if (groups.length < 2 && !groups.some(({ conditions }) => conditions)) return null;
  const most = Math.max(...groups.map(({ registered }) => registered));
  const lines = groups.map(({ label, conditions, registered, joined }) => (
    <Line
      key={label}
      label={<bdi>{label}</bdi>}
      href={conditions && isLinked ? peoplePath(event.id, conditions) : null}
      {...{ registered, joined, most }}
    />
  ));
  return (
    <Card title={title} id={id} lead={lead}>
      <ul className="breakdown">{lines.slice(0, SHOWN)}</ul>
      {lines.length > SHOWN ? (
        <details className="overview__more">
          <summary>Show {lines.length - SHOWN} more</summary>
          <ul className="breakdown">{lines.slice(SHOWN)}</ul>
        </details>
      ) : null}
    </Card>
  );
}

/** How many people are in a group, beside the others. */
function Line({
  label,
  href,
  registered,
  joined,
  most,
}: {
  readonly label: ReactNode;
  readonly href: string | null;
  readonly registered: number;
  readonly joined?: number;
  /** In the largest group. */
  readonly most: number;
}) {
  // What is not nothing is seen.
  const width = Math.max(0.5, Math.round((registered / Math.max(1, most)) * 10_000) / 100);
  return (
    <li className="breakdown__line">
      {href ? (
        <a className="breakdown__label" href={href}>
          {label}
        </a>
      ) : (
        <span className="breakdown__label">{label}</span>
      )}
      <span className="breakdown__count">{registered.toLocaleString('en')}</span>
      {joined === undefined ? null : (
        <span className="breakdown__joined">{joined.toLocaleString('en')} joined</span>
      )}
      <svg className="breakdown__bar" aria-hidden="true" focusable="false">
        <rect className="chart__ground" width="100%" height="100%" rx="2" />
        <rect className="chart__bar" width={`${width}%`} height="100%" rx="2" />
      </svg>
    </li>
  );
}

function noonOf(date: string, timeZone: string): Date {
  const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: '12:00' });
  return new Date(noon.epochMilliseconds);
}
