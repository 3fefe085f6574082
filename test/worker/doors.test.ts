import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);

/** An event from 0 to 60 minutes whose room closes at 90, and a link for somebody that waits in the ledger. */
async function waiting() {
  const start = new Date(app.clock.now.getTime() + 120 * MINUTE);
  const at = (minutes: number) => new Date(start.getTime() + minutes * MINUTE).toISOString();
  const event = await app.event({ startsAt: at(0), endsAt: at(60), graceMinutes: 30 });
  const path = `/events/${event.id}`;
  const email = `${randomUUID()}@example.com`;
  const person = (await app.api('POST', `${path}/registrants`, { email, sendConfirmation: false })).json;
  const { json } = await app.api('POST', `${path}/registrants/${person.id}/resend`);
  const message = async () => (await app.api('GET', `/messages/${json.messageId}`)).json;
  return {
    ...{ path, email, at, message },
    go(minutes: number) {
      app.clock.now = new Date(at(minutes));
    },
    async deliver() {
      await deliverMessages(delivery, [{ id: json.messageId, jobId: randomUUID() }]);
      return message();
    },
  };
}

describe('a mail that brings the link', () => {
  it('is sent until the room closes, and not after it', async () => {
    const [early, late] = [await waiting(), await waiting()];
    early.go(89);
    expect(await early.deliver()).toMatchObject({ status: 'sent' });
    late.go(90);
    expect(await late.deliver()).toMatchObject({ status: 'not_sent', error: 'The event has ended.' });
    expect(server.taken.map(({ to }) => to)).toEqual([early.email]);
  });

  it('has the deadline that follows from the grace time, and from opening and closing by hand', async () => {
    const mail = await waiting();
    const deadline = async () => (await mail.message()).expiresAt;
    expect(await deadline()).toBe(mail.at(90));
    await app.api('PATCH', mail.path, { graceMinutes: 45 });
    expect(await deadline()).toBe(mail.at(105));
    await app.api('PATCH', mail.path, { title: 'Another title' });
    expect(await deadline()).toBe(mail.at(105));
    mail.go(50);
    // A worker has it in hand, and looks itself before it sends.
    await app.pool.query(
      `update {schema}.message set status = 'sending', claimed_at = $2, claimed_by = $1 where id = $1`,
      [(await mail.message()).id, app.clock.now],
    );
    await app.api('POST', `${mail.path}/close`);
    expect(await deadline()).toBe(mail.at(50));
    mail.go(55);
    await app.api('POST', `${mail.path}/open`);
    expect(await deadline()).toBe(mail.at(105));
  });

  it('ends at once when the room is closed by hand, or its grace time is cut short', async () => {
    const [closed, cut] = [await waiting(), await waiting()];
    closed.go(-60);
    await app.api('POST', `${closed.path}/close`);
    cut.go(70);
    await app.api('PATCH', cut.path, { graceMinutes: 5 });
    for (const mail of [closed, cut])
      expect(await mail.message()).toMatchObject({ status: 'not_sent', error: 'The event has ended.' });
  });
});
