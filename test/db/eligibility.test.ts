import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDue } from '../../src/db/delivery.ts';
import { INELIGIBLE_REASON, IS_HELD } from '../../src/db/eligibility.ts';
import { findEvents, ROOM_CLOSES_AT } from '../../src/db/event.ts';
import { endIneligible } from '../../src/db/pending.ts';
import { createPool } from '../../src/db/pool.ts';
import {
  endingOf,
  INELIGIBLE_REASONS,
  type IneligibleReason,
  ineligibleReason,
  isHeld,
} from '../../src/domain/delivery/eligibility.ts';
import { eventPhase } from '../../src/domain/event.ts';
import { KINDS, kindRow } from '../../src/domain/kinds.ts';
import { PRIORITIES } from '../../src/domain/message.ts';
import { isTimedKind, timedRow } from '../../src/domain/schedule.ts';
import { SUPPRESSION_REASONS, SUPPRESSION_SCOPES } from '../../src/domain/suppression.ts';
import { databaseForFile } from '../support/database.ts';

const database = await databaseForFile();
const pool = createPool(database.config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

const NOW = new Date('2027-01-15T17:00:00Z');
const MINUTE = 60_000;
const after = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);
/** Around now, on it rather often. */
const minutes = fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -120, max: 120 }));

const anEvent = fc.record({
  start: minutes,
  lasts: fc.integer({ min: 1, max: 90 }),
  // The database keeps more of an instant than a message can say.
  microseconds: fc.constantFrom(0, 1, 500, 999),
  cancelled: fc.constantFrom(true, false, false),
  grace: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 })),
  closed: fc.oneof(fc.constant(null), minutes),
  replay: fc.boolean(),
  paused: fc.boolean(),
});

const aSuppression = fc.record({
  scope: fc.constantFrom(...SUPPRESSION_SCOPES),
  reason: fc.constantFrom(...SUPPRESSION_REASONS),
  address: fc.constantFrom('registered', 'frozen'),
  event: fc.constantFrom('every', 'this', 'this', 'other'),
  lifted: fc.constantFrom(true, false, false),
  since: fc.integer({ min: 1, max: 1_000 }),
});

const aMail = fc.record({
  kind: fc.constantFrom(...KINDS.filter((kind) => kindRow(kind).audience === 'registrant')),
  event: fc.nat({ max: 9 }),
  erased: fc.constantFrom(true, false, false, false, false),
  attended: fc.boolean(),
  /** The registrant cancelled, on their own. */
  cancelled: fc.constantFrom(true, false, false, false),
  /** What an earlier attempt froze. */
  frozenTo: fc.constantFrom('nothing', 'registered', 'frozen'),
  anchor: fc.constantFrom('as it is', 'another'),
  announcement: fc.constantFrom('open', 'open', 'cancelled'),
  expires: fc.oneof(minutes, fc.constant(200)),
  uncertain: fc.boolean(),
  priority: fc.constantFrom(...PRIORITIES),
  claimed: fc.constantFrom(true, false, false, false, false, false),
  suppressions: fc.array(aSuppression, { maxLength: 5 }),
});

type Mail = typeof aMail extends fc.Arbitrary<infer One> ? One : never;
type AnEvent = typeof anEvent extends fc.Arbitrary<infer One> ? One : never;

/** Writes all of it, in one statement a table. Returns the ids of the messages, in the order of the mails. */
async function write(events: readonly AnEvent[], mails: readonly Mail[]) {
  const eventIds = events.map(() => randomUUID());
  const starts = events.map(({ start, microseconds }) =>
    after(start)
      .toISOString()
      .replace('Z', `${String(microseconds).padStart(3, '0')}Z`),
  );
  await pool.query(
    `insert into {schema}.event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes,
       cancelled_at, sending_paused_at, grace_minutes, closed_at, replay_url)
     select id, id, 'E', '', starts_at, ends_at, 'UTC', 'en', 'hex', '{}', case when cancelled then $5::timestamptz end,
       case when paused then $5::timestamptz end, grace, closed_at, case when replay then 'https://video.example/1' end
     from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::boolean[], $6::boolean[], $7::int[], $8::timestamptz[],
       $9::boolean[])
       as one (id, starts_at, ends_at, cancelled, paused, grace, closed_at, replay)`,
    [
      eventIds,
      starts,
      events.map(({ start, lasts }) => after(start + lasts)),
      events.map(({ cancelled }) => cancelled),
      NOW,
      events.map(({ paused }) => paused),
      events.map(({ grace }) => grace),
      events.map(({ closed }) => (closed === null ? null : after(closed))),
      events.map(({ replay }) => replay),
    ],
  );
  const announcementOf = { open: events.map(() => randomUUID()), cancelled: events.map(() => randomUUID()) };
  for (const state of ['open', 'cancelled'] as const)
    await pool.query(
      `insert into {schema}.announcement (id, event_id, texts, language, asked_by, asked_at, queued, skipped, dedupe_key, cancelled_at)
       select id, event_id, '{}', 'en', '', $3, 0, '[]', id, $4
       from unnest($1::uuid[], $2::uuid[]) as one (id, event_id)`,
      [announcementOf[state], eventIds, NOW, state === 'cancelled' ? NOW : null],
    );
  const rows = mails.map((mail) => {
    const eventId = eventIds[mail.event] as string;
    const registered = `${randomUUID()}@example.com`;
    const frozen = `${randomUUID()}@example.com`;
    const { start, lasts } = events[mail.event] as AnEvent;
    const moved = mail.anchor === 'as it is' ? 0 : 30;
    const ofEnd = isTimedKind(mail.kind) && timedRow(mail.kind).anchor === 'endsAt';
    const anchorAt = after(start + (ofEnd ? lasts : 0) + moved).toISOString();
    return {
      ...{ mail, eventId, registered, frozen },
      id: randomUUID(),
      registrantId: randomUUID(),
      to: mail.frozenTo === 'registered' ? registered : mail.frozenTo === 'frozen' ? frozen : null,
      about:
        mail.kind === 'reminder'
          ? { reminder: { minutesBefore: 10, startsAt: anchorAt } }
          : isTimedKind(mail.kind)
            ? { timed: { minutes: 10, anchorAt } }
            : mail.kind === 'announcement'
              ? { announcement: { id: announcementOf[mail.announcement][mail.event] as string } }
              : null,
    };
  });
  await pool.query(
    `insert into {schema}.registrant (id, event_id, email, first_name, last_name, access_key, erased_at, joined_at, cancelled_at)
     select id, event_id, case when not erased then email end, '', '', case when not erased then 'abcd' end,
       case when erased then $5::timestamptz end, case when attended then $5::timestamptz end,
       case when cancelled then $5::timestamptz end
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $6::boolean[], $7::boolean[])
       as one (id, event_id, email, erased, attended, cancelled)`,
    [
      rows.map(({ registrantId }) => registrantId),
      rows.map(({ eventId }) => eventId),
      rows.map(({ registered }) => registered),
      rows.map(({ mail }) => mail.erased),
      NOW,
      rows.map(({ mail }) => mail.attended),
      rows.map(({ mail }) => mail.cancelled),
    ],
  );
  const suppressions = rows.flatMap((row) => row.mail.suppressions.map((one) => ({ ...one, row })));
  await pool.query(
    `insert into {schema}.suppression (address_hash, address, scope, reason, event_id, created_at, lifted_at)
     select {schema}.address_hash(address), address, scope, reason, event_id, created_at, case when lifted then $7::timestamptz end
     from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::boolean[])
       as one (address, scope, reason, event_id, created_at, lifted)
     on conflict do nothing`,
    [
      suppressions.map(({ address, row }) => row[address]),
      suppressions.map(({ scope }) => scope),
      suppressions.map(({ reason }) => reason),
      suppressions.map(({ event, row }) =>
        event === 'every'
          ? null
          : event === 'this'
            ? row.eventId
            : (eventIds.find((id) => id !== row.eventId) ?? null),
      ),
      suppressions.map(({ since }) => after(-since)),
      suppressions.map(({ lifted }) => lifted),
      NOW,
    ],
  );
  await pool.query(
    `insert into {schema}.message (id, event_id, registrant_id, kind, dedupe_key, priority, status, to_address, about,
       uncertain_attempts, due_at, expires_at, created_at, claimed_at, claimed_by)
     select id, event_id, registrant_id, kind, id, priority, case when claimed then 'sending' else 'queued' end, to_address,
       nullif(about, 'null'), uncertain::int, $10, expires_at, $10, case when claimed then $10::timestamptz end,
       case when claimed then id end
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::boolean[], $8::timestamptz[],
       $9::boolean[], $11::text[])
       as one (id, event_id, registrant_id, kind, to_address, about, uncertain, expires_at, claimed, priority)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ eventId }) => eventId),
      rows.map(({ registrantId }) => registrantId),
      rows.map(({ mail }) => mail.kind),
      rows.map(({ to }) => to),
      rows.map(({ about }) => JSON.stringify(about)),
      rows.map(({ mail }) => mail.uncertain),
      rows.map(({ mail }) => after(mail.expires)),
      rows.map(({ mail }) => mail.claimed),
      NOW,
      rows.map(({ mail }) => mail.priority),
    ],
  );
  return { eventIds, messageIds: rows.map(({ id }) => id) };
}

/** What the function says of each message that a worker may take. */
async function byFunction(messageIds: readonly string[]) {
  const { due } = await loadDue(
    pool,
    messageIds.map((id) => ({ id, jobId: randomUUID() })),
    NOW,
  );
  const found = await findEvents(pool, [...new Set(due.flatMap(({ eventId }) => eventId ?? []))]);
  const events = new Map(found.map((event) => [event.id, event]));
  return new Map(
    due.map((mail) => {
      const event = events.get(mail.eventId ?? '') ?? null;
      const reason = ineligibleReason(mail, event, NOW);
      const held = isHeld(mail, event);
      return [mail.id, { reason, held, ending: reason && endingOf(mail, reason) }] as const;
    }),
  );
}

/** What SQL says of the same, over the whole set. */
async function bySql(messageIds: readonly string[]) {
  const { rows } = await pool.query<{ id: string; reason: IneligibleReason | null; held: boolean }>(
    `select message.id, ${INELIGIBLE_REASON('$2::timestamptz')} as reason, ${IS_HELD} as held from {schema}.message
     left join {schema}.registrant on registrant.id = message.registrant_id
     left join {schema}.event on event.id = message.event_id
     where message.id = any($1)`,
    [messageIds, NOW],
  );
  return new Map(rows.map(({ id, reason, held }) => [id, { reason, held }]));
}

/** The events of which SQL says that their room has closed. */
async function listedAsOver(ids: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from {schema}.event where id = any($1) and cancelled_at is null and ${ROOM_CLOSES_AT} <= $2 order by id`,
    [ids, NOW],
  );
  return rows.map(({ id }) => id);
}

describe('whether a mail may still go, and whether it waits', () => {
  it('is the same for the function and for SQL, and decides how an event’s pending mails end', async () => {
    const met = new Set<IneligibleReason | null>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEvent, { minLength: 10, maxLength: 10 }),
        fc.array(aMail, { minLength: 300, maxLength: 300 }),
        async (events, mails) => {
          const { eventIds, messageIds } = await write(events, mails);
          const found = await findEvents(pool, eventIds);
          expect(await listedAsOver(eventIds)).toEqual(
            found
              .filter((event) => eventPhase(event, NOW) === 'ended')
              .map(({ id }) => id)
              .toSorted(),
          );
          const expected = await byFunction(messageIds);
          const reasons = await bySql(messageIds);
          expect([...expected].map(([id]) => [id, reasons.get(id)])).toEqual(
            [...expected].map(([id, { reason, held }]) => [id, { reason, held }]),
          );
          expect(new Set([...expected.values()].map(({ held }) => held)).size).toBe(2);
          for (const id of eventIds) await endIneligible(pool, id, NOW);
          const { rows } = await pool.query<{
            id: string;
            status: string;
            error: string | null;
            told: number;
          }>(
            `select id, status, error,
               (select count(*)::int from {schema}.delivery_event where event_id = message.event_id and message_id = message.id and type = message.status) as told
             from {schema}.message where id = any($1)`,
            [messageIds],
          );
          for (const row of rows) {
            const mail = expected.get(row.id);
            const ending = mail?.ending;
            expect(row).toMatchObject(
              ending ? { ...ending, told: 1 } : { status: mail ? 'queued' : 'sending', error: null, told: 0 },
            );
            met.add(mail?.reason ?? null);
          }
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
    expect(met).toEqual(new Set([...INELIGIBLE_REASONS, null]));
  });
});
