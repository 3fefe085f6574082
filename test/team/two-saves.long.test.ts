import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { insertApiKey } from '../../src/db/api-key.ts';
import { suppressAddress } from '../../src/db/suppression.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import { type Answer, openApp } from '../support/app.ts';
import { signIn, type TestMember, versionIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';

// The clock of these tests stands still: whatever tells two states of a record apart, it is no time.
const app = await openApp();
const admins = await Promise.all(Array.from({ length: 4 }, () => signIn(app, { role: 'admin' })));
const [ada] = admins as [TestMember, ...TestMember[]];

const ROUNDS = 5;
/** Of an event that is cancelled nothing is changed any more, and its pages say so first. */
const TOLD = /Someone else has changed|The event is cancelled/;

const register = async (eventId: string) =>
  (
    await app.api('POST', `/events/${eventId}/registrants`, {
      email: `${randomUUID()}@example.com`,
      firstName: 'Ada',
    })
  ).json;
const registrant = async (eventId: string, id: string) =>
  (await app.api('GET', `/events/${eventId}/registrants/${id}`)).json;
const event = async (id: string) => (await app.api('GET', `/events/${id}`)).json;
const audits = async (action: string, eventId: string) =>
  (
    await app.pool.query('select from {schema}.audit_entry where action = $1 and event_id = $2', [
      action,
      eventId,
    ])
  ).rowCount;
const settingsForm = (title: string) => ({
  title,
  ...{ slug: title.toLowerCase().replaceAll(' ', '-'), description: '' },
  ...{ startsAt: '2031-01-15T18:00', endsAt: '2031-01-15T19:00', timeZone: 'Europe/Paris' },
  ...{ locale: 'en', keyStyle: 'hex', reminder0: '1', reminder0Unit: 'days' },
});
const plainEvent = () =>
  app.event({
    ...{ title: 'As it was', startsAt: '2031-01-15T17:00:00Z', endsAt: '2031-01-15T18:00:00Z' },
    ...{ slug: randomUUID(), reminderMinutes: [1440] },
  });

interface Saves {
  /** The page that all of them look at. */
  readonly page: string;
  /** Where its form goes. */
  readonly to: string;
  /** What the one with this number saves. */
  readonly form: (n: number) => Record<string, string>;
  /** What there is afterwards, and what it must be where the one with this number passed. */
  readonly outcome: (n: number) => Promise<readonly [unknown, unknown]>;
}

/** Every form that says what becomes of something which its sender has looked at. */
const FORMS: Readonly<Record<string, () => Promise<Saves>>> = {
  'the settings of an event': async () => {
    const { id } = await plainEvent();
    const page = `/team/events/${id}/settings`;
    const form = (n: number) => ({ ...settingsForm(`Of ${n}`), slug: `${id}-${n}` });
    return { page, to: page, form, outcome: async (n) => [(await event(id)).title, `Of ${n}`] };
  },
  'new times of an event': async () => {
    const { id } = await plainEvent();
    await register(id);
    const page = `/team/events/${id}/settings`;
    const form = (n: number) => ({
      ...settingsForm('Moved'),
      ...{ startsAt: `2031-01-15T1${n}:00`, slug: id, step: 'move', notify: 'yes' },
    });
    return {
      ...{ page, to: page, form },
      outcome: async (n) => {
        const { startsAt, revision } = await event(id);
        return [
          [startsAt, revision, await audits('event_changed', id)],
          [`2031-01-15T${String(9 + n).padStart(2, '0')}:00:00.000Z`, 1, 1],
        ];
      },
    };
  },
  'the cancellation of an event': async () => {
    const { id } = await plainEvent();
    const page = `/team/events/${id}/settings/cancel`;
    return {
      ...{ page, to: page, form: () => ({}) },
      outcome: async () => [await audits('event_cancelled', id), 1],
    };
  },
  'new keys of everybody': async () => {
    const { id } = await plainEvent();
    await register(id);
    const page = `/team/events/${id}/settings/keys`;
    return {
      ...{ page, to: page, form: () => ({ notify: 'yes' }) },
      outcome: async () => [await audits('keys_rotated', id), 1],
    };
  },
  'the first words of a mail': async () => {
    const { id } = await plainEvent();
    const page = `/team/events/${id}/mails/confirmation`;
    return {
      ...{ page, to: page, form: (n) => ({ subject: `Of ${n}` }) },
      outcome: async (n) => [(await app.api('GET', `/events/${id}/words`)).json.items[0].subject, `Of ${n}`],
    };
  },
  'other words of a mail': async () => {
    const { id } = await plainEvent();
    await app.api('PUT', `/events/${id}/words/confirmation`, { language: 'en', subject: 'As it was' });
    const page = `/team/events/${id}/mails/confirmation`;
    return {
      // One of them says nothing, which is another way to take the words back.
      ...{ page, to: page, form: (n) => ({ subject: n === 0 ? '' : `Of ${n}` }) },
      outcome: async (n) => [
        (await app.api('GET', `/events/${id}/words`)).json.items[0]?.subject,
        n === 0 ? undefined : `Of ${n}`,
      ],
    };
  },
  'words that are thrown away': async () => {
    const { id } = await plainEvent();
    await app.api('PUT', `/events/${id}/words/confirmation`, { language: 'en', subject: 'As it was' });
    const page = `/team/events/${id}/mails/confirmation/reset`;
    return {
      ...{ page, to: page, form: () => ({}) },
      outcome: async () => [await audits('words_removed', id), 1],
    };
  },
  'the profile of a person': async () => {
    const { id } = await plainEvent();
    const person = await register(id);
    return {
      ...{
        page: `/team/events/${id}/people?person=${person.id}`,
        to: `/team/events/${id}/people/${person.id}`,
      },
      form: (n) => ({ form: 'edit', email: person.email, firstName: `Of ${n}` }),
      outcome: async (n) => [(await registrant(id, person.id)).firstName, `Of ${n}`],
    };
  },
  'the address of a person': async () => {
    const { id } = await plainEvent();
    const person = await register(id);
    await app.pool.query(`update {schema}.registrant set email_status = 'bounced' where id = $1`, [
      person.id,
    ]);
    const email = (n: number) => `${n}-${person.email}`;
    return {
      ...{
        page: `/team/events/${id}/people?person=${person.id}`,
        to: `/team/events/${id}/people/${person.id}`,
      },
      form: (n) => ({ form: 'correct', email: email(n), resend: 'yes' }),
      outcome: async (n) => [
        [(await registrant(id, person.id)).email, await audits('address_mended', id)],
        [email(n), 1],
      ],
    };
  },
  'a new key of a person': async () => {
    const { id } = await plainEvent();
    const person = await register(id);
    const page = `/team/events/${id}/people/${person.id}/rotate-key`;
    return {
      ...{ page, to: page, form: () => ({}) },
      outcome: async () => [await audits('key_rotated', id), 1],
    };
  },
  'the role of a member': async () => {
    const { id } = await signIn(app);
    const page = `/team/members/${id}/role`;
    return {
      ...{ page, to: page, form: () => ({ role: 'admin' }) },
      outcome: async () => [
        (
          await app.pool.query(
            `select from {schema}.audit_entry where action = 'role_changed' and detail ->> 'memberId' = $1`,
            [id],
          )
        ).rowCount,
        1,
      ],
    };
  },
};

const isTold = ({ status, text }: Answer) => status === 409 && TOLD.test(text);

/** Sends the requests while everything that they change is locked; lets them go once each of them waits for it. */
async function atOnce(requests: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  const client = await app.pool.connect();
  try {
    await client.query('begin');
    for (const table of ['event', 'registrant', 'team_member'])
      await client.query(`select from {schema}.${table} for update`);
    const answers = requests.map((request) => request());
    await waitFor(async () => {
      await client.query('select pg_stat_clear_snapshot()');
      const { rows } = await client.query(
        `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows[0].count).toBe(requests.length);
    });
    await client.query('rollback');
    return await Promise.all(answers);
  } finally {
    client.release(true);
  }
}

describe.each(Object.entries(FORMS))('of four who save %s at once', (_, prepare) => {
  const race = async (send: (requests: readonly (() => Promise<Answer>)[]) => Promise<Answer[]>) => {
    const { page, to, form, outcome } = await prepare();
    const version = versionIn(await ada.get(page));
    const answers = await send(admins.map((admin, n) => () => admin.post(to, { ...form(n), version })));
    const passed = answers.flatMap(({ status }, n) => (status === 303 ? [n] : []));
    expect([passed.length, answers.filter(isTold).length]).toEqual([1, 3]);
    const [found, expected] = await outcome(passed[0] ?? -1);
    expect(found).toEqual(expected);
  };

  it(`one passes and the others are told, ${ROUNDS} times of ${ROUNDS}`, async () => {
    for (let round = 0; round < ROUNDS; round++)
      await race((requests) => Promise.all(requests.map((request) => request())));
  });

  it('one passes and the others are told, where all have looked before any has saved', async () => {
    for (let round = 0; round < 3; round++) await race(atOnce);
  });

  it('one who comes later is told, too, and one without a version', async () => {
    const { page, to, form, outcome } = await prepare();
    const version = versionIn(await ada.get(page));
    expect(isTold(await ada.post(to, form(0)))).toBe(true);
    expect((await ada.post(to, { ...form(1), version })).status).toBe(303);
    expect(isTold(await ada.post(to, { ...form(2), version }))).toBe(true);
    const [found, expected] = await outcome(1);
    expect(found).toEqual(expected);
  });
});

it('whoever is told keeps what they typed, and saves it over the other’s once they say so', async () => {
  const { id } = await plainEvent();
  const person = await register(id);
  const forms = [
    {
      page: `/team/events/${id}/settings`,
      form: { ...settingsForm('Typed'), slug: id },
      change: () => app.api('PATCH', `/events/${id}`, { title: 'Other' }),
      found: async () => (await event(id)).title,
    },
    {
      page: `/team/events/${id}/mails/reminder`,
      form: { subject: 'Typed' },
      change: () => app.api('PUT', `/events/${id}/words/reminder`, { language: 'en', subject: 'Other' }),
      found: async () => (await app.api('GET', `/events/${id}/words`)).json.items[0].subject,
    },
    {
      page: `/team/events/${id}/people?person=${person.id}`,
      to: `/team/events/${id}/people/${person.id}`,
      form: { form: 'edit', email: person.email, firstName: 'Typed' },
      change: () => app.api('PATCH', `/events/${id}/registrants/${person.id}`, { firstName: 'Other' }),
      found: async () => (await registrant(id, person.id)).firstName,
    },
  ];
  for (const { page, to = page, form, change, found } of forms) {
    const version = versionIn(await ada.get(page));
    await change();
    const told = await ada.post(to, { ...form, version });
    expect(isTold(told)).toBe(true);
    expect(told.text).toContain('value="Typed"');
    expect(await found()).toBe('Other');
    expect((await ada.post(to, { ...form, version: versionIn(told) })).status).toBe(303);
    expect(await found()).toBe('Typed');
  }
});

it('a form that was refused for a mistake stays one of what it was made of', async () => {
  const { id } = await plainEvent();
  const person = await register(id);
  const forms: [page: string, to: string, mistake: Record<string, string>][] = [
    [`/team/events/${id}/settings`, `/team/events/${id}/settings`, { ...settingsForm(' '), slug: id }],
    [
      `/team/events/${id}/mails/reminder`,
      `/team/events/${id}/mails/reminder`,
      { subject: 'Hello {{nobody}}' },
    ],
    [
      `/team/events/${id}/people?person=${person.id}`,
      `/team/events/${id}/people/${person.id}`,
      { form: 'edit', email: 'nobody' },
    ],
  ];
  for (const [page, to, mistake] of forms) {
    const version = versionIn(await ada.get(page));
    const words = await ada.post(to, { ...mistake, version });
    expect([words.status, versionIn(words)]).toEqual([422, version]);
  }
});

/** What can be done once, whatever else there was to see: the first one does it, the others find nothing to do. */
const DEEDS: Readonly<Record<string, () => Promise<string>>> = {
  'let an address get mail again': async () => {
    const { id } = await plainEvent();
    const person = await register(id);
    const suppressed = {
      ...{ email: person.email, scope: 'all', reason: 'bounced' },
      eventId: null,
      detail: null,
    };
    await suppressAddress(app.pool, suppressed as Parameters<typeof suppressAddress>[1], app.clock.now);
    return `/team/events/${id}/people/${person.id}/lift`;
  },
  'remove a member': async () => `/team/members/${(await signIn(app)).id}/remove`,
  'revoke an API key': async () => {
    const keyHash = hashApiKey(randomUUID()).toString('hex');
    const id = await insertApiKey(app.pool, { name: 'key', keyHash, memberId: null, scopes: ['read'] });
    return `/team/api-keys/${id}/revoke`;
  },
};

it.each(Object.entries(DEEDS))(
  'of four who %s at once one does, and the others are told',
  async (_, prepare) => {
    for (let round = 0; round < ROUNDS; round++) {
      const path = await prepare();
      const answers = await Promise.all(admins.map((admin) => admin.post(path)));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404]);
    }
  },
);
