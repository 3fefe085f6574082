import type { ImportCheck, ImportResult as Imported } from '../../actions/import-registrants.ts';
import { shownAddress } from '../../domain/address.ts';
import { columnLabel } from '../../domain/columns.ts';
import type { FieldError } from '../../domain/errors.ts';
import type { Encoding } from '../../domain/import/encoding.ts';
import type { UnmappedFile } from '../../domain/import/unmapped-file.ts';
import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { people } from '../parts/counted.ts';
import { Figures, Nothing } from '../parts/definition-list.tsx';
import { Section } from '../parts/section.tsx';
import { Table } from '../parts/table.tsx';
import { ColumnChoices, EncodingChoice, FileFacts } from './file-reading.tsx';

/** What came of a file. */
export type ImportOutcome =
  | ({ readonly step: 'check'; readonly chosenEncoding: Encoding | null } & ImportCheck)
  | ({ readonly step: 'import'; readonly sendConfirmation: boolean } & Imported)
  | {
      readonly step: 'refused';
      readonly message: string;
      readonly errors: readonly FieldError[];
      /** Where its columns could not be told: they can be chosen. */
      readonly mapped: Pick<UnmappedFile, 'columns' | 'examples' | 'closest'> | null;
      readonly chosenEncoding: Encoding | null;
    };

interface ImportResultProps {
  readonly outcome: ImportOutcome;
  /** The id of the form that imports. */
  readonly form: string;
  readonly eventId: string;
  readonly isOver: boolean;
}

/** Problems in sight; the others fold out. */
const IN_SIGHT = 50;

/** What a file would do, did, or why it cannot be read. */
export function ImportResult({ outcome, form, eventId, isOver }: ImportResultProps) {
  if (outcome.step === 'refused') return <Refused {...outcome} form={form} />;
  if (outcome.step === 'check')
    return <Checked check={outcome} form={form} chosenEncoding={outcome.chosenEncoding} />;
  const { created, sendConfirmation } = outcome;
  return (
    <Card
      title={created ? `${people(created)} imported` : 'No new people in the file'}
      id="import-outcome"
      lead={
        created && sendConfirmation && !isOver
          ? 'Their confirmations are being sent.'
          : created
            ? 'Nobody was notified.'
            : null
      }
    >
      <Counts {...outcome} createdWord="new" />
      <Problems rejected={outcome.rejected} done />
      <Warnings warnings={outcome.warnings} done />
      <ButtonRow>
        <ButtonLink tone="primary" href={`/team/events/${eventId}/people`}>
          View people
        </ButtonLink>
      </ButtonRow>
    </Card>
  );
}

function Refused({
  message,
  errors,
  mapped,
  chosenEncoding,
  form,
}: Extract<ImportOutcome, { step: 'refused' }> & { readonly form: string }) {
  const said = errors.filter((error) => error.message !== message && !message.startsWith(error.message));
  return (
    <div className="import-refused">
      <section className="notice notice--danger" aria-labelledby="import-outcome">
        <h2 className="notice__title" id="import-outcome">
          {mapped ? 'The file cannot be imported yet' : 'The file cannot be imported'}
        </h2>
        {mapped ? (
          <p>
            No column was recognised as the email address.{' '}
            {mapped.closest ? (
              <>
                <bdi>{mapped.closest}</bdi> comes closest and is chosen below: look whether that is right.
              </>
            ) : (
              'Choose it below.'
            )}
          </p>
        ) : (
          <p>{message}</p>
        )}
        {said.length && !mapped ? (
          <ul>
            {said.map((error) => (
              <li key={`${error.path} ${error.message}`}>
                {error.path ? (
                  <>
                    <bdi>{error.path}</bdi>:{' '}
                  </>
                ) : null}
                {error.message}
              </li>
            ))}
          </ul>
        ) : null}
      </section>
      {mapped ? (
        <Card
          title="Choose the columns"
          id="import-mapping"
          lead="One of them must be the email address. Your choice is remembered for files with the same columns."
        >
          <ColumnChoices {...mapped} form={form} emailAt={mapped.closest} />
          <EncodingChoice form={form} chosen={chosenEncoding} detected={null} />
          <ButtonRow>
            <Button tone="primary" form={form} name="step" value="check">
              Check again
            </Button>
            <ChooseAgain />
          </ButtonRow>
        </Card>
      ) : null}
    </div>
  );
}

function ChooseAgain() {
  return (
    <noscript>
      <span className="field__hint">Choose the file again first: it was not kept.</span>
    </noscript>
  );
}

function Checked({
  check,
  form,
  chosenEncoding,
}: {
  readonly check: ImportCheck;
  readonly form: string;
  readonly chosenEncoding: Encoding | null;
}) {
  const { created, rejected, rejectedCount } = check;
  return (
    <Card
      title={checkedTitle(created, rejectedCount)}
      id="import-outcome"
      lead="Nothing has been imported yet."
    >
      <Counts {...check} createdWord="new" />
      {created ? (
        <ButtonRow>
          <Button tone="primary" form={form} name="step" value="import">
            {`Import ${people(created)}`}
          </Button>
          <ChooseAgain />
        </ButtonRow>
      ) : null}
      <Section
        title="Columns of the file"
        id="import-columns"
        level={3}
        lead={
          check.mappedBy === 'memory'
            ? 'These are the columns that your team chose for the last file like this.'
            : 'Correct what is wrong and check the file again. Your choice is remembered for files with the same columns.'
        }
      >
        <FileFacts {...check} />
        <ColumnChoices {...check} form={form} emailAt={null} />
        <EncodingChoice form={form} chosen={chosenEncoding} detected={check.encoding} />
        <ButtonRow>
          <Button form={form} name="step" value="check">
            Check again
          </Button>
        </ButtonRow>
      </Section>
      <Problems rejected={rejected} done={false} />
      <Warnings warnings={check.warnings} done={false} />
      {check.first.length ? (
        <Section
          title={check.first.length === 1 ? 'The first row' : `The first ${check.first.length} rows`}
          id="import-first"
          level={3}
          lead="How they will be imported."
        >
          <FirstRows first={check.first} />
        </Section>
      ) : null}
    </Card>
  );
}

function checkedTitle(created: number, rejected: number): string {
  const whom = `${created ? people(created) : 'Nobody'} would be imported`;
  if (rejected === 0) return whom;
  return `${whom}, ${rejected.toLocaleString('en')} ${rejected === 1 ? 'row has a problem' : 'rows have problems'}`;
}

function Counts({
  created,
  existing,
  rejectedCount,
  createdWord,
}: Imported & { readonly createdWord: string }) {
  return (
    <Figures
      items={[
        { term: createdWord, value: created.toLocaleString('en') },
        { term: 'already registered, or twice in the file', value: existing.toLocaleString('en') },
        { term: 'rejected', value: rejectedCount.toLocaleString('en') },
      ]}
    />
  );
}

function Problems({ rejected, done }: { readonly rejected: Imported['rejected']; readonly done: boolean }) {
  if (rejected.length === 0) return null;
  return (
    <Section
      title="Problems"
      id="import-problems"
      level={3}
      lead={
        done
          ? 'These rows were left out. Mend them and import the file again: nobody gets in twice.'
          : 'These rows would be left out. Mend them in the file, or import the others.'
      }
    >
      <FoldedList problems={rejected} />
    </Section>
  );
}

function FoldedList({ problems }: { readonly problems: Imported['rejected'] }) {
  const [shown, folded] = [problems.slice(0, IN_SIGHT), problems.slice(IN_SIGHT)];
  return (
    <>
      <ProblemList problems={shown} />
      {folded.length ? (
        <details className="more">
          <summary>Show {folded.length.toLocaleString('en')} more</summary>
          <ProblemList problems={folded} />
        </details>
      ) : null}
    </>
  );
}

function ProblemList({ problems }: { readonly problems: Imported['rejected'] }) {
  return (
    <ul className="lined">
      {problems.map(({ line, message }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stand as they are
        <li key={i}>
          <span className="quiet">Line {line}</span> <bdi>{message}</bdi>
        </li>
      ))}
    </ul>
  );
}

function Warnings({ warnings, done }: { readonly warnings: Imported['warnings']; readonly done: boolean }) {
  if (warnings.length === 0) return null;
  const said = warnings.map(({ line, column, message }) => ({
    line,
    message: column ? `${column}: ${message}` : message,
  }));
  return (
    <Section
      title="Cells ignored or changed"
      id="import-warnings"
      level={3}
      lead={done ? 'These people were imported.' : 'These people will be imported.'}
    >
      <FoldedList problems={said} />
    </Section>
  );
}

function FirstRows({ first }: Pick<ImportCheck, 'first'>) {
  const rows = first.map((person, i) => ({ person, key: `first-${i}` }));
  const hasFields = first.some(({ fields }) => Object.keys(fields).length);
  const hasSource = first.some(({ source }) => Object.keys(source).length);
  return (
    <Table
      label="Preview of the first rows"
      rows={rows}
      rowKey={({ key }) => key}
      columns={[
        {
          key: 'email',
          label: columnLabel('email'),
          isHeading: true,
          cell: ({ person }) => (
            <span className="long-address" dir="ltr">
              {shownAddress(person.email)}
            </span>
          ),
        },
        {
          key: 'name',
          label: 'Name',
          cell: ({ person }) => orNothing(`${person.firstName} ${person.lastName}`),
        },
        {
          key: 'locale',
          label: columnLabel('locale'),
          kind: 'nowrap',
          cell: ({ person }) => orNothing(person.locale),
        },
        {
          key: 'zone',
          label: columnLabel('timeZone'),
          kind: 'nowrap',
          cell: ({ person }) => orNothing(person.timeZone),
        },
        {
          key: 'key',
          label: columnLabel('accessKey'),
          kind: 'mono',
          cell: ({ person }) => person.accessKey ?? <span className="quiet">a new one</span>,
        },
        ...(hasFields
          ? [
              {
                key: 'fields',
                label: 'Fields',
                cell: ({ person }: (typeof rows)[number]) => <Pairs pairs={person.fields} />,
              },
            ]
          : []),
        ...(hasSource
          ? [
              {
                key: 'source',
                label: columnLabel('source'),
                cell: ({ person }: (typeof rows)[number]) => (
                  <Pairs
                    pairs={Object.fromEntries(
                      Object.entries(person.source).map(([name, value]) => [columnLabel(name), value]),
                    )}
                  />
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Pairs({ pairs }: { readonly pairs: Readonly<Record<string, string | undefined>> }) {
  const entries = Object.entries(pairs).filter(([, value]) => value);
  if (entries.length === 0) return <Nothing />;
  return (
    <ul className="pairs">
      {entries.map(([name, value]) => (
        <li key={name}>
          <bdi className="quiet">{name}</bdi>: <bdi>{value}</bdi>
        </li>
      ))}
    </ul>
  );
}

function orNothing(text: string | null) {
  return text?.trim() ? <bdi>{text.trim()}</bdi> : <Nothing />;
}
