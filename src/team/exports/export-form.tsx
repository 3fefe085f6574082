import { shownAddress } from '../../domain/address.ts';
import { COLUMN_GROUPS, COLUMNS, FIELD, FILE_COLUMNS, fileName } from '../../domain/columns.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../domain/export-columns.ts';
import { Button, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { people } from '../parts/counted.ts';
import { Checkbox, ErrorSummary, RadioGroup, Select } from '../parts/field.tsx';
import { FurtherFields, listedFields } from '../parts/further-fields.tsx';
import type { FieldLabels } from '../people/filter-words.ts';
import { viewQuery } from '../people/people-view.ts';
import { choiceWords, type ExportChoice, type Exported } from './export-choice.ts';

export const FORMAT_WORDS: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', xlsx: 'Excel' };

const FORMAT_HINTS: Readonly<Record<ExportFormat, string>> = {
  csv: 'For any program, and to import again.',
  xlsx: 'A workbook, of up to 1,048,575 registrants.',
};

/** What is in the form, as typed or as it begins. */
export interface ExportFormValues {
  readonly format: string;
  /** `all` or `some` */
  readonly which: string;
  readonly columns: readonly string[];
  /** Names of further fields, as they were written. */
  readonly further: string;
  readonly to: string;
}

export interface ExportFormProps {
  readonly action: string;
  readonly values: ExportFormValues;
  /** By field: `format`, `columns`, `further`, `to`. */
  readonly errors: Readonly<Record<string, string>>;
  /** Names of the registrants' own fields. */
  readonly fields: readonly string[];
  /** What the form's fields are called, by name. */
  readonly labels: FieldLabels;
  /** Addresses of the team, one's own first. */
  readonly members: readonly string[];
  readonly choice: ExportChoice;
  /** The event's, on whose clock times are said. */
  readonly timeZone: string;
  /** How many people are chosen now; null: more than are counted. */
  readonly registrants: number | null;
}

/** What the form is called. */
export function exportTitle({ exported }: ExportChoice): string {
  const titles: Readonly<Record<Exported, string>> = {
    all: 'Export all registrants',
    filter: 'Export the current filter',
    selection: 'Export the selection',
  };
  return titles[exported];
}

/** Which registrants' data, in what file, to whom. */
export function ExportForm({
  isDialog = false,
  ...props
}: ExportFormProps & {
  /** Whether it stands in the People page's dialog: that page comes after it. */
  readonly isDialog?: boolean;
}) {
  const { action, values, errors, fields, members, choice, registrants } = props;
  const [own] = members;
  const words = choiceWords(choice, props.timeZone, props.labels);
  const groups = Object.entries(COLUMN_GROUPS).map(([group, legend]) => ({
    legend: legend as string,
    options: FILE_COLUMNS.filter((key) => COLUMNS[key].group === group).map((key) => ({
      value: fileName(key) as string,
      label: COLUMNS[key].label,
    })),
  }));
  const listed = listedFields(
    fields,
    values.columns.map((name) => (name.startsWith(FIELD) ? name.slice(FIELD.length) : '')),
  );
  const ownFields = {
    legend: 'Further fields',
    options: listed.map((name) => ({ value: `${FIELD}${name}`, label: props.labels.get(name) ?? name })),
  };
  const shown = fields.length > 0 ? groups.toSpliced(1, 0, ownFields) : groups;
  let count = 0;
  return (
    <form className="form export-form" method="post" action={action}>
      <HiddenFields
        values={{
          ...{ export: choice.exported, registrantId: choice.registrantIds, back: viewQuery(choice.view) },
          ...(isDialog && { next: 'people' }),
        }}
      />
      {choice.exported === 'all' ? null : (
        <p className="export-form__who">
          <strong>{registrants === null ? 'All that match' : people(registrants)}</strong>
          {words ? (
            <>
              {' '}
              · <bdi>{words}</bdi>
            </>
          ) : null}{' '}
          {isDialog ? null : <a href={action}>Export all registrants instead</a>}
        </p>
      )}
      <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
      <RadioGroup
        name="format"
        legend="File"
        value={values.format}
        error={errors.format ?? null}
        options={EXPORT_FORMATS.map((value) => ({
          value,
          label: FORMAT_WORDS[value],
          hint: FORMAT_HINTS[value],
        }))}
        inline
      />
      <RadioGroup
        name="which"
        id="columns"
        legend="Columns"
        value={values.which}
        error={errors.columns ?? null}
        options={[
          { value: 'all', label: 'All columns' },
          { value: 'some', label: 'Selected columns' },
        ]}
        inline
      />
      <div className="export-form__columns">
        {shown.map(({ legend, options }) => (
          <fieldset className="export-form__group" key={legend}>
            <legend>{legend}</legend>
            {options.map(({ value, label }) => (
              <Checkbox
                key={value}
                id={`column-${++count}`}
                name="columns"
                value={value}
                label={<bdi>{label}</bdi>}
                checked={values.columns.includes(value)}
              />
            ))}
          </fieldset>
        ))}
        <FurtherFields
          listed={listed.length}
          total={fields.length}
          value={{ text: values.further, error: errors.further ?? null }}
        />
      </div>
      <Select
        name="to"
        label="Send to"
        width="medium"
        value={values.to}
        error={errors.to}
        options={members.map((email) => ({
          value: email,
          label: email === own ? `Me (${shownAddress(email)})` : shownAddress(email),
        }))}
      />
      <p className="notice notice--info">
        This file contains everyone’s access link: anyone who has it can join in any registrant’s place. It
        goes to a member of the team only, and the audit log keeps who asked for it. Delete it when you are
        done.
      </p>
      <ButtonRow>
        <Button tone="primary">Request export</Button>
        {isDialog ? (
          <Button formMethod="dialog" formNoValidate>
            Cancel
          </Button>
        ) : null}
        {choice.exported === 'all' && registrants !== null ? (
          <span className="quiet">{sentence(registrants)}</span>
        ) : null}
      </ButtonRow>
    </form>
  );
}

function sentence(registrants: number): string {
  return registrants === 1 ? '1 registrant now' : `${registrants.toLocaleString('en')} registrants now`;
}
