import { readFileSync } from 'node:fs';
import { AccessMailError, createAccessMail } from 'access-mail';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp();
const { schema, url } = app.config.database;
const client = new pg.Client(url);
await client.connect();
afterAll(() => client.end());
const accessMail = createAccessMail({ schema });
const { register, resend, cancel, restore } = accessMail;

const shown = (eventId: string, id: string) => app.api('GET', `/events/${eventId}/registrants/${id}`);

describe('the library', () => {
  it('registers, sends again, cancels and restores in the transaction of the caller', async () => {
    const event = await app.event();
    await client.query('begin');
    const gone = await register(client, { event: event.id, email: 'gone@example.com' });
    await client.query('rollback');
    expect((await shown(event.id, gone)).status).toBe(404);
    await client.query('begin');
    const source = { utmSource: 'shop' };
    const id = await register(client, {
      ...{ event: event.slug, email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' },
      ...{ fields: { company: 'ACME "& Co"' }, locale: 'fr', timeZone: 'Europe/Paris', source },
    });
    const message = await resend(client, id);
    expect(await resend(client, id)).toBe(message);
    expect((await shown(event.id, id)).status).toBe(404);
    await client.query('commit');
    expect((await shown(event.id, id)).json).toMatchObject({
      ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', locale: 'fr' },
      ...{ timeZone: 'Europe/Paris', fields: { company: 'ACME "& Co"' } },
      technical: { registeredBy: 'sql', utmSource: 'shop' },
      messages: [{ id: message, kind: 'access_link' }, { kind: 'confirmation' }],
    });
    expect([await cancel(client, id), await cancel(client, id)]).toEqual([true, false]);
    expect([await restore(client, id), await restore(client, id)]).toEqual([true, false]);
    expect((await shown(event.id, id)).json.messages.map(({ status }: { status: string }) => status)).toEqual(
      [...['queued', 'not_sent', 'not_sent']],
    );
  });

  it('sends no mail where none is asked for', async () => {
    const event = await app.event();
    const person = { event: event.id, email: 'ada@example.com', sendConfirmation: false };
    const id = await register(client, person);
    await cancel(client, id);
    await restore(client, id, { sendConfirmation: false });
    expect((await shown(event.id, id)).json.messages).toEqual([]);
  });

  it('says with a code and paths why it was refused', async () => {
    const event = await app.event();
    const person = { event: event.id, email: 'ada@example.com' };
    const id = await register(client, person);
    const refusal = (work: Promise<unknown>) => work.then(String, (error: unknown) => error);
    const invalid = await refusal(register(client, { ...person, email: 'ada', locale: '?' }));
    expect(invalid).toBeInstanceOf(AccessMailError);
    expect(invalid).toMatchObject({
      ...{ name: 'AccessMailError', code: 'invalid_input', sqlState: 'ML001' },
      errors: [
        { path: 'email', message: 'must be an e-mail address, like ada@example.com' },
        { path: 'locale', message: 'must be a language tag, like en or fr-CA' },
      ],
      cause: expect.any(pg.DatabaseError),
    });
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const event of [nobody, 'no-such-event'])
      expect(await refusal(register(client, { ...person, event }))).toMatchObject({ code: 'not_found' });
    for (const work of [resend, cancel, restore])
      expect(await refusal(work(client, nobody))).toMatchObject({ code: 'not_found' });
    await cancel(client, id);
    expect(await refusal(resend(client, id))).toMatchObject({ code: 'registrant_cancelled' });
    const ended = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const late = await register(client, { ...person, event: ended.id });
    expect(await refusal(resend(client, late))).toMatchObject({ code: 'event_ended' });
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(await refusal(register(client, person))).toMatchObject({ code: 'event_cancelled' });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, 'x']));
    await register(client, { ...person, event: ended.id, email: 'a@example.com', fields: many });
    const one = register(client, { ...person, event: ended.id, email: 'b@example.com', fields: { x: 'x' } });
    expect(await refusal(one)).toMatchObject({ code: 'too_many_fields', errors: [{ path: 'fields.x' }] });
  });

  it('hands on other errors as they are, and quotes the schema', async () => {
    const elsewhere = createAccessMail({ schema: `no"; drop schema ${schema}; --` });
    const error = await elsewhere
      .cancel(client, '00000000-0000-4000-8000-000000000000')
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(pg.DatabaseError);
    expect(error.code).toBe('3F000');
    const lost = { query: () => Promise.reject(new Error('no connection')) };
    await expect(accessMail.resend(lost, 'x')).rejects.toThrow('no connection');
  });

  it('is a package of its own with the version of the project', () => {
    const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
    const own = read('../../src/library/package.json');
    const project = read('../../package.json');
    expect([own.name, own.version, own.license]).toEqual([project.name, project.version, project.license]);
    expect(own.dependencies).toBeUndefined();
  });
});
