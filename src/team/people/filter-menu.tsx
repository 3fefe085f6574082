import { COLUMNS, SOURCE_NAMES } from '../../domain/columns.ts';
import { type FormField, fieldLabels, isTick, TICKED } from '../../domain/form-fields.ts';
import { WRONG_DOMAINS } from '../../domain/mail-domain.ts';
import { MILESTONES, type Milestone } from '../../domain/milestones.ts';
import { FILTER_STATUSES } from '../../domain/registrant-filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { Button, ButtonRow, HiddenFields } from '../parts/button.tsx';
import {
  CheckboxGroup,
  DateTimeField,
  ErrorSummary,
  FieldRow,
  type Option,
  Select,
  TextField,
} from '../parts/field.tsx';
import { listedFields } from '../parts/further-fields.tsx';
import { Popover } from '../parts/popover.tsx';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import { filterWords } from './filter-words.ts';
import { filteredBy, type PeopleView, viewPath, viewQuery } from './people-view.ts';
import type { PeopleEvent } from './person.ts';
import {
  answerName,
  choiceFields,
  FILTER_FORM_NAMES,
  filterFormValues,
  type RefusedFilter,
} from './read-filter-form.ts';

const MILESTONE_LABELS: Readonly<Record<Milestone, string>> = {
  delivered: 'Mail delivered',
  opened: 'Opened a mail',
  linkOpened: 'Opened their link',
  joined: 'Joined',
};

const ANY: Option = { value: '', label: 'Any' };
/** As a filter's values stand in a form: in their order, divided by commas. */
const DOMAIN_OPTIONS: readonly Option[] = [
  ANY,
  { value: [...WRONG_DOMAINS].sort().join(', '), label: 'Cannot be delivered' },
  { value: 'does_not_exist', label: 'The domain does not exist' },
  { value: 'no_mail', label: 'The domain does not accept mail' },
  { value: 'ok', label: 'Can be delivered' },
];
const YES_OR_NO: readonly Option[] = [ANY, { value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }];

/** Fields of forms and selects on one page need names of their own. */
const ID = 'filter-by-';

export interface FilterMenuProps {
  readonly event: Pick<PeopleEvent, 'id' | 'timeZone' | 'formFields' | 'locale'>;
  readonly view: PeopleView;
  /** Names of the registrants' own fields. */
  readonly fields: readonly string[];
  /** What was sent and cannot be looked for; null: nothing. */
  readonly refused: RefusedFilter | null;
}

/** All that the list can be filtered by, in one form; its answer is the list's address. */
export function FilterMenu({ event, view, fields, refused }: FilterMenuProps) {
  const values = refused?.values ?? filterFormValues(view.filter, event);
  const labels = fieldLabels(event);
  const choices = choiceFields(event);
  const problems = refused?.problems ?? {};
  const chosen = new Set((values.emailStatus ?? '').split(', '));
  const named = (name: string) => ({ name, id: ID + name, value: values[name], error: problems[name] });
  // Events from before the limit have thousands: their names are typed.
  const chosenOf = new Set(choices.map(({ name }) => name));
  const written = fields.filter((name) => !chosenOf.has(name));
  const listed = listedFields(written, []);
  const { fieldName, fieldValue, sourceName, sourceValue } = FILTER_FORM_NAMES;
  return (
    <Popover label="Filter" name="Filter people" icon="list-filter" open={refused !== null}>
      <form className="people-filter" method="get" action={`/team/events/${event.id}/people/filter`}>
        <HiddenFields values={{ back: viewQuery({ ...view, person: null, cursor: null }) }} />
        <ErrorSummary
          problems={Object.entries(problems).map(([name, message]) => ({ id: ID + name, message }))}
        />
        <FieldRow>
          {MILESTONES.map((name) => (
            <Select key={name} {...named(name)} label={MILESTONE_LABELS[name]} options={YES_OR_NO} />
          ))}
        </FieldRow>
        <TextField
          {...named('emailDomain')}
          label="Email domain"
          placeholder="example.com, example.org"
          dir="ltr"
          maxLength={1_000}
        />
        <Select {...named('emailDomainStatus')} label="Mail to the domain" options={DOMAIN_OPTIONS} />
        {choices.length > 0 ? (
          <details
            className="people-filter__answers"
            open={choices.some(({ name }) => values[answerName(name)]) || undefined}
          >
            <summary>Answers</summary>
            <div className="people-filter__choices">
              {choices.map((field, i) => (
                <Select
                  key={field.name}
                  name={answerName(field.name)}
                  // A field may be called anything: no part of an id.
                  id={`${ID}answer-${i}`}
                  value={values[answerName(field.name)]}
                  label={<bdi>{labels.get(field.name)}</bdi>}
                  options={choicesOf(field, values[answerName(field.name)])}
                />
              ))}
            </div>
          </details>
        ) : null}
        {written.length > 0 ? (
          <FieldRow>
            {listed.length < written.length ? (
              <TextField {...named(fieldName)} label="Field" dir="auto" maxLength={64} />
            ) : (
              <Select
                {...named(fieldName)}
                label="Field"
                options={[
                  { value: '', label: 'None' },
                  ...written.map((value) => ({ value, label: labels.get(value) ?? value })),
                ]}
              />
            )}
            <TextField {...named(fieldValue)} label="is exactly" dir="auto" maxLength={2_000} />
          </FieldRow>
        ) : null}
        <FieldRow>
          <Select
            {...named(sourceName)}
            label="Source"
            options={[
              { value: '', label: 'None' },
              ...SOURCE_NAMES.map((value) => ({ value, label: COLUMNS[value].label })),
            ]}
          />
          <TextField {...named(sourceValue)} label="is exactly" dir="auto" maxLength={2_000} />
        </FieldRow>
        <FieldRow>
          <DateTimeField {...named('registeredAfter')} label="Registered from" />
          <DateTimeField {...named('registeredBefore')} label="Registered before" />
        </FieldRow>
        <p className="field__hint">Times are in {event.timeZone}.</p>
        <Select
          {...named('cancelled')}
          label="Registration"
          options={[
            { value: '', label: 'Registered' },
            { value: 'true', label: 'Cancelled' },
          ]}
        />
        <details className="people-filter__statuses" open={view.filter.emailStatus !== undefined}>
          <summary>Email status</summary>
          <CheckboxGroup
            name="emailStatus"
            id={`${ID}emailStatus`}
            legend="Email status"
            labelHidden
            inline
            values={[...chosen]}
            options={FILTER_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] }))}
          />
        </details>
        <ButtonRow>
          <Button tone="primary">Apply</Button>
        </ButtonRow>
      </form>
    </Popover>
  );
}

/** What can be chosen of a field; also what the list is filtered by and the form no longer offers. */
function choicesOf(field: FormField, current: string | undefined): readonly Option[] {
  const known = isTick(field)
    ? [{ value: TICKED, label: 'Yes' }]
    : field.options.map((value) => ({ value, label: value }));
  const isKnown = !current || known.some(({ value }) => value === current);
  return [ANY, ...known, ...(isKnown ? [] : [{ value: current, label: current }])];
}

/** What the list is filtered by, each with the way to the list without it; what the search bar shows is left out. */
export function FilterChips({
  event,
  view,
  unreadable,
}: Pick<FilterMenuProps, 'event' | 'view'> & {
  /** Names in the address that could not be read. */
  readonly unreadable: readonly string[];
}) {
  const words = filterWords(view.filter, event.timeZone, fieldLabels(event)).filter(
    ({ part }) => part !== 'q' && part !== 'emailStatus',
  );
  return (
    <>
      {unreadable.length > 0 ? (
        <p className="notice notice--warning" role="status">
          This part of the address is not a filter, and was ignored: <bdi>{unreadable.join(', ')}</bdi>.
        </p>
      ) : null}
      {words.length > 0 ? (
        <ul className="active-filters" aria-label="Active filters">
          {words.map(({ part, chip, without }) => (
            <li key={`${part} ${chip}`} className="active-filter">
              <bdi className="active-filter__words" title={chip}>
                {chip}
              </bdi>
              <a
                className="active-filter__remove"
                href={viewPath(event.id, filteredBy(view, without))}
                aria-label={`Remove the filter ${chip}`}
              >
                <Icon name="x" />
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
