import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';
import { openReceiver, openSending, status, verify } from '../support/webhooks.ts';

const app = await openApp();
const { send } = openSending(app);
const admin = await signIn(app, { role: 'admin' });
const member = await signIn(app);
const receiver = await openReceiver();

const fields = {
  url: receiver.url,
  events: ['registrant.*', 'registrant.created', 'message.bounced'],
  which: 'all',
};
const notice = (name: string) => expect.stringContaining(`notice=${name}`);

async function add(changes: Record<string, string | readonly string[]> = {}) {
  const { status: code, text } = await admin.post('/team/webhooks/new', { ...fields, ...changes });
  expect(code).toBe(200);
  const secret = /whsec_[\w+/=]+/.exec(text.replaceAll('&#x2F;', '/'))?.[0] ?? '';
  const id = /href="\/team\/webhooks\/([0-9a-f-]{36})"/.exec(text)?.[1] ?? '';
  return { id, secret, path: `/team/webhooks/${id}` };
}

describe('the pages of webhooks', () => {
  it('are for admins, and only admins are led there', async () => {
    expect((await member.get('/team/webhooks')).status).toBe(403);
    expect((await member.post('/team/webhooks/new', fields)).status).toBe(403);
    expect((await member.get('/team/events')).text).not.toContain('href="/team/webhooks"');
    expect((await admin.get('/team/events')).text).toContain('href="/team/webhooks"');
    expect((await admin.get('/team/webhooks')).text).toContain('No endpoints yet');
  });

  it('say what is wrong with each field, and keep what was chosen', async () => {
    const wrong = await admin.post('/team/webhooks/new', {
      url: 'ftp://example.com',
      events: 'export.ready',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('The URL must be an address like https://example.com/hooks');
    expect(wrong.text).toMatch(/checked="" value="export\.ready"/);
    const empty = await admin.post('/team/webhooks/new', { url: '', which: 'some' });
    for (const text of ['Enter the URL of your program', 'Choose at least one event type'])
      expect(empty.text).toContain(text);
  });

  it('add an endpoint, show its secret once, test it, and show what it was answered', async () => {
    receiver.answer = (_, response) => void response.writeHead(202).end('<b>thanks</b>');
    const { secret, path } = await add();
    const page = await admin.get(path);
    expect(page.text).not.toContain(secret);
    expect(page.text).toContain('message.bounced, registrant.*');
    const tested = await admin.post(`${path}/test`);
    expect(tested.headers.get('location')).toEqual(notice('webhook_sent'));
    await send();
    const [told] = receiver.received.splice(0);
    if (!told) throw new Error('no test came');
    expect(verify(told, secret)).toMatchObject({ type: 'webhook.test' });
    const shown = await admin.get(tested.headers.get('location') ?? '');
    expect(shown.text).toContain('Delivered');
    expect(shown.text).toContain('&lt;b&gt;thanks&lt;/b&gt;');
    expect((await admin.get('/team/webhooks')).text).toContain('Working');
  });

  it('rotate, edit, switch off and on, and delete', async () => {
    const { id, secret, path } = await add({ url: `${receiver.url}/other` });
    const rotated = await admin.post(`${path}/rotate`);
    expect(rotated.text).toContain('signs as well until');
    expect(rotated.text).not.toContain(secret);
    const edited = await admin.post(`${path}/edit`, {
      ...fields,
      url: `${receiver.url}/edited`,
      events: ['export.ready'],
    });
    expect(edited.headers.get('location')).toEqual(notice('webhook_saved'));
    expect((await admin.get(path)).text).toContain('/edited');
    expect((await admin.post(`${path}/switch`)).headers.get('location')).toEqual(
      notice('webhook_switched_off'),
    );
    expect((await admin.get(path)).text).toContain('Switched off by your team.');
    // Nobody did it by mistake of ours: there is no banner.
    expect((await admin.get('/team/events')).text).not.toContain('was switched off');
    expect((await admin.post(`${path}/test`)).status).toBe(409);
    const on = await admin.post(`${path}/switch`, { enabled: 'yes' });
    expect(on.headers.get('location')).toEqual(notice('webhook_switched_on'));
    expect((await admin.post(`${path}/delete`)).headers.get('location')).toEqual(notice('webhook_deleted'));
    expect((await admin.get(path)).status).toBe(404);
    const { items } = (await app.api('GET', '/audit?limit=20')).json;
    const actions = items
      .filter(({ detail }: { detail: { endpointId?: string } }) => detail.endpointId === id)
      .map(({ action }: { action: string }) => action);
    expect(actions).toEqual([
      'webhook_endpoint_deleted',
      'webhook_endpoint_switched_on',
      'webhook_endpoint_switched_off',
      'webhook_endpoint_changed',
      'webhook_secret_rotated',
      'webhook_endpoint_added',
    ]);
    expect((await admin.get('/team/audit')).text).toContain(
      'rotated the secret of the webhook endpoint at 127.0.0.1',
    );
  });

  it('tell on every page of an endpoint that was switched off by itself, until it is on again', async () => {
    receiver.answer = status(410);
    const { path } = await add({ url: `${receiver.url}/gone` });
    await admin.post(`${path}/test`);
    await send();
    expect((await admin.get('/team/events')).text).toContain('was switched off: it answered 410 Gone.');
    expect((await admin.get(path)).text).toContain('Switched off because it answered 410 Gone.');
    await admin.post(`${path}/switch`, { enabled: 'yes' });
    expect((await admin.get('/team/events')).text).not.toContain('was switched off');
    receiver.answer = status(204);
    const again = await admin.post(`${path}/replay-failed`);
    expect(again.headers.get('location')).toEqual(notice('webhooks_replayed'));
    const ids = receiver.received.splice(0).map((one) => one.id);
    await send();
    expect(receiver.received.map((one) => one.id)).toEqual(ids);
    expect((await admin.post(`${path}/replay-failed`)).headers.get('location')).toEqual(
      notice('webhooks_none_failed'),
    );
  });
});
