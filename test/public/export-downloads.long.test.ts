import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { revokeApiKey } from '../../src/db/api-key.ts';
import { removeTeamMember, saveTeamMember } from '../../src/db/team-member.ts';
import { signId } from '../../src/domain/signed-id.ts';
import { startServer } from '../../src/server.ts';
import { openApp } from '../support/app.ts';
import { exportsOf, exportsUnderWay, readCsv, registerBytes } from '../support/exports.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp();
const exports = exportsOf(app);
const { made, register } = exports;
const HOUR = 3_600_000;

/** An export of a new event with so many registrants. */
async function linked(people = 1, by: { key?: string } = {}, body: Record<string, unknown> = {}) {
  const event = await app.event();
  await register(
    event.id,
    Array.from({ length: people }, () => ({})),
  );
  return { event, ...(await made(event.id, body, by)) };
}

const status = async (link: string, init?: RequestInit) => (await app.request(link, init)).status;
const downloads = async (id: string) =>
  (
    await app.pool.query(
      `select actor, detail from {schema}.audit_entry where action = 'export_downloaded' and detail->>'exportId' = $1`,
      [id],
    )
  ).rows;

describe('the link of an export', () => {
  it('streams the registrants as they are now, in the columns and the format that were asked for', async () => {
    const { event, id, link } = await linked(1, {}, { columns: ['email', 'fields'] });
    await register(event.id, [{ email: 'later@example.com', fields: { Company: 'X' } }]);
    const answer = await app.fetch(link);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${event.slug.slice(0, 60)}-registrants-${app.clock.now.toISOString().slice(0, 10)}.csv"`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'x-content-type-options': 'nosniff',
    });
    expect(readCsv(Buffer.from(await answer.arrayBuffer()))).toEqual([
      { email: 'p0@example.com', Company: '' },
      { email: 'later@example.com', Company: 'X' },
    ]);
    await waitFor(async () =>
      expect(await downloads(id)).toEqual([
        {
          actor: 'recipient',
          detail: { exportId: id, format: 'csv', rows: '2', complete: 'true' },
        },
      ]),
    );
    const workbook = await linked(1, {}, { format: 'xlsx' });
    const file = await app.fetch(workbook.link);
    expect(file.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    expect(file.headers.get('content-disposition')).toMatch(/\.xlsx"$/);
    expect(Buffer.from(await file.arrayBuffer()).toString('latin1', 0, 2)).toBe('PK');
  });

  it('cannot be guessed or bent: a foreign, changed or longer token is 404, and tells nobody anything', async () => {
    const { link, id } = await linked();
    const path = new URL(link).pathname;
    const changed = path.slice(0, -2) + (path.endsWith('AA') ? 'BB' : 'AA');
    const foreign = [
      signId('another secret, long enough for everybody', 'export', id),
      signId(app.config.appSecret, 'stop-reminders', id),
      signId(app.config.appSecret, 'export', randomUUID()),
      id,
    ].map((token) => `/x/${token}`);
    for (const wrong of [changed, `${path}A`, path.slice(0, -1), '/x/', ...foreign]) {
      const answer = await app.request(wrong);
      expect([wrong, answer.status]).toEqual([wrong, 404]);
      expect(answer.text).not.toContain(id);
    }
    const answer = await app.request(changed);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await status(link)).toBe(200);
    expect(await status(link, { method: 'POST' })).toBe(405);
  });

  it('opens nothing before the export was made, and nothing when it failed', async () => {
    const event = await app.event();
    const { json } = await exports.ask(event.id);
    expect(await status(exports.link(json.id))).toBe(404);
    await app.pool.query(`update {schema}.export set status = 'failed', failure = 'internal' where id = $1`, [
      json.id,
    ]);
    expect(await status(exports.link(json.id))).toBe(404);
  });

  it('works for 24 hours', async () => {
    const { link } = await linked();
    app.clock.advance(24 * HOUR - 1);
    expect(await status(link)).toBe(200);
    app.clock.advance(1);
    const { status: after, text } = await app.request(link);
    expect(after).toBe(410);
    expect(text).not.toContain('@example.com');
  });

  it('that a program had mailed to a member opens no more once they left, which is in the audit log once an hour', async () => {
    const email = `left-${randomUUID()}@team.example`;
    const member = await saveTeamMember(app.pool, { email, role: 'member' });
    const { link, id } = await linked(1, {}, { to: email });
    const refusals = async () =>
      (
        await app.pool.query(
          `select actor from {schema}.audit_entry where action = 'export_refused' and detail->>'exportId' = $1`,
          [id],
        )
      ).rows;
    expect(await status(link)).toBe(200);
    await removeTeamMember(app.pool, member.id, app.clock.now);
    for (const method of ['GET', 'HEAD', 'GET']) expect(await status(link, { method })).toBe(410);
    expect(await refusals()).toEqual([{ actor: 'recipient' }]);
    // On the team again, they may have it again.
    await saveTeamMember(app.pool, { email, role: 'member' });
    expect(await status(link)).toBe(200);
  });

  it('is worth nothing once it was withdrawn, which is in the audit log once', async () => {
    const { link, id } = await linked();
    for (const _ of [1, 2]) expect((await app.api('DELETE', `/exports/${id}`)).status).toBe(204);
    expect(await status(link)).toBe(410);
    expect((await exports.get(id)).withdrawnAt).toBe(app.clock.now.toISOString());
    const { rows } = await app.pool.query(
      `select from {schema}.audit_entry where action = 'export_withdrawn' and detail->>'exportId' = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('is worth nothing once the key it was asked with was revoked', async () => {
    const [member, program] = [await exports.member(), await exports.apiKey(null)];
    const links = [
      await linked(1, member),
      await linked(1, { key: program.key }, { to: 'anywhere@example.com' }),
    ];
    for (const { link } of links) expect(await status(link)).toBe(200);
    await revokeApiKey(app.pool, member.keyId, app.clock.now);
    await revokeApiKey(app.pool, program.keyId, app.clock.now);
    for (const { link } of links) expect(await status(link)).toBe(410);
  });

  it('is worth nothing once whoever asked for it, or had it sent, is no longer on the team', async () => {
    const [asking, staying, leaving] = [
      await exports.member(),
      await exports.member(),
      await exports.member(),
    ];
    const own = await linked(1, asking);
    const forOther = await linked(1, staying, { to: leaving.email });
    await removeTeamMember(app.pool, asking.id, app.clock.now);
    await removeTeamMember(app.pool, leaving.id, app.clock.now);
    expect(await status(own.link)).toBe(410);
    expect(await status(forOther.link)).toBe(410);
    // Somebody else with that address is not whom it was bound to, and gets nothing by it.
    await exports.member(asking.email);
    expect(await status(own.link)).toBe(410);
  });

  it('tells who of the team downloaded it', async () => {
    const member = await exports.member();
    const { id, link } = await linked(3, member);
    await exports.bytes(link);
    await waitFor(async () =>
      expect(await downloads(id)).toMatchObject([
        { actor: `team_member:${member.id}`, detail: { rows: '3', complete: 'true' } },
      ]),
    );
  });

  it('answers HEAD without opening anything', async () => {
    const { link, id } = await linked();
    const asked = vi.spyOn(pg.Client.prototype, 'query');
    for (let i = 0; i < 5; i++) {
      const answer = await app.fetch(link, { method: 'HEAD' });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
      expect(answer.headers.get('content-disposition')).toContain('registrants');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    const begun = asked.mock.calls.filter(([statement]) => /^(begin|copy)/.test(String(statement)));
    asked.mockRestore();
    expect(begun).toEqual([]);
    expect(await downloads(id)).toEqual([]);
    app.clock.advance(25 * HOUR);
    expect(await status(link, { method: 'HEAD' })).toBe(410);
  });
});

describe('downloads at once', () => {
  it('are two; the third is told to come again, and may once one of them is over or given up', async () => {
    const { link, id } = await linked(2);
    const [first, second] = [await app.fetch(link), await app.fetch(link)];
    const third = await app.request(link);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '10']);
    expect(third.headers.get('content-disposition')).toBeNull();
    expect(third.headers.get('cache-control')).toBe('no-store');
    // One is read to its end; of the other nothing is ever read.
    await first.arrayBuffer();
    await waitFor(async () => expect(await status(link)).toBe(200));
    await second.body?.cancel();
    await waitFor(async () => expect((await downloads(id)).length).toBe(3));
    expect((await downloads(id)).map(({ detail }) => detail.complete).sort()).toEqual([
      'false',
      'true',
      'true',
    ]);
    const again = [await app.fetch(link), await app.fetch(link)];
    expect(again.map((answer) => answer.status)).toEqual([200, 200]);
    await Promise.all(again.map((answer) => answer.body?.cancel()));
    await waitFor(async () => expect((await downloads(id)).length).toBe(5));
  });
});

describe('over a real connection', async () => {
  const server = await startServer({ ...app.config, port: 0 });
  afterAll(() => server.stop());
  /** Far more than the buffers of two connections hold: Postgres cannot be done before somebody reads. */
  const event = await app.event();
  const columns = ['email', 'fields'];
  const [away, broken] = [
    await made(event.id, { columns, to: 'away@example.com' }),
    await made(event.id, { columns, to: 'broken@example.com' }),
  ];
  await registerBytes(app, event.id, 30_000_000);

  /** The answer, of which the first piece was read. */
  async function begun(link: string, from = server.url) {
    const request = httpGet(from + new URL(link).pathname, { agent: false });
    request.on('error', () => undefined);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.on('error', () => undefined);
    await once(answer, 'readable');
    answer.read(1);
    return { request, answer };
  }

  it('a client that goes away frees the database and its place', async () => {
    const { link, id } = away;
    for (const _ of [1, 2]) {
      const two = [await begun(link), await begun(link)];
      expect(two.map(({ answer }) => answer.statusCode)).toEqual([200, 200]);
      await waitFor(async () => expect(await exportsUnderWay(app)).toHaveLength(2));
      for (const { request } of two) request.destroy();
      await waitFor(async () => expect(await exportsUnderWay(app)).toEqual([]));
    }
    await waitFor(async () => expect(await downloads(id)).toHaveLength(4));
    expect(new Set((await downloads(id)).map(({ detail }) => detail.complete))).toEqual(new Set(['false']));
  });

  it('a server with two connections keeps one for everything else', async () => {
    const few = await startServer({ ...app.config, database: { ...app.config.database, pool: 2 }, port: 0 });
    const { link } = away;
    const first = await begun(link, few.url);
    const second = await fetch(few.url + new URL(link).pathname);
    expect([first.answer.statusCode, second.status]).toEqual([200, 503]);
    expect((await fetch(`${few.url}/readyz`)).status).toBe(200);
    first.request.destroy();
    await few.stop();
  });

  it('a database that dies in the middle breaks it off: nobody takes what came for the whole file', async () => {
    const { link, id } = broken;
    await waitFor(async () => expect(await exportsUnderWay(app)).toEqual([]));
    const { answer } = await begun(link);
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const pids = await waitFor(async () => {
      const underWay = await exportsUnderWay(app);
      expect(underWay).toHaveLength(1);
      return underWay;
    });
    await app.pool.query('select pg_terminate_backend($1)', pids);
    const outcome = await new Promise<string>((resolve) => {
      answer.on('end', () => resolve('ended'));
      answer.on('error', () => resolve('broken off'));
      answer.resume();
    });
    expect([outcome, answer.complete]).toEqual(['broken off', false]);
    told.mockRestore();
    await waitFor(async () => expect(await downloads(id)).toMatchObject([{ detail: { complete: 'false' } }]));
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const whole = await made(event.id, { columns: ['email'], to: 'whole@example.com' });
    const again = await fetch(server.url + new URL(whole.link).pathname);
    expect((await again.text()).split('\r\n')).toHaveLength(302);
  });
});
