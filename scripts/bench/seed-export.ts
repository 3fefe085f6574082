import { allowing, type Pool } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';

/** What the registrants' own fields are called. */
export const EXPORT_FIELDS: readonly string[] = [
  'Company',
  'Job title',
  'Phone',
  'Country',
  'Company size',
  'Diet',
  'Question',
  'Consent',
];
/** An id as it was made at `time` (SQL): ids sort by time. */
const idAt = (time: string) =>
  `(lpad(to_hex((extract(epoch from ${time}) * 1000)::bigint), 12, '0') || '7' || right(gen_random_uuid()::text, 21))::uuid`;
/** Days before now on which the first of them registered. */
const DAYS = 30;

/**
 * `count` people as an event of that size has them: they registered over a month, one after the other, have accents in
 * their names, eight fields of their own, say where they came from and with what; each got a confirmation, most of
 * them a reminder, and some of either did not arrive.
 */
export async function seedExport(pool: Pool, event: Event, count: number): Promise<void> {
  const seeding = allowing(pool, 'event');
  await seeding.query(
    `insert into {schema}.registrant (id, event_id, email, first_name, last_name, locale, time_zone, fields, source, technical,
                             access_key, email_status, email_status_at, registered_at, joined_at)
     select ${idAt('now() + ago')}, $1::uuid,
            lower(case when n % 50 = 0 then 'o''' else '' end
              || (array['zoe', 'bjorn', 'francois', 'ana', 'soren'])[1 + n % 5]
              || case when n % 10 = 0 then '+events' else '' end || '.' || n || '@example'
              || (array['.com', '.org', '.net'])[1 + n % 3]),
            (array['Zoë', 'Björn', 'François', 'Ana', 'Søren', 'José María', 'Łukasz'])[1 + n % 7],
            (array['Müller', 'Ångström', 'O''Brien', 'Núñez', 'Smith', 'Dvořák', 'Lefèvre', 'García', 'Яковлева', '山田', 'Jones'])[1 + n % 11],
            (array['en', 'fr', 'de', 'es'])[1 + n % 4],
            (array[null, 'Europe/Paris', 'America/New_York', 'Asia/Tokyo'])[1 + n % 4],
            jsonb_strip_nulls(jsonb_build_object(
              'Company', (array['Société Générale', 'Smith, Jones & Co.', 'Analytical Engines Ltd', 'Café "Zur Post"'])[1 + n % 4] || ' ' || n % 5000,
              'Job title', (array['Ingénieure', 'Software engineer', 'Head of learning', 'Student'])[1 + n % 4],
              'Phone', '+33 6 ' || lpad((n::bigint * 7919 % 100000000)::text, 8, '0'),
              'Country', (array['France', 'España', 'Deutschland', 'United Kingdom', 'United States'])[1 + n % 5],
              'Company size', (array['1–10', '11–50', '51–200', '201+'])[1 + n % 4],
              'Diet', case when n % 3 = 0 then 'vegetarian' end,
              'Question', case when n % 8 = 0 then 'Will there be a recording?' || chr(10) || 'I can only "be there" for half of it, number ' || n end,
              'Consent', 'yes')),
            jsonb_strip_nulls(jsonb_build_object(
              'utmSource', (array['newsletter', 'linkedin', null, 'partner'])[1 + n % 4],
              'utmMedium', (array['email', 'social', null, 'referral'])[1 + n % 4],
              'utmCampaign', case when n % 4 <> 2 then 'calm-software-2027' end,
              'utmContent', case when n % 5 = 0 then 'button-' || n % 9 end,
              'referrer', case when n % 2 = 0 then 'https://www.example.com/blog/designing-calm-software?page=' || n % 100 end)),
            jsonb_build_object('registeredBy', 'form', 'userAgent',
              (array['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
                     'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
                     'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'])[1 + n % 3]),
            left(md5($1::uuid::text || n), 22),
            case when n % 40 = 0 then 'bounced' when n % 9 = 0 then 'opened' else 'delivered' end,
            now() + ago + interval '2 minutes', now() + ago,
            case when n % 3 = 0 then now() - interval '1 hour' + n % 3000 * interval '1 second' end
     from (select n, (n - $2::int) * (interval '${DAYS} days' / greatest($2::int, 1)) as ago
           from generate_series(1, $2::int) as n) as one`,
    [event.id, count],
  );
  await seeding.query(
    `insert into {schema}.event_field (event_id, name, registrant_id)
     select $1, name, (select id from {schema}.registrant where event_id = $1 and fields ? name limit 1)
     from unnest($2::text[]) as name`,
    [event.id, EXPORT_FIELDS],
  );
  // In the order in which they were sent: the second long after the first, so that those of one person lie apart.
  for (const [kind, dedupeKey, share, sentAt] of [
    ['confirmation', 'confirmation', 'true', `r.registered_at + interval '1 second'`],
    ['reminder', 'reminder:1440', `r.email_status <> 'bounced' and r.locale <> 'es'`, 'now()'],
  ])
    await seeding.query(
      `insert into {schema}.message (id, event_id, registrant_id, kind, dedupe_key, priority, status, to_address, subject, attempts,
                            transport, expires_at, created_at, claimed_at, accepted_at, due_at)
       select ${idAt('at')}, r.event_id, r.id, $2, $3, 'bulk',
              case when r.email_status = 'bounced' then 'bounced' else 'delivered' end, r.email,
              'You''re in: Designing calm software', 1, 'smtp', $4, at, at, at + interval '3 seconds', at
       from {schema}.registrant as r, lateral (select ${sentAt} as at) as sent where r.event_id = $1 and ${share} order by r.registered_at, r.id`,
      [event.id, kind, dedupeKey, event.endsAt],
    );
}
