import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;
/** Answers about us in every width that words may have. */
const ABOUT_US = [
  '550 relay not permitted',
  '550 5.1.8 Sender address rejected: Domain not found',
  '550 5.7.1 your IP is on our block list',
  '550 Administrative prohibition',
  '550 5.4.5 Daily user sending limit exceeded',
  '554 5.7.1 message refused as spam',
] as const;
const COMPANIES = ['one.example', 'two.example', 'three.example'] as const;

const app = await openApp();
const server = await openAnsweringServer();

beforeEach(() => app.pool.query('delete from {schema}.circuit_breaker'));

it('answers of a few companies about us never keep back mails to others for more than a minute, and suppress nobody', async () => {
  const event = await app.event();
  const mixed = fc.array(
    fc.record({ company: fc.option(fc.constantFrom(...COMPANIES)), answer: fc.constantFrom(...ABOUT_US) }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(mixed, async (mails) => {
      await app.pool.query('delete from {schema}.circuit_breaker');
      const worker = openDelivery(app, server.url);
      const sent = [];
      for (const { company, answer } of mails) {
        const email = `${randomUUID()}@${company ?? 'fine.example'}`;
        if (company) server.answers.set(email, answer);
        const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
        const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
        const { id } = await message();
        await deliverMessages(worker, [{ id, jobId: randomUUID() }]);
        sent.push({ company, id, message });
      }
      for (let minute = 0; minute < 2; minute++) {
        app.clock.advance(MINUTE);
        for (const { company, id } of sent)
          if (!company) await deliverMessages(worker, [{ id, jobId: randomUUID() }]);
      }
      for (const { company, message } of sent)
        expect((await message()).status).toBe(company ? 'queued' : 'sent');
    }),
    { numRuns: 6 },
  );
  const { rows } = await app.pool.query('select count(*)::int as count from {schema}.suppression');
  expect(rows).toEqual([{ count: 0 }]);
});
