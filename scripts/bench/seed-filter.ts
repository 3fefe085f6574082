import { allowing, type Pool } from '../../src/db/pool.ts';

/** In one statement. */
const STEP = 50_000;

/**
 * `count` people of an event with all that a filter asks for, the last of whom registered just now: four in ten at one domain, the others
 * at thousands; every fifth of one country and every thousandth with a rare ticket; a quarter from the newsletter; a third joined; one in
 * fifty cancelled.
 */
export async function seedFiltered(
  pool: Pool,
  eventId: string,
  count: number,
  { joined = true } = {},
): Promise<void> {
  // A thousand domains are known, a hundred of them wrong.
  await pool.query(
    `insert into {schema}.mail_domain (domain, status, checked_at, expires_at)
     select 'domain' || n || '.example', case when n % 10 = 8 then 'does_not_exist' else 'ok' end, now(), now() + interval '1 day'
     from generate_series(1, 1000) as n on conflict do nothing`,
  );
  for (let from = 1; from <= count; from += STEP)
    await allowing(pool, 'event').query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, locale, fields, source, technical, access_key,
                               email_status, email_status_at, reached_rank, registered_at, joined_at, cancelled_at)
       select $1::uuid,
              lower((array['zoe', 'bjorn', 'francois', 'ana', 'soren'])[1 + n % 5] || '.' || n || '@' || case
                when n % 10 < 4 then 'gmail.com' when n % 10 = 5 then 'outlook.com'
                when n % 10 = 6 then 'company' || n % 500 || '.com' else 'domain' || n % 20000 || '.example' end),
              (array['Zoë', 'Björn', 'François', 'Ana', 'Søren', 'José María', 'Łukasz'])[1 + n % 7],
              (array['Müller', 'Ångström', 'O''Brien', 'Núñez', 'Smith'])[1 + n % 5], 'en',
              jsonb_strip_nulls(jsonb_build_object(
                'Company', 'Company ' || n % 5000,
                'Job title', (array['Ingénieure', 'Engineer', 'Head of learning', 'Student'])[1 + n % 4],
                'Phone', '+33 6 ' || lpad((n::bigint * 7919 % 100000000)::text, 8, '0'),
                'Country', (array['France', 'Spain', 'Germany', 'UK', 'US'])[1 + n % 5],
                'Ticket', case when n % 1000 = 0 then 'VIP' end)),
              jsonb_strip_nulls(jsonb_build_object(
                'utmSource', (array['newsletter', 'linkedin', null, 'partner'])[1 + n % 4],
                'utmMedium', (array['email', 'social', null, 'referral'])[1 + n % 4],
                'referrer', case when n % 2 = 0 then 'https://www.example.com/blog?page=' || n % 100 end)),
              '{"registeredBy":"form"}', left(md5($1::uuid::text || n), 22),
              case when n % 40 = 0 then 'bounced' when n % 9 = 0 then 'opened' else 'delivered' end, now(),
              case when n % 40 = 0 then null when n % 9 = 0 then 40 else 30 end,
              now() - ($4::int - n) * interval '2 seconds',
              case when $5 and n % 3 = 0 then now() - interval '1 hour' + n % 3000 * interval '1 second' end,
              case when n % 50 = 7 then now() end
       from generate_series($2::int, $3::int) as n`,
      [eventId, from, Math.min(count, from + STEP - 1), count, joined],
    );
}
