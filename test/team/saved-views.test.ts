import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const ada = await signIn(app);
const bob = await signIn(app);

const FILTER = 'joined=false&field.ticket=VIP';

async function openEvent() {
  const event = await app.event();
  await app.pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, fields)
     select $1, n || '@example.com', '', '', 'key', case when n = 1 then '{"ticket":"VIP"}' else '{}' end::jsonb
     from generate_series(1, 3) n`,
    [event.id],
  );
  const path = `/team/events/${event.id}`;
  return { id: event.id as string, people: `${path}/people`, views: `${path}/views` };
}

const save = (views: string, name: string, back = FILTER, who = ada) => who.post(views, { name, back });

/** The tabs: their words, where they lead, and which is shown. */
function tabs(html: string) {
  const nav = /<nav class="segments" aria-label="Saved views">.*?<\/nav>/s.exec(html)?.[0] ?? '';
  return [...nav.matchAll(/<a href="([^"]+)"( aria-current="page")?>([^<]+)</g)].map(
    ([, href = '', current, name]) => ({
      name,
      href: href.replaceAll('&amp;', '&'),
      current: current !== undefined,
    }),
  );
}

const idOf = async (eventId: string, name: string) =>
  (
    await app.pool.query<{ id: string }>(
      'select id from {schema}.saved_view where event_id = $1 and name = $2',
      [eventId, name],
    )
  ).rows[0]?.id ?? '';

async function auditOf(eventId: string) {
  const { json } = await app.api('GET', `/audit?eventId=${eventId}`);
  return json.items
    .map(({ action, detail }: { action: string; detail: object }) => ({ action, ...detail }))
    .filter(({ action }: { action: string }) => action.startsWith('view_'));
}

describe('a saved view', () => {
  it('is shown to everybody on the team beside the whole list, as a link to its filter', async () => {
    const { people, views } = await openEvent();
    const { text: before } = await ada.get(`${people}?${FILTER}`);
    expect(tabs(before)).toEqual([]);
    expect(before).toContain('Save view');
    const { status, headers } = await save(views, '  VIPs not joined ', `${FILTER}&q=1&sort=name`);
    expect([status, headers.get('location')]).toEqual([
      303,
      `${people}?joined=false&field.ticket=VIP&q=1&sort=name&notice=view_saved`,
    ]);
    const { text } = await bob.get(people);
    expect(tabs(text)).toEqual([
      { name: 'All', href: people, current: true },
      { name: 'VIPs not joined', href: `${people}?${FILTER}`, current: false },
    ]);
    expect(text).not.toContain('Save view');
    const { text: shown } = await bob.get(`${people}?${FILTER}`);
    expect(tabs(shown).map(({ current }) => current)).toEqual([false, true]);
    expect(shown).toContain('1 person matches');
    expect(shown).toContain('Edit view');
  });

  it('is renamed and deleted, and each is in the audit log without a name', async () => {
    const { id, people, views } = await openEvent();
    await save(views, 'VIPs');
    const view = await idOf(id, 'VIPs');
    const renamed = await bob.post(`${views}/${view}`, { name: 'Important', back: FILTER });
    expect(renamed.headers.get('location')).toBe(`${people}?${FILTER}&notice=view_renamed`);
    await bob.post(`${views}/${view}`, { name: 'IMPORTANT', back: FILTER });
    expect(tabs((await ada.get(people)).text)[1]?.name).toBe('IMPORTANT');
    const deleted = await ada.post(`${views}/${view}/delete`, { back: FILTER });
    expect(deleted.headers.get('location')).toBe(`${people}?notice=view_deleted`);
    expect(tabs((await ada.get(people)).text)).toEqual([]);
    expect(await auditOf(id)).toEqual([
      { action: 'view_deleted', view },
      { action: 'view_renamed', view },
      { action: 'view_renamed', view },
      { action: 'view_saved', view, parts: 'joined, fields' },
    ]);
    const { text } = await ada.get(`/team/audit?event=${id}`);
    expect(text).toMatch(/saved a view of the people of .* \(filtered by joined, fields\)/);
    for (const path of [`${views}/${view}`, `${views}/${view}/delete`, `${views}/x`])
      expect((await ada.post(path, { name: 'x', back: '' })).status).toBe(404);
  });

  it.each([
    ['', FILTER, 'The name is missing.'],
    ['a'.repeat(61), FILTER, 'at most 60 characters'],
    ['for ada@example.com', FILTER, 'must not contain an email address'],
    ['VIPS NOT JOINED', FILTER, 'Another view of this event has this name.'],
    ['Everybody', '', 'there is nothing to save'],
    ['Search', 'q=ada', 'there is nothing to save'],
    ['Ada', 'field.Manager=ada%40example.com', 'A view cannot keep an email address'],
  ])('named “%s” of %s is refused beside the name', async (name, back, why) => {
    const { id, views } = await openEvent();
    await save(views, 'VIPs not joined');
    const { status, text } = await save(views, name, back);
    expect([status, text]).toEqual([422, expect.stringContaining(why)]);
    expect(text).toContain(`value="${name}"`);
    const { rows } = await app.pool.query('select name from {schema}.saved_view where event_id = $1', [id]);
    expect(rows).toEqual([{ name: 'VIPs not joined' }]);
  });

  it('of a list whose address could be read in part only is not saved', async () => {
    const { id, views } = await openEvent();
    const { text } = await save(views, 'VIPs', 'joined=false&field.ticket=');
    expect(text).toContain('was ignored');
    expect(await idOf(id, 'VIPs')).toBe('');
  });

  it('is one of thirty at most; those beyond five are in a menu', async () => {
    const { people, views } = await openEvent();
    for (let i = 1; i <= 30; i++) await save(views, `View ${i}`, `field.n=${i}`);
    const { status, text } = await save(views, 'View 31', 'field.n=31');
    expect([status, text]).toEqual([422, expect.stringContaining('at most 30 views')]);
    const { text: shown } = await ada.get(`${people}?field.n=17`);
    expect(tabs(shown).map(({ name }) => name)).toEqual([
      ...['All', 'View 1', 'View 2', 'View 3', 'View 4', 'View 5', 'View 17'],
    ]);
    expect(shown).toMatch(/aria-label="More saved views".*View 30/s);
  });

  it('comes along when the event is copied, and stays of its own event', async () => {
    const { id, views } = await openEvent();
    await save(views, 'VIPs');
    const times = { startsAt: '2028-01-15T17:00:00Z', endsAt: '2028-01-15T18:00:00Z' };
    const { json: copy } = await app.api('POST', `/events/${id}/copy`, times);
    const { text } = await ada.get(`/team/events/${copy.id}/people`);
    expect(tabs(text).map(({ name }) => name)).toEqual(['All', 'VIPs']);
    const view = await idOf(id, 'VIPs');
    expect((await ada.post(`/team/events/${copy.id}/views/${view}/delete`, { back: '' })).status).toBe(404);
    await ada.post(`${views}/${view}/delete`, { back: '' });
    expect(await idOf(copy.id, 'VIPs')).not.toBe('');
  });
});

describe('the menu “Filter”', () => {
  const form = {
    back: 'q=1&emailStatus=bounced&joined=true&field.seat=A1&sort=name',
    ...{
      delivered: '',
      opened: 'true',
      linkOpened: '',
      joined: 'false',
      emailDomain: '@Example.com, b.example',
    },
    ...{ fieldName: 'ticket', fieldValue: ' VIP ', sourceName: 'utmSource', sourceValue: 'x & y' },
    ...{ registeredAfter: '2027-01-15T18:00', registeredBefore: '', cancelled: 'true' },
  };
  const ask = (people: string, fields: Record<string, string>) =>
    ada.get(`${people}/filter?${new URLSearchParams(fields)}`);

  it('makes an address of what its form says, with the search, the sort and the answers asked for before', async () => {
    const { people } = await openEvent();
    const { status, headers } = await ask(people, form);
    expect(status).toBe(303);
    const [, query = ''] = headers.get('location')?.split('?') ?? [];
    expect([...new URLSearchParams(query)]).toEqual([
      ['opened', 'true'],
      ['joined', 'false'],
      ['emailDomain', 'b.example'],
      ['emailDomain', 'example.com'],
      ['field.seat', 'A1'],
      ['field.ticket', 'VIP'],
      ['source.utmSource', 'x & y'],
      // On the clocks of Paris.
      ['registeredAfter', '2027-01-15T17:00:00.000Z'],
      ['q', '1'],
      ['cancelled', 'true'],
      ['sort', 'name'],
    ]);
  });

  it('shows what the list is filtered by, and leaves a time with seconds as it is', async () => {
    const { people } = await openEvent();
    const back = 'joined=false&registeredBefore=2027-01-15T17:00:30.500Z&emailStatus=bounced';
    const { text } = await ada.get(`${people}?${back}`);
    expect(text).toMatch(/id="filter-by-joined".*?<option value="false" selected=""/s);
    expect(text).toContain('value="2027-01-15T18:00"');
    const { headers } = await ask(people, {
      ...{ back, joined: 'false', registeredBefore: '2027-01-15T18:00', emailStatus: 'bounced' },
    });
    expect(headers.get('location')).toBe(
      `${people}?emailStatus=bounced&joined=false&registeredBefore=2027-01-15T17%3A00%3A30.500Z`,
    );
  });

  it.each([
    [{ emailDomain: 'b.example ex!ample.com' }, 'Enter domains like example.com'],
    [{ fieldName: 'ticket' }, 'Enter the value.'],
    [{ fieldValue: 'VIP' }, 'Choose a field.'],
    [{ sourceName: 'utmFoo', sourceValue: 'x' }, 'Choose a source.'],
    [{ registeredAfter: 'monday' }, 'Enter a date and a time.'],
    // On that day the clocks of Paris are set forward at 02:00.
    [{ registeredAfter: '2027-03-28T02:30' }, 'The clocks are set forward over this time.'],
    [
      { registeredAfter: '2027-01-02T00:00', registeredBefore: '2027-01-01T00:00' },
      'Enter a time after the first one.',
    ],
    [{ joined: 'maybe' }, 'This cannot be used.'],
  ])('that says %j is shown again with what is wrong', async (fields, why) => {
    const { people } = await openEvent();
    const { status, text } = await ask(people, { back: 'opened=true', ...fields });
    expect([status, text]).toEqual([422, expect.stringContaining(why)]);
    expect(text).toMatch(/<details class="menu popover"[^>]* open=""/);
  });

  it('chips lead to the list without what each of them says', async () => {
    const { people } = await openEvent();
    const query = 'joined=false&field.a=1&field.b=2&cancelled=true&q=x';
    const { text } = await ada.get(`${people}?${query}&person=01930000-0000-7000-8000-000000000001`);
    const chips = [
      ...text.matchAll(
        /title="([^"]+)">[^<]*<\/bdi><a class="active-filter__remove" href="[^"?]*\?([^"]*)"/g,
      ),
    ].map(([, words, href = '']) => [words, href.replaceAll('&amp;', '&')]);
    expect(chips).toEqual([
      ['Joined: no', 'field.a=1&field.b=2&q=x&cancelled=true'],
      ['a: 1', 'joined=false&field.b=2&q=x&cancelled=true'],
      ['b: 2', 'joined=false&field.a=1&q=x&cancelled=true'],
      ['Cancelled', 'joined=false&field.a=1&field.b=2&q=x'],
    ]);
  });
});
