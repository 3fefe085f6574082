import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { Purpose } from './choose-host.ts';
import { CONNECTION } from './client.ts';
import { HostClient } from './host-client.ts';

/** Clients at once. A pooler may run as several processes: of four clients, two reach the same one. */
const PROBES = 4;
const ROUNDS = 3;
/** Where all sessions of a pooler are taken, a probe would wait for one. */
const ANSWER_MS = 5_000;

/**
 * Whether an address leads to a pooler that lends a session for a transaction only (or a statement): then what belongs to a session,
 * such as a lock or `listen`, is lost. It is proved by one session that serves two clients, or by a client that is served by two; that
 * never happens at Postgres itself or at a pooler in session mode. `most`: connections that may be opened.
 *
 * A transaction pooler is missed (false) where all its sessions are busy, or where other clients use them so that each probe gets the
 * same session every time.
 */
export async function sharesSessions(url: string, most: number, purpose?: Purpose): Promise<boolean> {
  const clients: pg.Client[] = [];
  try {
    const first = await connect(url, purpose);
    clients.push(first);
    // Postgres names the session when it is opened; a pooler opens its own.
    if ('processID' in first && first.processID === (await sessionOf(first))) return false;
    while (clients.length < Math.min(most, PROBES)) clients.push(await connect(url, purpose));
    const seen = new Map<pg.Client, number>();
    const servedBy = new Map<number, pg.Client>();
    for (let round = 0; round < ROUNDS; round++) {
      // Twice in a row: sessions that are lent in turn change, the one that was used last is lent to the next client.
      for (const client of clients.flatMap((one) => [one, one])) {
        const session = await sessionOf(client);
        if (session === null) return false;
        if ((seen.get(client) ?? session) !== session) return true;
        if ((servedBy.get(session) ?? client) !== client) return true;
        seen.set(client, session);
        servedBy.set(session, client);
      }
    }
    return false;
  } finally {
    await Promise.all(clients.map(end));
  }
}

/** Whether both addresses lead to the same database: a lock that is taken at `directUrl` is seen at `url`. Leaves none behind. */
export async function isSameDatabase(url: string, directUrl: string): Promise<boolean> {
  const lock = [randomInt(2 ** 31), randomInt(2 ** 31)];
  const direct = await connect(directUrl);
  try {
    await direct.query('select pg_advisory_lock($1, $2)', lock);
    const client = await connect(url);
    try {
      // In a transaction, which a pooler in statement mode refuses here and not at the first request.
      await client.query('begin');
      const { rows } = await client.query<{ found: boolean }>(
        `select exists (
           select from pg_locks join pg_database on pg_database.oid = pg_locks.database
           where datname = current_database() and locktype = 'advisory' and classid = $1 and objid = $2
         ) as found`,
        lock,
      );
      await client.query('commit');
      return rows[0]?.found ?? false;
    } finally {
      await end(client);
    }
  } finally {
    await end(direct);
  }
}

/**
 * Whether an address leads to a copy of the database that is kept by streaming replication (or to itself): of another one, positions in the
 * write-ahead log say nothing.
 */
export async function isReplicaOf(readUrl: string, directUrl: string): Promise<boolean> {
  const [copy, original] = await Promise.all([identityOf(readUrl, 'read'), identityOf(directUrl, 'write')]);
  return copy.database === original.database && copy.cluster === original.cluster;
}

async function identityOf(url: string, purpose: Purpose): Promise<{ cluster: string; database: string }> {
  const client = await connect(url, purpose);
  try {
    const { rows } = await client.query(
      `select system_identifier::text as cluster, current_database() as database from pg_control_system()`,
    );
    return rows[0];
  } finally {
    await end(client);
  }
}

async function connect(url: string, purpose: Purpose = 'write'): Promise<pg.Client> {
  const client = new HostClient(
    {
      connectionString: url,
      application_name: 'access-mail check',
      ...CONNECTION,
      query_timeout: ANSWER_MS,
    },
    purpose,
  );
  // Its statements reject as well.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Null: none was free in time. */
async function sessionOf(client: pg.Client): Promise<number | null> {
  try {
    const { rows } = await client.query<{ id: number }>('select pg_backend_pid() as id');
    return rows[0]?.id ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error;
    return null;
  }
}

async function end(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}
