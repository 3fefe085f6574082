import { afterAll, describe, expect, it } from 'vitest';
import { readDatabaseConfig } from '../../src/config.ts';
import { migrate } from '../../src/migrate.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { findPostgres } from '../support/find-postgres.ts';
import { SCHEMA } from '../support/global-setup.ts';
import { openPostgresPair, pausing } from '../support/postgres-pair.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(!findPostgres())('People, reports and exports with a replica', async () => {
  if (!findPostgres()) return;
  const pair = await openPostgresPair();
  const env = {
    DATABASE_URL: pair.both(),
    DATABASE_READ_URL: pair.both({ standbyFirst: true }),
    DATABASE_SCHEMA: SCHEMA,
  };
  await migrate(readDatabaseConfig(env));
  const app = await openApp(env);
  afterAll(() => pair.close());
  const { reads } = app;
  const exports = exportsOf(app);
  const member = await signIn(app);
  const { id } = await app.event();
  const people = `/team/events/${id}/people`;

  /** Adds somebody; resolves with the cookie that the browser then has beside its session. */
  async function add(email: string): Promise<string> {
    const person = { email, firstName: 'Ada', lastName: 'Lovelace' };
    const { status, headers } = await member.post(`${people}/new`, person);
    expect(status).toBe(303);
    const [, changed = ''] = /(?:^|, )(changed=\d+); /.exec(headers.get('set-cookie') ?? '') ?? [];
    expect(headers.get('set-cookie')).toContain(
      `${changed}; Max-Age=600; Path=/team; HttpOnly; Secure; SameSite=Lax`,
    );
    return `${member.cookie}; ${changed}`;
  }

  const isOk = () => waitFor(() => expect(reads.state()).toMatchObject({ state: 'ok' }));
  const isBehind = () => waitFor(() => expect(reads.state()).toMatchObject({ state: 'behind' }));

  /** Who answered what was read meanwhile. */
  async function answeredBy(work: () => Promise<unknown>) {
    const before = { ...reads.answered };
    await work();
    const { replica, primary } = reads.answered;
    return { replica: replica - before.replica, primary: primary - before.primary };
  }

  it('the list of people comes from the replica once that has what the browser changed', async () => {
    await isOk();
    const cookie = await add('first@example.com');
    await waitFor(async () => {
      const by = await answeredBy(async () =>
        expect((await app.request(people, { headers: { cookie } })).text).toContain('first@example.com'),
      );
      expect(by).toEqual({ replica: 1, primary: 0 });
    });
    const { headers } = await member.get(people);
    expect(headers.get('set-cookie') ?? '').not.toContain('changed=');
  });

  it('whoever added somebody sees them while the replica stands still, and everybody does once it is too far behind', async () => {
    await isOk();
    await pausing(pair, async () => {
      const cookie = await add('second@example.com');
      const own = await answeredBy(async () =>
        expect((await app.request(people, { headers: { cookie } })).text).toContain('second@example.com'),
      );
      expect(own).toEqual({ replica: 0, primary: 1 });
      // Whoever has the link to somebody's pane may be faster than the replica.
      const { json } = await app.api('GET', `/events/${id}/registrants?q=second@example.com`);
      const { text } = await app.request(`${people}?person=${json.items[0].id}`, {
        headers: { cookie: member.cookie, 'turbo-frame': 'pane' },
      });
      expect(text).toContain('second@example.com');

      await isBehind();
      const others = await answeredBy(async () =>
        expect((await member.get(people)).text).toContain('second@example.com'),
      );
      expect(others).toEqual({ replica: 0, primary: 1 });
      const { json: ready } = await app.request('/readyz');
      expect(ready).toMatchObject({ status: 'ok', replica: { state: 'behind' } });
      expect(ready.replica.lagSeconds).toBeGreaterThanOrEqual(5);
      const lag = /^access_mail_replica_lag_seconds (.*)$/m.exec((await app.request('/metrics')).text)?.[1];
      expect(Number(lag)).toBeGreaterThan(5);
    });
    await isOk();
    await waitFor(async () =>
      expect(await answeredBy(() => member.get(people))).toEqual({ replica: 1, primary: 0 }),
    );
    expect((await app.request('/readyz')).json.replica).toMatchObject({ state: 'ok' });
    const { text } = await app.request('/metrics');
    const { replica, primary } = reads.answered;
    expect(text).toContain(`access_mail_replica_reads_total{answered_by="replica"} ${replica}\n`);
    expect(text).toContain(`access_mail_replica_reads_total{answered_by="primary"} ${primary}\n`);
  });

  it('a report counts all that was written before it was asked for', async () => {
    await isOk();
    const report = () => app.api('GET', `/events/${id}/report`);
    const before = (await report()).json.funnel.registered;
    await pausing(pair, async () => {
      await add('third@example.com');
      const by = await answeredBy(async () =>
        expect((await report()).json.funnel.registered).toBe(before + 1),
      );
      expect(by).toEqual({ replica: 0, primary: 1 });
      const page = await answeredBy(() => member.get(`/team/events/${id}/overview`));
      expect(page).toEqual({ replica: 0, primary: 1 });
    });
    await waitFor(async () => expect(await answeredBy(report)).toEqual({ replica: 1, primary: 0 }));
  });

  it('an export is written from the replica, with all that there was when it began', async () => {
    await isOk();
    await add('fourth@example.com');
    let attempts = 0;
    await waitFor(async () => {
      // Each another one: the same request within a minute is the same export.
      const filter = { registeredAfter: new Date(++attempts).toISOString() };
      const { json } = await exports.ask(id, { filter });
      const by = await answeredBy(() => exports.make(json.id));
      expect(await exports.get(json.id)).toMatchObject({ rows: 4 });
      expect(by).toEqual({ replica: 1, primary: 0 });
    });
  });
});
