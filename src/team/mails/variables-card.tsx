import type { WordVariableName } from '../../../emails/overrides/word-variables.ts';
import { Card } from '../parts/card.tsx';
import { Table } from '../parts/table.tsx';

export interface TextVariable {
  readonly name: WordVariableName;
  readonly example: string;
  readonly mayBeEmpty: boolean;
}

/** What a text may name, each with a button that inserts it: the page needs `custom-text.js`. */
export function VariablesCard({ variables }: { readonly variables: readonly TextVariable[] }) {
  return (
    <Card
      title="Variables"
      id="variables"
      lead="Write a variable in double braces. Each mail has the registrant’s own value there."
    >
      <Table
        label="Variables and examples"
        inCard
        columns={VARIABLE_COLUMNS}
        rows={variables}
        rowKey={(variable) => variable.name}
      />
      <p className="field__hint">
        Where a value may be missing:{' '}
        <code>{'{{#if firstName}}Dear {{firstName}}{{else}}Dear guest{{/if}}'}</code>
      </p>
    </Card>
  );
}

const VARIABLE_COLUMNS = [
  {
    key: 'name',
    label: 'Variable',
    isHeading: true,
    cell: ({ name }: TextVariable) => <code>{`{{${name}}}`}</code>,
  },
  {
    key: 'example',
    label: 'For example',
    cell: ({ example, mayBeEmpty }: TextVariable) => (
      <>
        <bdi>{example}</bdi>
        {mayBeEmpty ? <span className="quiet"> (may be missing)</span> : null}
      </>
    ),
  },
  {
    key: 'insert',
    label: 'Insert',
    kind: 'nowrap' as const,
    cell: ({ name }: TextVariable) => (
      <button
        type="button"
        className="button button--quiet button--small"
        data-insert={`{{${name}}}`}
        aria-label={`Insert {{${name}}}`}
      >
        Insert
      </button>
    ),
  },
];
