import { Button, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { CheckboxGroup } from '../parts/field.tsx';
import { columnWords, FIELD_PREFIX, PEOPLE_COLUMNS } from './people-columns.ts';
import { type PeopleView, viewQuery } from './people-view.ts';

export interface ColumnsChooserProps {
  readonly event: { readonly id: string };
  readonly view: PeopleView;
  readonly fields: readonly string[];
  /** Those that are shown. */
  readonly columns: readonly string[];
}

/** Which columns there are; remembered for whoever chooses. */
export function ColumnsChooser({ event, view, fields, columns }: ColumnsChooserProps) {
  const all = [...PEOPLE_COLUMNS, ...fields.map((field) => FIELD_PREFIX + field)];
  return (
    <details className="columns-chooser">
      <summary className="button button--quiet">Columns</summary>
      <form
        className="columns-chooser__form"
        method="post"
        action={`/team/events/${event.id}/people/columns`}
      >
        <HiddenFields values={{ back: viewQuery(view) }} />
        <div className="columns-chooser__choices">
          <CheckboxGroup
            name="column"
            legend="Columns beside the name"
            values={columns}
            options={all.map((key) => ({ value: key, label: columnWords(key) }))}
          />
        </div>
        <ButtonRow>
          <Button tone="primary" small>
            Show these
          </Button>
          <Button small name="usual" value="yes">
            The usual ones again
          </Button>
        </ButtonRow>
      </form>
    </details>
  );
}
