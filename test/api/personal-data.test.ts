import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);
const send = (id: string) => deliverMessages(delivery, [{ id, jobId: randomUUID() }]);

let count = 0;
/** Somebody with a name of letters alone, which stands nowhere else. */
function somebody() {
  const tag = `zerlina${String.fromCharCode(97 + (count % 26))}${String.fromCharCode(97 + Math.floor(count++ / 26))}`;
  return { tag, email: `${tag}.quast@example.com` };
}

async function register(email: string, firstName: string, changes: Record<string, unknown> = {}) {
  const event = await app.event(changes);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email, firstName, fields: { Company: `${firstName} Ltd` }, source: { utmSource: 'newsletter' } },
  });
  const [mail] = (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items;
  return {
    event,
    registrant: json,
    path: `/events/${event.id}/registrants/${json.id}`,
    mailId: mail.id as string,
  };
}

const data = (email: string, headers?: Record<string, string>) =>
  app.api('GET', `/registrants/data?email=${encodeURIComponent(email)}`, undefined, headers);
const erase = (email: string) => app.api('DELETE', `/registrants/data?email=${encodeURIComponent(email)}`);
const lastAudit = async () => (await app.api('GET', '/audit?limit=1')).json.items[0];

describe('GET /registrants/data', () => {
  it('gives all that is held of an address over all events, without keys and links', async () => {
    const { email, tag } = somebody();
    const first = await register(email, tag, { title: 'First' });
    app.clock.advance(1_000);
    const second = await register(email, tag, { title: 'Second' });
    await register(`other.${email}`, 'Other');
    await send(first.mailId);
    const { pathname, search } = new URL(first.registrant.accessLink);
    await app.request(pathname + search, { headers: { 'user-agent': 'curl/8.5.0' } });
    await app.api('POST', `/events/${first.event.id}/exports`, {
      columns: 'all',
      format: 'csv',
      to: 'x@team.example',
    });
    await app.api('POST', `/events/${first.event.id}/exports`, {
      ...{ columns: 'all', format: 'xlsx', to: 'x@team.example' },
      filter: { registrantIds: [randomUUID()] },
    });
    await app.api('POST', `${second.path}/cancel`);
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       values ({schema}.address_hash($1), $1, 'unrequested', 'complained', $2)`,
      [email, app.clock.now],
    );
    await app.api('POST', '/blocks', { email });
    // Compared as registrations are: without case.
    const { status, json, text, headers } = await data(email.toUpperCase());
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(json).toMatchObject({
      ...{ email, at: app.clock.now.toISOString(), blockedSince: app.clock.now.toISOString() },
      suppressions: [{ scope: 'unrequested', reason: 'complained', liftedAt: null }],
      ...{ waitingRegistrations: [], formerMessages: [] },
      registrations: [
        {
          ...{ id: second.registrant.id, event: { title: 'Second', slug: second.event.slug } },
          cancelledAt: app.clock.now.toISOString(),
          audit: [{ action: 'registrant_cancelled' }],
          messages: [{ kind: 'confirmation', status: 'not_sent' }],
          exports: [],
        },
        {
          ...{ id: first.registrant.id, email, firstName: tag, fields: { Company: `${tag} Ltd` } },
          ...{ source: { utmSource: 'newsletter' }, technical: { registeredBy: 'api' } },
          messages: [{ kind: 'confirmation', status: 'sent', to: email }],
          exports: [{ format: 'csv' }],
          visits: [
            { verdict: 'machine', reason: 'http_library', agent: 'curl', whileOpen: false, visits: 1 },
          ],
        },
      ],
    });
    const sent = json.registrations[1].messages[0];
    expect(sent.events.map(({ type }: { type: string }) => type)).toEqual([
      ...['queued', 'sending', 'sent', 'link_opened_by_machine'],
    ]);
    for (const { registrant } of [first, second]) expect(text).not.toContain(registrant.accessKey);
    expect(text).not.toContain('key=');
    await app.api('DELETE', `/blocks?email=${email}`);
  });

  it('has what went to an address that was corrected since, and what no worker has taken yet', async () => {
    const { email, tag } = somebody();
    const { path, mailId, event } = await register(email, tag);
    await send(mailId);
    await app.api('PATCH', path, { email: `new.${email}` });
    await app.form(`/e/${event.slug}/register`, { email, firstName: tag });
    const { json } = await data(email);
    expect(json).toMatchObject({
      registrations: [],
      formerMessages: [{ id: mailId, status: 'sent', to: email }],
      waitingRegistrations: [{ eventId: event.id, firstName: tag }],
    });
    const moved = (await data(`new.${email}`)).json;
    expect([moved.registrations.length, moved.formerMessages]).toEqual([1, []]);
  });

  it('holds nothing of an address that nobody knows, and says what is wrong with one that is none', async () => {
    const { status, json } = await data('nobody@example.com');
    expect([status, json.registrations, json.blockedSince]).toEqual([200, [], null]);
    for (const path of ['/registrants/data', '/registrants/data?email=ada', '/registrants/data?email='])
      for (const method of ['GET', 'DELETE']) {
        const refused = await app.api(method, path);
        expect([refused.status, refused.json.errors[0].path]).toEqual([422, 'email']);
      }
  });

  it('is noted in the audit log without the address, and is for keys with `export`', async () => {
    const { email, tag } = somebody();
    await register(email, tag);
    expect((await data(email, await keyWith(app, ['read', 'write', 'send']))).status).toBe(403);
    const key = await keyWith(app, ['export']);
    expect((await data(email, key)).status).toBe(200);
    const entry = await lastAudit();
    expect(entry).toMatchObject({
      action: 'person_data_read',
      registrantId: null,
      detail: { registrations: '1' },
    });
    expect(JSON.stringify(entry)).not.toContain(tag);
  });

  it('answers 120 requests an hour of one key', async () => {
    const key = await keyWith(app, ['export', 'write']);
    const statuses = new Map<number, number>();
    for (let i = 0; i < 122; i++) {
      const method = i % 2 ? 'GET' : 'DELETE';
      const { status } = await app.api(method, '/registrants/data?email=nobody@example.com', undefined, key);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [200, 120],
      [429, 2],
    ]);
  });
});

describe('DELETE /registrants/data', () => {
  it('erases an address everywhere: no table has it any more, and counts stay', async () => {
    const { email, tag } = somebody();
    const all = [await register(email, tag), await register(email, tag), await register(email, tag)];
    const [first, second, third] = all;
    await send(first?.mailId ?? '');
    // One has another email by now, and keeps their registration.
    await send(third?.mailId ?? '');
    await app.api('PATCH', third?.path ?? '', { email: 'kept@example.com', firstName: 'Kept' });
    await app.pool.query(`update {schema}.registrant set fields = '{}' where id = $1`, [
      third?.registrant.id,
    ]);
    await app.api('POST', `${second?.path}/cancel`);
    await app.form(`/e/${first?.event.slug}/register`, { email, firstName: tag });
    await app.request(`/e/${first?.event.slug}/live?email=${encodeURIComponent(email)}&key=wrong1`);
    await app.api('POST', '/blocks', { email });
    for (const scope of ['all', 'unrequested'])
      await app.pool.query(
        `insert into {schema}.suppression (address_hash, address, scope, reason, detail, created_at)
         values ({schema}.address_hash($1), $1, $2, 'bounced', $1, now())`,
        [email, scope],
      );
    const traces = () => tablesWith(app, [tag, `${tag}.quast`]);
    expect((await traces()).length).toBeGreaterThan(5);
    const { status, json } = await erase(email.toUpperCase());
    expect([status, json]).toEqual([200, { erased: 2 }]);
    expect(await traces()).toEqual([]);
    expect((await app.api('GET', `/events/${first?.event.id}`)).json.counts.registrants).toBe(1);
    expect((await app.api('GET', third?.path ?? '')).json).toMatchObject({ email: 'kept@example.com' });
    expect((await app.api('GET', `/messages/${third?.mailId}`)).json).toMatchObject({
      status: 'sent',
      subject: null,
    });
    // Neither mail nor the public forms reach them, as before.
    const { rows } = await app.pool.query(
      'select address, count(*) from {schema}.suppression where address_hash = {schema}.address_hash($1) group by 1',
      [email],
    );
    expect(rows).toEqual([{ address: null, count: 2 }]);
    await app.form(`/e/${first?.event.slug}/register`, { email });
    expect(await erase(email)).toMatchObject({ status: 200, json: { erased: 0 } });
  });

  it('writes a waiting mail to a corrected email anew', async () => {
    const { email, tag } = somebody();
    const { path, mailId } = await register(email, tag);
    await app.pool.query(
      `update {schema}.message set to_address = $2, variables = $3, subject = $4,
         template_hash = (select hash from {schema}.compiled_template limit 1)
       where id = $1`,
      [mailId, email, { email }, `for ${tag}`],
    );
    await app.api('PATCH', path, { email: 'moved@example.com', firstName: 'Moved' });
    await app.pool.query(`update {schema}.registrant set fields = '{}' where email = 'moved@example.com'`);
    await erase(email);
    expect(await tablesWith(app, [tag])).toEqual([]);
    await send(mailId);
    expect((await app.api('GET', `/messages/${mailId}`)).json).toMatchObject({
      status: 'sent',
      to: 'moved@example.com',
    });
  });

  it('is noted without the address, an entry each for the registrations', async () => {
    const { email, tag } = somebody();
    const { registrant } = await register(email, tag);
    await erase(email);
    const [entry, removed] = (await app.api('GET', '/audit?limit=2')).json.items;
    expect([entry, removed]).toMatchObject([
      { action: 'person_erased', detail: { registrations: '1' }, registrantId: null },
      { action: 'registrant_removed', registrantId: registrant.id },
    ]);
    expect(JSON.stringify([entry, removed])).not.toContain(tag);
  });

  it('and a registration at the same instant leave either nothing or somebody whole', async () => {
    const { email, tag } = somebody();
    const { event } = await register(email, tag);
    await Promise.all([
      erase(email),
      app.api('POST', `/events/${event.id}/registrants`, { email, firstName: tag }),
      erase(email),
    ]);
    await erase(email);
    expect(await tablesWith(app, [tag])).toEqual([]);
  });
});
