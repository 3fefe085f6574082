import { foundCount } from '../../db/registrant.ts';
import type { SavedView } from '../../db/saved-view.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { WRONG_DOMAINS } from '../../domain/mail-domain.ts';
import {
  activeParts,
  filterEntries,
  filterFields,
  type RegistrantFilter,
  withoutParts,
} from '../../domain/registrant-filter.ts';
import { peoplePath } from '../bulk/people-path.ts';
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
import { ExportMenu } from './export-menu.tsx';
import { FilterChips, FilterMenu } from './filter-menu.tsx';
import { isUnderWay, PeopleTable, type PeopleTableProps } from './people-table.tsx';
import {
  filteredBy,
  type PeopleView,
  USUAL_SORT,
  usualDirection,
  viewPath,
  viewQuery,
} from './people-view.ts';
import type { PersonDetails, RefusedForm } from './person.ts';
import { PersonPane } from './person-pane.tsx';
import type { RefusedFilter } from './read-filter-form.ts';
import { type RefusedView, SavedViews } from './saved-views.tsx';

export interface PeoplePageProps extends Omit<PeopleTableProps, 'rows'> {
  readonly frame: TeamFrame;
  readonly rows: PeopleTableProps['rows'];
  /** How many of those whom all of the filter but the status leaves have each status. */
  readonly counts: ReadonlyMap<ShownStatus, number>;
  /** How many of the event's people have an email at a domain that takes no mail. */
  readonly atWrongDomains: number;
  /** `3 March 2027`: when its people were erased; null: they were not. */
  readonly erasedOn: string | null;
  /** They were counted so far and there are more: the counts say nothing then. Null: these are all. */
  readonly countsCutAt: number | null;
  readonly previous: string | null;
  readonly next: string | null;
  /** Fields of the registrants' own. */
  readonly fields: readonly string[];
  /** Names of further columns that could not be used; null: none. */
  readonly further: FurtherFieldsValue | null;
  /** The filters that the team keeps for the event. */
  readonly views: readonly SavedView[];
  /** Names in the address that belong to a filter and could not be read. */
  readonly unreadable: readonly string[];
  readonly refusedFilter: RefusedFilter | null;
  readonly refusedView: RefusedView | null;
  readonly pane: { readonly details: PersonDetails; readonly refused: RefusedForm | null } | null;
}

/** What somebody should look at comes first. */
const ORDER: readonly ShownStatus[] = (['bad', 'warning', 'plain', 'active', 'good'] as const).flatMap(
  (tone) => (['none', ...MESSAGE_STATUSES] as const).filter((status) => STATUS_TONES[status] === tone),
);

function NobodyHere({ event, erasedOn }: Pick<PeoplePageProps, 'event' | 'erasedOn'>) {
  return erasedOn ? (
    <Empty
      title={`People were erased on ${erasedOn}`}
      action={<ButtonLink href={`/team/events/${event.id}/overview`}>Go to the Overview</ButtonLink>}
    >
      Their names, emails and answers are gone for good. The numbers stay.
    </Empty>
  ) : (
    <Empty
      title="No registrations yet"
      action={<ButtonLink href={event.permalink}>Open the event’s page</ButtonLink>}
    >
      People appear here when they register on the event’s page, or when you import them from a file or add
      them with the API.
    </Empty>
  );
}

/** Everybody who is registered for an event. */
export function PeoplePage({ frame, event, view, rows, counts, pane, ...props }: PeoplePageProps) {
  const { filter } = view;
  const { q = '', emailStatus = [] } = filter;
  const isFiltered = activeParts(filter).length > 0;
  const found = foundCount(filter, { byStatus: counts, cutAt: props.countsCutAt });
  const clear = filteredBy(view, {});
  const isEmpty = !isFiltered && found === 0 && props.views.length === 0 && !props.refusedFilter;
  return (
    <TeamLayout
      {...frame}
      title="People"
      section="events"
      event={event}
      pane={pane ? <PersonPane {...pane} event={event} view={view} /> : null}
    >
      {isEmpty ? (
        <NobodyHere event={event} erasedOn={props.erasedOn} />
      ) : (
        <>
          <SavedViews event={event} view={view} views={props.views} refused={props.refusedView} />
          <FilterBar
            action={`/team/events/${event.id}/people`}
            search={{
              name: 'q',
              label: 'Search people by name or email',
              placeholder: 'Name or email',
              value: q,
            }}
            chips={{
              name: 'emailStatus',
              legend: 'Email status',
              options: ORDER.filter((status) => counts.get(status) || emailStatus.includes(status)).map(
                (status) => ({
                  value: status,
                  label: STATUS_WORDS[status],
                  checked: emailStatus.includes(status),
                  ...(props.countsCutAt === null && { count: counts.get(status) ?? 0 }),
                }),
              ),
            }}
            hidden={{
              ...filterFields(withoutParts(filter, ['q', 'emailStatus'])),
              ...(view.sort !== USUAL_SORT && { sort: view.sort }),
              ...(view.direction !== usualDirection(view.sort) && { direction: view.direction }),
            }}
            clearHref={isFiltered ? viewPath(event.id, clear) : null}
            aside={
              <>
                <FilterMenu event={event} view={view} fields={props.fields} refused={props.refusedFilter} />
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
          <FilterChips event={event} view={view} unreadable={props.unreadable} />
          <WrongDomains event={event} filter={filter} count={props.atWrongDomains} />
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
                sentence={foundSentence(found, props.countsCutAt, isFiltered)}
                previous={props.previous}
                next={props.next}
              />
            </>
          )}
          <form id="selection" method="post" action={`/team/events/${event.id}/resend`}>
            <HiddenFields
              values={{
                ...filterFields(filter),
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

/** What somebody should look at though no mail has come back yet. */
function WrongDomains({
  event,
  filter,
  count,
}: Pick<PeoplePageProps, 'event'> & { readonly filter: RegistrantFilter; readonly count: number }) {
  if (count === 0) return null;
  const theirs = { emailDomainStatus: WRONG_DOMAINS };
  const isShown = filter.emailDomainStatus !== undefined;
  const query = new URLSearchParams([['scope', 'matching'], ...filterEntries(theirs)]);
  return (
    <div className="notice notice--warning people-attention">
      <p>
        {count === 1
          ? '1 person has an email at a domain that does not exist or accepts no mail.'
          : `${count.toLocaleString('en')} people have emails at domains that do not exist or accept no mail.`}{' '}
        {isShown ? null : (
          <a href={peoplePath(event.id, theirs)}>Show {count === 1 ? 'this person' : 'them'}</a>
        )}
      </p>
      <ButtonLink small href={`/team/events/${event.id}/correct?${query}`}>
        Correct {count === 1 ? 'the email' : 'the emails'}
      </ButtonLink>
    </div>
  );
}

function foundSentence(found: number | null, cutAt: number | null, isFiltered: boolean): string {
  if (found === null) return `More than ${(cutAt ?? 0).toLocaleString('en')} people match`;
  const people = `${found.toLocaleString('en')} ${found === 1 ? 'person' : 'people'}`;
  return isFiltered ? `${people} ${found === 1 ? 'matches' : 'match'}` : people;
}

function NoMatch({
  event,
  view,
  clear,
}: Pick<PeoplePageProps, 'event' | 'view'> & { readonly clear: PeopleView }) {
  const { q, emailStatus, ...others } = view.filter;
  if (activeParts(view.filter).length === 0 || view.cursor)
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
      {q && activeParts(others).length === 0 ? (
        <>
          Nobody’s name or address has “<bdi>{q}</bdi>” in it
          {emailStatus ? ' with this email status' : ''}. One or two letters are looked for where words begin.
        </>
      ) : activeParts(others).length > 0 ? (
        'Nobody is registered who fulfils all of the filter.'
      ) : (
        'Nobody has this email status.'
      )}
    </Empty>
  );
}
