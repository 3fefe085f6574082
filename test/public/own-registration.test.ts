import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sendSelfServeLink } from '../../src/actions/access-link.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { addressHash } from '../../src/domain/address.ts';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { versionIn } from '../support/team.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);
const COPY = copyFor('en').registration;
const MINUTE = 60_000;

const FORM = [
  { name: 'company', label: 'Company', type: 'text', required: true },
  { name: 'size', label: 'Size', type: 'select', options: ['Small', 'Large'] },
  { name: 'news', label: 'News', type: 'consent' },
];

let visitors = 0;
/** Limits count by client: each visitor comes from an address of their own. */
const visitor = () => ({
  'x-forwarded-for': `198.51.${++visitors >> 8}.${visitors & 255}`,
  'accept-language': 'en',
});

async function registered(changes: Record<string, unknown> = {}, person: Record<string, unknown> = {}) {
  const event = await app.event({ formFields: FORM, ...changes });
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', sendConfirmation: false },
    ...{ fields: { company: 'ACME', desk: '12' }, ...person },
  });
  const { pathname, search } = new URL(json.accessLink);
  const own = `${pathname.replace(/live$/, 'registration')}${search}`;
  const path = `/events/${event.id}/registrants/${json.id}`;
  return {
    ...{ event, own, path, live: pathname + search, id: json.id as string },
    now: async () => (await app.api('GET', path)).json,
    audit: async () =>
      (await app.api('GET', `/audit?eventId=${event.id}`)).json.items
        .filter(({ registrantId }: { registrantId: string }) => registrantId === json.id)
        .map(({ actor, action }: { actor: string; action: string }) => `${actor} ${action}`),
    mails: async (): Promise<{ id: string; kind: string; status: string }[]> =>
      (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items,
  };
}

/** They go by the database's own clock. */
const forgetLimits = () => app.pool.query('delete from {schema}.rate_limit');
const open = (path: string) => app.request(path, { headers: visitor() });
const send = (path: string, fields: Record<string, string>) => app.form(path, fields, visitor());
const ANSWERS = { firstName: 'Ada', lastName: 'Lovelace', 'field.company': 'ACME', language: 'en' };

/** Opens the page and sends its form with these answers. */
async function save(path: string, answers: Record<string, string> = {}) {
  const version = versionIn(await open(path));
  return send(path, { intent: 'save', version, ...ANSWERS, ...answers });
}

describe('a registrant’s own page', () => {
  it('shows the event and what they told us, and changes nothing by being opened', async () => {
    const { own, now } = await registered({ title: 'Calm software' }, { timeZone: 'Asia/Tokyo' });
    const before = await now();
    const { status, text, headers } = await open(own);
    expect(status).toBe(200);
    for (const said of [
      COPY.title,
      'Calm software',
      'ada@example.com',
      'value="Ada"',
      'value="ACME"',
      'Japan Standard Time',
    ])
      expect(text).toContain(said);
    expect(text).toContain(COPY.emailFixed);
    expect(text).not.toContain('value="12"');
    expect([
      headers.get('referrer-policy'),
      headers.get('cache-control'),
      headers.get('x-robots-tag'),
    ]).toEqual([...['no-referrer', 'no-store', 'noindex']]);
    for (const more of ['', '&do=cancel', '&done=cancelled'])
      for (const method of ['GET', 'HEAD']) await app.request(own + more, { method, headers: visitor() });
    expect(await now()).toEqual(before);
  });

  it('names the host as who changes an address, where the host has one', async () => {
    const { own } = await registered({ replyTo: 'host@example.com' });
    const { text } = await open(own);
    expect(text).toContain(COPY.emailFixedHost);
    expect(text).toContain('mailto:host@example.com');
  });

  it('changes names, answers and language, and leaves what the form does not ask for', async () => {
    const { own, now, audit } = await registered();
    const answers = {
      firstName: 'Augusta',
      'field.company': ' Engines ',
      'field.size': 'Large',
      'field.news': 'yes',
    };
    const { status, headers } = await save(own, { ...answers, language: 'fr' });
    expect([status, headers.get('location')]).toEqual([303, `${own}&done=saved`]);
    expect(await now()).toMatchObject({
      ...{ firstName: 'Augusta', lastName: 'Lovelace', locale: 'fr', email: 'ada@example.com' },
      fields: { company: 'Engines', size: 'Large', news: 'yes', desk: '12' },
    });
    expect((await open(`${own}&done=saved`)).text).toContain(copyFor('fr').registration.saved);
    expect(await audit()).toEqual(['registrant registrant_changed']);
    // What is emptied is gone, and its column with the last who had it.
    await save(own, { 'field.size': '', 'field.news': '' });
    expect((await now()).fields).toEqual({ company: 'ACME', desk: '12' });
    expect(
      (await app.pool.query(`select name from {schema}.event_field order by 1`)).rows,
    ).not.toContainEqual({
      name: 'size',
    });
  });

  it('writes nothing down where nothing was changed', async () => {
    const { own, audit, now } = await registered({}, { locale: 'fr-CA' });
    const before = await now();
    expect((await save(own, { language: 'fr' })).status).toBe(303);
    expect([await now(), await audit()]).toEqual([before, []]);
  });

  it('refuses what the public form refuses, and keeps what was typed', async () => {
    const { own, now } = await registered();
    const before = await now();
    const bad = { firstName: 'x'.repeat(300), 'field.company': '', 'field.size': 'Huge', language: 'de' };
    const { status, text } = await save(own, bad);
    expect(status).toBe(422);
    const { form } = copyFor('en');
    for (const said of [
      form.problems.firstName.too_long,
      form.fieldProblems.required,
      form.fieldProblems.invalid,
    ])
      expect(text).toContain(said);
    expect(text).toMatch(/<option value="de"[^>]* selected/);
    const unknown = await save(own, { 'field.role': 'admin' });
    expect([unknown.status, await now()]).toEqual([422, before]);
  });

  it('tells the second of two who save at once, and lets them save over it', async () => {
    const { own, now } = await registered();
    const version = versionIn(await open(own));
    const results = await Promise.all(
      ['One', 'Two'].map((firstName) => send(own, { ...ANSWERS, intent: 'save', version, firstName })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([303, 409]);
    const told = results.find(({ status }) => status === 409) ?? results[0];
    expect(told?.text).toContain(COPY.changedMeanwhile);
    const typed = /name="firstName"[^>]*value="(\w+)"/.exec(told?.text ?? '')?.[1] ?? '';
    expect((await now()).firstName).not.toBe(typed);
    const again = versionIn(told as NonNullable<typeof told>);
    expect((await send(own, { ...ANSWERS, intent: 'save', version: again, firstName: typed })).status).toBe(
      303,
    );
    expect((await now()).firstName).toBe(typed);
  });

  it('refuses forms from other sites, and forms that say not what to do', async () => {
    const { own, now } = await registered();
    const foreign = await app.form(
      own,
      { intent: 'cancel' },
      { ...visitor(), 'sec-fetch-site': 'cross-site' },
    );
    expect([foreign.status, (await send(own, { intent: 'fly' })).status]).toEqual([403, 400]);
    expect((await now()).cancelledAt).toBeNull();
  });

  it('takes no more than thirty changes an hour of one registrant', async () => {
    const { own } = await registered();
    const statuses: number[] = [];
    for (let i = 0; i < 31; i++) statuses.push((await send(own, { intent: 'restore' })).status);
    expect([statuses.slice(0, 30).every((status) => status === 303), statuses[30]]).toEqual([true, 429]);
    expect((await open(own)).status).toBe(200);
  });

  it('reads its link as mail programs leave it', async () => {
    const { own } = await registered();
    const damaged = own.replace('?', '%3F').replaceAll('=', '%3D').replace('&', '%26');
    for (const path of [own.replace('&', '&amp;'), damaged])
      expect((await open(path)).text).toContain('ada@example.com');
    expect((await open(`${own.replace('&', '&amp;')}&amp;do=cancel`)).text).toContain(COPY.cancelTitle);
  });

  it('opens to nobody with a wrong pair, whoever is registered, and counts their guesses as the room does', async () => {
    const { own } = await registered({ keyStyle: 'digits' });
    const wrong = (email: string) =>
      own.replace(/email=[^&]*/, `email=${email}`).replace(/key=\d+/, 'key=abcd');
    const [known, unknown] = [await open(wrong('ada%40example.com')), await open(wrong('bob%40example.com'))];
    expect([known.status, unknown.status]).toEqual([403, 403]);
    expect(known.text).toContain(copyFor('en').sendLink.submit);
    expect(known.text.replaceAll('ada', 'bob').replaceAll('Ada', 'Bob')).toBe(
      unknown.text.replaceAll('Ada', 'Bob'),
    );
    for (let i = 0; i < 9; i++) await send(wrong('ada%40example.com'), { intent: 'cancel' });
    // As the room: past ten wrong ones the right key is refused, too.
    for (const path of [own, own.replace('registration', 'live')]) {
      const { status, headers } = await open(path);
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    expect((await open('/e/nothing/registration?email=a%40b.c&key=abcd')).status).toBe(404);
  });

  it('after the end shows what they told us, and changes nothing', async () => {
    const { own, event, now } = await registered({ replyTo: 'host@example.com' });
    const version = versionIn(await open(own));
    app.clock.advance(4 * 60 * MINUTE);
    const { status, text } = await open(own);
    expect(status).toBe(200);
    for (const said of [COPY.ended, 'ACME', 'Ada Lovelace', COPY.dataQuestions]) expect(text).toContain(said);
    expect(text).not.toContain('<form');
    const before = await now();
    for (const intent of ['save', 'cancel', 'restore'])
      expect((await send(own, { ...ANSWERS, intent, version, firstName: 'X' })).status).toBe(409);
    expect(await now()).toEqual(before);
    await app.api('POST', `/events/${event.id}/cancel`);
    expect((await open(own)).text).toContain(COPY.eventCancelled);
  });
});

describe('a registrant who cannot come', () => {
  it('is asked first, cancels with one tap, and gets nothing that was on its way', async () => {
    const { own, now, audit, mails } = await registered({}, { sendConfirmation: true });
    const asked = await open(`${own}&do=cancel`);
    expect(asked.text).toContain(COPY.cancelTitle);
    expect((await now()).cancelledAt).toBeNull();
    const { status, headers } = await send(own, { intent: 'cancel' });
    expect([status, headers.get('location')]).toEqual([303, `${own}&done=cancelled`]);
    expect((await open(`${own}&done=cancelled`)).text).toContain(COPY.cancelledTitle);
    expect(await mails()).toMatchObject([
      { kind: 'confirmation', status: 'not_sent', error: 'The registrant cancelled.' },
    ]);
    const cancelledAt = (await now()).cancelledAt;
    expect(cancelledAt).toBe(app.clock.now.toISOString());
    // A second tap changes nothing.
    app.clock.advance(1_000);
    await send(own, { intent: 'cancel' });
    expect((await now()).cancelledAt).toBe(cancelledAt);
    expect(await audit()).toEqual(['registrant registrant_cancelled']);
  });

  it('is not let in by the link, before the start and during it, and comes back with a tap and a confirmation', async () => {
    const { own, live, now, mails, audit } = await registered({ roomUrl: 'https://meet.example/abc' });
    await send(own, { intent: 'cancel' });
    for (const minutes of [0, 125]) {
      app.clock.advance(minutes * MINUTE);
      for (const path of [live, live.replace('live', 'room')]) {
        const { status, text } = await open(path);
        expect(status).toBe(200);
        expect(text).toContain(COPY.restore);
        expect(text).toContain(`action="${own.replace('&', '&amp;')}"`);
      }
    }
    expect((await now()).joinedAt).toBeNull();
    // The calendar entry stays theirs.
    expect((await open(live.replace('live', 'calendar.ics'))).status).toBe(200);
    const { status, headers } = await send(own, { intent: 'restore' });
    expect([status, headers.get('location')]).toEqual([303, `${own}&done=restored`]);
    expect((await open(`${own}&done=restored`)).text).toContain(COPY.restored);
    expect((await now()).cancelledAt).toBeNull();
    expect((await open(live)).headers.get('location')).toBe('https://meet.example/abc');
    await send(own, { intent: 'restore' });
    expect(await mails()).toMatchObject([{ kind: 'confirmation', status: 'queued' }]);
    expect((await audit()).toSorted()).toEqual([
      'registrant registrant_cancelled',
      'registrant registrant_restored',
    ]);
  });

  it('can ask for the link, and gets no other mail', async () => {
    const { own, event, id, mails, live } = await registered();
    await send(own, { intent: 'cancel' });
    // Of the keys' reset nobody told them: the mail that they ask for does.
    await app.api('POST', `/events/${event.id}/registrants/${id}/rotate-key`);
    const key = (await app.api('GET', `/events/${event.id}/registrants/${id}`)).json.accessKey;
    await transaction(app.pool, async (db) => {
      const found = await findEvent(db, { id: event.id });
      if (!found) throw new Error('no event');
      const request = { addressHash: addressHash('ada@example.com'), dedupeKey: randomUUID() };
      await sendSelfServeLink({ db, boss: app.boss, now: app.clock.now }, found, request);
    });
    const [mail] = await mails();
    expect(mail).toMatchObject({ kind: 'self_serve_link', status: 'queued' });
    await deliverMessages(delivery, [{ id: mail?.id ?? '', jobId: randomUUID() }]);
    expect(await mails()).toMatchObject([{ kind: 'self_serve_link', status: 'sent' }]);
    expect((await open(live.replace(/key=.*/, `key=${key}`))).text).toContain(COPY.restore);
  });

  it('registers again with the public form as if for the first time, and the answer tells nobody', async () => {
    const { event, own, now, mails } = await registered();
    await send(own, { intent: 'cancel' });
    const person = { firstName: 'Countess', lastName: '', 'field.company': 'New', timeZone: 'Asia/Tokyo' };
    const answers = await Promise.all(
      ['ada@example.com', 'new@example.com'].map((email) =>
        app.form(`/e/${event.slug}/register`, { ...person, email }, visitor()),
      ),
    );
    expect(answers.map(({ status, headers, text }) => [status, headers.get('location'), text])).toEqual(
      Array.from({ length: 2 }, () => [303, `/e/${event.slug}/registered`, '']),
    );
    await takeRegistrations(app);
    expect(await now()).toMatchObject({
      ...{ cancelledAt: null, firstName: 'Countess', timeZone: 'Asia/Tokyo' },
      fields: { company: 'New', desk: '12' },
    });
    expect(await mails()).toMatchObject([{ kind: 'confirmation', status: 'queued' }]);
    // Once more is somebody who lost the mail.
    await forgetLimits();
    await app.form(`/e/${event.slug}/register`, { ...person, email: 'ada@example.com' }, visitor());
    await takeRegistrations(app);
    expect((await mails()).map(({ kind }) => kind)).toEqual(['self_serve_link', 'confirmation']);
  });
});

describe('on an event with 4-digit keys', () => {
  const locked = async () => {
    const one = await registered({ keyStyle: 'digits' }, { firstName: 'Zerlina' });
    /** Asks for the link, has it mailed, and returns where it leads. */
    const mailed = async () => {
      const { status, headers } = await send(one.own, { intent: 'mail' });
      expect([status, headers.get('location')]).toEqual([303, `${one.own}&done=mailed`]);
      const [mail] = await one.mails();
      await deliverMessages(delivery, [{ id: mail?.id ?? '', jobId: randomUUID() }]);
      const { text } = (await app.api('GET', `/messages/${mail?.id}/content`)).json;
      const { pathname, search } = new URL(/https:\S*token=\S+/.exec(text)?.[0] ?? '');
      return pathname + search;
    };
    return { ...one, mailed };
  };

  it('shows and changes nothing for the key alone', async () => {
    const { own, live, now } = await locked();
    const before = await now();
    for (const more of ['', '&do=cancel', '&done=mailed', '&token=abcd', `&token=${'A'.repeat(43)}`]) {
      const { status, text } = await open(own + more);
      expect(status).toBe(200);
      expect(text).not.toMatch(/Zerlina|Lovelace|ACME/);
    }
    for (const intent of ['save', 'cancel', 'restore'])
      expect((await send(own, { ...ANSWERS, intent, firstName: 'X', version: 'x' })).status).toBe(403);
    expect(await now()).toEqual(before);
    // The link into the room of somebody who cancelled restores nothing, either.
    await app.api('POST', `/events/${before.eventId}/registrants/${before.id}/cancel`);
    const { text } = await open(live);
    expect(text).toContain(`href="${own.replace('&', '&amp;')}"`);
    expect(text).not.toContain('value="restore"');
  });

  it('opens for an hour by the link that is mailed, with which everything works', async () => {
    const { own, now, mails, mailed } = await locked();
    const link = await mailed();
    expect(await mails()).toMatchObject([
      { kind: 'registration_link', status: 'sent', lane: 'now', to: 'ada@example.com' },
    ]);
    expect((await open(link)).text).toContain('Zerlina');
    const { headers } = await save(link, { firstName: 'Maria' });
    expect(headers.get('location')).toBe(`${link}&done=saved`);
    await send(link, { intent: 'cancel' });
    expect(await now()).toMatchObject({ firstName: 'Maria', cancelledAt: expect.any(String) });
    // Cancelled, and still a mail that one asks for.
    await forgetLimits();
    const again = await mailed();
    await send(again, { intent: 'restore' });
    expect((await now()).cancelledAt).toBeNull();
    app.clock.advance(60 * MINUTE);
    expect((await open(again)).text).toContain(COPY.mailExpired);
    expect((await send(again, { ...ANSWERS, intent: 'cancel' })).status).toBe(403);
    expect((await now()).cancelledAt).toBeNull();
    expect((await open(own)).text).toContain(COPY.mailText);
  });

  it('opens nobody else’s registration, nor with a new email or key', async () => {
    const one = await locked();
    const other = await locked();
    const token = /token=(.*)/.exec(await one.mailed())?.[1];
    expect((await open(`${other.own}&token=${token}`)).text).toContain(COPY.mailExpired);
    await app.api('PATCH', one.path, { email: 'grace@example.com' });
    const moved = one.own.replace('ada%40', 'grace%40');
    expect((await open(`${moved}&token=${token}`)).text).toContain(COPY.mailExpired);
    expect((await open(`${moved}&token=${token}`)).text).not.toContain('Zerlina');
  });

  it('mails as often as a lost link is mailed, and to nobody whom the team blocked', async () => {
    const { own, mails, mailed } = await locked();
    await mailed();
    const refused = await send(own, { intent: 'mail' });
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    await app.api('POST', '/blocks', { email: 'ada@example.com' });
    await forgetLimits();
    expect((await send(own, { intent: 'mail' })).status).toBe(303);
    expect(await mails()).toHaveLength(1);
    await app.api('DELETE', '/blocks?email=ada@example.com');
  });

  it('after the end mails nothing and shows nothing of them', async () => {
    const { own, mails } = await locked();
    app.clock.advance(4 * 60 * MINUTE);
    const { status, text } = await open(own);
    expect([status, text.includes('Zerlina'), text.includes(copyFor('en').ended.title)]).toEqual([
      200,
      false,
      true,
    ]);
    expect((await send(own, { intent: 'mail' })).status).toBe(403);
    expect(await mails()).toEqual([]);
  });

  it('asks the same of a short key that was brought to another event', async () => {
    const { own } = await registered({}, { accessKey: 'abcd1234', firstName: 'Zerlina' });
    const { text } = await open(own);
    expect([text.includes(COPY.mailText), text.includes('Zerlina')]).toEqual([true, false]);
  });
});
