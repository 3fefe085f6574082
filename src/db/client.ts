import pg from 'pg';
import type { Purpose } from './choose-host.ts';
import { HostClient } from './host-client.ts';
import type { DatabaseConfig } from './pool.ts';
import { noteStatement, type SilenceListener, watchForSilence } from './silence.ts';
import type { StatementLimit } from './statement-limits.ts';

/** A statement as pg takes it: text, a configuration with a text, or an object that submits itself (cursor, COPY). */
type Statement = string | { readonly text?: unknown; readonly submit?: unknown };

/** A standby was asked to change something, or the old primary of a failover. */
const READ_ONLY = '25006';

/** Who knows the other connections of a pool. */
export interface ConnectionListener extends SilenceListener {
  /** A statement found that the server takes no changes. */
  onReadOnly?(client: pg.Client): void;
}

/** What every connection of ours has in common: the network tells within 15 seconds that the other side is gone. */
export const CONNECTION = {
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  // Then ten questions, a second apart (libuv).
  keepAliveInitialDelayMillis: 4_000,
} as const;

/**
 * The class of connections to this database. In every statement `{schema}` stands for the schema of our tables and
 * `{jobs}` for that of pg-boss's: a search_path belongs to a session, which a pooler in transaction mode does not keep.
 * A statement that gets no answer within its limit rejects with `NoAnswer`, and its connection is given up.
 */
export function clientFor(
  { schema, jobsSchema }: Pick<DatabaseConfig, 'schema' | 'jobsSchema'>,
  /** Of statements that nobody gives a longer one. */
  limit: StatementLimit = 'short',
  listener?: ConnectionListener,
  purpose: Purpose = 'write',
): typeof pg.Client {
  const names = { schema: pg.escapeIdentifier(schema), jobs: pg.escapeIdentifier(jobsSchema) };
  // Libraries put the name that they are given into quotes.
  const named = (text: string) =>
    text.replace(/"?\{(schema|jobs)\}"?/g, (_, name: keyof typeof names) => names[name]);

  const withSchemas = (statement: Statement): Statement => {
    if (typeof statement === 'string') return named(statement);
    if (typeof statement?.text !== 'string') return statement;
    const text = named(statement.text);
    // What submits itself reads its own text later.
    return 'submit' in statement ? Object.assign(statement, { text }) : { ...statement, text };
  };

  return class extends HostClient {
    constructor(config: string | pg.ClientConfig) {
      super(config, purpose);
      // One that breaks tells so by an event, too, which would end the process; its statements reject all the same.
      this.on('error', () => undefined);
      watchForSilence(this, limit, listener);
      this.connection.on('errorMessage', ({ code }: { readonly code?: string }) => {
        if (code === READ_ONLY) listener?.onReadOnly?.(this);
      });
      const send = this.query.bind(this) as (statement: Statement, ...rest: unknown[]) => unknown;
      this.query = ((statement: Statement, ...rest: unknown[]) => {
        noteStatement(this, statement);
        return send(withSchemas(statement), ...rest);
      }) as pg.Client['query'];
    }
  };
}
