import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { areConditions, conditionFields } from '../../domain/milestones.ts';
import { ExportDialog } from '../exports/export-dialog.tsx';
import { Button, ButtonLink, HiddenFields } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import type { FurtherFieldsValue } from '../parts/further-fields.tsx';
import { LiveRegion, lookEvery } from '../parts/live-region.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectionBar } from '../parts/selection-bar.tsx';
import { type ShownStatus, STATUS_TONES, STATUS_WORDS } from '../parts/status-badge.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { ColumnsChooser } from './columns-chooser.tsx';
import { conditionTexts } from './condition-texts.ts';
import { ExportMenu } from './export-menu.tsx';
import { isUnderWay, PeopleTable, type PeopleTableProps } from './people-table.tsx';
import { type PeopleView, USUAL_SORT, usualDirection, viewPath, viewQuery } from './people-view.ts';
import type { PersonDetails, RefusedForm } from './person.ts';
import { PersonPane } from './person-pane.tsx';

export interface PeoplePageProps extends Omit<PeopleTableProps, 'rows'> {
  readonly frame: TeamFrame;
  readonly rows: PeopleTableProps['rows'];
  /** How many of the event's people have each status, whatever the filter; of those that `q` finds where it is set. */
  readonly counts: ReadonlyMap<ShownStatus, number>;
  /** The search finds more than are counted: the counts say nothing then. */
  readonly countsAreCut: boolean;
  /** So far they are counted. */
  readonly countedAtMost: number;
  readonly previous: string | null;
  readonly next: string | null;
  /** Fields of the registrants' own. */
  readonly fields: readonly string[];
  /** Names of further columns that could not be used; null: none. */
  readonly further: FurtherFieldsValue | null;
  readonly pane: { readonly details: PersonDetails; readonly refused: RefusedForm | null } | null;
}

/** What somebody should look at comes first. */
const ORDER: readonly ShownStatus[] = (['bad', 'warning', 'plain', 'active', 'good'] as const).flatMap(
  (tone) => (['none', ...MESSAGE_STATUSES] as const).filter((status) => STATUS_TONES[status] === tone),
);

/** Everybody who is registered for an event. */
export function PeoplePage({ frame, event, view, rows, counts, pane, ...props }: PeoplePageProps) {
  const isFiltered = isFilteredView(view);
  const found = foundCount(view, counts, props.countsAreCut);
  const clear: PeopleView = { ...view, q: '', emailStatus: [], conditions: {}, cursor: null, person: null };
  const isEmpty = !isFiltered && found === 0;
  return (
    <TeamLayout
      {...frame}
      title="People"
      section="events"
      event={event}
      pane={pane ? <PersonPane {...pane} event={event} view={view} /> : null}
    >
      {isEmpty ? (
        <Empty
          title="No registrations yet"
          action={<ButtonLink href={event.permalink}>Open the event’s page</ButtonLink>}
        >
          People appear here when they register on the event’s page, or when you import them from a file or
          add them with the API.
        </Empty>
      ) : (
        <>
          <FilterBar
            action={`/team/events/${event.id}/people`}
            search={{
              name: 'q',
              label: 'Search people by name or email',
              placeholder: 'Name or email',
              value: view.q,
            }}
            chips={{
              name: 'emailStatus',
              legend: 'Email status',
              options: ORDER.filter((status) => counts.get(status) || view.emailStatus.includes(status)).map(
                (status) => ({
                  value: status,
                  label: STATUS_WORDS[status],
                  checked: view.emailStatus.includes(status),
                  ...(!props.countsAreCut && { count: counts.get(status) ?? 0 }),
                }),
              ),
            }}
            hidden={{
              ...conditionFields(view.conditions ?? {}),
              ...(view.sort !== USUAL_SORT && { sort: view.sort }),
              ...(view.direction !== usualDirection(view.sort) && { direction: view.direction }),
            }}
            clearHref={isFiltered ? viewPath(event.id, clear) : null}
            aside={
              <>
                <ExportMenu
                  eventId={event.id}
                  {...(isFiltered && { filtered: found })}
                  {...(rows.length > 0 && { table: 'people' })}
                />
                <ColumnsChooser
                  event={event}
                  view={view}
                  fields={props.fields}
                  columns={props.columns}
                  further={props.further}
                />
              </>
            }
          />
          {areConditions(view.conditions ?? {}) ? (
            <p className="quiet">Only {conditionTexts(view.conditions ?? {}).join(', and ')}.</p>
          ) : null}
          {rows.length === 0 ? (
            <NoMatch event={event} view={view} clear={clear} />
          ) : (
            <>
              <SelectionBar
                table="people"
                form="selection"
                noun={['person', 'people']}
                all={found === null ? null : { name: 'scope', value: 'matching', count: found }}
              >
                <Button form="selection">Resend access link…</Button>
                <Button form="selection" formAction={`/team/events/${event.id}/correct`}>
                  Correct emails…
                </Button>
                <Button form="selection" formAction={`/team/events/${event.id}/announcements/select`}>
                  Write to these…
                </Button>
              </SelectionBar>
              <LiveRegion
                id="people-live"
                every={lookEvery(rows.some(({ lastMail }) => isUnderWay(lastMail)))}
              >
                <PeopleTable {...props} event={event} view={view} rows={rows} />
              </LiveRegion>
              <Pager
                label="People"
                sentence={foundSentence(found, props.countedAtMost, isFiltered)}
                previous={props.previous}
                next={props.next}
              />
            </>
          )}
          <form id="selection" method="post" action={`/team/events/${event.id}/resend`}>
            <HiddenFields
              values={{
                ...conditionFields(view.conditions ?? {}),
                q: view.q,
                emailStatus: view.emailStatus,
                back: viewQuery(view),
              }}
            />
          </form>
          <form
            id="row-actions"
            method="post"
            action={`/team/events/${event.id}/people`}
            data-turbo-action="replace"
          >
            <HiddenFields values={{ back: viewQuery(view) }} />
          </form>
          <ExportDialog />
        </>
      )}
    </TeamLayout>
  );
}

function isFilteredView({ q, emailStatus, conditions = {} }: PeopleView): boolean {
  return q !== '' || emailStatus.length > 0 || areConditions(conditions);
}

/** Null: more than were counted. */
function foundCount(
  view: PeopleView,
  counts: ReadonlyMap<ShownStatus, number>,
  areCut: boolean,
): number | null {
  if (areCut) return null;
  const wanted = view.emailStatus.length > 0 ? view.emailStatus : [...counts.keys()];
  return wanted.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
}

function foundSentence(found: number | null, atMost: number, isFiltered: boolean): string {
  const words = found === null ? `More than ${atMost.toLocaleString('en')}` : found.toLocaleString('en');
  const people = found === 1 ? 'person' : 'people';
  if (found === null) return `The search finds more than ${atMost.toLocaleString('en')} people`;
  return isFiltered ? `${words} ${people} ${found === 1 ? 'matches' : 'match'}` : `${words} ${people}`;
}

function NoMatch({
  event,
  view,
  clear,
}: Pick<PeoplePageProps, 'event' | 'view'> & { readonly clear: PeopleView }) {
  if (!isFilteredView(view) || view.cursor)
    return (
      <Empty
        title="This page is empty now"
        action={
          <ButtonLink href={viewPath(event.id, { ...view, cursor: null })}>Go to the first page</ButtonLink>
        }
      >
        The list has changed.
      </Empty>
    );
  return (
    <Empty
      title="No matches"
      action={<ButtonLink href={viewPath(event.id, clear)}>Show everyone</ButtonLink>}
    >
      {view.q ? (
        <>
          Nobody’s name or address has “<bdi>{view.q}</bdi>” in it
          {view.emailStatus.length > 0 ? ' with this email status' : ''}. One or two letters are looked for
          where words begin.
        </>
      ) : areConditions(view.conditions ?? {}) ? (
        'Nobody is registered who fulfils all of the filter.'
      ) : (
        'Nobody has this email status.'
      )}
    </Empty>
  );
}
