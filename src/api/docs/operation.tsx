import { curlSample } from './curl.ts';
import type { ApiDocument, Media, Operation } from './document.ts';
import { exampleJson } from './example.ts';
import { Prose } from './prose.tsx';
import { refName, rows } from './schema.ts';
import { SchemaTable, SchemaType } from './schema-table.tsx';

export interface OperationProps {
  readonly operation: Operation;
  readonly document: ApiDocument;
}

/** One route: what it does, what it takes, what it answers, and a command that calls it. */
export function OperationSection({ operation, document }: OperationProps) {
  const { id, method, path, summary, description, parameters = [], requestBody, responses = {} } = operation;
  return (
    <section className="docs-operation" id={id} aria-labelledby={`${id}-heading`}>
      <h3 id={`${id}-heading`}>
        <a className="docs-anchor" href={`#${id}`}>
          {summary ?? `${method.toUpperCase()} ${path}`}
        </a>
      </h3>
      <p className="docs-route">
        <span className={`docs-method docs-method--${method}`}>{method.toUpperCase()}</span>{' '}
        <code>{path}</code>
      </p>
      {description ? <Prose text={description} /> : null}
      {parameters.length > 0 ? (
        <>
          <h4>Parameters</h4>
          <SchemaTable
            caption={`Parameters of ${method.toUpperCase()} ${path}`}
            marksRequired
            rows={parameters.map(
              ({ name, in: place, required = false, schema = {}, description: about }) => ({
                path: name,
                required: required && place !== 'path',
                schema: {
                  ...schema,
                  description: [`In the ${place}.`, about ?? schema.description].filter(Boolean).join(' '),
                },
              }),
            )}
          />
        </>
      ) : null}
      {Object.entries(requestBody?.content ?? {}).map(([type, media]) => (
        <div className="docs-part" key={type}>
          <h4>
            Body <span className="quiet">{type}</span>
          </h4>
          <Content type={type} media={media} document={document} request />
        </div>
      ))}
      <h4>Call</h4>
      {/* Scrolls sideways: reachable by keyboard only when it can be focused. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <pre tabIndex={0}>{curlSample(operation, document)}</pre>
      <h4>Answers</h4>
      {Object.entries(responses).map(([status, { description: meaning, content = {} }]) => (
        <div className="docs-part" key={status}>
          <p>
            <strong>{status === 'default' ? 'Otherwise' : status}</strong> {meaning}
          </p>
          {Object.entries(content).map(([type, media]) => (
            <Content key={type} type={type} media={media} document={document} />
          ))}
        </div>
      ))}
    </section>
  );
}

interface ContentProps {
  readonly type: string;
  readonly media: Media;
  readonly document: ApiDocument;
  readonly request?: boolean;
}

/** A body: a table of its fields unless it is a shared schema, and an example in a fold. */
function Content({ type, media, document, request = false }: ContentProps) {
  const schema = media.schema ?? {};
  const shared = refName(schema) !== null;
  const fields = shared && !request ? [] : rows(schema, document);
  const json = type.includes('json');
  return (
    <>
      {request ? null : (
        <p className="quiet">
          <SchemaType schema={schema} />, {type}
        </p>
      )}
      {fields.length > 0 ? (
        <SchemaTable
          caption={request ? 'Fields of the body' : 'Fields of the answer'}
          rows={fields}
          marksRequired={request}
        />
      ) : null}
      {json && !request && type !== 'application/problem+json' ? (
        <details>
          <summary>Example</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{exampleJson(media, document)}</pre>
        </details>
      ) : null}
    </>
  );
}
