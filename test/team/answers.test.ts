import { createTransport } from 'nodemailer';
import { afterAll, describe, expect, it } from 'vitest';
import { startInbox } from '../../scripts/inbox/inbox.ts';
import { ANSWER_NAMES, ANSWERS } from '../../src/reports/answer.ts';
import { API_KEY, openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const server = await openTeamServer({ MAILPIT_URL: 'http://127.0.0.1:9' });
const { app } = server;
const inbox = await startInbox({
  webhookUrl: `${server.url}/webhooks/mailpit`,
  server: { url: server.url, apiKey: API_KEY },
});
afterAll(async () => {
  await inbox.stop();
  server.close();
});
await openWorker(app, inbox.smtpUrl);
const member = await signIn(app);
const event = await app.event();

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const json = async (url: string): Promise<any> => (await fetch(url)).json();

/** A registrant whose confirmation has arrived: its message, and its mail in the inbox. */
async function deliver(name: string) {
  const email = `${name.replace('_', '-')}@studio.example`;
  const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, { email });
  const path = `/events/${event.id}/registrants/${person.id}`;
  const messageId = await waitFor(async () => {
    const { messages } = (await app.api('GET', path)).json;
    expect(messages[0].status).toBe('delivered');
    return messages[0].id as string;
  });
  const { messages } = await json(`${inbox.httpUrl}/api/v1/search?query=to:${email}`);
  return { path, person, messageId, mailId: messages[0].ID as string };
}

const statusOf = async (path: string) => (await app.api('GET', path)).json.messages[0].status;
const answerInInbox = (ID: string, as: string) =>
  fetch(`${inbox.httpUrl}/api/answers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ID, as }),
  });
const answerPath = (messageId: string, id = event.id) => `/team/events/${id}/messages/${messageId}/answer`;

describe('a mail in development', () => {
  it.each(ANSWER_NAMES)('answered in the inbox as %s has that status', async (name) => {
    const { path, mailId } = await deliver(`inbox-${name}`);
    const answer = await answerInInbox(mailId, name);
    expect([answer.status, await answer.json()]).toEqual([200, { answered: true }]);
    expect(await statusOf(path)).toBe(ANSWERS[name].status);
  });

  it.each(ANSWER_NAMES)('answered in the pane as %s has that status', async (name) => {
    const { path, person, messageId } = await deliver(`pane-${name}`);
    const pane = `/team/events/${event.id}/people?person=${person.id}`;
    expect((await member.get(pane)).text).toContain(answerPath(messageId));
    const answer = await member.post(answerPath(messageId), { as: name, back: `person=${person.id}` });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringContaining(`person=${person.id}`),
    ]);
    expect(await statusOf(path)).toBe(ANSWERS[name].status);
  });

  it('is answered by nobody where it has not left, is unknown or is of another event', async () => {
    const { messageId } = await deliver('refused');
    const other = await app.event({ slug: 'other' });
    expect((await member.post(answerPath(messageId), { as: 'shrug' })).status).toBe(422);
    expect((await member.post(answerPath(messageId, other.id), { as: 'full' })).status).toBe(404);
    expect((await member.post(answerPath('nothing'), { as: 'full' })).status).toBe(404);
    await app.pool.query('update {schema}.message set accepted_at = null where id = $1', [messageId]);
    const { status, text } = await member.post(answerPath(messageId), { as: 'full' });
    expect([status, text]).toEqual([409, expect.stringContaining('has not left')]);
  });
});

describe('the inbox', () => {
  it('offers answers where a server takes them', async () => {
    const { answers } = await json(`${inbox.httpUrl}/api/answers`);
    expect(answers).toEqual(ANSWER_NAMES.map((name) => ({ name, label: ANSWERS[name].label })));
    const alone = await startInbox();
    try {
      expect(await json(`${alone.httpUrl}/api/answers`)).toEqual({ answers: [] });
    } finally {
      await alone.stop();
    }
  });

  it('says what is wrong', async () => {
    expect((await answerInInbox('none', 'full')).status).toBe(404);
    expect((await answerInInbox('none', 'shrug')).status).toBe(400);
    const { mailId } = await deliver('from-elsewhere');
    // As a form of another site could send it.
    const text = await fetch(`${inbox.httpUrl}/api/answers`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ ID: mailId, as: 'full' }),
    });
    expect(text.status).toBe(415);
  });

  it('says that a mail is none of ours', async () => {
    await createTransport(inbox.smtpUrl).sendMail({
      ...{ from: 'eve@elsewhere.example', to: 'mallory@elsewhere.example', text: 'Hello' },
      messageId: '<a-letter@elsewhere.example>',
    });
    const { messages } = await json(`${inbox.httpUrl}/api/v1/search?query=to:mallory@elsewhere.example`);
    for (const as of ANSWER_NAMES) {
      const answer = await answerInInbox(messages[0].ID, as);
      const { error } = (await answer.json()) as { error: string };
      expect([answer.status, error]).toEqual([409, expect.stringContaining('no such mail')]);
    }
  });
});

it.each([
  ['in production', { NODE_ENV: 'production', MAILPIT_URL: 'http://127.0.0.1:8025' }],
  ['without an inbox', {}],
])('%s no mail can be answered', async (_, env) => {
  const other = await openApp({ APP_SECRET: 'Zq3x8Wv0-Jf7Tn2Kp5Rb9-Ly4Hd6Gs1Mc', ...env });
  const member = await signIn(other);
  const event = await other.event();
  const { json } = await other.api('POST', `/events/${event.id}/registrants`, {
    email: 'ada@studio.example',
  });
  const { messages } = (await other.api('GET', `/events/${event.id}/registrants/${json.id}`)).json;
  await other.pool.query(
    `update {schema}.message set status = 'sent', accepted_at = now(), transport = 'smtp' where id = $1`,
    [messages[0].id],
  );
  const path = `/team/events/${event.id}/messages/${messages[0].id}/answer`;
  expect((await member.post(path, { as: 'no_mailbox' })).status).toBe(404);
  expect((await member.get(`/team/events/${event.id}/people?person=${json.id}`)).text).not.toContain(
    'Answer as',
  );
  expect(other.routes.some((route) => route.path.endsWith('/answer'))).toBe(false);
});
