import { expect, it } from 'vitest';
import { API_KEY, call, createEvent, openParts } from '../support/parts.ts';
import { waitFor } from '../support/wait-for.ts';

const { system, mailServer } = await openParts();

/** No test but this one knows these words. */
const PERSON = { firstName: 'Zerlina', lastName: 'Quastenberg' };
const email = (who: string) => `zerlina.${who}@quastenberg.example`;

it('no log line and no job of a server or a worker holds an address, a name or a key', async () => {
  const { server, worker, pool, close } = await system({ LOG_LEVEL: 'trace' });
  const http = await server();
  const eventId = await createEvent(http);
  const { slug } = (await call(http, 'GET', `/events/${eventId}`)).json;
  const of = `/events/${eventId}`;

  const send = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(http.url + path, {
      ...{ redirect: 'manual', ...init },
      headers: { 'user-agent': 'Zerlina', referer: `http://${email('referer')}/`, ...init.headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const form = (path: string, fields: Record<string, string>) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields) });
  const key = { authorization: `Bearer ${API_KEY}` };

  // Somebody whose mail is refused, somebody whose mail waits, and two at the same instant.
  mailServer.answers.set(email('refused'), `550 5.1.1 <${email('refused')}> Zerlina Quastenberg is unknown`);
  mailServer.answers.set(email('waits'), `451 4.7.1 <${email('waits')}> try later, Zerlina Quastenberg`);
  const people = ['refused', 'waits', 'ada', 'twice', 'twice', 'twice'];
  const registered = await Promise.all(
    people.map((who) => call(http, 'POST', `${of}/registrants`, { email: email(who), ...PERSON })),
  );
  const { accessKey, id } = registered[2]?.json ?? {};
  expect(accessKey).toMatch(/^[0-9a-f]{22}$/);
  const pair = (right: string) => `email=${encodeURIComponent(email('ada'))}&key=${right}`;

  expect(await form(`/e/${slug}/register`, { email: email('form'), ...PERSON })).toBe(303);
  expect(await form(`/e/${slug}/register`, { email: 'zerlina quastenberg', ...PERSON })).toBe(422);
  expect(await form(`/e/${slug}/access-link`, { email: email('ada') })).toBe(200);
  expect(await send(`/e/${slug}/live?${pair(accessKey)}`)).toBe(200);
  for (let i = 0; i < 11; i++) await send(`/e/${slug}/live?${pair(`zerlina-${i}`)}`);
  expect(await send(`/e/${slug}/calendar.ics?${pair(accessKey)}`)).toBe(200);
  expect(await send(`/zerlina/${email('nowhere')}?${pair(accessKey)}`)).toBe(404);
  expect(await form('/team/sign-in', { email: email('member') })).toBe(200);
  const json = { ...key, 'content-type': 'application/json' };
  const malformed = { method: 'POST', headers: json, body: `{"email": Zerlina ${email('ada')}` };
  expect(await send(`/api/v1${of}/registrants`, malformed)).toBe(400);
  const csv = { method: 'POST', headers: { ...key, 'content-type': 'text/csv' } };
  const rows = `email,first_name\n${email('imported')},Zerlina\nzerlina,Quastenberg\n`;
  expect(await send(`/api/v1${of}/registrants/import?sendConfirmation=true`, { ...csv, body: rows })).toBe(
    200,
  );
  const change = { email: email('corrected'), resend: true };
  expect((await call(http, 'PATCH', `${of}/registrants/${id}`, change)).status).toBe(200);
  expect((await call(http, 'GET', `${of}/registrants?q=zerlina`)).status).toBe(200);
  expect((await call(http, 'POST', '/blocks', { email: email('blocked') })).status).toBe(201);
  const exported = { columns: 'all', format: 'csv', to: email('exported') };
  expect((await call(http, 'POST', `${of}/exports`, exported)).status).toBe(202);
  const bounce = { method: 'POST', headers: { ...key, 'content-type': 'message/rfc822' } };
  const report = `From: MAILER-DAEMON@x.example\r\nSubject: Zerlina\r\n\r\n${email('ada')} Quastenberg\r\n`;
  expect(await send('/webhooks/bounce', { ...bounce, body: report })).toBe(202);

  // Before a worker takes them.
  const secrets = new RegExp(`zerlina|quastenberg|${accessKey}`, 'i');
  const { rows: jobs } = await pool.query<{ data: string }>('select name || data as data from {jobs}.job');
  expect(jobs.length).toBeGreaterThan(5);
  expect(jobs.filter(({ data }) => secrets.test(data))).toEqual([]);

  const works = await worker();
  const taken = ['corrected', 'imported', 'form', 'exported'].map(email);
  await waitFor(() => expect(mailServer.taken.map(({ to }) => to)).toEqual(expect.arrayContaining(taken)));
  await waitFor(async () => {
    const { rows: left } = await pool.query(
      `select status from {schema}.message where attempts = 0 or status = 'sending'`,
    );
    expect(left).toEqual([]);
  });
  // What the mail server says of us is logged, too.
  mailServer.sender = `535 5.7.8 Zerlina Quastenberg <${email('sender')}> may not send`;
  await call(http, 'POST', `${of}/registrants`, { email: email('last'), ...PERSON });
  await works.saysThat('a circuit breaker opens');
  mailServer.sender = null;

  const lines = `${http.output()}${works.output()}`.split('\n');
  // One for each request, at the least.
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => secrets.test(line))).toEqual([]);
  await close();
});
