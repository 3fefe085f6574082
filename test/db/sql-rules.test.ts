import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { findEvent } from '../../src/db/event.ts';
import { createPool } from '../../src/db/pool.ts';
import { NEVER_ARRIVED, WAITING } from '../../src/db/status-sql.ts';
import { normalizeAddress } from '../../src/domain/address.ts';
import { SOURCE_NAMES } from '../../src/domain/columns.ts';
import { consentsAsWorded } from '../../src/domain/consent.ts';
import { ineligibleReasonOfEvent } from '../../src/domain/delivery/eligibility.ts';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import {
  FALSE_WORDS,
  FORM_FIELD_TYPES,
  type FormField,
  readTeamAnswers,
  TRUE_WORDS,
} from '../../src/domain/form-fields.ts';
import { fields as fieldsInput, personName, source } from '../../src/domain/input.ts';
import { KINDS_WITH_ACCESS, kindRow, MAIL_KINDS, REGISTRANT_KINDS } from '../../src/domain/kinds.ts';
import { canonicalLocale, LANGUAGES, languageFor } from '../../src/domain/locale.ts';
import { canonicalTimeZone } from '../../src/domain/time.ts';
import { databaseForFile } from '../support/database.ts';
import { cellText } from '../support/hostile-text.ts';

// The functions in SQL check what they are handed as src/domain checks it for the API, and know of kinds and statuses what stands there.

const database = await databaseForFile();
const pool = createPool(database.config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

const NOW = new Date('2027-01-15T17:00:00Z');
const MINUTE = 60_000;

/** `expression` of each of the values `$1`, which are JSON. */
async function each<T>(expression: string, values: readonly unknown[]): Promise<T[]> {
  const { rows } = await pool.query<{ answer: T }>(
    `select ${expression} as answer from jsonb_array_elements($1::jsonb) with ordinality as given (value, place) order by place`,
    [JSON.stringify(values)],
  );
  return rows.map(({ answer }) => answer);
}

/** Holds for each of a thousand values, which are asked about in one statement. */
async function holds<T>(arbitrary: fc.Arbitrary<T>, check: (values: readonly T[]) => Promise<void>) {
  await fc.assert(fc.asyncProperty(fc.array(arbitrary, { minLength: 100, maxLength: 100 }), check), {
    numRuns: 10,
    endOnFailure: true,
  });
}

describe('an address', () => {
  const part = fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(..."aZ9.-_+'`{|}!#$%&*/=?^~") },
        fc.constantFrom(
          'xn--',
          '0x',
          '@',
          ' ',
          '\t',
          '"',
          '<',
          '>',
          ':',
          ',',
          '(',
          ')',
          '\\',
          'é',
          '٣',
          '\u200b',
          '。',
          'mailto:',
        ),
      ),
      { maxLength: 8 },
    )
    .map((units) => units.join(''));
  const domain = fc.oneof(
    fc.constantFrom(
      'example.com',
      'EXAMPLE.com',
      'a-b.Example.co.uk',
      '1.2.3.4',
      'b.0x1',
      'a..b',
      '-a.de',
      'a.de.',
      'ab--c.de',
      'localhost',
    ),
    part,
  );
  const address = fc
    .tuple(part, domain, fc.constantFrom('', ' ', '\n'))
    .map(([local, at, around]) => `${around}${local}@${at}${around}`);

  it('that SQL takes is kept as the API keeps it', async () => {
    let taken = 0;
    await holds(address, async (values) => {
      const kept = await each<string | null>(`{schema}.kept_address(value #>> '{}')`, values);
      for (const [i, address] of kept.entries()) {
        if (address === null || address.includes('@xn--') || address.includes('.xn--')) continue;
        expect(address, values[i]).toBe(normalizeAddress(values[i] ?? ''));
        taken++;
      }
    });
    expect(taken).toBeGreaterThan(50);
  });

  it('of plain letters that the API keeps is taken by SQL', async () => {
    const plain = fc
      .tuple(
        fc.stringMatching(/^[A-Za-z0-9.!#$%&*+/=?^_|~'-]{1,66}$/),
        fc.stringMatching(/^([a-zA-Z0-9-]{1,65}\.){1,4}[a-zA-Z]{2,10}$/),
      )
      .map(([local, at]) => `${local}@${at}`);
    await holds(plain, async (values) => {
      const kept = await each<string | null>(`{schema}.kept_address(value #>> '{}')`, values);
      // What stands around an address is taken off by the API alone.
      const wanted = values.map((value) => (value.startsWith("'") ? null : normalizeAddress(value)));
      const isUnknown = (i: number) => /(^|[@.])xn--/i.test(values[i] ?? '');
      expect(kept.filter((_, i) => !isUnknown(i))).toEqual(wanted.filter((_, i) => !isUnknown(i)));
    });
  });
});

describe('a text', () => {
  const text = fc.oneof(
    cellText,
    fc
      .tuple(cellText, fc.constantFrom('x'.repeat(199), '👩'.repeat(100), '\u2028', '\u202e', '\u00ad'))
      .map(([a, b]) => a + b),
  );
  const wellFormed = text.map((value) => value.replaceAll('\0', ''));

  it('is kept or refused as the API does it with names', async () => {
    await holds(wellFormed, async (values) => {
      const found = await each<{ kept: string; problem: string | null }>(
        `(select to_jsonb(one) from {schema}.kept_text(value #>> '{}', 200, false) as one)`,
        values,
      );
      const wanted = values.map((value) => personName.safeParse(value));
      expect(found.map(({ kept, problem }) => problem ?? { kept })).toEqual(
        wanted.map(({ success, data, error }) => (success ? { kept: data } : error?.issues[0]?.message)),
      );
    });
  });
});

describe('fields', () => {
  const name = fc.constantFrom('size', 'agree', 'tick', 'line', 'lines', 'own', ' own ');
  const OPTIONS = ['small', 'Large – new', 'Straße', 'LARGE', 'large', '10 – 20'];
  const form: FormField[] = ['select', 'consent', 'checkbox', 'text', 'textarea'].map((type, i) => ({
    name: ['size', 'agree', 'tick', 'line', 'lines'][i] as string,
    ...{ label: 'x', help: null, required: true },
    type: type as FormField['type'],
    options: type === 'select' ? OPTIONS : [],
  }));
  const answer = fc.oneof(
    fc.constantFrom(
      ...OPTIONS,
      ' SMALL',
      'large - NEW',
      'LARGE  –\u00a0new',
      'strasse',
      '10-20',
      '10 −20',
      '１０ － ２０',
    ),
    fc.constantFrom(
      'yes',
      ' YES ',
      'Sí',
      'はい',
      'نعم',
      '✓',
      'Não',
      'no',
      '-',
      '–',
      '',
      ' ',
      'perhaps',
      'X',
      '１',
    ),
    fc.constantFrom('a\nb', 'a\r\nb', 'a\u0007', '\u200bx', 'x'.repeat(2_001)),
    cellText,
  );
  const given = fc.dictionary(
    name,
    answer.map((value) => value.replaceAll('\0', '')),
    { maxKeys: 6 },
  );

  it('of the form are taken or refused as the API does it, and others as they are', async () => {
    // `lower` of Postgres and of JavaScript differ in these two letters. Of two names that are one, the last is kept: that of JSON, or of jsonb.
    const isPlain = (value: object) =>
      !/[İΣ]/.test(JSON.stringify(value)) && !(Object.hasOwn(value, 'own') && Object.hasOwn(value, ' own '));
    await holds(given.filter(isPlain), async (values) => {
      const { rows } = await pool.query<{
        answer: { kept: Record<string, string>; errors: { path: string; message: string }[] };
      }>(
        `select to_jsonb(one) as answer from jsonb_array_elements($1::jsonb) with ordinality as given (value, place),
           {schema}.kept_fields($2, value) as one order by place`,
        [JSON.stringify(values), JSON.stringify(form)],
      );
      const wanted = values.map((value) => {
        const checked = fieldsInput.safeParse(value);
        if (!checked.success)
          return { errors: checked.error.issues.map(({ path }) => `fields.${String(path[0]).trim()}`) };
        const { fields, errors } = readTeamAnswers(form, checked.data);
        if (errors.size === 0) return { kept: fields };
        return { errors: [...errors].map(([field, message]) => `fields.${field} ${message}`) };
      });
      for (const [i, { answer: found }] of rows.entries()) {
        const { kept, errors = [] } = wanted[i] ?? {};
        if (kept) expect([found.errors, found.kept], JSON.stringify(values[i])).toEqual([[], kept]);
        else {
          const told = found.errors.map(({ path, message }) => `${path} ${message}`);
          for (const error of errors)
            expect(
              told.some((one) => one.startsWith(error)),
              `${error}: ${told}`,
            ).toBe(true);
        }
      }
    });
  });

  it('that are ticked are read in the words that the API reads', async () => {
    const read = (words: ReadonlySet<string>) =>
      each<{ kept: string; problem: string | null }>(
        `(select to_jsonb(one) from {schema}.kept_answer('{"type": "checkbox"}', value #>> '{}') as one)`,
        [...words].flatMap((word) => [word, ` ${word.toUpperCase()} `]),
      );
    for (const answer of await read(TRUE_WORDS)) expect(answer).toEqual({ kept: 'yes', problem: null });
    for (const answer of await read(FALSE_WORDS)) expect(answer).toEqual({ kept: '', problem: null });
  });

  it('of every type are known', () => {
    expect(new Set(form.map(({ type }) => type))).toEqual(new Set(FORM_FIELD_TYPES));
  });

  it('that are consents are kept in the words of the form, in the language of the person or the event', async () => {
    const texts = fc.dictionary(fc.constantFrom(...LANGUAGES), fc.string({ minLength: 1, maxLength: 5 }), {
      minKeys: 1,
    });
    const label = fc
      .oneof(fc.string({ minLength: 1, maxLength: 5 }), texts)
      .filter((one) => !JSON.stringify(one).includes('\\u0000'));
    const locale = fc.constantFrom('en', 'fr-CA', 'DE', 'xx', 'ar', 'pt-BR');
    const one = fc.record({ label, locale: fc.option(locale), eventLocale: locale, ticked: fc.boolean() });
    await holds(one, async (values) => {
      // As the database keeps a form: it decides about the order of languages.
      const forms = await each<FormField[]>(
        `jsonb_build_array(jsonb_build_object('name', 'agree', 'type', 'consent', 'label', value->'label'))`,
        values,
      );
      const found = await each(
        `{schema}.consents_as_worded(jsonb_build_array(jsonb_build_object('name', 'agree', 'type', 'consent', 'label', value->'label')),
           value->>'eventLocale', case when (value->'ticked')::boolean then '{"agree": "yes"}' else '{}' end::jsonb,
           value->>'locale', '${NOW.toISOString()}')`,
        values,
      );
      expect(found).toEqual(
        values.map(({ locale, eventLocale, ticked }, i) =>
          consentsAsWorded(
            { formFields: forms[i] as FormField[], locale: eventLocale },
            ticked ? { agree: 'yes' } : {},
            locale,
            NOW,
          ),
        ),
      );
    });
  });
});

describe('a language and a time zone', () => {
  it('that SQL takes are ones for the API', async () => {
    const tag = fc.oneof(
      fc.constantFrom(
        'en',
        'fr-ca',
        'PT-br',
        'zh-hant-tw',
        'es-419',
        'en_US',
        'x',
        '',
        'i-klingon',
        'en-US-u-ca-iso8601',
        'de-1996',
      ),
      fc.stringMatching(/^[a-zA-Z]{1,4}(-[a-zA-Z0-9]{1,5}){0,2}$/),
    );
    await holds(tag, async (values) => {
      const kept = await each<string | null>(`{schema}.kept_locale(value #>> '{}')`, values);
      for (const [i, locale] of kept.entries()) {
        if (locale === null) continue;
        expect(canonicalLocale(locale), values[i]).not.toBeNull();
        expect(languageFor(locale)).toBe(languageFor(values[i]));
      }
      const languages = await each<string>(`{schema}.language_for(value #>> '{}', 'fr')`, values);
      expect(languages).toEqual(values.map((value) => languageFor(value, 'fr')));
    });
    expect(
      await each(`{schema}.kept_locale(value #>> '{}')`, ['pt-br', 'ZH-hant-tw', 'EN', 'es-419']),
    ).toEqual(['pt-BR', 'zh-Hant-TW', 'en', 'es-419']);
  });

  it('that texts are written in is found by its own tag', async () => {
    expect(await each(`{schema}.language_for(value #>> '{}')`, LANGUAGES)).toEqual(LANGUAGES);
  });

  it('zones that SQL takes are known to what writes the times', async () => {
    const { rows } = await pool.query<{ name: string; kept: string | null }>(
      'select name, {schema}.kept_time_zone(name) as kept from pg_timezone_names',
    );
    const taken = rows.flatMap(({ kept }) => kept ?? []);
    expect(taken.length).toBeGreaterThan(300);
    expect(taken.filter((zone) => canonicalTimeZone(zone) !== zone)).toEqual([]);
    const known = Intl.supportedValuesOf('timeZone').filter(
      (zone) => canonicalTimeZone(zone) && zone !== 'UTC',
    );
    const names = new Set(rows.map(({ name }) => name));
    expect(known.filter((zone) => names.has(zone) && !taken.includes(zone))).toEqual([]);
    expect(
      await each(`{schema}.kept_time_zone(value #>> '{}')`, [
        'utc',
        'CET',
        'EST5EDT',
        '+02',
        'Europe/Nowhere',
        'Abc5/Def',
        '',
      ]),
    ).toEqual(['UTC', null, null, null, null, null, null]);
  });
});

describe('a source', () => {
  it('has the names that the API knows, and no others', async () => {
    const given = [...SOURCE_NAMES, 'utm', 'utm_source'].map((name) => ({ [name]: 'x' }));
    const found = await each<{ kept: object; errors: unknown[] }>(
      '(select to_jsonb(one) from {schema}.kept_source(value) as one)',
      given,
    );
    expect(found.map(({ kept, errors }) => (errors.length > 0 ? null : kept))).toEqual(
      given.map((one) => (source.safeParse(one).success ? one : null)),
    );
  });
});

describe('a mail that somebody waits for', () => {
  const KINDS = ['confirmation', 'access_link', 'self_serve_link', 'new_key', 'registration_link'] as const;
  const around = fc.integer({ min: -120, max: 120 });
  const later = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

  async function addEvent(columns: Record<string, unknown>): Promise<string> {
    const id = randomUUID();
    const names = Object.keys(columns);
    await pool.query(
      `insert into {schema}.event (id, slug, title, description, time_zone, locale, key_style, reminder_minutes, ${names.join(', ')})
       values ($1, $2, 'E', '', 'UTC', 'en', 'hex', '{}', ${names.map((_, i) => `$${i + 3}`).join(', ')})`,
      [id, id, ...Object.values(columns)],
    );
    return id;
  }

  async function addRegistrant(eventId: string): Promise<string> {
    const { rows } = await pool.query<{ id: string }>(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
       values ($1, $2, '', '', 'key1') returning id`,
      [eventId, `${randomUUID()}@example.com`],
    );
    return rows[0]?.id ?? '';
  }

  it('goes out, and helps until, as the table of kinds says', async () => {
    for (const kind of KINDS) expect(kindRow(kind).priority).toBe('urgent');
    await fc.assert(
      fc.asyncProperty(
        ...([around, fc.integer({ min: 1, max: 90 }), fc.constantFrom(0, 15, 60)] as const),
        ...([fc.option(around), fc.boolean(), fc.constantFrom(true, false, false, false)] as const),
        async (start, lasts, grace, closed, replay, cancelled) => {
          const eventId = await addEvent({
            ...{ starts_at: later(start), ends_at: later(start + lasts), grace_minutes: grace },
            ...{ closed_at: closed === null ? null : later(closed), cancelled_at: cancelled ? NOW : null },
            replay_url: replay ? 'https://video.example/1' : null,
          });
          const event = await findEvent(pool, { id: eventId });
          if (!event) throw new Error('The event is not there.');
          const registrantId = await addRegistrant(eventId);
          for (const kind of KINDS) {
            await pool.query('select {schema}.send_message($1, $2, $3, $4, $5, $5)', [
              ...[eventId, registrantId, kind, kind, NOW],
            ]);
            const { rows } = await pool.query<{ expiresAt: Date; priority: string }>(
              'select expires_at as "expiresAt", priority from {schema}.message where registrant_id = $1 and kind = $2',
              [registrantId, kind],
            );
            const isStopped = ineligibleReasonOfEvent({ kind, about: null }, event, NOW) !== null;
            const expiresAt = MAIL_KINDS[kind].deadline(event, NOW);
            expect(rows, kind).toEqual(isStopped ? [] : [{ expiresAt, priority: 'urgent' }]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of a new key is told by the kinds that bring it, unless they never arrived', async () => {
    const eventId = await addEvent({ starts_at: later(60), ends_at: later(120) });
    const statuses = MESSAGE_STATUSES;
    const { rows } = await pool.query<{ kind: string; status: string; untold: boolean; wanted: boolean }>(
      `with pair as (
         select gen_random_uuid() as id, kind, status from unnest($2::text[]) as kind, unnest($3::text[]) as status
       ), person as (
         insert into {schema}.registrant (id, event_id, email, first_name, last_name, access_key, key_replaced_at)
         select id, $1, id || '@example.com', '', '', 'key1', $4 from pair returning id
       )
       insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at, status)
       select $1, id, kind, 'x', 'urgent', $4, $4, $4, status from pair join person using (id)
       returning kind, status, registrant_id as untold, status in ${NEVER_ARRIVED} or kind <> all($5) as wanted`,
      [eventId, REGISTRANT_KINDS, statuses, NOW, KINDS_WITH_ACCESS],
    );
    expect(rows).toHaveLength(REGISTRANT_KINDS.length * statuses.length);
    const found = await each<boolean>(
      `{schema}.is_new_key_untold((value #>> '{}')::uuid, '${eventId}')`,
      rows.map(({ untold }) => untold),
    );
    for (const [i, { kind, status, wanted }] of rows.entries())
      expect(found[i], `${kind} ${status}`).toBe(wanted);
  });

  it('and any other is stopped when its registrant cancels, where its kind does not go out after that', async () => {
    const eventId = await addEvent({ starts_at: later(60), ends_at: later(120) });
    const registrantId = await addRegistrant(eventId);
    await pool.query(
      `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at, status)
       select $1, $2, kind, status, 'urgent', $5, $5, $5, status from unnest($3::text[]) as kind, unnest($4::text[]) as status`,
      [eventId, registrantId, REGISTRANT_KINDS, MESSAGE_STATUSES, NOW],
    );
    await pool.query(`select {schema}.cancel_registration($1)`, [registrantId]);
    const { rows } = await pool.query<{ kind: string; was: string; status: string; wanted: string }>(
      `select kind, dedupe_key as was, status,
         case when dedupe_key in ${WAITING} and kind <> all($2) then 'not_sent' else dedupe_key end as wanted
       from {schema}.message where registrant_id = $1`,
      [
        registrantId,
        REGISTRANT_KINDS.filter((kind) => kindRow(kind).goesOutAfter.includes('own_cancellation')),
      ],
    );
    for (const { kind, was, status, wanted } of rows) expect(status, `${kind} ${was}`).toBe(wanted);
  });
});

describe('an access key', () => {
  it('is 22 hex characters or four digits, each as likely as any other', async () => {
    const { rows } = await pool.query<{ hex: string; digits: string }>(
      `select {schema}.new_access_key('hex') as hex, {schema}.new_access_key('digits') as digits from generate_series(1, 20000)`,
    );
    expect(new Set(rows.map(({ hex }) => hex)).size).toBe(20_000);
    for (const { hex, digits } of rows) expect(`${hex} ${digits}`).toMatch(/^[0-9a-f]{22} \d{4}$/);
    // Of each place and character as many as of the others: six standard deviations are 256 for 20,000 in sixteenths and in tenths.
    const counts = new Map<string, number>();
    for (const { hex, digits } of rows)
      for (const [i, character] of [...`${hex}${digits}`].entries()) {
        const place = `${i} ${character}`;
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
    expect(counts.size).toBe(22 * 16 + 4 * 10);
    for (const [place, count] of counts)
      expect(Math.abs(count - 20_000 / (Number.parseInt(place, 10) < 22 ? 16 : 10)), place).toBeLessThan(256);
  });
});
