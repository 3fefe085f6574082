import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';

const app = await openApp();
const exports = exportsOf(app);

async function registered(person: Record<string, unknown> = {}) {
  const event = await app.event();
  const body = { email: 'ada@example.com', firstName: 'Ada', ...person };
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, body);
  const path = `/events/${event.id}/registrants/${json.id}`;
  return {
    ...{ event, path, id: json.id as string, key: json.accessKey as string },
    kinds: async () =>
      (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items.map(
        ({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`,
      ),
    actions: async () =>
      (await app.api('GET', `/audit?eventId=${event.id}`)).json.items
        .map(({ action, actor }: { action: string; actor: string }) => `${actor.split(':')[0]} ${action}`)
        .filter((entry: string) => entry.includes('registrant_')),
  };
}

describe('POST …/registrants/:rid/cancel and …/restore', () => {
  it('cancel once and restore once, however often they are called', async () => {
    const { path, key, kinds, actions } = await registered();
    const cancelled = await app.api('POST', `${path}/cancel`);
    const at = app.clock.now.toISOString();
    expect([cancelled.status, cancelled.json.cancelledAt, cancelled.json.accessKey]).toEqual([200, at, key]);
    app.clock.advance(1_000);
    expect((await app.api('POST', `${path}/cancel`)).json.cancelledAt).toBe(at);
    expect(await kinds()).toEqual(['confirmation not_sent']);
    for (let i = 0; i < 2; i++) {
      const { status, json } = await app.api('POST', `${path}/restore`);
      expect([status, json.cancelledAt, json.accessKey]).toEqual([200, null, key]);
    }
    expect(await kinds()).toEqual(['confirmation queued', 'confirmation not_sent']);
    expect(await actions()).toEqual(['api_key registrant_restored', 'api_key registrant_cancelled']);
  });

  it('restore without a mail where none is wanted, and after the end', async () => {
    const { path, kinds } = await registered({ sendConfirmation: false });
    await app.api('POST', `${path}/cancel`);
    await app.api('POST', `${path}/restore`, { sendConfirmation: false });
    expect(await kinds()).toEqual([]);
    app.clock.advance(10 * 3_600_000);
    await app.api('POST', `${path}/cancel`);
    expect((await app.api('POST', `${path}/restore`)).json.cancelledAt).toBeNull();
    expect(await kinds()).toEqual([]);
  });

  it('say what is wrong', async () => {
    const { event, path } = await registered();
    const nobody = `/events/${event.id}/registrants/00000000-0000-4000-8000-000000000000`;
    for (const what of ['cancel', 'restore'])
      expect((await app.api('POST', `${nobody}/${what}`)).status).toBe(404);
    const { status, json } = await app.api('POST', `${path}/restore`, { sendConfirmation: 'no', mail: 1 });
    expect([status, json.errors.map((error: { path: string }) => error.path)]).toEqual([
      422,
      ['sendConfirmation', 'mail'],
    ]);
  });

  it('at the same instant leave one of both, and as many entries as changes', async () => {
    const { path, actions } = await registered();
    await Promise.all(
      ['cancel', 'restore', 'cancel', 'restore', 'cancel'].map((what) => app.api('POST', `${path}/${what}`)),
    );
    const isCancelled = (await app.api('GET', path)).json.cancelledAt !== null;
    const done: string[] = await actions();
    const count = (what: string) => done.filter((entry) => entry.endsWith(what)).length;
    expect(count('cancelled') - count('restored')).toBe(isCancelled ? 1 : 0);
  });
});

describe('somebody who cancelled', () => {
  it('is sent no link by the team, and is told apart from who is not there', async () => {
    const { event, path, id, kinds } = await registered({ sendConfirmation: false });
    await app.api('POST', `${path}/cancel`);
    const refused = [
      await app.api('POST', `${path}/resend`),
      await app.api('POST', `${path}/rotate-key`, { notify: true }),
      await app.api('PATCH', path, { email: 'grace@example.com', resend: true }),
    ];
    for (const { status, json } of refused)
      expect([status, json.detail]).toEqual([409, expect.stringContaining('cancelled')]);
    const bulk = await app.api('POST', `/events/${event.id}/resend`, { registrantIds: [id] });
    expect(bulk.json).toEqual({ queued: 0, skipped: [{ reason: 'cancelled', count: 1 }] });
    expect(await kinds()).toEqual([]);
    expect((await app.api('PATCH', path, { email: 'grace@example.com' })).status).toBe(200);
  });

  it('stays so when the API or a file registers them again', async () => {
    const { event, path } = await registered();
    await app.api('POST', `${path}/cancel`);
    const { status, json } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ada@example.com',
    });
    expect([status, json.cancelledAt]).toEqual([200, expect.any(String)]);
    await app.request(`/api/v1/events/${event.id}/registrants/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.config.bootstrapApiKey}`, 'content-type': 'text/csv' },
      body: 'email\nada@example.com\n',
    });
    expect((await app.api('GET', path)).json.cancelledAt).not.toBeNull();
  });

  it('does not count among the registrants of the event, also once erased, and counts again when restored', async () => {
    const { event, path } = await registered();
    const other = await app.api('POST', `/events/${event.id}/registrants`, { email: 'b@example.com' });
    await app.pool.query(`update {schema}.registrant set email_status = 'sent' where event_id = $1`, [
      event.id,
    ]);
    const counts = async () => (await app.api('GET', `/events/${event.id}`)).json.counts;
    expect(await counts()).toEqual({ registrants: 2, byEmailStatus: { sent: 2 } });
    await app.api('POST', `${path}/cancel`);
    expect(await counts()).toEqual({ registrants: 1, byEmailStatus: { sent: 1 } });
    await app.api('POST', `${path}/restore`);
    expect(await counts()).toEqual({ registrants: 2, byEmailStatus: { sent: 2 } });
    await app.api('POST', `${path}/cancel`);
    await app.api('DELETE', path);
    expect((await counts()).registrants).toBe(1);
    await app.api('DELETE', `/events/${event.id}/registrants/${other.json.id}`);
    expect((await counts()).registrants).toBe(1);
  });

  it('is in an export with when they cancelled, under either name of the column', async () => {
    const { event, path, id } = await registered();
    await app.api('POST', `${path}/cancel`);
    const filter = { registrantIds: [id], cancelled: true };
    for (const column of ['cancelledAt', 'cancelled_at']) {
      const [row] = await exports.rows(event.id, { columns: ['email', column], filter });
      expect(row).toMatchObject({
        email: 'ada@example.com',
        cancelled_at: app.clock.now.toISOString().replace(/\.\d+Z/, 'Z'),
      });
    }
  });
});
