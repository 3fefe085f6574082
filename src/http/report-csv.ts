import { wholeCsv } from '../actions/export-csv.ts';
import type { EventReport } from '../db/report.ts';
import type { Event } from '../domain/event.ts';

type Row = readonly [part: string, name: string, figure: string, count: number];

/** Every number of the report, one a line: a spreadsheet filters and sums them by part, name and figure. */
function reportRows(report: EventReport): Row[] {
  const { funnel, cancelled, byDomain, byEmailStatus, sends } = report;
  /** A line for each number of what is called `name`. */
  const lines = (part: string, name: string | null, figures: Readonly<Record<string, unknown>>): Row[] =>
    Object.entries(figures).flatMap(([figure, count]): Row[] =>
      typeof count === 'number' ? [[part, name ?? '', figure, count]] : [],
    );
  return [
    ...lines('funnel', null, { ...funnel }),
    ['funnel', '', 'cancelled', cancelled],
    ...byEmailStatus.flatMap(({ emailStatus, ...figures }) => lines('byEmailStatus', emailStatus, figures)),
    ...byDomain.flatMap(({ domain, ...figures }) => lines('byDomain', domain, figures)),
    ...report.byLanguage.flatMap(({ language, ...figures }) => lines('byLanguage', language, figures)),
    ...report.bySource.flatMap(({ source, ...figures }) => lines('bySource', source, figures)),
    ...report.byCampaign.flatMap(({ campaign, ...figures }) => lines('byCampaign', campaign, figures)),
    ...report.answers.flatMap(({ name, value, ...figures }) =>
      lines('answers', `${name}: ${value}`, figures),
    ),
    ...report.registrations.flatMap(({ date, ...figures }) => lines('registrations', date, figures)),
    ...report.attendance.flatMap(({ at, ...figures }) => lines('attendance', at, figures)),
    ...sends.flatMap(({ kind, dueAt, counts }) => lines('sends', `${kind} ${dueAt.toISOString()}`, counts)),
  ];
}

/** The report as a file that spreadsheets open. */
export function sendReportCsv({ slug }: Pick<Event, 'slug'>, report: EventReport, now: Date): Response {
  const name = `${slug.slice(0, 60)}-report-${now.toISOString().slice(0, 10)}.csv`;
  return new Response(wholeCsv([['part', 'name', 'figure', 'count'], ...reportRows(report)]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
