import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eraseRegistrant } from '../../src/db/registrant.ts';
import { openApp } from '../support/app.ts';
import { exportsOf, readCsv } from '../support/exports.ts';

const app = await openApp();
const exports = exportsOf(app);
const { ask, made, rows } = exports;

const STATUSES: Readonly<Record<string, string | null>> = {
  ada: 'bounced',
  adam: 'delivered',
  bob: 'bounced',
  carol: null,
};

/** An event with the four people above, and their ids by name. */
async function openEvent() {
  const event = await app.event();
  await exports.register(
    event.id,
    Object.keys(STATUSES).map((who) => ({ email: `${who}@example.com`, firstName: who })),
  );
  const ids: Record<string, string> = {};
  for (const [who, status] of Object.entries(STATUSES)) {
    const { rows: changed } = await app.pool.query<{ id: string }>(
      `update {schema}.registrant set email_status = $3, email_status_at = case when $3::text is not null then now() end
       where event_id = $1 and first_name = $2 returning id`,
      [event.id, who, status],
    );
    ids[who] = changed[0]?.id ?? '';
  }
  return { event, ids: ids as Record<'ada' | 'adam' | 'bob' | 'carol', string> };
}

const named = (file: readonly Record<string, string>[]) => file.map((row) => row.first_name).sort();

describe('the filter of an export', () => {
  it.each<[what: string, filter: (ids: Record<string, string>) => object | null, found: string[]]>([
    ['null', () => null, ['ada', 'adam', 'bob', 'carol']],
    ['{}', () => ({}), ['ada', 'adam', 'bob', 'carol']],
    ['a status', () => ({ emailStatus: ['bounced'] }), ['ada', 'bob']],
    ['a status and none', () => ({ emailStatus: ['delivered', 'none'] }), ['adam', 'carol']],
    ['a search', () => ({ q: 'ada' }), ['ada', 'adam']],
    ['a search that finds nobody', () => ({ q: 'zacharias' }), []],
    ['a search and a status', () => ({ q: 'ada', emailStatus: ['bounced'] }), ['ada']],
    ['ids', ({ bob, carol }) => ({ registrantIds: [carol, bob, randomUUID()] }), ['bob', 'carol']],
    [
      'ids and a status',
      ({ bob, carol }) => ({ registrantIds: [bob, carol], emailStatus: ['bounced'] }),
      ['bob'],
    ],
    ['ids and a search', ({ ada, bob }) => ({ registrantIds: [ada, bob], q: 'ada' }), ['ada']],
  ])('%s names those people in CSV and Excel alike', async (_, filter, found) => {
    const { event, ids } = await openEvent();
    expect(named(await rows(event.id, { filter: filter(ids) }))).toEqual(found);
    expect(await made(event.id, { format: 'xlsx', filter: filter(ids) })).toMatchObject({
      status: 'running',
      rows: found.length,
    });
  });

  it('names nobody of another event', async () => {
    const [{ event }, other] = [await openEvent(), await openEvent()];
    expect(await rows(event.id, { filter: { registrantIds: Object.values(other.ids) } })).toEqual([]);
  });

  it('is told by the API: the statuses, and how many were named one by one', async () => {
    const { event, ids } = await openEvent();
    const shown = async (filter: object | null) => (await ask(event.id, { filter })).json.filter;
    expect(await shown(null)).toBeNull();
    expect(await shown({})).toBeNull();
    expect(await shown({ emailStatus: ['none', 'bounced', 'none'] })).toEqual({
      emailStatus: ['bounced', 'none'],
      registrants: null,
    });
    expect(await shown({ registrantIds: [ids.ada, ids.ada.toUpperCase(), ids.bob] })).toEqual({
      emailStatus: null,
      registrants: 2,
    });
    expect(await shown({ q: 'ada' })).toEqual({ emailStatus: null, registrants: 2 });
  });

  it('makes requests within a minute the same export where it names the same people', async () => {
    const { event, ids } = await openEvent();
    const asked = async (filter: object) => (await ask(event.id, { filter })).json.id;
    const ordered = await asked({ registrantIds: [ids.ada, ids.bob] });
    expect(await asked({ registrantIds: [ids.bob, ids.ada] })).toBe(ordered);
    const others = [await asked({}), await asked({ registrantIds: [ids.ada] }), await asked({ q: 'ada' })];
    expect(new Set([ordered, ...others]).size).toBe(4);
  });

  it.each<[what: string, filter: unknown, path: string, message: string]>([
    ['an unknown part', { company: 'ACME' }, 'filter.company', 'use emailStatus, delivered'],
    ['no domain', { emailDomain: ['a b'] }, 'filter.emailDomain.0', 'is no domain'],
    ['an unknown status', { emailStatus: ['lost'] }, 'filter.emailStatus.0', 'bounced'],
    ['no status', { emailStatus: [] }, 'filter.emailStatus', 'names no status'],
    ['an empty search', { q: ' ' }, 'filter.q', 'is missing'],
    ['a search that no name can hold', { q: 'a\0b' }, 'filter.q', 'control characters'],
    ['no id', { registrantIds: [] }, 'filter.registrantIds', 'names no registrant'],
    ['what is no id', { registrantIds: ['1'] }, 'filter.registrantIds.0', 'UUID'],
    [
      'too many ids',
      { registrantIds: Array.from({ length: 10_001 }, () => randomUUID()) },
      'filter.registrantIds',
      'at most 10,000 at once',
    ],
    ['text', 'bounced', 'filter', 'object'],
  ])('%s: 422 that says where and what', async (_, filter, path, message) => {
    const { event } = await openEvent();
    const { status, json } = await ask(event.id, { filter });
    expect([status, json.errors]).toEqual([422, [{ path, message: expect.stringContaining(message) }]]);
    expect((await app.api('GET', `/events/${event.id}/exports`)).json.items).toEqual([]);
  });

  it('of a search that finds more than 10,000 holds when the file is written: so many share the word that it names nobody', async () => {
    const { event } = await openEvent();
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1, 'ada' || n || '@example.com', '', '', 'abcd', now() from generate_series(1, 10000) as n`,
      [event.id],
    );
    const { json } = await ask(event.id, { filter: { q: 'ada' } });
    expect(json.filter).toEqual({ q: 'ada', emailStatus: null, registrants: null });
    expect(await made(event.id, { filter: { q: 'ada' } })).toMatchObject({ rows: 10_002 });
    expect(named(await rows(event.id, { filter: { q: 'ada', emailStatus: ['bounced'] } }))).toEqual(['ada']);
  });

  it('is honoured by the link at each download, with the statuses of that moment', async () => {
    const { event, ids } = await openEvent();
    const { link } = await made(event.id, { filter: { emailStatus: ['bounced'] } });
    const download = async () => named(readCsv(await exports.bytes(link)));
    expect(await download()).toEqual(['ada', 'bob']);
    await app.pool.query(`update {schema}.registrant set email_status = 'delivered' where id = $1`, [
      ids.bob,
    ]);
    expect(await download()).toEqual(['ada']);
  });

  it('keeps no word of a search, and a person who is erased leaves the file', async () => {
    const { event, ids } = await openEvent();
    const { id, link } = await made(event.id, {
      filter: { q: 'ADAM@example', registrantIds: [ids.adam, ids.ada] },
    });
    expect((await exports.get(id)).filter).toEqual({ emailStatus: null, registrants: 1 });
    await eraseRegistrant(app.pool, { eventId: event.id, id: ids.adam }, app.clock.now);
    expect(readCsv(await exports.bytes(link))).toEqual([]);
    const { rows: kept } = await app.pool.query(
      `select to_jsonb(export)::text as text from {schema}.export where event_id = $1
       union all select to_jsonb(job)::text from {jobs}.job where name = 'export'
       union all select to_jsonb(audit_entry)::text from {schema}.audit_entry where event_id = $1`,
      [event.id],
    );
    expect(kept.length).toBeGreaterThan(2);
    expect(JSON.stringify(kept)).not.toMatch(/adam/i);
  });

  it('is in the audit log: statuses and how many, no names', async () => {
    const { event } = await openEvent();
    await ask(event.id, { filter: { q: 'ada', emailStatus: ['bounced', 'none'] } });
    const { json } = await app.api('GET', `/audit?eventId=${event.id}&action=export_requested`);
    expect(json.items[0].detail).toMatchObject({ emailStatus: 'bounced none', registrants: '1' });
  });
});
