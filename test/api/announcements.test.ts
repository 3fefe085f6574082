import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp();
const HOUR = 3_600_000;
const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();
const TEXT = { subject: 'The slides', text: 'Hello {{firstName}}, see https://studio.example/slides' };

/** An event and people with these languages. */
async function eventWith(locales: readonly string[], changes: Record<string, unknown> = {}) {
  const { id } = await app.event({ startsAt: at(48), endsAt: at(49), ...changes });
  const people: { id: string; email: string }[] = [];
  for (const locale of locales) {
    const email = `${crypto.randomUUID()}@example.com`;
    const body = { email, firstName: 'Ada', locale, sendConfirmation: false };
    people.push((await app.api('POST', `/events/${id}/registrants`, body)).json);
  }
  return { id: id as string, people, path: `/events/${id}/announcements` };
}

const messagesOf = async (eventId: string) =>
  (
    await app.pool.query<{ status: string; priority: string; dueAt: Date; about: unknown }>(
      `select status, priority, due_at as "dueAt", about from {schema}.message
       where event_id = $1 and kind = 'announcement' order by id`,
      [eventId],
    )
  ).rows;

const suppress = (email: string, scope: string, eventId: string | null = null) =>
  app.pool.query(
    `insert into {schema}.suppression (address_hash, address, scope, reason, event_id, created_at)
     values ({schema}.address_hash($1), $1, $2, 'unsubscribed', $3, $4)`,
    [email, scope, eventId, app.clock.now],
  );

describe('an announcement', () => {
  it('goes to everybody, as one text that its messages name', async () => {
    const { id, path } = await eventWith(['en', 'fr']);
    const { status, json } = await app.api('POST', path, TEXT);
    expect([status, json]).toEqual([202, { id: expect.any(String), queued: 2, skipped: [] }]);
    const about = { announcement: { id: json.id } };
    expect(await messagesOf(id)).toMatchObject([
      { status: 'queued', priority: 'bulk', about },
      { status: 'queued', priority: 'bulk', about },
    ]);
    expect((await app.api('GET', `${path}/${json.id}`)).json).toMatchObject({
      ...{ id: json.id, eventId: id, state: 'sending', ...TEXT, texts: {}, filter: null, sendAt: null },
      ...{ cancelledAt: null, queued: 2, skipped: [], counts: { queued: 2 } },
    });
    const audit = await app.api('GET', `/audit?eventId=${id}&action=announcement_sent`);
    expect(audit.json.items).toMatchObject([{ detail: { queued: '2' } }]);
  });

  it('skips who is blocked, unsubscribed or complained, and says so beforehand', async () => {
    const { id, path, people } = await eventWith(['en', 'en', 'en', 'en', 'en']);
    await suppress(people[0]?.email ?? '', 'all');
    await suppress(people[1]?.email ?? '', 'unrequested');
    await suppress(people[2]?.email ?? '', 'reminders', id);
    const other = await eventWith(['en']);
    await suppress(people[3]?.email ?? '', 'reminders', other.id);
    const numbers = { queued: 2, skipped: [{ reason: 'suppressed', count: 3 }] };
    const dry = await app.api('POST', path, { ...TEXT, dryRun: true });
    expect([dry.status, dry.json]).toEqual([200, { id: null, ...numbers }]);
    expect(await messagesOf(id)).toEqual([]);
    expect((await app.api('GET', path)).json.items).toEqual([]);
    expect((await app.api('POST', path, TEXT)).json).toMatchObject(numbers);
  });

  it('goes to those whom the filter means, and keeps of it what names nobody', async () => {
    const { id, path, people } = await eventWith(['en', 'en', 'en']);
    await app.pool.query('update {schema}.registrant set joined_at = $2 where id = $1', [
      people[0]?.id,
      app.clock.now,
    ]);
    const { json } = await app.api('POST', path, { ...TEXT, filter: { joined: false } });
    expect(json.queued).toBe(2);
    const unknown = crypto.randomUUID();
    const named = await app.api('POST', path, {
      ...TEXT,
      filter: { registrantIds: [people[0]?.id, unknown] },
    });
    expect(named.json).toMatchObject({ queued: 1, skipped: [{ reason: 'not_found', count: 1 }] });
    const searched = await app.api('POST', path, { ...TEXT, filter: { q: 'ada', joined: true } });
    expect(searched.json.queued).toBe(1);
    const { items } = (await app.api('GET', path)).json;
    expect(items.map(({ filter }: { filter: unknown }) => filter)).toEqual([
      { joined: true, q: null },
      { registrantIds: 2 },
      { joined: false },
    ]);
    expect((await messagesOf(id)).length).toBe(4);
  });

  it('is written once under an Idempotency-Key', async () => {
    const { id, path } = await eventWith(['en']);
    const key = { 'idempotency-key': 'announce-once' };
    const first = await app.api('POST', path, TEXT, key);
    const again = await app.api('POST', path, TEXT, key);
    expect([again.status, again.json]).toEqual([202, first.json]);
    expect((await messagesOf(id)).length).toBe(1);
    expect((await app.api('POST', path, { ...TEXT, subject: 'Other' }, key)).status).toBe(422);
  });

  it('has a text for each language', async () => {
    const { path } = await eventWith(['en', 'fr', 'ja'], { locale: 'fr' });
    const texts = { fr: { subject: 'Les diapositives', text: 'Bonjour' }, ja: TEXT };
    const { json } = await app.api('POST', path, { texts });
    const one = (await app.api('GET', `${path}/${json.id}`)).json;
    expect(one).toMatchObject({ subject: null, text: null, texts });
  });

  it('pages through the list, newest first', async () => {
    const { path } = await eventWith(['en']);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      app.clock.advance(1_000);
      ids.unshift((await app.api('POST', path, TEXT)).json.id);
    }
    const first = (await app.api('GET', `${path}?limit=2`)).json;
    const second = (await app.api('GET', `${path}?limit=2&cursor=${first.nextCursor}`)).json;
    const found = [...first.items, ...second.items].map((item: { id: string }) => item.id);
    expect([found, second.nextCursor]).toEqual([ids, null]);
  });
});

describe('an announcement at a time', () => {
  it('is scheduled until then, and cancelled before it is sent to nobody', async () => {
    const { id, path } = await eventWith(['en', 'en']);
    const sendAt = at(5);
    const { json } = await app.api('POST', path, { ...TEXT, sendAt });
    expect(json.queued).toBe(2);
    expect(await messagesOf(id)).toMatchObject([
      { status: 'scheduled', dueAt: new Date(sendAt) },
      { status: 'scheduled', dueAt: new Date(sendAt) },
    ]);
    expect((await app.api('GET', `${path}/${json.id}`)).json).toMatchObject({
      ...{ state: 'scheduled', sendAt, counts: { scheduled: 2 } },
    });
    for (let i = 0; i < 2; i++) {
      const cancelled = await app.api('POST', `${path}/${json.id}/cancel`);
      expect([cancelled.status, cancelled.json]).toMatchObject([
        200,
        { state: 'cancelled', cancelledAt: at(0), counts: { not_sent: 2 } },
      ]);
    }
    const { items } = (await app.api('GET', `/audit?eventId=${id}&action=announcement_cancelled`)).json;
    expect(items).toHaveLength(1);
    const { rows } = await app.pool.query('select error from {schema}.message where event_id = $1', [id]);
    expect(rows[0].error).toBe('The announcement was cancelled.');
  });

  it('is not sent once the event is cancelled', async () => {
    const { id, path } = await eventWith(['en']);
    const { json } = await app.api('POST', path, { ...TEXT, sendAt: at(5) });
    await app.api('POST', `/events/${id}/cancel`);
    expect((await app.api('GET', `${path}/${json.id}`)).json).toMatchObject({
      ...{ state: 'not_sent', counts: { not_sent: 1 } },
    });
  });

  it('gets the deadline of an event that moves', async () => {
    const { id, path } = await eventWith(['en']);
    await app.api('POST', path, { ...TEXT, sendAt: at(5) });
    await app.api('PATCH', `/events/${id}`, { startsAt: at(72), endsAt: at(73) });
    const { rows } = await app.pool.query(
      'select status, expires_at >= $2 as later from {schema}.message where event_id = $1',
      [id, at(73)],
    );
    expect(rows).toEqual([{ status: 'scheduled', later: true }]);
  });
});

describe('what cannot be announced', () => {
  const errorsOf = async (path: string, body: unknown) => {
    const { status, json } = await app.api('POST', path, body);
    expect([status, json.title]).toEqual([422, expect.any(String)]);
    return json.errors;
  };

  it.each([
    [
      {},
      [
        { path: 'subject', message: 'is missing' },
        { path: 'text', message: 'is missing' },
      ],
    ],
    [{ subject: 'News' }, [{ path: 'text', message: 'is missing' }]],
    [{ ...TEXT, subject: 'Two\r\nBcc: x@example.com' }, [{ path: 'subject' }]],
    [{ ...TEXT, subject: 'x'.repeat(201) }, [{ path: 'subject' }]],
    [{ ...TEXT, text: 'x'.repeat(10_001) }, [{ path: 'text' }]],
    [{ ...TEXT, text: 'Hi {{prenom}}' }, [{ path: 'text' }]],
    [{ ...TEXT, text: 'See http://studio.example/' }, [{ path: 'text' }]],
    [{ ...TEXT, text: 'See {{firstName}}.com' }, [{ path: 'text' }]],
    [{ texts: { fr: { subject: 'Bonjour', text: '{{x}}' }, en: TEXT } }, [{ path: 'texts.fr.text' }]],
    [{ texts: { fr: TEXT } }, [{ path: 'texts', message: expect.stringContaining('(en)') }]],
    [{ texts: { xx: TEXT } }, [{ path: expect.stringContaining('texts') }]],
    [{ ...TEXT, texts: {}, html: 'x' }, [{ path: 'html' }]],
    [{ ...TEXT, filter: { nothing: 'known' } }, [{ path: 'filter.nothing' }]],
    [{ ...TEXT, filter: { emailStatus: ['lost'] } }, [{ path: 'filter.emailStatus.0' }]],
    [{ ...TEXT, sendAt: 'tomorrow' }, [{ path: 'sendAt' }]],
    [{ ...TEXT, sendAt: '2020-01-01T10:00:00Z' }, [{ path: 'sendAt', message: 'is in the past' }]],
    [
      { ...TEXT, sendAt: '2099-01-01T10:00:00Z' },
      [{ path: 'sendAt', message: 'is after the end of the event' }],
    ],
  ])('%j: 422 that says where', async (body, errors) => {
    const { id, path } = await eventWith(['en']);
    for (const dryRun of [true, false])
      expect(await errorsOf(path, { ...body, dryRun })).toMatchObject(errors);
    expect(await messagesOf(id)).toEqual([]);
  });

  it('an announcement to nobody', async () => {
    const { path, people } = await eventWith(['en']);
    const nobody = { ...TEXT, filter: { registrantIds: [crypto.randomUUID()] } };
    expect(await errorsOf(path, nobody)).toEqual([
      { path: 'filter', message: 'means nobody who may get this mail: all of them are skipped' },
    ]);
    expect(await errorsOf(path, { ...TEXT, filter: { joined: true } })).toEqual([
      { path: 'filter', message: 'means nobody: there is no such registrant' },
    ]);
    await suppress(people[0]?.email ?? '', 'unrequested');
    expect(await errorsOf(path, TEXT)).toMatchObject([{ path: 'filter' }]);
    expect((await app.api('POST', path, { ...TEXT, dryRun: true })).json.queued).toBe(0);
  });

  it('to an event that is cancelled, or over: 409', async () => {
    const { id, path } = await eventWith(['en']);
    await app.api('POST', `/events/${id}/cancel`);
    const cancelled = await app.api('POST', path, TEXT);
    expect([cancelled.status, cancelled.json.detail]).toEqual([409, expect.stringContaining('is cancelled')]);
    const past = await eventWith(['en'], { startsAt: at(-30), endsAt: at(-29) });
    const over = await app.api('POST', past.path, TEXT);
    expect([over.status, over.json.detail]).toEqual([409, expect.stringContaining('has ended')]);
  });

  it('names what is not there: 404', async () => {
    const { path } = await eventWith(['en']);
    const { json } = await app.api('POST', path, TEXT);
    const other = await eventWith(['en']);
    const id = crypto.randomUUID();
    const statuses = await Promise.all([
      app.api('POST', `/events/${id}/announcements`, TEXT),
      app.api('GET', `/events/${id}/announcements`),
      app.api('GET', `${path}/${id}`),
      app.api('POST', `${path}/${id}/cancel`),
      app.api('GET', `${other.path}/${json.id}`),
      app.api('POST', `${other.path}/${json.id}/cancel`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 404));
  });
});
