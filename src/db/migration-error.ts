import pg from 'pg';

/** The database does not have the current schema, or cannot be brought to it (then nothing was changed): one line that says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** What Postgres calls a thing that is there already: a table or an index, a type or a trigger, a function. */
const EXISTS = new Set(['42P07', '42710', '42723']);
const NOT_ALLOWED = '42501';

/** The failure of a migration of `schema` as a line that says what to do, where it is one that the operator can end. */
export function explainFailure(error: unknown, schema: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = '', message } = error;
  const extension = /extension "(\w+)"/.exec(message)?.[1];
  if (extension)
    return new MigrationError(
      `The extension ${extension} could not be created in this database (${message}): as its administrator run ` +
        `"create extension ${extension}" there, in any schema that the role of DATABASE_URL may use, and migrate again.`,
      { cause: error },
    );
  if (EXISTS.has(code)) return new MigrationError(foreignObject(message, schema), { cause: error });
  if (code === NOT_ALLOWED)
    return new MigrationError(
      `The role of DATABASE_URL may not change the schema ${schema} (${message}): migrate as the role that owns it and ` +
        'its tables, or make this role their owner.',
      { cause: error },
    );
  return error;
}

/** Something in a schema of ours stands in our way. `what`: a name, or what Postgres said about it. */
export function foreignObject(what: string, schema: string): string {
  return (
    `The schema ${schema} of this database holds something of another program (${what}): ` +
    'set DATABASE_SCHEMA to a schema of our own. Example: DATABASE_SCHEMA=access_mail'
  );
}
