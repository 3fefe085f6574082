import { databaseAt } from '../../src/config.ts';
import { findEvent } from '../../src/db/event.ts';
import { listEventFields } from '../../src/db/event-field.ts';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { findSession, insertSession } from '../../src/db/session.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import type { Event } from '../../src/domain/event.ts';
import { hashSessionToken, newSessionToken, SESSION_LIVES_MS } from '../../src/domain/session.ts';
import { loadPeople, readView } from '../../src/team/people/people-list.ts';
import { loadPerson } from '../../src/team/people/person-details.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedEvent, seedRegistrants } from './seed.ts';
import { seedExport } from './seed-export.ts';
import { quantile } from './statistics.ts';

const COUNT = 100_000;
const REQUESTS = 200;
const WARM_UP = 30;
/** As many connections as the server has. */
const CONNECTIONS = 10;

interface View {
  readonly name: string;
  readonly query: string;
}

/** One view's milliseconds: of the whole page over a socket, and of its statements alone. */
interface Measured extends View {
  readonly page: readonly number[];
  readonly sql: readonly number[];
  readonly bytes: number;
}

/**
 * How long somebody of the team waits for the People page of a large event, against the statements behind it: the same
 * ones, from a pool of the same size. The two take turns, so that a slow second of the machine meets both.
 */
export async function benchPages(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const measured = await withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    await seedExport(database.pool, event, count);
    // The tables hold other events too.
    const other = await seedEvent(database.pool, 'other');
    await seedRegistrants(database.pool, other.id, { count, prefix: 'other-' });
    await database.settle();
    const token = await signIn(database.pool);
    const pool = createPool(databaseAt(database.url), { max: CONNECTIONS, onError: () => undefined });
    const server = await lab.startServer(database);
    try {
      const results: Measured[] = [];
      for (const view of await viewsOf(pool, event)) {
        const url = `${server.url}/team/events/${event.id}/people?${view.query}`;
        results.push(await measure(view, { pool, event, token, url }));
      }
      return results;
    } finally {
      await server.child.stop();
      await pool.end();
    }
  });
  const p95 = (values: readonly number[]) => quantile(values, 0.95);
  const ratio = ({ page, sql }: Measured) => p95(page) / p95(sql);
  const all = (side: 'page' | 'sql') => measured.flatMap((view) => view[side]);
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return {
    bench: 'pages',
    table: [
      [`${whole(count)} people`, 'SQL p50', 'SQL p95', 'page p50', 'page p95', '× SQL', 'kB'],
      ...measured.map((view) => [
        view.name,
        ms(quantile(view.sql, 0.5)),
        ms(p95(view.sql)),
        ms(quantile(view.page, 0.5)),
        ms(p95(view.page)),
        ratio(view).toFixed(2),
        (view.bytes / 1000).toFixed(0),
      ]),
    ],
    figures: {
      count,
      requests: REQUESTS,
      sqlP95Ms: p95(all('sql')),
      pageP95Ms: p95(all('page')),
      worstSqlP95Ms: Math.max(...measured.map(({ sql }) => p95(sql))),
      worstPageP95Ms: Math.max(...measured.map(({ page }) => p95(page))),
    },
    ratios: { timesSql: p95(all('page')) / p95(all('sql')), worstTimesSql: Math.max(...measured.map(ratio)) },
    targets: { worstSqlP95Ms: { atMost: 20 }, timesSql: { atMost: 3 } },
    notes: [
      `${REQUESTS} requests each, one after the other, signed in, over a socket; the whole document is read. SQL alone: the`,
      'session, the event, the rows, the counts by status, the fields, the latest mails, and with a pane the person.',
      'Its milliseconds are those of all of a page’s statements together; timesSql is over all views.',
    ],
  };
}

/** The session of somebody of the team, as its cookie has it. */
export async function signIn(pool: Pool): Promise<string> {
  const now = new Date();
  const { id } = await saveTeamMember(pool, { email: 'team@example.com', role: 'admin' });
  const token = newSessionToken();
  await insertSession(pool, {
    ...{ memberId: id, tokenHash: hashSessionToken(token), userAgent: 'bench', now },
    expiresAt: new Date(now.getTime() + SESSION_LIVES_MS),
  });
  return token;
}

async function viewsOf(pool: Pool, event: Event): Promise<View[]> {
  const { rows } = await pool.query<{ id: string; key: string; email: string }>(
    `select registrant_id as id, email as key from {schema}.registrant_search where event_id = $1
     order by email offset $2 * 0.9 limit 1`,
    [event.id, await countOf(pool, event)],
  );
  const [deep] = rows;
  if (!deep) throw new BenchError('Nobody was seeded.');
  const cursor = Buffer.from(JSON.stringify(['after', 'email', 'ascending', deep.key, deep.id])).toString(
    'base64url',
  );
  return [
    { name: 'first page', query: '' },
    { name: 'bounced', query: 'emailStatus=bounced' },
    { name: 'bounced, by name', query: 'emailStatus=bounced&sort=name' },
    { name: 'by name', query: 'sort=name' },
    { name: 'by status time', query: 'sort=emailStatusAt' },
    { name: 'by joining', query: 'sort=joinedAt' },
    { name: 'search finds few', query: 'q=zoe.12' },
    { name: 'search finds thousands', query: 'q=muller&sort=name' },
    { name: 'search finds nobody', query: 'q=nobody-at-all' },
    { name: 'by address, deep', query: `sort=email&cursor=${cursor}` },
    { name: 'with a pane', query: `person=${deep.id}` },
  ];
}

async function countOf(pool: Pool, event: Event): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*) from {schema}.registrant_search where event_id = $1',
    [event.id],
  );
  return rows[0]?.count ?? 0;
}

async function measure(
  view: View,
  world: { readonly pool: Pool; readonly event: Event; readonly token: string; readonly url: string },
): Promise<Measured> {
  const { url, token } = world;
  const page: number[] = [];
  const sql: number[] = [];
  let bytes = 0;
  for (let i = -WARM_UP; i < REQUESTS; i++) {
    const before = monotonicMs();
    const answer = await fetch(url, { headers: { cookie: `__Host-session=${token}` }, redirect: 'manual' });
    const html = await answer.text();
    const between = monotonicMs();
    if (answer.status !== 200) throw new BenchError(`${url} was answered ${answer.status}.`);
    bytes = Buffer.byteLength(html);
    await statements(view, world);
    if (i < 0) continue;
    page.push(between - before);
    sql.push(monotonicMs() - between);
  }
  return { ...view, page, sql, bytes };
}

/** What the page asks of the database, in the same order, as much at once. */
async function statements(
  { query }: View,
  { pool, event, token }: { readonly pool: Pool; readonly event: Event; readonly token: string },
): Promise<void> {
  const view = readView(new URLSearchParams(query));
  const toPerson = <T extends object>(registrant: T) => ({ ...registrant, accessLink: '' });
  await findSession(pool, hashSessionToken(token), new Date());
  await findEvent(pool, { id: event.id });
  await Promise.all([
    loadPeople(pool, event.id, view, toPerson, []),
    listEventFields(pool, event.id),
    view.person ? loadPerson(pool, event, view.person, toPerson) : null,
  ]);
}
