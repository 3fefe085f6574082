import { z } from 'zod';
import { isAccessKey } from './access-link.ts';
import { LONGEST_INPUT, normalizeAddress } from './address.ts';
import type { SourceName } from './columns.ts';
import { readEmbedOrigin } from './embed-origin.ts';
import { EVENT_DEFAULTS, KEY_STYLES } from './event.ts';
import { EXPORT_FORMATS } from './export-columns.ts';
import { formFieldsInput, MAX_FIELD_LENGTH, MAX_FIELD_NAMES } from './form-fields.ts';
import { instant } from './instant.ts';
import { canonicalLocale } from './locale.ts';
import { pictureHash } from './picture.ts';
import { registrantFilter } from './registrant-filter.ts';
import { MOST_DAYS } from './retention.ts';
import { fieldName, personText, readAs, safeText } from './text.ts';
import { canonicalTimeZone, NOT_A_TIME_ZONE } from './time.ts';

// What people and programs hand in, and what of it is let in. Forms, the API and imports share these.

export const address = readAs(
  z.string().max(LONGEST_INPUT),
  normalizeAddress,
  'must be an e-mail address, like ada@example.com',
);

/** Where answers go: in the header of every mail, also of those to servers that take ASCII only. */
const answerAddress = address.refine(
  (kept) => /^\p{ASCII}+$/u.test(kept),
  'must have ASCII characters only before the @, as many mail programs can write to no other',
);

export const personName = personText(200);

export const localeTag = readAs(
  z.string().max(35),
  canonicalLocale,
  'must be a language tag, like en or fr-CA',
);

export const timeZone = z
  .string()
  .max(64)
  .transform((text, context) => {
    const canonical = canonicalTimeZone(text);
    if (canonical) return canonical;
    context.addIssue({ code: 'custom', message: NOT_A_TIME_ZONE });
    return z.NEVER;
  });

const addressOn = (protocol: RegExp, message: string) =>
  z
    .url({ protocol, message })
    .max(2000)
    .refine((url) => !/[\s\p{Cc}]/u.test(url), 'must not contain spaces or control characters')
    .refine((url) => url.isWellFormed(), 'must be well-formed Unicode');

export const webAddress = addressOn(/^https?$/, 'must be an address that begins with https:// or http://');

/** Where a picture is: an address elsewhere, or the path of one that was uploaded here. */
const pictureAddress = z.union(
  [z.string().refine((path) => pictureHash(path) !== null), webAddress],
  'must be an address that begins with https:// or http://',
);

/** Where visitors are sent on to, wherever it is. */
const secureAddress = addressOn(/^https$/, 'must be an address that begins with https://');

export const accessKey = z.string().refine(isAccessKey, 'must be 4 to 64 letters, digits, - or _');

const reminderMinutes = z
  .array(
    z
      .int('must be whole minutes')
      .min(1)
      .max(60 * 24 * 60),
  )
  .max(10, 'at most 10 reminders')
  .transform((minutes) => [...new Set(minutes)].sort((a, b) => b - a));

/** At most so many sites may frame an event's form. */
export const MOST_EMBED_ORIGINS = 20;

/** Origins, as browsers write them. `http:` for a page on the same machine alone. */
const embedOrigins = z
  .array(
    z
      .string()
      .max(300)
      .transform((text, context) => {
        const { origin, problem } = readEmbedOrigin(text);
        if (origin !== null) return origin;
        context.addIssue({ code: 'custom', message: problem });
        return z.NEVER;
      }),
  )
  .max(MOST_EMBED_ORIGINS, `at most ${MOST_EMBED_ORIGINS} origins`)
  .transform((origins) => [...new Set(origins)]);

/** A room opens at most a day before the start, and closes at most a day after the end. */
export const MOST_DOOR_MINUTES = 24 * 60;
/** A mail that follows an event leaves at most thirty days after it. */
export const MOST_MINUTES_AFTER = 30 * 24 * 60;
/** At the start itself nobody is late. */
export const LEAST_NUDGE_MINUTES = 1;

const DAYS_RANGE = `must be from 1 to ${MOST_DAYS.toLocaleString('en')}`;

const minutesOf = (most: number) => z.int('must be whole minutes').min(0).max(most);
const minutesAfter = z.strictObject({ minutesAfter: minutesOf(MOST_MINUTES_AFTER) });

/** A new event, as the API takes it. */
export const newEvent = z.strictObject({
  title: safeText(200).min(1, 'is missing'),
  slug: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/, 'must be 1 to 80 of a-z, 0-9 and - (not at its ends)')
    .optional(),
  description: safeText(10_000, { lines: true }).default(EVENT_DEFAULTS.description),
  startsAt: instant,
  endsAt: instant,
  timeZone,
  roomUrl: webAddress.nullable().default(null),
  hostName: safeText(200).nullable().default(null),
  replyTo: answerAddress.nullable().default(null),
  locale: localeTag.default(EVENT_DEFAULTS.locale),
  keyStyle: z.enum(KEY_STYLES).default(EVENT_DEFAULTS.keyStyle),
  reminderMinutes: reminderMinutes.default([...EVENT_DEFAULTS.reminderMinutes]),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour, like #1f4fd8')
    .toLowerCase()
    .nullable()
    .default(null),
  logoUrl: pictureAddress.nullable().default(null),
  coverUrl: pictureAddress.nullable().default(null),
  hostPictureUrl: pictureAddress.nullable().default(null),
  fromName: safeText(200).min(1, 'is missing').nullable().default(null),
  fromAddress: answerAddress.nullable().default(null),
  embedOrigins: embedOrigins.default([]),
  formFields: formFieldsInput.default([]),
  listed: z.boolean().default(EVENT_DEFAULTS.listed),
  doorsOpenMinutes: minutesOf(MOST_DOOR_MINUTES).default(EVENT_DEFAULTS.doorsOpenMinutes),
  graceMinutes: minutesOf(MOST_DOOR_MINUTES).default(EVENT_DEFAULTS.graceMinutes),
  replayUrl: secureAddress.nullable().default(null),
  followUps: z
    .strictObject({
      attended: minutesAfter.nullable().default(null),
      missed: minutesAfter.nullable().default(null),
    })
    .nullable()
    .transform((mails) => (mails?.attended || mails?.missed ? mails : null))
    .default(null),
  nudge: z
    .strictObject({ minutesAfter: minutesOf(MOST_MINUTES_AFTER).min(LEAST_NUDGE_MINUTES) })
    .nullable()
    .default(null),
  eraseAfterDays: z
    .int('must be whole days')
    .min(1, DAYS_RANGE)
    .max(MOST_DAYS, DAYS_RANGE)
    .nullable()
    .default(null),
});

/** Changes to an event: what is left out stays. The defaults of a new event have no place here. */
export const eventChanges = z
  .strictObject(
    Object.fromEntries(
      Object.entries(newEvent.shape).map(([name, field]) => [
        name,
        (field instanceof z.ZodDefault ? field.unwrap() : field).optional(),
      ]),
    ) as { [K in keyof typeof newEvent.shape]: z.ZodOptional<WithoutDefault<(typeof newEvent.shape)[K]>> },
  )
  .extend({ notify: z.boolean().default(false), dryRun: z.boolean().default(false) })
  .refine(({ notify: _, dryRun: __, ...changes }) => Object.keys(changes).length > 0, 'names no change');

/** When a copy of an event takes place, and its address; the rest is that of the other one. */
export const eventCopy = newEvent.pick({ startsAt: true, endsAt: true, slug: true });

/** How an event is cancelled; an empty body will do. */
export const cancellation = z.strictObject({ notify: z.boolean().default(false) });

type WithoutDefault<T> =
  T extends z.ZodDefault<infer Inner> ? Inner : T extends z.ZodOptional<infer Inner> ? Inner : T;

export const END_AFTER_START = { path: ['endsAt'], message: 'must follow startsAt' };

const sourceText = personText(500).optional();

/** Where a registrant came from. */
export const source = z.strictObject({
  utmSource: sourceText,
  utmMedium: sourceText,
  utmCampaign: sourceText,
  utmTerm: sourceText,
  utmContent: sourceText,
  referrer: personText(2000).optional(),
} satisfies Readonly<Record<SourceName, z.ZodType>>);

/** Further columns of a registrant, by name. */
export const fields = z
  .record(fieldName, personText(MAX_FIELD_LENGTH, { lines: true }))
  .refine((record) => Object.keys(record).length <= MAX_FIELD_NAMES, `at most ${MAX_FIELD_NAMES} fields`);

/** A registration, as the API takes it. */
export const newRegistrant = z.strictObject({
  email: address,
  firstName: personName.default(''),
  lastName: personName.default(''),
  locale: localeTag.nullable().default(null),
  timeZone: timeZone.nullable().default(null),
  fields: fields.default({}),
  source: source.default({}),
  accessKey: accessKey.nullable().default(null),
  sendConfirmation: z.boolean().default(true),
});

/** A file with an event's registrants, as the API takes the request. */
export const exportRequest = z.strictObject({
  columns: z.union([z.literal('all'), z.array(z.string().max(200))], {
    error: 'must be "all" or a list of columns',
  }),
  format: z.enum(EXPORT_FORMATS),
  to: address.nullable().default(null),
  filter: registrantFilter.nullable().default(null),
});

/** How all keys of an event are changed; an empty body will do. */
export const keyRotation = z.strictObject({ notify: z.boolean().default(false) });

/** How a cancelled registration is restored; an empty body will do. */
export const restoration = z.strictObject({ sendConfirmation: z.boolean().default(true) });

/** Changes to a registrant: what is left out stays. */
export const registrantChanges = z
  .strictObject({
    email: address.optional(),
    firstName: personName.optional(),
    lastName: personName.optional(),
    locale: localeTag.nullable().optional(),
    timeZone: timeZone.nullable().optional(),
    resend: z.boolean().default(false),
  })
  .refine(({ resend: _, ...changes }) => Object.keys(changes).length > 0, 'names no change');
