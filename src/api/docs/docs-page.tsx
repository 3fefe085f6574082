import { Layout } from '../../ui/layout.tsx';
import { type ApiDocument, anchor, type Group, groupOperations, type Schema } from './document.ts';
import { OperationSection } from './operation.tsx';
import { Prose } from './prose.tsx';
import { rows } from './schema.ts';
import { SchemaTable } from './schema-table.tsx';

export interface ApiDocsPageProps {
  /** OpenAPI 3.1, as `@hono/zod-openapi` makes it. */
  readonly document: ApiDocument;
}

/** The API's description as one page to read. In English, as the API itself is. */
export function ApiDocsPage({ document }: ApiDocsPageProps) {
  const { info, servers, components } = document;
  const groups = groupOperations(document);
  const schemas = Object.entries(components?.schemas ?? {});
  return (
    <Layout language="en" title={`${info.title} API`} width="wide" styles={['docs.css']}>
      <div className="docs">
        <Contents groups={groups} schemas={schemas} />
        <div className="docs__text">
          <section className="docs-intro" id="introduction" aria-labelledby="docs-title">
            <h1 id="docs-title">
              {info.title} API <span className="quiet">v{info.version}</span>
            </h1>
            {servers?.map(({ url }) => (
              <p key={url}>
                Base address: <code>{url}</code>
              </p>
            ))}
            <Prose text={info.description ?? ''} />
            <p>
              For programs: <a href="/api/openapi.json">openapi.json</a>
            </p>
          </section>
          {groups.map((group) => (
            <section
              className="docs-group"
              key={group.id}
              id={group.id}
              aria-labelledby={`${group.id}-heading`}
            >
              <h2 id={`${group.id}-heading`}>{group.name}</h2>
              {group.operations.map((operation) => (
                <OperationSection key={operation.id} operation={operation} document={document} />
              ))}
            </section>
          ))}
          {schemas.length > 0 ? (
            <section className="docs-group" id="objects" aria-labelledby="objects-heading">
              <h2 id="objects-heading">Objects</h2>
              {schemas.map(([name, schema]) => (
                <section className="docs-operation" key={name} id={anchor('object', name)}>
                  <h3>{name}</h3>
                  {schema.description ? <Prose text={schema.description} /> : null}
                  <SchemaTable caption={`Fields of ${name}`} rows={rows(schema, document)} />
                </section>
              ))}
            </section>
          ) : null}
        </div>
      </div>
    </Layout>
  );
}

interface ContentsProps {
  readonly groups: readonly Group[];
  readonly schemas: readonly (readonly [string, Schema])[];
}

function Contents({ groups, schemas }: ContentsProps) {
  return (
    <nav className="docs-contents" aria-label="Contents">
      <ul>
        <li>
          <a href="#introduction">Introduction</a>
        </li>
        {groups.map((group) => (
          <li key={group.id}>
            <a href={`#${group.id}`}>{group.name}</a>
            <ul>
              {group.operations.map(({ id, summary, path }) => (
                <li key={id}>
                  <a href={`#${id}`}>{summary ?? path}</a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        {schemas.length > 0 ? (
          <li>
            <a href="#objects">Objects</a>
            <ul>
              {schemas.map(([name]) => (
                <li key={name}>
                  <a href={`#${anchor('object', name)}`}>{name}</a>
                </li>
              ))}
            </ul>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}
