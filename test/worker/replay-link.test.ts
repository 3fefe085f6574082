import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfServe } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openWorker } from '../support/worker.ts';

const MINUTE = 60_000;
const app = await openApp();
const server = await openAnsweringServer();
await openWorker(app, server.url);

/** An event that began two hours ago, ended one hour ago and closed its room after `graceMinutes`, with somebody registered. */
async function past(changes: Record<string, unknown>) {
  const ago = (minutes: number) => new Date(app.clock.now.getTime() - minutes * MINUTE).toISOString();
  const event = await app.event({ startsAt: ago(120), endsAt: ago(60), ...changes });
  const email = `${randomUUID()}@example.com`;
  const path = `/events/${event.id}/registrants`;
  const { json } = await app.api('POST', path, { email, sendConfirmation: false });
  return {
    ...{ eventId: event.id as string, id: json.id as string, path: `${path}/${json.id}` },
    ask: () => app.form(`/e/${event.slug}/access-link`, { email }),
    mails: async () =>
      (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items.map(
        ({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`,
      ),
  };
}

it('a link that a person asks for goes out in the grace time, and after it where it leads to a replay', async () => {
  const open = await past({ graceMinutes: 90 });
  const replayed = await past({ replayUrl: 'https://video.example/calm' });
  const ended = await past({});
  for (const person of [ended, open, replayed]) expect((await person.ask()).status).toBe(200);
  for (const person of [open, replayed])
    await expect.poll(person.mails, { timeout: HANGS_AFTER_MS }).toEqual(['self_serve_link sent']);
  const left = async () =>
    (
      await app.pool.query(
        `select from {jobs}.job where name = $1 and state in ('created', 'retry', 'active')`,
        [selfServe.name],
      )
    ).rowCount;
  await expect.poll(left, { timeout: HANGS_AFTER_MS }).toBe(0);
  expect(await ended.mails()).toEqual([]);
});

it('the team sends no link after the room has closed, with a replay neither', async () => {
  const person = await past({ replayUrl: 'https://video.example/calm' });
  const one = await app.api('POST', `${person.path}/resend`);
  expect([one.status, one.json.detail]).toEqual([409, 'The event has ended, so no links are sent.']);
  const bulk = await app.api('POST', `/events/${person.eventId}/resend`, { registrantIds: [person.id] });
  expect(bulk.status).toBe(409);
  const open = await past({ graceMinutes: 90 });
  expect((await app.api('POST', `${open.path}/resend`)).status).toBe(202);
});
