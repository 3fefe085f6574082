import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMails } from '../../src/actions/fan-out.ts';
import { countFound, listRegistrantIds } from '../../src/db/registrant.ts';
import { filterEntries, type RegistrantFilter } from '../../src/domain/registrant-filter.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import {
  DOMAIN_STATUS,
  FIRST_REGISTERED,
  type FilteredPerson,
  filteredPeople,
  filters,
  isMeant,
} from '../support/filters.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const { rows: exported, ask } = exportsOf(app);
const member = await signIn(app);
await app.pool.query(
  `insert into {schema}.mail_domain (domain, status, checked_at, expires_at)
   select key, value, $2, $2::timestamptz + interval '1 day' from jsonb_each_text($1)`,
  [JSON.stringify(DOMAIN_STATUS), app.clock.now],
);

type Person = Partial<FilteredPerson> & { readonly name: string };

/** An event with these people, and their ids in the same order. */
async function eventWith(people: readonly Person[]): Promise<{ id: string; ids: string[] }> {
  const event = await app.event();
  const { rows } = await app.pool.query<{ id: string; name: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, reached_rank, joined_at,
       link_opened_at, cancelled_at, fields, source, registered_at)
     select $1, person->>'name' || '@' || (person->>'domain'), person->>'name', '', 'key', person->>'status',
       (person->>'reached')::smallint, case when (person->>'joined')::boolean then now() end,
       case when (person->>'joined')::boolean or (person->>'reached')::int = 50 then now() end,
       case when (person->>'cancelled')::boolean then now() end, person->'fields', person->'source',
       $3::timestamptz + (person->>'hour')::int * interval '1 hour'
     from jsonb_array_elements($2) with ordinality as one (person, place) order by place
     returning id, first_name as name`,
    [
      event.id,
      JSON.stringify(
        people.map((person) => ({
          ...{ domain: 'example.com', status: null, reached: null, joined: false, cancelled: false },
          ...{ fields: {}, source: {}, hour: 0, ...person },
        })),
      ),
      FIRST_REGISTERED,
    ],
  );
  const idOf = new Map(rows.map(({ id, name }) => [name, id]));
  return { id: event.id, ids: people.map(({ name }) => idOf.get(name) ?? '') };
}

const hour = (n: number) => new Date(FIRST_REGISTERED.getTime() + n * 3_600_000).toISOString();

const PEOPLE: readonly Person[] = [
  { name: 'ada', status: 'bounced', fields: { company: 'ACME', Größe: 'XL' } },
  { name: 'bob', status: 'delivered', reached: 30, source: { utmSource: 'x', utmMedium: 'email' }, hour: 2 },
  { name: 'cleo', status: 'opened' as 'delivered', reached: 40, domain: 'b.example', hour: 4 },
  { name: 'dan', status: 'clicked' as 'delivered', reached: 50, fields: { company: 'acme' }, hour: 6 },
  { name: 'eve', joined: true, domain: 'xn--mnchen-3ya.example', source: { utmSource: 'y' }, hour: 8 },
  { name: 'fay', cancelled: true, fields: { company: 'ACME' }, hour: 9 },
];

const CASES: readonly (readonly [filter: RegistrantFilter, found: readonly string[]])[] = [
  [{}, ['ada', 'bob', 'cleo', 'dan', 'eve']],
  [{ emailStatus: ['bounced', 'none'] }, ['ada', 'eve']],
  [{ delivered: true }, ['bob', 'cleo', 'dan']],
  [{ delivered: false }, ['ada', 'eve']],
  [{ opened: true }, ['cleo', 'dan']],
  [{ linkOpened: true }, ['dan', 'eve']],
  [{ joined: true }, ['eve']],
  [{ joined: false }, ['ada', 'bob', 'cleo', 'dan']],
  [{ emailDomain: ['b.example', 'xn--mnchen-3ya.example'] }, ['cleo', 'eve']],
  [{ emailDomainStatus: ['does_not_exist'] }, ['cleo']],
  [{ emailDomainStatus: ['no_mail', 'ok'] }, []],
  [{ fields: { company: 'ACME' } }, ['ada']],
  [{ fields: { company: 'ACME', Größe: 'XL' } }, ['ada']],
  [{ fields: { company: 'ACME', Größe: 'S' } }, []],
  [{ source: { utmSource: 'x' } }, ['bob']],
  [{ source: { utmSource: 'x', utmMedium: 'email' } }, ['bob']],
  [{ registeredAfter: hour(4) }, ['cleo', 'dan', 'eve']],
  [{ registeredBefore: hour(4) }, ['ada', 'bob']],
  [{ registeredAfter: hour(2), registeredBefore: hour(6) }, ['bob', 'cleo']],
  [{ q: 'bo' }, ['bob']],
  [{ cancelled: true }, ['fay']],
  [{ cancelled: true, fields: { company: 'ACME' } }, ['fay']],
  [{ cancelled: false, opened: false }, ['ada', 'bob', 'eve']],
  [{ joined: false, emailStatus: ['delivered', 'opened'], emailDomain: ['b.example'] }, ['cleo']],
];

describe('the same people are meant', async () => {
  const { id, ids } = await eventWith(PEOPLE);
  const numberOf = new Map(ids.map((one, i) => [one, PEOPLE[i]?.name ?? '']));

  it.each(CASES)('by %j in a list, a dry run, an export and on the People page', async (filter, found) => {
    const query = new URLSearchParams(filterEntries(filter));
    const list = await app.api('GET', `/events/${id}/registrants?${query}`);
    expect(list.json.items.map((one: { firstName: string }) => one.firstName)).toEqual(found);

    const { status, json } = await app.api('POST', `/events/${id}/resend`, { filter, dryRun: true });
    // Whoever cancelled gets only what they ask for.
    const counted = filter.cancelled
      ? { queued: 0, skipped: [{ reason: 'cancelled', count: found.length }] }
      : { queued: found.length, skipped: [] };
    expect([status, json]).toEqual([200, counted]);

    const file = await exported(id, { filter });
    expect(file.map((row) => row.first_name).sort()).toEqual(found);

    const { text } = await member.get(`/team/events/${id}/people?${query}`);
    const shown = [...text.matchAll(/name="registrantId" value="([^"]+)"/g)].map(([, one = '']) =>
      numberOf.get(one),
    );
    expect(shown.sort()).toEqual(found);
    const people = found.length === 1 ? '1 person' : `${found.length} people`;
    const matches = query.size === 0 ? people : `${people} ${found.length === 1 ? 'matches' : 'match'}`;
    expect(text).toContain(found.length === 0 ? 'No matches' : `>${matches}<`);
  });

  it('by ids joined with the rest by "and"; who cancelled is not among them unless it is asked for', async () => {
    const named = async (filter: object) =>
      (await app.api('POST', `/events/${id}/resend`, { filter, dryRun: true })).json;
    expect(await named({ registrantIds: ids })).toEqual({
      queued: 5,
      skipped: [{ reason: 'cancelled', count: 1 }],
    });
    expect(await named({ registrantIds: ids, joined: true })).toEqual({ queued: 1, skipped: [] });
    expect(await named({ registrantIds: ids, cancelled: true })).toEqual({
      queued: 0,
      skipped: [{ reason: 'cancelled', count: 1 }],
    });
    const list = await app.api(
      'GET',
      `/events/${id}/registrants?registrantIds=${ids.slice(0, 2).join(',')}&delivered=true`,
    );
    expect(list.json.items.map((one: { firstName: string }) => one.firstName)).toEqual(['bob']);
  });

  it('however a list is sorted and paged', async () => {
    for (const sort of ['email', '-name', '-joinedAt', 'emailStatusAt']) {
      const found: string[] = [];
      let cursor = '';
      do {
        const { json } = await app.api(
          'GET',
          `/events/${id}/registrants?joined=false&field.company=ACME&limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`,
        );
        found.push(...json.items.map((one: { firstName: string }) => one.firstName));
        cursor = json.nextCursor ?? '';
      } while (cursor);
      expect(found).toEqual(['ada']);
    }
  });
});

describe('what is no filter', () => {
  it.each<[filter: object, path: string, message: string]>([
    [{ company: 'ACME' }, 'company', 'use emailStatus'],
    [{ fields: 'ACME' }, 'fields', 'expected record'],
    [{ fields: {} }, 'fields', 'names no field'],
    [{ fields: { company: '' } }, 'fields.company', 'is missing'],
    [{ fields: { '': 'x' } }, 'fields.', 'the name is missing'],
    [{ source: { utmFoo: 'x' } }, 'source.utmFoo', 'is no source: use utmSource'],
    [{ source: {} }, 'source', 'names no source'],
    [{ joined: 'no' }, 'joined', 'must be true or false'],
    [{ emailDomain: ['@'] }, 'emailDomain.0', 'is no domain'],
    [{ registeredAfter: '2027-02-30T00:00:00Z' }, 'registeredAfter', 'must be a time'],
    [{ registeredAfter: hour(1), registeredBefore: hour(1) }, 'registeredBefore', 'must be later than'],
  ])('%j in a body: 422 that says where', async (filter, path, message) => {
    const { id } = await eventWith([]);
    for (const { status, json } of [
      await app.api('POST', `/events/${id}/resend`, { filter, dryRun: true }),
      await ask(id, { filter }),
    ])
      expect([status, json.errors]).toEqual([
        422,
        [{ path: `filter.${path}`, message: expect.stringContaining(message) }],
      ]);
  });

  it('loses no name of a field on the way', async () => {
    const { id } = await eventWith([]);
    const body = '{"filter":{"fields":{"__proto__":"x","company":"ACME"}},"dryRun":true}';
    const { status, json } = await app.api('POST', `/events/${id}/resend`, body);
    expect([status, json.errors]).toEqual([
      422,
      [{ path: 'filter.fields.__proto__', message: 'must not be __proto__' }],
    ]);
  });

  it.each([
    ['company=ACME', 'company', 'is not known here'],
    ['fields.company=ACME', 'fields.company', 'is not known here'],
    ['source.utmFoo=x', 'source.utmFoo', 'is no source'],
    ['joined=maybe', 'joined', 'must be true or false'],
    ['registeredAfter=monday', 'registeredAfter', 'must be a time'],
    [`registeredAfter=${hour(2)}&registeredBefore=${hour(1)}`, 'registeredBefore', 'must be later than'],
  ])('%s in a query: 422 that says where', async (query, path, message) => {
    const { id } = await eventWith([]);
    const { status, json } = await app.api('GET', `/events/${id}/registrants?${query}`);
    expect([status, json.errors]).toEqual([422, [{ path, message: expect.stringContaining(message) }]]);
  });

  it.each([{}, { registrantIds: ['01930000-0000-7000-8000-000000000001'], filter: {} }])(
    'a resend with %j names nobody clearly',
    async (body) => {
      const { id } = await eventWith([]);
      const { status, json } = await app.api('POST', `/events/${id}/resend`, { ...body, dryRun: true });
      expect([status, json.errors]).toEqual([
        422,
        [{ path: '', message: 'name one of filter, registrantIds and emailStatus' }],
      ]);
    },
  );

  it('on the People page is said and ignored, and is in no form of the page', async () => {
    const { id, ids } = await eventWith(PEOPLE);
    const { status, text } = await member.get(
      `/team/events/${id}/people?joined=maybe&source.foo=x&opened=true`,
    );
    expect(status).toBe(200);
    expect(text).toContain('joined, source.foo');
    expect([...text.matchAll(/name="registrantId" value="([^"]+)"/g)]).toHaveLength(2);
    expect(text).not.toMatch(/<input type="hidden" name="(?:joined|source\.foo)"/);
    expect(ids).toHaveLength(6);
  });

  it.each([
    'joined=maybe',
    'source.foo=x',
    'field.company=',
    'emailDomain=%40',
    'everybody=yes',
    'emailStatus=lost',
  ])('never means more people on the way to a mail: %s', async (query) => {
    const { id } = await eventWith(PEOPLE);
    const path = `/team/events/${id}`;
    for (const page of ['resend', 'correct']) {
      const { status } = await member.get(`${path}/${page}?scope=matching&${query}`);
      expect(status, page).toBe(400);
    }
    if (query === 'everybody=yes') return;
    const fields = Object.fromEntries(new URLSearchParams(query));
    const sent = await member.post(`${path}/resend`, { scope: 'matching', confirmed: '1', ...fields });
    expect(sent.status).toBe(400);
    const exports = await member.get(`${path}/exports?export=filter&back=${encodeURIComponent(query)}`);
    expect(exports.headers.get('location')).toContain('notice=nobody_selected');
    const { rows } = await app.pool.query(
      `select from {schema}.message where event_id = $1 and kind = 'access_link'`,
      [id],
    );
    expect(rows).toEqual([]);
  });
});

describe('any filter', () => {
  it('names the same people in lists, counts and mails to many', async () => {
    await fc.assert(
      fc.asyncProperty(
        filteredPeople,
        fc.array(filters, { minLength: 30, maxLength: 30 }),
        async (people, all) => {
          const { id, ids } = await eventWith(people);
          for (const { numbers, ...rest } of all) {
            const filter: RegistrantFilter = {
              ...rest,
              ...(numbers && { registrantIds: numbers.map((number) => ids[number] ?? '') }),
            };
            const wanted = ids.filter((_, i) =>
              isMeant(people[i] as FilteredPerson, i, { ...rest, ...(numbers && { numbers }) }),
            );
            const found = await listRegistrantIds(app.pool, id, filter, 100);
            expect(found.toSorted(), JSON.stringify(filter)).toEqual(wanted.toSorted());
            const { byStatus } = await countFound(app.pool, id, filter);
            const statuses = filter.emailStatus ?? [...byStatus.keys()];
            expect(statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0)).toBe(
              wanted.length,
            );
            const { mails } = await countMails(app.pool, {
              eventId: id,
              kind: 'access_link',
              selection: filter,
            });
            expect(mails).toBe(filter.cancelled ? 0 : wanted.length);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it('finds answers and sources as they are now', async () => {
    const { id, ids } = await eventWith([
      { name: 'ada', fields: { company: 'ACME' }, source: { utmSource: 'x' } },
    ]);
    const found = (filter: RegistrantFilter) => listRegistrantIds(app.pool, id, filter, 10);
    await app.pool.query(`update {schema}.registrant set fields = '{"company":"Other"}' where id = $1`, [
      ids[0],
    ]);
    expect(await found({ fields: { company: 'ACME' } })).toEqual([]);
    expect(await found({ fields: { company: 'Other' }, source: { utmSource: 'x' } })).toEqual(ids);
    await app.api('DELETE', `/events/${id}/registrants/${ids[0]}`);
    expect(
      (await app.pool.query('select from {schema}.registrant_facet where registrant_id = $1', ids)).rows,
    ).toEqual([]);
  });
});
