import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS, recordAudit } from '../../src/db/audit.ts';
import { personPath } from '../../src/team/bulk/people-path.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const ada = await signIn(app, { email: 'ada@team.example' });
const SCRIPT = '<script>alert(1)</script>';

/** The page as it reads, without its tags. */
async function read(path: string): Promise<string> {
  const { status, text } = await ada.get(path);
  expect(status).toBe(200);
  return text
    .slice(text.indexOf('<tbody'))
    .replace(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"');
}

const about = { actor: `team_member:${ada.id}`, eventId: null, registrantId: null, detail: {} };
const log = (entry: Partial<Parameters<typeof recordAudit>[1]>) =>
  recordAudit(app.pool, { at: app.clock.now, action: 'signed_in', ...about, ...entry });

describe('the audit log', () => {
  it('tells each thing that was done in a sentence with names', async () => {
    const event = await app.event({ title: 'Calm' });
    const person = { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' };
    const { json: grace } = await app.api('POST', `/events/${event.id}/registrants`, person);
    const { rows } = await app.pool.query(
      `insert into {schema}.api_key (name, key_hash, scopes) values ('website', 'x', '{read}') returning id`,
    );
    const keyId = rows[0].id as string;
    const of = { eventId: event.id, registrantId: grace.id };
    const detail = { rows: '1204', format: 'csv', bytes: '1', complete: 'false' };
    const { eventId } = of;
    await log({ action: 'export_downloaded', eventId, detail, actor: 'recipient' });
    await log({ action: 'export_made', eventId, detail });
    await log({ action: 'link_resent', ...of, actor: `api_key:${keyId}` });
    await log({ action: 'role_changed', detail: { memberId: ada.id, role: 'admin' }, actor: 'operator' });
    await log({ action: 'api_key_made', detail: { keyId, scopes: 'read send' } });
    await log({
      action: 'event_changed',
      eventId,
      detail: { fields: 'title startsAt timeZone', notify: 'true' },
    });
    const text = await read('/team/audit');
    for (const sentence of [
      'ada@team.example exported 1,204 registrants of Calm as CSV',
      'The recipient downloaded 1,204 registrants of Calm as CSV, not to the end',
      'The key “website” sent Grace Hopper their access link to Calm again',
      'The operator made ada@team.example an admin',
      'ada@team.example created the key “website” (read, send)',
      'changed title, start and time zone of Calm, and notified everyone',
      'The operator’s key created Calm',
    ])
      expect(text).toContain(sentence);
    const { text: html } = await ada.get('/team/audit');
    expect(html).toContain(`href="${personPath(event.id, grace.id)}"`);

    await app.api('DELETE', `/events/${event.id}/registrants/${grace.id}`);
    expect(await read('/team/audit')).toContain('sent a removed person their access link to Calm again');
    expect((await ada.get('/team/audit')).text).not.toContain('Grace');
  });

  it('names the database role of a program that called our functions in SQL, and filters by it', async () => {
    const event = await app.event({ title: 'Sold' });
    const { rows } = await app.pool.query(`select {schema}.register($1, 'ada@example.com', 'Ada') as id`, [
      event.id,
    ]);
    await app.pool.query('select {schema}.cancel_registration($1)', [rows[0].id]);
    const { user } = (await app.pool.query('select session_user as user')).rows[0];
    const text = await read(`/team/audit?actor=database_role:${encodeURIComponent(user)}`);
    expect(text).toContain(`The database role “${user}” cancelled the registration of Ada`);
    expect(text).not.toContain('created Sold');
  });

  it.each(AUDIT_ACTIONS)('has words for %s, even where nothing more is known', async (action) => {
    await log({ action, at: new Date('2020-01-01T12:00:00Z'), detail: {} });
    const text = await read(`/team/audit?action=${action}&to=2020-01-01`);
    expect(text).toMatch(/ada@team\.example \w+/);
    expect(text).not.toMatch(/undefined|null|NaN/);
  });

  it('filters by who, what, event and days', async () => {
    const event = await app.event({ title: 'Filtered' });
    const bob = await signIn(app, { email: 'bob@team.example' });
    const mine = { actor: `team_member:${bob.id}`, eventId: event.id, action: 'words_changed' } as const;
    await log({ ...mine, at: new Date('2021-05-01T23:59:59Z'), detail: { kind: 'reminder' } });
    await log({ ...mine, at: new Date('2021-05-02T00:00:00Z'), detail: { kind: 'confirmation' } });
    await log({ ...mine, at: new Date('2021-05-03T00:00:00Z'), detail: { kind: 'access_link' } });
    const all = ['reminder', 'confirmation', 'access link'];
    const shown = async (query: string) => {
      const text = await read(`/team/audit?${query}`);
      return all.filter((kind) => text.includes(`text of the ${kind} of Filtered`));
    };
    expect(await shown(`actor=team_member:${bob.id}`)).toEqual(all);
    expect(await shown(`event=${event.id}`)).toEqual(all);
    expect(await shown('action=words_changed&from=2021-05-02&to=2021-05-02')).toEqual(['confirmation']);
    expect(await shown('from=2021-05-01&to=2021-05-01')).toEqual(['reminder']);
    const { text } = await ada.get(`/team/audit?event=${event.id}&action=words_removed`);
    expect(text).toContain('No matches');
    expect(text).toContain('<option value="words_removed" selected="">');
  });

  it('leaves out filters that cannot be meant, and refuses a cursor of another list', async () => {
    for (const query of [`actor=${SCRIPT}`, 'action=x', 'event=x', 'from=x&to=2020-13-45', 'actor='])
      expect((await ada.get(`/team/audit?${query}`)).status).toBe(200);
    expect((await ada.get('/team/audit?cursor=x')).status).toBe(422);
  });

  it('pages from the newest to the oldest, and keeps the filter', async () => {
    const event = await app.event({ title: 'Paged' });
    await app.pool.query(
      `insert into {schema}.audit_entry (at, actor, action, event_id, detail)
       select now() + n * interval '1 second', 'operator', 'links_resent', $1, jsonb_build_object('queued', n::text)
       from generate_series(1, 120) as n`,
      [event.id],
    );
    const seen: string[] = [];
    let path: string | null = `/team/audit?event=${event.id}&action=links_resent`;
    while (path) {
      const html: string = (await ada.get(path)).text;
      seen.push(...[...html.matchAll(/sent ([\d,]+) registrants? of/g)].map(([, n]) => n ?? ''));
      path = /href="([^"]+)"[^>]*rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? null;
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => String(120 - i)));
  });

  it('shows titles and names that are scripts as text', async () => {
    const event = await app.event({ title: SCRIPT });
    const person = { email: 'script@example.com', firstName: SCRIPT };
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, person);
    await app.api('POST', `/events/${event.id}/registrants/${json.id}/resend`);
    const { text } = await ada.get(`/team/audit?event=${event.id}`);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain(SCRIPT);
  });
});
