import { describe, expect, it } from 'vitest';
import { removeTeamMember } from '../../src/db/team-member.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const exports = exportsOf(app);
const ada = await signIn(app, { email: 'ada@team.example' });
const bob = await signIn(app, { email: 'bob@team.example' });
const SCRIPT = '<script>alert(1)</script>';

const ALL = { format: 'csv', which: 'all', to: 'ada@team.example' };
const tab = (event: { id: string }) => `/team/events/${event.id}/exports`;
const latest = async (event: { id: string }) =>
  (await app.api('GET', `/events/${event.id}/exports`)).json.items[0];

/** An export that Ada asked for on the page, made and large enough for a link. */
async function linked(to = ada) {
  const event = await app.event();
  await exports.register(event.id, [{ email: 'grace@example.com' }]);
  await ada.post(tab(event), { ...ALL, to: to.email });
  const { id } = await latest(event);
  await exports.make(id);
  await app.pool.query('update {schema}.export set attached = false where id = $1', [id]);
  return { event, id, link: new URL(exports.link(id)).pathname };
}

/** Who downloaded exports of the event, as the audit log has it shortly after the file's last byte. */
async function downloaders(event: { id: string }): Promise<string[]> {
  const { json } = await app.api('GET', `/audit?eventId=${event.id}&action=export_downloaded`);
  return json.items.map(({ actor }: { actor: string }) => actor).sort();
}

describe('the Exports tab', () => {
  it('asks for all columns, to be sent to whoever asks', async () => {
    const event = await app.event();
    const page = await ada.get(tab(event));
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.text).toContain('No exports yet');
    expect(page.text).toContain(
      '<option value="ada@team.example" selected="">Me (ada@team.example)</option>',
    );
    const answer = await ada.post(tab(event), ALL);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `${tab(event)}?notice=export_requested`,
    ]);
    expect(await latest(event)).toMatchObject({
      ...{ format: 'csv', columns: 'all', to: 'ada@team.example', requestedBy: `team_member:${ada.id}` },
    });
    const after = await ada.get(`${tab(event)}?notice=export_requested`);
    expect(after.text).toContain('Export requested');
    expect(after.text).toMatch(/Queued.*data-refresh=|data-refresh=.*Queued/s);
  });

  it('lists a hundred of an event’s thousands of fields, and takes the others by their names', async () => {
    const event = await app.event();
    await exports.register(event.id, [{ email: 'many@example.com' }]);
    await app.pool.query(
      `with made as (
         update {schema}.registrant set fields = (
           select jsonb_object_agg('Field ' || n, 'value ' || n) from generate_series(1, 5000) as n)
         where event_id = $1 returning id
       )
       insert into {schema}.event_field (event_id, name, registrant_id)
       select $1, 'Field ' || n, made.id from made, generate_series(1, 5000) as n`,
      [event.id],
    );
    const { text } = await ada.get(tab(event));
    expect(text.match(/value="fields\./g)).toHaveLength(100);
    expect(text.length).toBeLessThan(100_000);
    const form = { ...ALL, which: 'some', columns: ['email', 'fields.Field 1'] };
    const refused = await ada.post(tab(event), { ...form, further: 'Field 5001' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('No field is called “Field 5001”.');
    await ada.post(tab(event), { ...form, further: 'Field 1\r\nfield 4321\r\n' });
    expect((await latest(event)).columns).toEqual(['email', 'fields.Field 1', 'fields.Field 4321']);
    // What was written is of no concern where all are wanted.
    await ada.post(tab(event), { ...ALL, further: 'nonsense' });
    expect(await latest(event)).toMatchObject({ columns: 'all', status: 'queued' });
  });

  it('asks for a choice of columns, fields of the registrants’ own among them, to a colleague', async () => {
    const event = await app.event();
    const fields = { Company: 'ACME', [SCRIPT]: 'x' };
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'own@example.com', fields });
    const page = await ada.get(tab(event));
    expect(page.text).toContain('value="fields.Company"');
    expect(page.text).not.toContain(SCRIPT);
    const columns = ['email', 'access_link', 'fields.Company', `fields.${SCRIPT}`];
    const answer = await ada.post(tab(event), { format: 'xlsx', which: 'some', columns, to: bob.email });
    expect(answer.status).toBe(303);
    expect(await latest(event)).toMatchObject({ format: 'xlsx', columns, to: bob.email });
    const list = (await ada.get(tab(event))).text;
    expect(list).toContain('4 columns');
    expect(list).not.toContain(SCRIPT);
  });

  it('makes one export of a form that is sent twice', async () => {
    const event = await app.event();
    await ada.post(tab(event), ALL);
    await ada.post(tab(event), ALL);
    expect((await app.api('GET', `/events/${event.id}/exports`)).json.items).toHaveLength(1);
  });

  it.each([
    [{ ...ALL, which: 'some' }, 'Choose at least one column.'],
    [{ ...ALL, which: 'some', columns: ['email', 'shoe_size'] }, 'Choose among the columns below.'],
    [{ ...ALL, format: 'pdf' }, 'Choose CSV or Excel.'],
    [{ ...ALL, to: 'stranger@example.com' }, 'Choose a member of the team.'],
    [{ ...ALL, to: SCRIPT }, 'Choose a member of the team.'],
    [{}, 'Choose CSV or Excel.'],
  ])('shows %j again with what is wrong', async (form, message) => {
    const event = await app.event();
    const { status, text } = await ada.post(tab(event), form);
    expect(status).toBe(422);
    expect(text).toContain(message);
    expect(text).not.toContain(SCRIPT);
    expect(await latest(event)).toBeUndefined();
    if ('columns' in form) expect(text).toMatch(/value="email"[^>]*checked|checked[^>]*value="email"/);
  });

  it('says of each export what became of it', async () => {
    const { event, id, link } = await linked();
    await ada.get(link);
    await expect.poll(() => downloaders(event)).toHaveLength(1);
    expect((await ada.get(tab(event))).text).toMatch(/Link until.*1 download/s);
    await app.pool.query(
      `update {schema}.export set status = 'failed', failure = 'too_many_rows', finished_at = now() where id = $1`,
      [id],
    );
    const { text } = await bob.get(tab(event));
    expect(text).toContain('ada@team.example');
    expect(text).toContain('A sheet of Excel holds 1,048,575 registrants at the most: ask for CSV.');
    expect(text).not.toContain('data-refresh=');
  });

  it('says whom an export names, before it is made and after', async () => {
    const event = await app.event();
    await exports.register(event.id, [{ email: 'ada@example.com' }, { email: 'bob@example.com' }]);
    const { rows } = await app.pool.query<{ id: string }>(
      `update {schema}.registrant set email_status = 'bounced', email_status_at = now() where event_id = $1 returning id`,
      [event.id],
    );
    const registrantIds = rows.map(({ id }) => id);
    const filters = [
      [{ emailStatus: ['bounced', 'none'] }, 'Bounced or no mail yet', '2 bounced or no mail yet'],
      [{ registrantIds }, '2 selected', '2 selected'],
      [{ q: 'ada', emailStatus: ['bounced'] }, 'Found by a search, bounced', '1 found by a search, bounced'],
    ] as const;
    for (const [filter, before, after] of filters) {
      const { json } = await exports.ask(event.id, { filter });
      expect((await ada.get(tab(event))).text).toContain(`>${before}<`);
      await exports.make(json.id);
      expect((await ada.get(tab(event))).text).toContain(`>${after}<`);
    }
    const { text } = await ada.get(`/team/audit?event=${event.id}`);
    expect(text).toMatch(/export of 1 registrant with the email status bounced of/);
  });

  it('exports whom the People page names, and goes back there where it was asked', async () => {
    const event = await app.event();
    await exports.register(event.id, [{ email: 'ada@example.com' }, { email: 'bob@example.com' }]);
    const ids = (
      await app.pool.query<{ id: string }>('select id from {schema}.registrant where event_id = $1', [
        event.id,
      ])
    ).rows.map(({ id }) => id);
    const list = `/team/events/${event.id}/people`;
    const people = { ...ALL, back: 'q=ada&sort=name', next: 'people' };
    const asked = async (form: Record<string, string | string[]>) => {
      const { headers } = await ada.post(tab(event), form);
      return { to: headers.get('location'), filter: (await latest(event))?.filter };
    };
    expect(await asked({ ...people, export: 'filter' })).toEqual({
      to: `${list}?q=ada&sort=name&notice=export_requested`,
      filter: { emailStatus: null, registrants: 1 },
    });
    expect(await asked({ ...people, export: 'selection', registrantId: ids })).toMatchObject({
      filter: { emailStatus: null, registrants: 2 },
    });
    expect(await asked({ ...people, next: '', export: 'all', registrantId: ids })).toEqual({
      to: `${tab(event)}?notice=export_requested`,
      filter: null,
    });
    expect((await ada.get(`${list}?notice=export_requested`)).text).toContain(
      `href="${tab(event)}">Exports</a>`,
    );
  });

  it.each([
    { export: 'selection' },
    { export: 'selection', registrantId: 'x' },
    { export: 'filter', back: 'q=%00' },
  ])('exports nobody, rather than everybody, for %j', async (form) => {
    const event = await app.event();
    const nobody = `/team/events/${event.id}/people?notice=nobody_selected`;
    expect((await ada.post(tab(event), { ...ALL, ...form })).headers.get('location')).toBe(nobody);
    const page = await ada.get(`${tab(event)}?${new URLSearchParams(form as Record<string, string>)}`);
    expect(page.headers.get('location')).toBe(nobody);
    expect(await latest(event)).toBeUndefined();
  });

  it('pages through more of them than one page holds', async () => {
    const event = await app.event();
    await app.pool.query(
      `insert into {schema}.export (event_id, asked_by, to_address, language, format, asked_at)
       select $1, 'api_key:${'0'.repeat(8)}-0000-0000-0000-000000000000', 'x' || n || '@example.com', 'en', 'csv',
         now() + n * interval '1 second' from generate_series(1, 21) as n`,
      [event.id],
    );
    const first = await ada.get(tab(event));
    expect(first.text).toContain('x21@example.com');
    expect(first.text).not.toContain('x1@example.com');
    expect(first.text).toContain('The operator’s key');
    const next = /href="([^"]*cursor=[^"]*)"/.exec(first.text)?.[1] ?? '';
    expect((await ada.get(next)).text).toContain('x1@example.com');
    expect((await ada.get(`${tab(event)}?cursor=nonsense`)).status).toBe(422);
  });

  it('withdraws an export after asking', async () => {
    const { event, id, link } = await linked();
    const page = await bob.get(`${tab(event)}/${id}/withdraw`);
    expect(page.text).toContain('Revoke the link to this export?');
    expect(page.text).toContain('The link stops working.');
    const answer = await bob.post(`${tab(event)}/${id}/withdraw`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `${tab(event)}?notice=export_withdrawn`,
    ]);
    expect((await ada.get(tab(event))).text).toContain('Revoked');
    expect((await ada.get(tab(event))).text).not.toContain('Link until');
    expect((await ada.get(link)).status).toBe(410);
    expect((await ada.get(`${tab(event)}/${id}/withdraw`)).text).toContain('can no longer be revoked');
    const { json } = await app.api('GET', `/audit?eventId=${event.id}`);
    expect(json.items[0]).toMatchObject({ action: 'export_withdrawn', actor: `team_member:${bob.id}` });
  });

  it('knows nothing of events and exports that are not there', async () => {
    const [event, { id }] = [await app.event(), await linked()];
    const none = '00000000-0000-4000-8000-000000000000';
    for (const path of [`/team/events/${none}/exports`, '/team/events/x/exports'])
      expect([(await ada.get(path)).status, (await ada.post(path, ALL)).status]).toEqual([404, 404]);
    // An export of another event's.
    for (const path of [`${tab(event)}/${id}/withdraw`, `${tab(event)}/x/withdraw`])
      expect([(await ada.get(path)).status, (await ada.post(path)).status]).toEqual([404, 404]);
  });
});

describe('the link of an export that a member asked for', () => {
  it('opens for whoever asked, and for whom it was sent to', async () => {
    const { event, link } = await linked(bob);
    for (const member of [ada, bob]) {
      const answer = await member.get(link);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('grace@example.com');
    }
    await expect
      .poll(() => downloaders(event))
      .toEqual([`team_member:${bob.id}`, `team_member:${ada.id}`].sort());
  });

  it('asks everybody else to sign in, and then is not theirs', async () => {
    const { link } = await linked();
    for (const method of ['GET', 'HEAD']) {
      const answer = await app.request(link, { method });
      expect([answer.status, answer.text]).toEqual([303, '']);
      if (method === 'GET')
        expect(answer.headers.get('location')).toBe(`/team/sign-in?next=${encodeURIComponent(link)}`);
    }
    const other = await bob.get(link);
    expect(other.status).toBe(403);
    expect(other.text).not.toContain('grace@example.com');
  });

  it('is not for admins either, who may ask for their own', async () => {
    const { link } = await linked();
    expect((await (await signIn(app, { role: 'admin' })).get(link)).status).toBe(403);
  });

  it('leads nowhere once its member has left', async () => {
    const leaving = await signIn(app);
    const { link } = await linked(leaving);
    await removeTeamMember(app.pool, leaving.id, app.clock.now);
    expect((await leaving.get(link)).status).toBe(410);
    expect((await ada.get(link)).status).toBe(410);
  });
});

describe('the link of an export that a program asked for', () => {
  it('opens for whoever has it, but not for a member whom it is not for', async () => {
    const event = await app.event();
    const { link } = await exports.made(event.id, { to: ada.email });
    const path = new URL(link).pathname;
    expect((await app.request(path)).status).toBe(200);
    expect((await ada.get(path)).status).toBe(200);
    expect((await bob.get(path)).status).toBe(403);
  });

  it('opens for any member where it was sent to nobody of the team', async () => {
    const event = await app.event();
    const { link } = await exports.made(event.id, { to: 'accountant@example.com' });
    const path = new URL(link).pathname;
    expect((await app.request(path)).status).toBe(200);
    expect((await bob.get(path)).status).toBe(200);
    await expect.poll(() => downloaders(event)).toEqual([`team_member:${bob.id}`, 'recipient'].sort());
  });
});
