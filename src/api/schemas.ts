import { z } from '@hono/zod-openapi';
import { AUDIT_ACTIONS } from '../db/audit.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { MESSAGE_STATUSES } from '../domain/delivery/status.ts';
import { KEY_STYLES } from '../domain/event.ts';
import { EXPORT_FORMATS } from '../domain/export-columns.ts';
import { EXPORT_STATUSES } from '../domain/export-status.ts';
import { FORM_CHANGES } from '../domain/form-changes.ts';
import { FORM_FIELD_TYPES } from '../domain/form-fields.ts';
import { KINDS, REGISTRANT_KINDS } from '../domain/kinds.ts';
import { LANGUAGES } from '../domain/locale.ts';
import { DOMAIN_STATUSES } from '../domain/mail-domain.ts';
import { SENDER_STATES, VERDICTS } from '../domain/sender-domain.ts';
import { SUPPRESSION_REASONS, SUPPRESSION_SCOPES } from '../domain/suppression.ts';
import { VISIT_REASONS, VISIT_VERDICTS } from '../domain/visit.ts';

// The shapes that the API answers with; their fields are the contract.

const time = () => z.iso.datetime().openapi({ example: '2027-01-15T17:00:00Z' });
const status = () => z.enum(MESSAGE_STATUSES);

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

const localizedText = z.union([z.string(), z.partialRecord(z.enum(LANGUAGES), z.string())]);

const formFieldSchema = z
  .object({
    name: z.string().openapi({ example: 'company' }),
    label: localizedText.openapi({ example: { en: 'Company', fr: 'Entreprise' } }),
    type: z.enum(FORM_FIELD_TYPES),
    options: z.array(z.string()).openapi({ example: [] }),
    required: z.boolean(),
    help: localizedText.nullable(),
  })
  .openapi('FormField');

const minutesAfter = z.object({ minutesAfter: z.int() });

export const eventSchema = z
  .object({
    id: z.uuid(),
    title: z.string().openapi({ example: 'Designing calm software' }),
    slug: z.string().openapi({ example: 'calm-software' }),
    description: z.string(),
    startsAt: time(),
    endsAt: time(),
    timeZone: z.string().openapi({ example: 'Europe/Paris' }),
    roomUrl: z.string().nullable(),
    hostName: z.string().nullable(),
    replyTo: z.string().nullable(),
    locale: z.string().openapi({ example: 'en' }),
    keyStyle: z.enum(KEY_STYLES),
    reminderMinutes: z.array(z.int()).openapi({ example: [1440, 60, 10] }),
    color: z.string().nullable(),
    logoUrl: z.string().nullable().openapi({
      description: 'Where its logo is: here, after an upload, or elsewhere',
    }),
    coverUrl: z.string().nullable().openapi({ description: 'A wide picture above the event' }),
    hostPictureUrl: z.string().nullable(),
    fromName: z.string().nullable().openapi({ description: 'Whose name its mails carry; null: the site’s' }),
    fromAddress: z.string().nullable().openapi({
      description: 'Who its mails come from: an address of a verified sender domain; null: the site’s',
    }),
    embedOrigins: z.array(z.string()).openapi({
      description:
        'Sites that may show the registration form (`/e/:slug/embed`), as origins: `https://` and a host, no path and no `*`; `http://` on loopback hosts only',
      example: ['https://www.example.com'],
    }),
    formFields: z
      .array(formFieldSchema)
      .openapi({ description: 'What the public form asks for beside address and name' }),
    listed: z.boolean().openapi({ description: 'Whether the start page of this site names the event' }),
    doorsOpenMinutes: z.int().openapi({
      description:
        'The room opens so many minutes before the start; until then access links show a waiting page',
    }),
    graceMinutes: z.int().openapi({
      description:
        'The room closes so many minutes after the end, and with it the mails that bring the link end',
    }),
    openedAt: time()
      .nullable()
      .openapi({ description: 'When the room was last opened by hand; a later start sets it to null' }),
    closedAt: time().nullable().openapi({
      description:
        'When the room was closed by hand; `open` sets it to null, and so do a later end or a start after it',
    }),
    replayUrl: z.string().nullable().openapi({
      description:
        'Where the recording is, an https address: access links lead there once the room has closed',
    }),
    followUps: z
      .object({ attended: minutesAfter.nullable(), missed: minutesAfter.nullable() })
      .nullable()
      .openapi({
        description:
          'Mails so many minutes after the end, and never before the room is closed: to those who came in (or may have), and to those who did not. With the recording where `replayUrl` has one when they leave. Until 7 days later; one a person',
      }),
    nudge: minutesAfter.nullable().openapi({
      description:
        'A mail so many minutes after the start to those who have not come in yet, at most one a person and until the end; who registered less than 10 minutes before it gets none',
    }),
    eraseAfterDays: z
      .int()
      .nullable()
      .openapi({ description: 'So long after its end its people are erased; null: as the site does it' }),
    permalink: z.string(),
    cancelledAt: time().nullable(),
    sendingPausedAt: time()
      .nullable()
      .openapi({ description: 'Since when its mails to many wait; null: they go out' }),
    revision: z.int(),
    counts: z.object({ registrants: z.int(), byEmailStatus: z.partialRecord(status(), z.int()) }),
  })
  .openapi('Event');

export const changedEventSchema = eventSchema
  .extend({
    /** Where the times changed, or would. */
    rescheduling: z
      .object({
        reminders: z.object({ moved: z.int(), tooLate: z.int() }),
        mails: z.int(),
        skipped: z.array(z.object({ reason: z.enum(SKIP_REASONS), count: z.int() })),
      })
      .optional(),
    answered: z
      .array(z.object({ name: z.string(), change: z.enum(FORM_CHANGES), answers: z.int() }))
      .optional()
      .openapi({
        description:
          'Where `formFields` changed: answers that the form asks for no more, or would not take. They stay as they are',
      }),
  })
  .openapi('ChangedEvent');

export const eventWithImageSchema = eventSchema
  .extend({
    image: z.object({
      url: z.string().openapi({ example: `https://events.example.com/img/${'0'.repeat(64)}` }),
      contentType: z.enum(['image/png', 'image/jpeg']),
      /** Pixels. */
      width: z.int(),
      height: z.int(),
      bytes: z.int(),
    }),
  })
  .openapi('EventWithImage');

const people = (what: string) => z.int().openapi({ example: 12, description: what });

const joiners = () => ({ registered: z.int(), joined: z.int() });

export const eventReportSchema = z
  .object({
    funnel: z.object({
      registered: people('Everybody who is registered'),
      mailed: people('Their latest mail left'),
      delivered: people('A mail server of theirs took a mail'),
      opened: people('A mail was opened'),
      linkOpened: people('Somebody or something opened their link, or a link in a mail'),
      joined: people('They came in'),
      joinedUncertain: people('They may have come in: their link was opened together with many others’'),
    }),
    cancelled: people('Who cancelled, and is counted nowhere else in the report'),
    byEmailStatus: z.array(
      z.object({ emailStatus: z.enum([...MESSAGE_STATUSES, 'none']), registered: z.int() }),
    ),
    byLanguage: z.array(
      z.object({
        language: z.string().nullable().openapi({ description: 'Null: they chose none', example: 'fr' }),
        ...joiners(),
      }),
    ),
    bySource: z.array(
      z.object({
        source: z
          .string()
          .nullable()
          .openapi({ description: '`utm_source` of the link that they came by', example: 'newsletter' }),
        ...joiners(),
      }),
    ),
    byCampaign: z.array(
      z.object({ campaign: z.string().nullable().openapi({ description: '`utm_campaign`' }), ...joiners() }),
    ),
    answers: z
      .array(z.object({ name: z.string().openapi({ example: 'size' }), value: z.string(), ...joiners() }))
      .openapi({ description: 'To each select and checkbox of `formFields`' }),
    registrations: z.array(
      z.object({
        date: z.iso.date().openapi({ description: 'In the event’s time zone' }),
        registered: z.int(),
      }),
    ),
    attendance: z
      .array(z.object({ at: time(), joined: z.int() }))
      .openapi({ description: 'Who joined in the five minutes from then on' }),
    byDomain: z.array(
      z.object({
        domain: z.string().openapi({ example: 'example.com' }),
        registered: z.int(),
        delivered: z.int(),
        opened: z.int(),
        joined: z.int(),
        bounced: z.int().openapi({ description: 'Their email status is `bounced`' }),
      }),
    ),
    sends: z.array(
      z.object({
        kind: z.enum(REGISTRANT_KINDS),
        dueAt: time(),
        counts: z.partialRecord(status(), z.int()).openapi({ description: 'Mails, by status' }),
      }),
    ),
    erasure: z
      .object({
        dueAt: time()
          .nullable()
          .openapi({ description: 'The event’s end and the days after it; null: nobody is ever erased' }),
        toldAt: time()
          .nullable()
          .openapi({ description: 'When the team was told: nobody is erased before seven days after that' }),
        begunAt: time().nullable(),
        erasedAt: time().nullable(),
        erased: z.int().openapi({ description: 'How many were erased' }),
      })
      .openapi({ description: 'What is to become, or became, of the event’s people' }),
  })
  .openapi('EventReport');

export const messageSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(KINDS),
    status: status(),
    to: z.string().nullable(),
    subject: z.string().nullable(),
    lane: z.enum(['now', 'bulk']),
    dueAt: time(),
    expiresAt: time(),
    acceptedAt: time().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
    registrantId: z.uuid().nullable(),
    eventId: z.uuid().nullable(),
    transport: z.string().nullable().openapi({
      description:
        'What handed it over last: `smtp`, `resend`, …; `smtp:host` is a second mail server (`FALLBACK_SMTP_URL`)',
      example: 'smtp',
    }),
    providerMessageId: z.string().nullable(),
    events: z.array(
      z.object({ type: z.string(), occurredAt: time(), detail: z.record(z.string(), z.string()) }),
    ),
  })
  .openapi('Message');

const consentsSchema = z
  .array(
    z.object({
      name: z.string().openapi({ description: 'Of the form’s field', example: 'newsletter' }),
      text: z.string().openapi({
        description: 'The exact wording that they saw: it stays, whatever becomes of the form',
        example: 'I want to hear of further events by email.',
      }),
      at: time(),
      withdrawnAt: time().nullable().openapi({ description: 'Null: it stands' }),
    }),
  )
  .openapi({
    description:
      'What they agreed to, in the order in which they did. Given again after it was withdrawn it is another entry; of the same name the last one counts',
  });

export const registrantSchema = z
  .object({
    id: z.uuid(),
    eventId: z.uuid(),
    email: z.string().openapi({ example: 'ada@example.com' }),
    firstName: z.string(),
    lastName: z.string(),
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
    fields: z.record(z.string(), z.string()),
    consents: consentsSchema,
    accessKey: z.string().optional().openapi({ description: 'Left out for keys without the scope `read`' }),
    accessLink: z.string().optional().openapi({ description: 'Left out for keys without the scope `read`' }),
    emailStatus: status().nullable(),
    emailStatusAt: time().nullable(),
    emailDomainStatus: z.enum(DOMAIN_STATUSES).nullable().openapi({
      description:
        'What the DNS says of the domain of the email: `no_mail` exists and takes none. Null: not asked yet, or without an answer',
    }),
    suggestedEmail: z
      .string()
      .nullable()
      .openapi({ description: 'What the address most likely should be, where it looks mistyped' }),
    registeredAt: time(),
    joinedAt: time().nullable().openapi({
      description: 'When a person came in while the room was open: no scanner, prefetch or program',
    }),
    cancelledAt: time().nullable().openapi({ description: 'When they cancelled, or were cancelled' }),
    linkOpenedAt: time()
      .nullable()
      .openapi({ description: 'When somebody or something first opened the link, or a link in a mail' }),
    joinedFrom: z.int().openapi({
      description:
        'From how many clients (an address with its browser) a person came in; 0 for who joined before this was noted',
    }),
  })
  .openapi('Registrant');

export const exportSchema = z
  .object({
    id: z.uuid(),
    eventId: z.uuid(),
    status: z.enum(EXPORT_STATUSES),
    format: z.enum(EXPORT_FORMATS),
    columns: z.union([z.literal('all'), z.array(z.string())]),
    filter: z
      .object({
        emailStatus: z.array(z.enum([...MESSAGE_STATUSES, 'none'])).nullable(),
        registrants: z.int().nullable().openapi({
          description:
            'How many were named by `registrantIds`, or found by `q`, `fields`, `source` or `emailDomain` when it was requested',
        }),
      })
      .catchall(z.unknown())
      .nullable()
      .openapi({
        description:
          'Whom it names, with the other parts of a filter that it has; null: everybody who has not cancelled',
      }),
    to: z.string().openapi({ example: 'team@example.com' }),
    requestedBy: z.string().openapi({ description: '`api_key:<id>` or `team_member:<id>`' }),
    rows: z.int().openapi({ description: 'Registrants in it; while it runs, so far' }),
    bytes: z.int(),
    attached: z
      .boolean()
      .nullable()
      .openapi({ description: 'Whether the mail brings the file, or a link to it' }),
    error: z.string().nullable(),
    messageId: z.uuid().nullable(),
    requestedAt: time(),
    finishedAt: time().nullable(),
    expiresAt: time().nullable(),
    withdrawnAt: time().nullable(),
  })
  .openapi('Export');

export const auditEntrySchema = z
  .object({
    id: z.uuid(),
    at: time(),
    actor: z.string().openapi({ example: 'api_key:0192f3a4-5b6c-7d8e-9f00-112233445566' }),
    action: z.enum(AUDIT_ACTIONS),
    eventId: z.uuid().nullable(),
    registrantId: z.uuid().nullable(),
    detail: z.record(z.string(), z.string()),
  })
  .openapi('AuditEntry');

export const suppressionSchema = z
  .object({
    email: z.string().openapi({ example: 'ada@example.com' }),
    scope: z.enum(SUPPRESSION_SCOPES),
    reason: z.enum(SUPPRESSION_REASONS),
    detail: z.string().nullable(),
    eventId: z.uuid().nullable(),
    messageId: z.uuid().nullable(),
    createdAt: time(),
  })
  .openapi('Suppression');

export const registrantDetailsSchema = registrantSchema
  .extend({
    suppressions: z.array(suppressionSchema),
    technical: z.record(z.string(), z.string()),
    messages: z.array(messageSchema),
  })
  .openapi('RegistrantDetails');

export const contentSchema = z
  .object({ subject: z.string(), html: z.string(), text: z.string() })
  .openapi('MessageContent');

export const blockSchema = z
  .object({
    id: z.uuid(),
    email: z.string().nullable().openapi({ example: null }),
    domain: z.string().nullable().openapi({ example: 'example.com' }),
    createdAt: time(),
  })
  .openapi('Block');

const dnsRecordSchema = z
  .object({
    type: z.enum(['TXT', 'CNAME', 'MX']),
    name: z.string().openapi({ example: '_access-mail.example.com' }),
    value: z.string().openapi({ example: 'access-mail-verification=5f1c…' }),
  })
  .openapi('DnsRecord');

const senderCheckSchema = z
  .object({
    verdict: z.enum(VERDICTS).openapi({
      description: '`unknown`: the DNS, or the provider, did not answer; it decides nothing',
    }),
    message: z.string().openapi({ description: 'What is so, and what to do, in words' }),
    name: z.string().openapi({ description: 'Where it was looked for' }),
    found: z.array(z.string()).openapi({ description: 'What stands there' }),
    wanted: z
      .array(dnsRecordSchema)
      .openapi({ description: 'What is to stand there; empty: nothing is to be added' }),
  })
  .openapi('SenderCheck');

export const senderDomainSchema = z
  .object({
    domain: z.string().openapi({ example: 'example.com' }),
    state: z.enum(SENDER_STATES).openapi({
      description:
        'Events may send from `verified` and `failing` domains. `failing`: the last checks found something wrong; after three days it is `lost`, and mails come from the site’s address',
    }),
    verifiedAt: time().nullable(),
    checkedAt: time().nullable(),
    failingSince: time().nullable(),
    signing: z
      .enum(['ours', 'relay'])
      .openapi({ description: 'Who signs its mails: we do, or the mail server or provider' }),
    selector: z.string().nullable().openapi({ description: 'Of the DKIM key; null: not known' }),
    records: z.array(dnsRecordSchema).openapi({ description: 'What is to be added to its DNS' }),
    checks: z
      .object({
        owner: senderCheckSchema,
        spf: senderCheckSchema,
        dkim: senderCheckSchema,
        dmarc: senderCheckSchema,
        // A union: `.nullable()` of a named schema says nothing of null in the description.
        provider: z.union([senderCheckSchema, z.null()]),
      })
      .nullable()
      .openapi({ description: 'What the last check found; null: there was none' }),
    createdAt: time(),
  })
  .openapi('SenderDomain');

const heldRegistrationSchema = z
  .object({
    id: z.uuid(),
    event: z.object({ id: z.uuid(), title: z.string(), slug: z.string(), startsAt: time(), endsAt: time() }),
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
    fields: z.record(z.string(), z.string()),
    consents: consentsSchema,
    source: z.record(z.string(), z.string()),
    technical: z.record(z.string(), z.string()),
    emailStatus: status().nullable(),
    emailStatusAt: time().nullable(),
    registeredAt: time(),
    joinedAt: time().nullable(),
    cancelledAt: time().nullable(),
    messages: z.array(messageSchema).openapi({ description: 'Mails to them, newest first' }),
    audit: z
      .array(auditEntrySchema)
      .openapi({ description: 'What was done with the registration, oldest first' }),
    exports: z
      .array(
        z.object({
          id: z.uuid(),
          format: z.enum(EXPORT_FORMATS),
          requestedAt: time(),
          finishedAt: time().nullable(),
        }),
      )
      .openapi({ description: 'Files with registrants of the event that may hold this one' }),
    linkOpenedAt: time().nullable(),
    joinedFrom: z.int(),
    webhooks: z
      .array(
        z.object({
          type: z.string().openapi({ example: 'registrant.created' }),
          host: z.string().openapi({ example: 'crm.example.com' }),
          occurredAt: time(),
          deliveredAt: time().nullable(),
        }),
      )
      .openapi({ description: 'What was told of them to other programs in the last 14 days, oldest first' }),
    visits: z
      .array(
        z.object({
          verdict: z.enum(VISIT_VERDICTS),
          reason: z.enum(VISIT_REASONS),
          agent: z.string().nullable().openapi({ example: 'Chrome on Windows' }),
          whileOpen: z.boolean(),
          firstAt: time(),
          lastAt: time(),
          visits: z.int(),
        }),
      )
      .openapi({ description: 'What opened their link, the latest first; docs/visits.md has the reasons' }),
  })
  .openapi('HeldRegistration');

export const personalDataSchema = z
  .object({
    email: z.string().openapi({ example: 'ada@example.com' }),
    at: time().openapi({ description: 'As of when it is' }),
    registrations: z.array(heldRegistrationSchema),
    waitingRegistrations: z
      .array(
        z.object({
          eventId: z.uuid(),
          firstName: z.string(),
          lastName: z.string(),
          locale: z.string().nullable(),
          timeZone: z.string().nullable(),
          fields: z.record(z.string(), z.string()),
          consents: consentsSchema,
          source: z.record(z.string(), z.string()),
          technical: z.record(z.string(), z.string()),
          requestedAt: time(),
        }),
      )
      .openapi({ description: 'Sent with the public form, and not taken yet' }),
    formerMessages: z
      .array(messageSchema)
      .openapi({ description: 'Mails to the address for registrants whose email was corrected since' }),
    suppressions: z.array(
      z.object({
        scope: z.enum(SUPPRESSION_SCOPES),
        reason: z.enum(SUPPRESSION_REASONS),
        detail: z.string().nullable(),
        eventId: z.uuid().nullable(),
        createdAt: time(),
        liftedAt: time().nullable(),
      }),
    ),
    blockedSince: time()
      .nullable()
      .openapi({ description: 'Since when the public forms do nothing for the address; null: they do' }),
  })
  .openapi('PersonalData');

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T, name: string) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).openapi(name);
}

/** `?limit=` and `?cursor=`, which every list takes. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
};

/** Several values in one parameter, divided by commas. */
export function commaSeparated<const T extends readonly string[]>(values: T) {
  return z
    .string()
    .max(500)
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(values)))
    .optional()
    .openapi({ example: values.slice(0, 2).join(',') });
}
