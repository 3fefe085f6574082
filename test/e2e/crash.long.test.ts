import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, createEvent, openParts, register } from '../support/parts.ts';
import type { Part } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

const { mailServer, mailsTo, taken, system } = await openParts();
const { server, worker, close } = await system();
afterAll(close);

// One server, and one worker after the other: each takes over what the one before left.
let http: Part;
let working: Part;
let eventId: string;
beforeAll(async () => {
  [http, working] = await Promise.all([server(), worker()]);
  eventId = await createEvent(http);
});

/** What the API says of the one message of a registrant. */
const messageOf = async (id: string) =>
  (await call(http, 'GET', `/events/${eventId}/registrants/${id}`)).json.messages[0];

it('a worker killed in the middle of a mail: another sends it again, under the same Message-ID', async () => {
  const email = 'in-flight@example.com';
  mailServer.held.set(email, new Promise(() => undefined));
  const { json } = await register(http, eventId, email);
  await taken(email);
  await working.kill();
  mailServer.held.delete(email);
  working = await worker();
  await waitFor(async () => expect(await messageOf(json.id)).toMatchObject({ status: 'sent', attempts: 2 }));
  const ids = mailsTo(email).map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

it('a worker stopped with SIGTERM finishes the mail in hand, records it and goes', async () => {
  const email = 'drained@example.com';
  let acknowledge = () => {};
  mailServer.held.set(
    email,
    new Promise<void>((resolve) => {
      acknowledge = resolve;
    }),
  );
  const { json } = await register(http, eventId, email);
  await taken(email);
  const stopped = working.stop();
  await working.saysThat('worker stopping');
  acknowledge();
  expect(await stopped).toBe(0);
  expect(await messageOf(json.id)).toMatchObject({ status: 'sent', attempts: 1 });
});

it('the server killed right after it answered: the mail goes out all the same', async () => {
  const { status } = await register(http, eventId, 'after-commit@example.com');
  await http.kill();
  expect(status).toBe(201);
  expect(mailsTo('after-commit@example.com')).toEqual([]);
  await worker();
  await taken('after-commit@example.com');
});
