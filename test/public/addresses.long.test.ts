import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addressHash } from '../../src/domain/address.ts';
import { API_KEY, openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn } from '../support/team.ts';

const app = await openApp({ MAIL_FROM: 'Ada <ada@münchen.example>', TRUST_PROXY: '1' });
let visitors = 0;
/** Limits count by client, and by the inbox that a mail would go to: neither is what these tests are about. */
async function visitor(): Promise<Record<string, string>> {
  await app.pool.query('delete from {schema}.rate_limit');
  return { 'x-forwarded-for': `198.51.100.${++visitors}` };
}
const admin = await signIn(app, { role: 'admin' });

const KIM = 'kim@münchen.example';
const ON_THE_WIRE = 'kim@xn--mnchen-3ya.example';

/** What people hand in for `ana@x.example`. */
const FOR_ANA = [
  '\u200eana@x.example',
  'ana@x.example\u200b',
  '\u00a0ana@x.example.',
  'mailto:ana@x.example?subject=Hi',
  'Ana Real <ana@x.example>',
  'ana＠x．example',
];

async function emails(eventId: string): Promise<string[]> {
  await takeRegistrations(app);
  const { json } = await app.api('GET', `/events/${eventId}/registrants`);
  return json.items.map(({ email }: { email: string }) => email);
}

async function hashesOf(queue: string): Promise<string[]> {
  const { rows } = await app.pool.query(
    `select data->>'addressHash' as hash from {jobs}.job where name = $1 order by created_on, id`,
    [queue],
  );
  return rows.map(({ hash }) => hash);
}

describe.each(FOR_ANA)('%j is ana@x.example', (typed) => {
  it('on the registration form', async () => {
    const event = await app.event();
    expect((await app.form(`/e/${event.slug}/register`, { email: typed }, await visitor())).status).toBe(303);
    expect(await emails(event.id)).toEqual(['ana@x.example']);
  });

  it('on the registration form as JSON', async () => {
    const event = await app.event();
    const { status } = await app.request(`/e/${event.slug}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await visitor()) },
      body: JSON.stringify({ email: typed }),
    });
    expect([status, await emails(event.id)]).toEqual([202, ['ana@x.example']]);
  });

  it('over the API, where a second spelling is the same registrant', async () => {
    const event = await app.event();
    const path = `/events/${event.id}/registrants`;
    const first = await app.api('POST', path, { email: typed });
    const second = await app.api('POST', path, { email: 'ANA@x.example' });
    expect([first.status, first.json.email, second.status, second.json.id]).toEqual([
      201,
      'ana@x.example',
      200,
      first.json.id,
    ]);
  });

  it('in an imported file', async () => {
    const event = await app.event();
    const answer = await app.api(
      'POST',
      `/events/${event.id}/registrants/import`,
      `email\n"${typed.replaceAll('"', '""')}"\n`,
      {
        'content-type': 'text/csv',
      },
    );
    expect(answer.json).toMatchObject({ created: 1, rejected: [] });
    expect(await emails(event.id)).toEqual(['ana@x.example']);
  });

  it('where somebody asks for their link', async () => {
    const event = await app.event();
    expect((await app.form(`/e/${event.slug}/access-link`, { email: typed })).status).toBe(200);
    expect((await hashesOf('self-serve-link')).at(-1)).toBe(addressHash('ana@x.example'));
    // What is counted is the address, too.
    expect((await app.form(`/e/${event.slug}/access-link`, { email: 'ana@x.example' })).status).toBe(429);
  });

  it('where the team corrects an address', async () => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'old@x.example' });
    const person = `/team/events/${event.id}/people`;
    await admin.submit(`${person}?person=${json.id}`, { form: 'edit', email: typed }, `${person}/${json.id}`);
    expect(await emails(event.id)).toEqual(['ana@x.example']);
  });
});

it('somebody of the team signs in and is added by what was typed', async () => {
  const { status, text } = await app.form('/team/sign-in', { email: 'Zoe <zoe@bücher.example>' });
  expect([status, text.includes('zoe@bücher.example')]).toEqual([200, true]);
  expect((await hashesOf('sign-in')).at(-1)).toBe(addressHash('zoe@xn--bcher-kva.example'));
  await admin.post('/team/members', { email: '\u200fzoe@bücher.example\u00a0', role: 'member' });
  const members = (await admin.get('/team/members')).text;
  expect(members).toContain('zoe@bücher.example');
  expect(members).not.toContain('xn--');
});

it('an event’s answers go to a cleaned address, and to none that many mail programs cannot write to', async () => {
  const event = await app.event({ replyTo: 'mailto:host@münchen.example' });
  expect(event.replyTo).toBe('host@münchen.example');
  const { status, json } = await app.api('PATCH', `/events/${event.id}`, { replyTo: 'hôst@x.example' });
  expect([status, json.errors[0].path]).toEqual([422, 'replyTo']);
});

it.each([
  ['\u202bשלום\u202c', 'שלום'],
  ['\u2066Ada\u2069', 'Ada'],
  ['\u200fدانا\u200e', 'دانا'],
  ['\ufeffAda\u200b', 'Ada'],
  ['Ada\u2028King', 'Ada King'],
  // A joiner is a part of Persian names.
  ['علی\u200cرضا', 'علی\u200cرضا'],
])('the name %j is kept as %j, whoever registers', async (typed, kept) => {
  const event = await app.event();
  const { status, json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: 'a@x.example',
    firstName: typed,
    fields: { Company: `\u202eACME\u202c` },
    source: { utmSource: `news\u200b` },
  });
  expect([status, json.firstName, json.fields]).toEqual([201, kept, { Company: 'ACME' }]);
  expect(
    (await app.form(`/e/${event.slug}/register`, { email: 'b@x.example', firstName: typed }, await visitor()))
      .status,
  ).toBe(303);
  await takeRegistrations(app);
  const { json: list } = await app.api('GET', `/events/${event.id}/registrants`);
  expect(list.items.map(({ firstName }: { firstName: string }) => firstName)).toEqual([kept, kept]);
});

it.each(['ana.@docomo.example', 'a..b@ezweb.example', 'ädä@x.example'])('%s can register', async (email) => {
  const event = await app.event();
  expect((await app.form(`/e/${event.slug}/register`, { email }, await visitor())).status).toBe(303);
  expect(await emails(event.id)).toEqual([email]);
});

it('browsers let everything pass that we clean', async () => {
  const event = await app.event();
  const { text } = await app.request(`/e/${event.slug}`);
  const inputs = text.match(/<input[^>]*name="email"[^>]*>/g) ?? [];
  expect(inputs).toHaveLength(2);
  for (const input of inputs) {
    expect(input).toContain('type="text"');
    expect(input).toContain('inputMode="email"');
  }
  expect((await app.request('/team/sign-in')).text).toMatch(
    /<input(?=[^>]*name="email")(?=[^>]*type="text")[^>]*inputMode="email"/,
  );
});

describe('an international domain', () => {
  it('has one registrant in both spellings, is shown as typed, and linked in ASCII', async () => {
    const event = await app.event();
    const path = `/events/${event.id}/registrants`;
    const first = await app.api('POST', path, { email: KIM });
    const second = await app.api('POST', path, { email: ON_THE_WIRE });
    expect([first.status, second.status, second.json.id]).toEqual([201, 200, first.json.id]);
    expect(first.json.email).toBe(KIM);
    expect(first.json.accessLink).toContain(`email=${encodeURIComponent(ON_THE_WIRE)}&`);
    const one = await app.api('GET', `${path}/${first.json.id}`);
    expect([one.json.email, one.json.messages[0].to ?? KIM]).toEqual([KIM, KIM]);
    const page = (await admin.get(`/team/events/${event.id}/people?person=${first.json.id}`)).text;
    expect(page).toContain(`title="${KIM}"`);
    expect(page).not.toContain(`>${ON_THE_WIRE}<`);
  });

  it('opens its link in both spellings', async () => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: KIM });
    for (const email of [KIM, ON_THE_WIRE]) {
      const { status } = await app.request(
        `/e/${event.slug}/live?email=${encodeURIComponent(email)}&key=${json.accessKey}`,
      );
      expect(status).toBe(200);
    }
  });

  it('is unchanged by a form of the team that shows it', async () => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: KIM });
    const person = `/team/events/${event.id}/people`;
    const answer = await admin.submit(
      `${person}?person=${json.id}`,
      { form: 'edit', email: KIM },
      `${person}/${json.id}`,
    );
    expect(answer.headers.get('location')).toContain('notice=person_unchanged');
  });

  it('is exported as it is shown, and imported again as the same person', async () => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: KIM });
    const rows = await exportsOf(app).rows(event.id, { columns: ['email', 'access_link'] });
    expect(rows).toEqual([{ email: KIM, access_link: json.accessLink }]);
    const again = await app.api(
      'POST',
      `/events/${event.id}/registrants/import`,
      `email\n${rows[0]?.email}\n`,
      {
        'content-type': 'text/csv',
      },
    );
    expect(again.json).toMatchObject({ created: 0, existing: 1 });
  });
});

it.each(['xn--mnchen-3ya.example', 'münchen.example'])(
  'a report that names our message by %s, the domain of MAIL_FROM, is applied',
  async (domain) => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ana@x.example' });
    const { messages } = (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json;
    const report = readFileSync(
      new URL('../fixtures/bounces/postfix-unknown-user.eml', import.meta.url),
      'utf8',
    );
    const { status } = await app.request('/webhooks/bounce', {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'message/rfc822' },
      body: report
        .replaceAll('7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07', messages[0].id)
        .replaceAll('events.example.com', domain),
    });
    expect(status).toBeLessThan(300);
    expect((await app.api('GET', `/messages/${messages[0].id}`)).json.status).toBe('bounced');
  },
);

it('an imported file of untidy addresses loses only those that name two people or nobody', async () => {
  const event = await app.event();
  const cells = [
    'Ana Real <ana1@x.example>',
    'mailto:ana2@x.example',
    'ana3@x.example.',
    '"ana4@x.example;"',
    '\u00a0 ana5@x.example\u00a0 ',
    'ana6@x.example\u200b',
    '\u200eana7@x.example',
    "'ana8@x.example",
    '"ana9@x.example, ana10@x.example"',
    'ana11 @x.example',
    '"ana12@x,example"',
    '<ana13@x.example>',
  ];
  const answer = await app.api(
    'POST',
    `/events/${event.id}/registrants/import`,
    `email\n${cells.join('\n')}\n`,
    {
      'content-type': 'text/csv',
    },
  );
  expect(answer.json).toMatchObject({ created: 10, rejected: [{ line: 10 }, { line: 12 }] });
  const kept = [1, 2, 3, 4, 5, 6, 7, 8, 11, 13].map((n) => `ana${n}@x.example`);
  expect((await emails(event.id)).toSorted()).toEqual(kept.toSorted());
});
