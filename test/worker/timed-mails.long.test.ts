import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openTimedMails } from '../support/timed-mails.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const worker = openDelivery(app, server.url);
const { event, register, join, change, closeRoom, pass, got } = openTimedMails(app, worker);
const MINUTE = 60_000;

it('over any history nobody gets two nudges or two follow-ups, nor one that is not for them', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('pass' as const),
      minutes: fc.constantFrom(1, 7, 30, 90),
      lost: fc.boolean(),
    }),
    fc.record({ do: fc.constant('move' as const), minutes: fc.constantFrom(-40, 20, 300) }),
    fc.record({ do: fc.constant('longer' as const), minutes: fc.constantFrom(-20, 30) }),
    fc.record({ do: fc.constant('join' as const), who: fc.constantFrom(0, 1, 2) }),
    fc.record({ do: fc.constantFrom('close', 'pause', 'resume', 'other minutes' as const) }),
  );
  let sentInAll = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const { id, startsAt, endsAt } = await event(30, {
        nudge: { minutesAfter: 5 },
        followUps: { attended: { minutesAfter: 30 }, missed: { minutesAfter: 60 } },
      });
      const people = [await register(id), await register(id), await register(id)];
      const joined = new Set<string>();
      let [start, end] = [new Date(startsAt).getTime(), new Date(endsAt).getTime()];
      const move = async (to: number, until: number) => {
        if (until <= to) return;
        const changes = { startsAt: new Date(to).toISOString(), endsAt: new Date(until).toISOString() };
        if ((await change(id, changes)).status === 200) [start, end] = [to, until];
      };
      for (const now of steps) {
        if (now.do === 'pass') await pass(now.minutes, now);
        if (now.do === 'move') await move(start + now.minutes * MINUTE, end + now.minutes * MINUTE);
        if (now.do === 'longer') await move(start, end + now.minutes * MINUTE);
        if (now.do === 'join') {
          const who = people[now.who] ?? '';
          await join(who);
          joined.add(who);
        }
        if (now.do === 'close') await closeRoom(id);
        if (now.do === 'pause') await app.api('POST', `/events/${id}/pause-sending`);
        if (now.do === 'resume') await app.api('POST', `/events/${id}/resume-sending`);
        if (now.do === 'other minutes')
          await change(id, {
            nudge: { minutesAfter: 9 },
            followUps: { attended: { minutesAfter: 45 }, missed: { minutesAfter: 20 } },
          });
      }
      await app.api('POST', `/events/${id}/resume-sending`);
      await pass(60 * 24);
      await pass(1);
      for (const one of people) {
        const sent = (await got(one)).filter((said) => said.endsWith(' sent'));
        sentInAll += sent.length;
        expect(sent.filter((said) => said.startsWith('nudge')).length).toBeLessThan(2);
        expect(sent.filter((said) => said.startsWith('follow_up')).length).toBeLessThan(2);
        if (!joined.has(one)) expect(sent).not.toContain('follow_up_attended sent');
      }
      // Nobody who was in by then is told to come in, or that they missed it.
      const { rows } = await app.pool.query(
        `select message.kind from {schema}.message join {schema}.registrant on registrant.id = message.registrant_id
         where message.event_id = $1 and message.kind in ('nudge', 'follow_up_missed') and message.accepted_at > joined_at`,
        [id],
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(sentInAll).toBeGreaterThan(0);
});
