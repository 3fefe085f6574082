import { anchor, type Schema } from './document.ts';
import { Inline } from './prose.tsx';
import { alternatives, limits, type Row, refName } from './schema.ts';

export interface SchemaTableProps {
  readonly rows: readonly Row[];
  /** What the rows are: fields, parameters. */
  readonly caption: string;
  /** Whether to mark what must be given: in answers nothing must. */
  readonly marksRequired?: boolean;
}

/** One line a field: its name, what it is, what it must keep to. */
export function SchemaTable({ rows, caption, marksRequired = false }: SchemaTableProps) {
  return (
    <table className="docs-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, required, schema }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
              {marksRequired && required ? <span className="docs-required">required</span> : null}
            </th>
            <td>
              <SchemaType schema={schema} />
            </td>
            <td>
              <Notes schema={schema} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a value is, in words, with a link where it is a shared schema. */
export function SchemaType({ schema }: { readonly schema: Schema }) {
  const { nullable, options } = alternatives(schema);
  return (
    <>
      {options.map((option, index) => (
        <span key={JSON.stringify(option)}>
          {index > 0 ? ' or ' : null}
          <OneType schema={option} />
        </span>
      ))}
      {nullable ? ' or null' : null}
    </>
  );
}

function OneType({ schema }: { readonly schema: Schema }) {
  const name = refName(schema);
  if (name) return <a href={`#${anchor('object', name)}`}>{name}</a>;
  if (schema.items)
    return (
      <>
        list of <SchemaType schema={schema.items} />
      </>
    );
  if (schema.const !== undefined) return <code>{JSON.stringify(schema.const)}</code>;
  if (typeof schema.additionalProperties === 'object')
    return (
      <>
        object of <SchemaType schema={schema.additionalProperties} />
      </>
    );
  return [schema.type ?? (schema.allOf ? 'object' : 'any'), schema.format].flat().filter(Boolean).join(', ');
}

function Notes({ schema }: { readonly schema: Schema }) {
  const values = (alternatives(schema).options[0]?.enum ?? []).map((value) => String(value));
  const bounds = limits(schema).join(', ');
  return (
    <>
      {schema.description ? (
        <div>
          <Inline text={schema.description} />
        </div>
      ) : null}
      {values.length > 0 ? (
        <div>
          {values.map((value, index) => (
            <span key={value}>
              {index > 0 ? ', ' : null}
              <code>{value}</code>
            </span>
          ))}
        </div>
      ) : null}
      {bounds ? <div>{bounds}</div> : null}
    </>
  );
}
