import type { ImportCheck } from '../../actions/import-registrants.ts';
import { headerSignature } from '../../domain/import/columns.ts';
import {
  type DetectedEncoding,
  ENCODING_NAMES,
  ENCODINGS,
  type Encoding,
} from '../../domain/import/encoding.ts';
import { type Column, targetOf } from '../../domain/import/targets.ts';
import { Table } from '../parts/table.tsx';
import { columnNote, TARGET_OPTIONS } from './column-meanings.ts';

const DELIMITER_WORDS: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};

/** What was told from the file's bytes, in a sentence. */
export function FileFacts({
  encoding,
  delimiter,
  headerLine,
}: Pick<ImportCheck, 'encoding' | 'delimiter' | 'headerLine'>) {
  return (
    <p className="import-facts">
      Encoding <strong>{ENCODINGS[encoding.encoding]}</strong>
      {encoding.isSure ? '' : ' (a guess: check the names below)'}, cells separated by{' '}
      <strong>{DELIMITER_WORDS[delimiter] ?? `“${delimiter}”`}</strong>, columns named in{' '}
      <strong>line {headerLine}</strong>.
    </p>
  );
}

const MAX_SHOWN = 200;

interface ColumnChoicesProps {
  readonly columns: readonly Column[];
  readonly examples: readonly string[];
  /** The id of the form that they belong to. */
  readonly form: string;
  /** The column that is offered as the address where none is known. */
  readonly emailAt: string | null;
}

/** Each column of the file with what it is taken for, to be corrected. */
export function ColumnChoices({ columns, examples, form, emailAt }: ColumnChoicesProps) {
  const all = columns.map((column, i) => ({ column, i, example: examples[i] ?? '' }));
  // Of a file with a thousand columns, all that are more than fields, and the first of these.
  const rows = all.filter(({ column, i }) => i < MAX_SHOWN || column.is === 'known');
  return (
    <div className="import-columns">
      <input
        type="hidden"
        form={form}
        name="signature"
        value={headerSignature(columns)}
        data-import-choice=""
      />
      <Table
        label="The columns of the file"
        inCard
        rows={rows}
        rowKey={({ i }) => `column-${i}`}
        columns={[
          {
            key: 'name',
            label: 'Column',
            isHeading: true,
            cell: ({ column }) => <bdi className="column-names">{column.name}</bdi>,
          },
          {
            key: 'example',
            label: 'First value',
            cell: ({ example }) =>
              example ? (
                <bdi className="column-example">{example.slice(0, 80)}</bdi>
              ) : (
                <span className="quiet">empty</span>
              ),
          },
          {
            key: 'becomes',
            label: 'Becomes',
            cell: ({ column, i }) => (
              <>
                <select
                  className="input column-choice"
                  name={`column-${i}`}
                  form={form}
                  defaultValue={column.name === emailAt ? 'email' : targetOf(column)}
                  aria-label={`What ${column.name} becomes`}
                  data-import-choice={column.automatic}
                >
                  {TARGET_OPTIONS.map(({ value, label }) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </select>
                <ColumnNote column={column} />
              </>
            ),
          },
        ]}
      />
      {rows.length < all.length ? (
        <p className="field__hint">
          {`And ${(all.length - rows.length).toLocaleString('en')} more columns, named as in the file.`}
        </p>
      ) : null}
    </div>
  );
}

function ColumnNote({ column }: { readonly column: Column }) {
  const note = columnNote(column);
  return note ? <span className="field__hint column-note">{note}</span> : null;
}

interface EncodingChoiceProps {
  readonly form: string;
  readonly chosen: Encoding | null;
  readonly detected: DetectedEncoding | null;
}

/** The encoding, to be corrected where names look wrong. */
export function EncodingChoice({ form, chosen, detected }: EncodingChoiceProps) {
  const told = detected && !chosen ? ` (${ENCODINGS[detected.encoding]})` : '';
  return (
    <div className="field">
      <label className="field__label" htmlFor="import-encoding">
        Encoding
      </label>
      <p className="field__hint" id="import-encoding-hint">
        Choose another one if letters with accents look wrong.
      </p>
      <select
        className="input import-encoding"
        id="import-encoding"
        name="encoding"
        form={form}
        defaultValue={chosen ?? ''}
        aria-describedby="import-encoding-hint"
        data-import-choice=""
      >
        <option value="">Detected{told}</option>
        {ENCODING_NAMES.map((name) => (
          <option key={name} value={name}>
            {ENCODINGS[name]}
          </option>
        ))}
      </select>
    </div>
  );
}
