import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { timedMail } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
const TIMES = { startsAt: '2032-03-01T17:00:00.000Z', endsAt: '2032-03-01T18:30:00.000Z' };

it('a copy of an event has its settings, custom texts and reminders, and nobody of its people', async () => {
  const original = await app.event({
    ...{ slug: 'original', description: 'Two\nlines', roomUrl: 'https://meet.example/abc', hostName: 'Ada' },
    ...{
      replyTo: 'host@example.com',
      locale: 'fr',
      keyStyle: 'digits',
      reminderMinutes: [90, 5],
      color: '#1f4fd8',
    },
    nudge: { minutesAfter: 4 },
    followUps: { attended: { minutesAfter: 30 }, missed: { minutesAfter: 60 } },
    formFields: [
      { name: 'company', label: { en: 'Company', fr: 'Entreprise' }, type: 'text', required: true },
    ],
  });
  const words = { subject: 'Bientôt', introduction: null, signature: 'Ada' };
  await app.api('PUT', `/events/${original.id}/words/reminder`, words);
  await app.api('POST', `/events/${original.id}/registrants`, { email: 'ada@example.com' });
  await app.api('POST', `/events/${original.id}/cancel`);
  const { status, json: copy } = await app.api('POST', `/events/${original.id}/copy`, {
    ...TIMES,
    slug: 'copied',
  });
  expect(status).toBe(201);
  expect(copy).toEqual({
    ...original,
    ...TIMES,
    ...{ id: copy.id, slug: 'copied', permalink: `${app.config.publicUrl}/e/copied` },
    ...{ cancelledAt: null, revision: 0, counts: { registrants: 0, byEmailStatus: {} } },
  });
  expect((await app.api('GET', `/events/${copy.id}`)).json).toEqual(copy);
  const texts = (await app.api('GET', `/events/${copy.id}/words`)).json.items;
  expect(texts).toMatchObject([{ kind: 'reminder', ...words }]);
  const { rows } = await app.pool.query(
    `select data->>'kind' as kind, data->>'minutes' as minutes from {jobs}.job
     where name = $2 and data->>'eventId' = $1 order by start_after`,
    [copy.id, timedMail.name],
  );
  expect(rows.map(({ kind, minutes }) => `${kind} ${minutes}`)).toEqual([
    'reminder 90',
    'reminder 5',
    'nudge 4',
    'follow_up_attended 30',
    'follow_up_missed 60',
  ]);
});

it('a copy without a slug gets one from the title, and a wrong request changes nothing', async () => {
  const { id } = await app.event({ title: 'Again and again', slug: 'again-and-again' });
  const copy = (body: unknown, of = id) => app.api('POST', `/events/${of}/copy`, body);
  expect((await copy(TIMES)).json.slug).toBe('again-and-again-2');
  const events = async () => (await app.pool.query('select count(*) from {schema}.event')).rows[0].count;
  const before = await events();
  const refusals = [
    await copy({ ...TIMES, slug: 'again-and-again' }),
    await copy({ ...TIMES, endsAt: TIMES.startsAt }),
    await copy({ startsAt: TIMES.startsAt }),
    await copy({ ...TIMES, title: 'Another' }),
    await copy(TIMES, randomUUID()),
  ];
  expect(refusals.map(({ status, json }) => [status, json.errors?.[0]?.path])).toEqual([
    [409, 'slug'],
    [422, 'endsAt'],
    [422, 'endsAt'],
    [422, 'title'],
    [404, undefined],
  ]);
  expect(await events()).toBe(before);
});
