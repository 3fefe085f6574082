import { columnLabel, FIELD, PEOPLE_COLUMNS } from '../../domain/columns.ts';
import { fieldLabels } from '../../domain/form-fields.ts';
import { Button, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Checkbox } from '../parts/field.tsx';
import { FurtherFields, type FurtherFieldsValue, listedFields } from '../parts/further-fields.tsx';
import { Popover } from '../parts/popover.tsx';
import { type PeopleView, viewQuery } from './people-view.ts';
import type { PeopleEvent } from './person.ts';

export interface ColumnsChooserProps {
  readonly event: Pick<PeopleEvent, 'id' | 'formFields' | 'locale'>;
  readonly view: PeopleView;
  readonly fields: readonly string[];
  /** Those that are shown. */
  readonly columns: readonly string[];
  /** What was written beside the list and could not be used; null: nothing. */
  readonly further: FurtherFieldsValue | null;
}

/** Which columns there are; remembered for whoever chooses. With script each tick applies at once. */
export function ColumnsChooser({ event, view, fields, columns, further }: ColumnsChooserProps) {
  const labels = fieldLabels(event);
  const chosen = new Set(columns);
  const listed = listedFields(
    fields,
    columns.map((key) => (key.startsWith(FIELD) ? key.slice(FIELD.length) : '')),
  );
  const all = [...PEOPLE_COLUMNS, ...listed.map((field) => FIELD + field)];
  return (
    <Popover label="Active columns" icon="columns-3" open={Boolean(further?.error)}>
      <form
        className="columns-chooser"
        id="columns-form"
        method="post"
        action={`/team/events/${event.id}/people/columns`}
        data-turbo-action="replace"
        data-applies
      >
        <HiddenFields values={{ back: viewQuery(view) }} />
        <fieldset className="columns-chooser__choices">
          <legend className="visually-hidden">Active columns</legend>
          {all.map((key, i) => (
            // A field may be called anything: no part of an id.
            <Checkbox
              key={key}
              name="column"
              id={`shown-column-${i}`}
              value={key}
              label={<bdi>{columnLabel(key, labels)}</bdi>}
              checked={chosen.has(key)}
            />
          ))}
        </fieldset>
        <FurtherFields listed={listed.length} total={fields.length} value={further} />
        <ButtonRow>
          <noscript>
            <Button tone="primary" small>
              Apply
            </Button>
          </noscript>
          <Button small name="usual" value="yes">
            Reset
          </Button>
        </ButtonRow>
      </form>
    </Popover>
  );
}
