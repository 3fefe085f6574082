import { describe, expect, it } from 'vitest';
import { addressHash } from '../../src/domain/address.ts';
import { roomClosesAt } from '../../src/domain/doors.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();

async function registered(changes: Record<string, unknown> = {}, event?: { id: string }) {
  const { id } = event ?? (await app.event());
  const { json } = await app.api('POST', `/events/${id}/registrants`, {
    email: 'ada@example.com',
    ...changes,
  });
  return { eventId: id, ...json, path: `/events/${id}/registrants/${json.id}` };
}

async function messagesOf(registrantId: string) {
  return (await app.api('GET', `/messages?registrantId=${registrantId}`)).json.items;
}

async function jobCount(): Promise<number> {
  return (await app.pool.query(`select count(*) from {jobs}.job where name like 'deliver-%'`)).rows[0].count;
}

describe('registering through the API', () => {
  it('gives a registrant with a personal link, and puts the confirmation on its way', async () => {
    const event = await app.event({ slug: 'first' });
    const body = {
      email: '  Ada.Lovelace@EXAMPLE.com ',
      firstName: 'Ada',
      lastName: 'Lovelace',
      locale: 'fr-ca',
      timeZone: 'America/Toronto',
      fields: { Company: 'Analytical Engines' },
      source: { utmSource: 'newsletter', referrer: 'https://example.com/' },
    };
    const { status, json } = await app.api('POST', `/events/${event.id}/registrants`, body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      eventId: event.id,
      email: 'Ada.Lovelace@example.com',
      firstName: 'Ada',
      locale: 'fr-CA',
      timeZone: 'America/Toronto',
      fields: { Company: 'Analytical Engines' },
      emailStatus: null,
      joinedAt: null,
      linkOpenedAt: null,
      joinedFrom: 0,
    });
    expect(json.accessKey).toMatch(/^[0-9a-f]{22}$/);
    expect(json.accessLink).toBe(
      `https://events.example.test/e/first/live?email=Ada.Lovelace%40example.com&key=${json.accessKey}`,
    );
    const [message] = await messagesOf(json.id);
    expect(message).toMatchObject({
      kind: 'confirmation',
      status: 'queued',
      lane: 'now',
      to: json.email,
      attempts: 0,
    });
    const closesAt = roomClosesAt({ ...event, endsAt: new Date(event.endsAt) });
    expect(message.expiresAt).toBe(closesAt.toISOString());
    const details = (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json;
    expect(details).toMatchObject({
      ...json,
      technical: { registeredBy: 'api', utmSource: 'newsletter', referrer: 'https://example.com/' },
      messages: [{ id: message.id }],
    });
  });

  it('knows an address whatever its case, and sends no second mail', async () => {
    const event = await app.event();
    const first = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    const second = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ADA@Example.com',
      firstName: 'A',
    });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
    expect(await messagesOf(first.json.id)).toHaveLength(1);
  });

  it('makes one registrant of twenty requests at once', async () => {
    const event = await app.event();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.api('POST', `/events/${event.id}/registrants`, { email: 'x@example.com' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(await messagesOf(answers[0]?.json.id)).toHaveLength(1);
  });

  it('takes an existing key, four digits where the event asks for them, and no confirmation where none is wanted', async () => {
    const event = await app.event({ keyStyle: 'digits' });
    const digits = await registered({ sendConfirmation: false }, event);
    expect(digits.accessKey).toMatch(/^\d{4}$/);
    expect(await messagesOf(digits.id)).toEqual([]);
    expect((await registered({ email: 'b@example.com', accessKey: 'Old-Key_99' }, event)).accessKey).toBe(
      'Old-Key_99',
    );
  });

  it('registers for a past event without a mail, and refuses a cancelled one', async () => {
    const past = await app.event({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    expect(await messagesOf((await registered({}, past)).id)).toEqual([]);
    const cancelled = await app.event();
    await app.api('POST', `/events/${cancelled.id}/cancel`);
    const { status } = await app.api('POST', `/events/${cancelled.id}/registrants`, {
      email: 'a@example.com',
    });
    expect(status).toBe(409);
  });

  it('writes registrant, message and job together: when one fails, nothing is there', async () => {
    const event = await app.event();
    const jobs = await jobCount();
    await app.pool.query(
      'alter table {schema}.message add constraint refuse check (dedupe_key <> $$registration$$) not valid',
    );
    const { status } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    await app.pool.query('alter table {schema}.message drop constraint refuse');
    expect(status).toBe(500);
    expect((await app.api('GET', `/events/${event.id}/registrants`)).json.items).toEqual([]);
    expect(await jobCount()).toBe(jobs);
  });

  it('keeps addresses out of jobs', async () => {
    await registered({ email: 'hidden.person@example.com' });
    const { rows } = await app.pool.query(`select data::text from {jobs}.job`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('hidden.person');
  });

  it.each<[what: string, body: unknown, path: string]>([
    ['no address', {}, 'email'],
    ['an address with a line break', { email: 'a@example.com\r\nBcc: b@example.com' }, 'email'],
    ['an address without a domain', { email: 'ada' }, 'email'],
    ['two addresses', { email: 'a@example.com, b@example.com' }, 'email'],
    ['a name of 10,000 characters', { firstName: 'x'.repeat(10_000) }, 'firstName'],
    ['a name with NUL', { lastName: 'a\u0000b' }, 'lastName'],
    ['a field with NUL', { fields: { a: 'b\u0000' } }, 'fields.a'],
    ['a field that is no text', { fields: { a: 1 } }, 'fields.a'],
    [
      'fifty-one fields',
      { fields: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, ''])) },
      'fields',
    ],
    ['an unknown source', { source: { utm: 'x' } }, 'source.utm'],
    ['a key with a space', { accessKey: 'ab cd' }, 'accessKey'],
    ['an unknown zone', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['an unknown field', { name: 'Ada' }, 'name'],
  ])('refuses %s and writes nothing', async (_, body, path) => {
    const event = await app.event();
    const { status, json } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ada@example.com',
      ...(body as object),
      ...(path === 'email' && !(body as { email?: string }).email && { email: undefined }),
    });
    expect(status).toBe(422);
    expect(json.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.registrants).toBe(0);
  });

  it('answers 404 for an event that is not there, 422 for an id that is none', async () => {
    const body = { email: 'ada@example.com' };
    expect((await app.api('POST', `/events/${crypto.randomUUID()}/registrants`, body)).status).toBe(404);
    expect((await app.api('POST', '/events/42/registrants', body)).status).toBe(422);
  });
});

describe('listing registrants', async () => {
  const event = await app.event();
  const people = [
    ['zoe@example.com', 'Zoë', 'Álvarez'],
    ['ada@example.com', 'Ada', 'Lovelace'],
    ['grace@example.org', 'Grace', 'Hopper'],
    ['100%_real@example.org', 'Per', 'Cent'],
    ['BOB@example.com', 'bob', 'builder'],
  ];
  for (const [email, firstName, lastName] of people) {
    app.clock.advance(1000);
    await registered({ email, firstName, lastName }, event);
  }
  await app.pool.query(
    `update {schema}.registrant set email_status = 'bounced', email_status_at = now() where email = 'grace@example.org'`,
  );
  const list = async (query: string) =>
    (await app.api('GET', `/events/${event.id}/registrants?${query}`)).json;
  const emails = async (query: string) =>
    (await list(query)).items.map((registrant: { email: string }) => registrant.email.toLowerCase());

  it('finds by a part of the address or the name, literally and without case', async () => {
    expect(await emails('q=ADA')).toEqual(['ada@example.com']);
    expect(await emails('q=grace hop')).toEqual(['grace@example.org']);
    expect(await emails('q=%25_')).toEqual(['100%_real@example.org']);
    expect(await emails('q=nobody')).toEqual([]);
  });

  it('filters by one or more email statuses', async () => {
    expect(await emails('emailStatus=bounced,failed')).toEqual(['grace@example.org']);
    expect(await emails('emailStatus=delivered')).toEqual([]);
    expect((await app.api('GET', `/events/${event.id}/registrants?emailStatus=lost`)).status).toBe(422);
  });

  it.each([
    'registeredAt',
    '-registeredAt',
    'email',
    '-email',
    'firstName',
    'lastName',
    'emailStatusAt',
    '-joinedAt',
  ])('pages through all of them once, sorted by %s', async (sort) => {
    const whole = await emails(`sort=${sort}&limit=200`);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { email: string }[]; nextCursor: string | null } = await list(
        `sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...page.items.map(({ email }) => email.toLowerCase()));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(people.length);
    if (sort === 'email') expect(paged).toEqual([...paged].sort());
  });

  it('refuses the cursor of another sort', async () => {
    const { nextCursor } = await list('sort=email&limit=1');
    const { status } = await app.api(
      'GET',
      `/events/${event.id}/registrants?sort=-email&cursor=${nextCursor}`,
    );
    expect(status).toBe(422);
  });
});

describe('sending the link again', () => {
  it('is one message within a minute, and another after it', async () => {
    const { id, path } = await registered();
    const [first, same] = await Promise.all([1, 2].map(() => app.api('POST', `${path}/resend`)));
    expect(first?.status).toBe(202);
    expect(same?.json).toEqual(first?.json);
    app.clock.advance(61_000);
    const later = await app.api('POST', `${path}/resend`);
    expect(later.json.messageId).not.toBe(first?.json.messageId);
    const kinds = (await messagesOf(id)).map((message: { kind: string }) => message.kind);
    expect(kinds).toEqual(['access_link', 'access_link', 'confirmation']);
  });

  it('is refused after the end, and for a cancelled event, with the reason', async () => {
    const { path, eventId } = await registered({}, await app.event());
    await app.api('POST', `/events/${eventId}/cancel`);
    const cancelled = await app.api('POST', `${path}/resend`);
    expect([cancelled.status, cancelled.json.detail]).toEqual([409, expect.stringContaining('cancelled')]);
    const past = await registered(
      {},
      await app.event({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' }),
    );
    expect((await app.api('POST', `${past.path}/resend`)).json.detail).toContain('ended');
  });

  it('knows only registrants of that event', async () => {
    const { id } = await registered();
    const other = await app.event();
    expect((await app.api('POST', `/events/${other.id}/registrants/${id}/resend`)).status).toBe(404);
  });
});

describe('changing a registrant', () => {
  it('changes what is named', async () => {
    const { path } = await registered({ locale: 'fr', timeZone: 'Europe/Paris' });
    const { json } = await app.api('PATCH', path, { firstName: 'Augusta', locale: null });
    expect(json).toMatchObject({
      firstName: 'Augusta',
      lastName: '',
      locale: null,
      timeZone: 'Europe/Paris',
    });
  });

  it('sends the link to a changed address when asked to, and forgets the old address’s status', async () => {
    const { id, path } = await registered();
    await app.pool.query(
      `update {schema}.registrant set email_status = 'bounced', email_status_at = now() where id = $1`,
      [id],
    );
    const { status, json } = await app.api('PATCH', path, { email: 'ada@mended.example', resend: true });
    expect(status).toBe(200);
    expect(json).toMatchObject({ email: 'ada@mended.example', emailStatus: null });
    expect(json.accessLink).toContain('email=ada%40mended.example');
    expect((await messagesOf(id))[0]).toMatchObject({ kind: 'access_link', to: 'ada@mended.example' });
  });

  it('sends nothing where the address stays the same', async () => {
    const { id, path } = await registered();
    await app.api('PATCH', path, { email: 'ada@example.com', resend: true });
    expect(await messagesOf(id)).toHaveLength(1);
  });

  it('refuses somebody else’s address, no change at all and unknown fields', async () => {
    const event = await app.event();
    const { path } = await registered({}, event);
    await registered({ email: 'taken@example.com' }, event);
    const taken = await app.api('PATCH', path, { email: 'TAKEN@example.com', firstName: 'X' });
    expect([taken.status, taken.json.errors[0].path]).toEqual([409, 'email']);
    expect((await app.api('GET', path)).json.firstName).toBe('');
    expect((await app.api('PATCH', path, { resend: true })).status).toBe(422);
    expect((await app.api('PATCH', path, { accessKey: 'abcd' })).status).toBe(422);
  });
});

describe('rotating a key', () => {
  it('gives a new link, and always another key', async () => {
    const { path, accessKey } = await registered({}, await app.event({ keyStyle: 'digits' }));
    const { status, json } = await app.api('POST', `${path}/rotate-key`);
    expect(status).toBe(200);
    expect(json.accessKey).toMatch(/^\d{4}$/);
    expect(json.accessKey).not.toBe(accessKey);
    expect(json.accessLink).toContain(json.accessKey);
  });
});

describe('removing a registrant', () => {
  it('erases everything personal everywhere, drops pending mails and keeps the counts', async () => {
    const event = await app.event();
    const body = {
      email: 'private.person@example.com',
      firstName: 'Private',
      fields: { Secret: 'hidden-value' },
    };
    const headers = { 'idempotency-key': 'registration-1' };
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, body, headers);
    const path = `/events/${event.id}/registrants/${json.id}`;
    const [message] = await messagesOf(json.id);
    expect((await app.api('DELETE', path)).status).toBe(204);

    expect((await app.api('GET', path)).status).toBe(404);
    expect((await app.api('DELETE', path)).status).toBe(404);
    expect((await app.api('GET', `/events/${event.id}/registrants`)).json.items).toEqual([]);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.registrants).toBe(1);
    expect((await app.api('GET', `/messages/${message.id}`)).json).toMatchObject({
      status: 'not_sent',
      to: null,
      error: 'The registrant was removed.',
    });
    const tables = [
      '{schema}.event',
      '{schema}.registrant',
      '{schema}.message',
      '{schema}.delivery_event',
      '{schema}.idempotent_answer',
      '{schema}.rate_limit',
      '{jobs}.job',
    ];
    for (const table of tables) {
      const { rows } = await app.pool.query(`select t::text as row from ${table} t`);
      const found = rows.filter(
        ({ row }) =>
          /private.person|Private|hidden-value/i.test(row) ||
          row.includes(json.accessKey) ||
          row.includes(addressHash(body.email)),
      );
      expect(found, table).toEqual([]);
    }
  });

  it('lets the address register anew', async () => {
    const event = await app.event();
    const first = await registered({}, event);
    await app.api('DELETE', first.path);
    const again = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    expect(again.status).toBe(201);
    expect(again.json.id).not.toBe(first.id);
  });
});
