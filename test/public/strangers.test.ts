import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealRegistration } from '../../src/domain/registration-session.ts';
import { signId } from '../../src/domain/signed-id.ts';
import { type Answer, openApp } from '../support/app.ts';
import { createRoutes } from '../support/routes.ts';

const app = await openApp({ TRUST_PROXY: '1', RESEND_WEBHOOK_SECRET: 'whsec_c2VjcmV0' });
const event = await app.event();
const { json: ada } = await app.api('POST', `/events/${event.id}/registrants`, {
  email: 'ada@example.com',
  sendConfirmation: false,
});
const { json: grace } = await app.api('POST', `/events/${event.id}/registrants`, {
  email: 'grace@example.com',
  sendConfirmation: false,
});
/** What stands behind a personal link. */
const pair = (person: { email: string; accessKey: string }) =>
  new URLSearchParams({ email: person.email, key: person.accessKey }).toString();
const CLIENT = { 'x-forwarded-for': '203.0.113.9' };
const SESSION = sealRegistration(app.config.appSecret, {
  ...{ eventId: event.id, requestId: randomUUID(), email: 'wrong@example.com', at: app.clock.now },
});

/** What a stranger sends again and again; `count`: how often it may succeed. Absent: never, whatever is sent. */
interface Row {
  readonly send: (n: number) => Promise<Answer>;
  readonly most: number;
}

const json = (path: string, body: (n: number) => unknown, most: number): Row => ({
  send: (n) =>
    app.request(path, {
      ...{ method: 'POST', body: JSON.stringify(body(n)) },
      headers: { 'content-type': 'application/json', ...CLIENT },
    }),
  most,
});
const form = (path: string, fields: (n: number) => Record<string, string>, most: number): Row => ({
  send: (n) => app.form(path, fields(n), CLIENT),
  most,
});
const email = (to: string) => (n: number) => ({ email: `${to}-${n}@example.com` });

/** Every route that changes something and asks nobody who they are: who may do it how often. */
const OPEN: Readonly<Record<string, Row>> = {
  'POST /e/:slug/register': json(`/e/${event.slug}/register`, email('registers'), 20),
  // It counts with the one above: so somebody else sends it.
  'POST /e/:slug/embed': {
    send: (n) =>
      app.form(`/e/${event.slug}/embed`, email('registers-elsewhere')(n), {
        'x-forwarded-for': '203.0.113.10',
      }),
    most: 20,
  },
  'POST /e/:slug/access-link': json(`/e/${event.slug}/access-link`, email('asks'), 20),
  // Whoever has registered corrects the address of that one registration.
  'POST /e/:slug/registered': {
    send: (n) =>
      app.form(
        `/e/${event.slug}/registered`,
        { ...email('corrects')(n) },
        { 'x-forwarded-for': '203.0.113.11', cookie: `__Host-registered=${SESSION}` },
      ),
    most: 5,
  },
  'POST /u/:token': form(
    `/u/${signId(app.config.appSecret, 'stop-reminders', ada.id)}`,
    (n) => (n % 2 ? { undo: '1' } : {}),
    20,
  ),
  // Whoever has a personal link changes their own registration, however the link arrived.
  'POST /e/:slug/registration': form(
    `/e/${event.slug}/registration?${pair(ada)}`,
    (n) => ({ intent: n % 2 ? 'restore' : 'cancel' }),
    30,
  ),
  'POST /e/:slug/:page{registration[^a-z0-9-].*}': form(
    `/e/${event.slug}/registration${encodeURIComponent(`?${pair(grace)}`)}`,
    (n) => ({ intent: n % 2 ? 'restore' : 'cancel' }),
    30,
  ),
  'POST /team/sign-in': form('/team/sign-in', email('signs-in'), 20),
  // A mailed link works once; without one there is nothing to be signed in with.
  'POST /team/sign-in/:token': form(
    `/team/sign-in/${signId(app.config.appSecret, 'sign-in', randomUUID())}`,
    email('nobody'),
    0,
  ),
};

/** Takes what an inbox of development tells, and is not there where none is configured. */
const DEVELOPMENT = 'POST /webhooks/mailpit';

/** What a route answers that asks who one is: 401, or to the page to sign in. */
function refusesStrangers(name: string, { status, headers }: Answer): boolean {
  if (name === DEVELOPMENT) return status === 404;
  return status === 401 || (headers.get('location') ?? '').startsWith('/team/sign-in');
}

const changing = createRoutes(app).filter(
  ({ method }) => !['GET', 'HEAD', 'OPTIONS', 'ALL'].includes(method),
);

describe('a stranger', () => {
  it('finds routes that change something', () => {
    expect(changing.length).toBeGreaterThan(40);
  });

  it.each(changing.map(({ method, path }) => [`${method} ${path}`, method, path] as const))(
    'is limited, or let in nowhere: %s',
    async (name, method, path) => {
      const row = OPEN[name];
      if (!row) {
        const answer = await app.request(
          path.replace(':slug', event.slug).replace(/:\w+(\{[^}]*\})?/g, randomUUID()),
          {
            ...{ method, headers: CLIENT },
            ...(method !== 'DELETE' && { body: new URLSearchParams(email('anybody')(0)) }),
          },
        );
        expect(
          refusesStrangers(name, answer),
          `${name} answered ${answer.status}: it needs a row and a limit`,
        ).toBe(true);
        return;
      }
      const statuses: number[] = [];
      for (let n = 0; n <= row.most; n++) {
        const answer = await row.send(n);
        statuses.push(answer.status);
        if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(statuses.filter((status) => status < 400)).toHaveLength(row.most);
      expect(statuses.at(-1)).toBe(row.most > 0 ? 429 : 410);
    },
  );

  it('has a row for no route that is not there', () => {
    const names = changing.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(OPEN).filter((name) => !names.includes(name))).toEqual([]);
  });
});
