import type { EventMailKind } from '../../emails/mail.ts';
import { SAMPLE_ANNOUNCEMENTS, SAMPLE_SITE_VALUES } from '../../emails/samples.ts';
import { insertNotice } from '../../src/db/alert-notice.ts';
import { insertAnnouncement } from '../../src/db/announcement.ts';
import { saveCustomText } from '../../src/db/custom-text.ts';
import { cancelEvent, findEvent, insertEvent, updateEvent } from '../../src/db/event.ts';
import { insertExport } from '../../src/db/export.ts';
import { insertMessage, insertTeamMessage } from '../../src/db/message.ts';
import type { Db } from '../../src/db/pool.ts';
import { insertRegistrant } from '../../src/db/registrant.ts';
import { insertSignIn } from '../../src/db/sign-in.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { EVENT_DEFAULTS, type Event } from '../../src/domain/event.ts';
import { type CustomisableKind, MAIL_KINDS } from '../../src/domain/kinds.ts';
import type { About, Priority } from '../../src/domain/message.ts';
import { erasureDueAt } from '../../src/domain/retention.ts';
import { timedDedupeKey, timedMail } from '../../src/domain/schedule.ts';
import { INVITER, SCENES, TEAM_MEMBER } from './people.ts';
import { idOf, isTeamMail, type Sample } from './samples.ts';
import { stateOf } from './states.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGISTERED_AT = new Date('2027-01-04T09:00:00Z');
const CHANGED_AT = new Date('2027-01-10T09:00:00Z');
const ASKED_AT = new Date('2027-01-12T10:00:00Z');
/** By how much a moved event was earlier. */
const MOVED_BY = 32.5 * HOUR;
const REMINDER_MINUTES = [1440, 60, 10];
/** In minutes, after the start and after the end. */
const NUDGE_AFTER = 5;
const FOLLOW_UP_AFTER = 60;

/** A sample's row in the ledger, and when it is to leave. */
export interface Planned {
  readonly sample: Sample;
  readonly messageId: string;
  readonly priority: Priority;
  readonly sentAt: Date;
  /** Whom an answer goes to. */
  readonly replyTo: string | null;
}

/** From here on each row that is inserted has the id that `nextId` named last. For a database that is thrown away. */
export async function nameIds(db: Db): Promise<void> {
  await db.query(
    `create or replace function {schema}.sample_id() returns uuid volatile language sql
     as $$ select current_setting('samples.id')::uuid $$`,
  );
  for (const table of [
    'event',
    'registrant',
    'announcement',
    'message',
    'team_message',
    'team_member',
    'export',
    'sign_in',
    'alert_notice',
  ])
    await db.query(`alter table {schema}.${table} alter column id set default {schema}.sample_id()`);
}

async function nextId(db: Db, ...words: readonly string[]): Promise<string> {
  const id = idOf(...words);
  await db.query(`select set_config('samples.id', $1, false)`, [id]);
  return id;
}

/** Writes the sample's event, people and message, as far as they are not there. `db` is one connection. */
export async function planSample(db: Db, sample: Sample): Promise<Planned> {
  const { mail } = sample;
  return isTeamMail(mail) ? planTeamMail(db, sample) : planEventMail(db, sample, mail);
}

async function planEventMail(db: Db, sample: Sample, mail: EventMailKind): Promise<Planned> {
  const { kind, language, state, key } = sample;
  const { isToday = false, minutesBefore = 60, words, person } = stateOf(state);
  const { sample: plan, priority, about: subject } = MAIL_KINDS[mail];
  const { startsAt } = SCENES[language];
  const leavesAt = {
    at_registration: REGISTERED_AT,
    when_asked: ASKED_AT,
    at_change: CHANGED_AT,
    before_start: new Date(startsAt.getTime() - minutesBefore * MINUTE),
    after_start: new Date(startsAt.getTime() + NUDGE_AFTER * MINUTE),
    after_end: new Date(startsAt.getTime() + HOUR + FOLLOW_UP_AFTER * MINUTE),
  };
  const sentAt = isToday ? new Date(startsAt.getTime() - 8 * HOUR) : leavesAt[plan.leaves];
  const event = await ensureEvent(db, sample, plan.event, sentAt);
  const registrantId = idOf('registrant', event.id);
  const { timeZone, ...names } = person?.(language) ?? {};
  const { firstName, lastName, email } = SCENES[language];
  await insertRegistrant(db, {
    ...{
      id: registrantId,
      eventId: event.id,
      email,
      firstName,
      lastName,
      locale: language,
      timeZone: timeZone ?? null,
    },
    ...{ fields: {}, consents: [], source: {}, technical: {}, registeredAt: REGISTERED_AT },
    accessKey: idOf('key', event.id).replaceAll('-', '').slice(0, 22),
    ...names,
  });
  if (words)
    await saveCustomText(
      db,
      { eventId: event.id, kind: mail as CustomisableKind, language, ...words(mail, language) },
      'samples',
      REGISTERED_AT,
    );
  const messageId = await nextId(db, 'message', key);
  await insertMessage(db, {
    ...{ eventId: event.id, registrantId, kind, priority },
    expiresAt: new Date(Math.max(event.endsAt.getTime(), sentAt.getTime() + HOUR)),
    ...{ createdAt: sentAt, dueAt: sentAt },
    dedupeKey: subject === 'reminder' ? timedDedupeKey(timedMail(event, 'reminder', minutesBefore)) : key,
  });
  const about: About | null =
    subject === 'reminder'
      ? { reminder: { minutesBefore, startsAt: event.startsAt.toISOString() } }
      : subject === 'before'
        ? { before: timesBefore(event) }
        : subject === 'announcement'
          ? { announcement: { id: await planAnnouncement(db, event, sample) } }
          : null;
  if (about) await db.query('update {schema}.message set about = $2 where id = $1', [messageId, about]);
  return { sample, messageId, priority, sentAt, replyTo: event.replyTo };
}

async function planAnnouncement(db: Db, { id: eventId }: Event, { key, language }: Sample): Promise<string> {
  await nextId(db, 'announcement', key);
  const { id } = await insertAnnouncement(db, {
    ...{ eventId, language, filter: null, sendAt: null, askedBy: 'samples', askedAt: ASKED_AT },
    ...{ texts: { other: SAMPLE_ANNOUNCEMENTS[language], byLanguage: {} }, queued: 1, skipped: [] },
    dedupeKey: key,
  });
  return id;
}

function timesBefore({ startsAt, endsAt, timeZone }: Event) {
  const earlier = (at: Date) => new Date(at.getTime() - MOVED_BY).toISOString();
  return { startsAt: earlier(startsAt), endsAt: earlier(endsAt), timeZone };
}

/** Mails of one language and state share an event, as long as it is in the same phase. */
async function ensureEvent(
  db: Db,
  { language, state }: Sample,
  phase: 'ahead' | 'moved' | 'cancelled' | 'recorded',
  changedAt: Date,
): Promise<Event> {
  const { slug, title, description, hostName, timeZone, startsAt } = SCENES[language];
  const wanted = {
    ...EVENT_DEFAULTS,
    ...{ title, description, hostName, timeZone, startsAt },
    endsAt: new Date(startsAt.getTime() + HOUR),
    replyTo: 'host@studio.example',
    locale: language,
    reminderMinutes: REMINDER_MINUTES,
    slug: state === 'plain' ? slug : `${slug}-${state}`,
    replayUrl: phase === 'recorded' ? 'https://video.example/calm-software' : null,
    ...stateOf(state).event?.(SCENES[language], language),
  } as const;
  const unique = phase === 'ahead' ? wanted.slug : `${wanted.slug}-${phase}`;
  const id = await nextId(db, 'event', language, state, phase);
  const moved = phase === 'moved' ? MOVED_BY : 0;
  const inserted = await insertEvent(
    db,
    {
      ...wanted,
      slug: unique,
      startsAt: new Date(startsAt.getTime() - moved),
      endsAt: new Date(wanted.endsAt.getTime() - moved),
    },
    REGISTERED_AT,
  );
  if (inserted && phase === 'moved')
    return updateEvent(db, id, { startsAt, endsAt: wanted.endsAt }, changedAt);
  if (inserted && phase === 'cancelled') return (await cancelEvent(db, id, changedAt)) as Event;
  return inserted ?? ((await findEvent(db, { id })) as Event);
}

async function planTeamMail(db: Db, sample: Sample): Promise<Planned> {
  const { kind, key } = sample;
  await nextId(db, 'team member');
  const { id: memberId } = await saveTeamMember(db, { email: TEAM_MEMBER, role: 'admin' });
  const { eventId, about } = await planAbout(db, sample, memberId);
  const messageId = await nextId(db, 'message', key);
  await insertTeamMessage(db, {
    ...{ eventId, kind, dedupeKey: key, to: TEAM_MEMBER, about, dueAt: ASKED_AT },
    expiresAt: new Date(ASKED_AT.getTime() + 15 * MINUTE),
  });
  return { sample, messageId, priority: 'urgent', sentAt: ASKED_AT, replyTo: null };
}

/** What the mail is about, and the event that its message names. */
async function planAbout(
  db: Db,
  sample: Sample,
  memberId: string,
): Promise<{ readonly eventId: string | null; readonly about: About }> {
  switch (sample.kind) {
    case 'registrants_export':
      return { eventId: null, about: await planExport(db, sample, memberId) };
    case 'retention_notice':
      return planErasure(db, sample);
    case 'alert':
    case 'digest':
      return planNotice(db, sample);
    default:
      return { eventId: null, about: await planSignIn(db, sample, memberId) };
  }
}

async function planErasure(db: Db, sample: Sample): Promise<{ eventId: string; about: About }> {
  const event = await ensureEvent(db, sample, 'ahead', REGISTERED_AT);
  const eraseAfterDays = 90;
  await updateEvent(db, event.id, { eraseAfterDays }, REGISTERED_AT);
  const dueAt = erasureDueAt({ ...event, eraseAfterDays }, null);
  if (!dueAt) throw new Error('An event that names days has a date.');
  return {
    eventId: event.id,
    about: { retention: { dueAt: dueAt.toISOString(), people: 1_204, language: sample.language } },
  };
}

async function planNotice(db: Db, { mail, key, language }: Sample): Promise<{ eventId: null; about: About }> {
  const { alert, sendDigest, eventDigest } = SAMPLE_SITE_VALUES;
  await nextId(db, 'notice', key);
  const id = await insertNotice(
    db,
    mail === 'digest_send'
      ? sendDigest
      : mail === 'digest_event'
        ? eventDigest
        : // An event of bounces has no end, and nothing to be asked for.
          { ...alert, type: 'alert', alert: 'bounces', key, isOver: false },
    ASKED_AT,
  );
  return { eventId: null, about: { notice: { id, language } } };
}

/** Who invites the member. */
async function ensureInviter(db: Db): Promise<string> {
  await nextId(db, 'inviter');
  return (await saveTeamMember(db, { email: INVITER, role: 'admin' })).id;
}

async function planSignIn(db: Db, { kind, key, language }: Sample, memberId: string): Promise<About> {
  const invitedBy = kind === 'invitation' ? await ensureInviter(db) : null;
  await nextId(db, 'sign-in', key);
  const expiresAt = new Date(ASKED_AT.getTime() + 15 * MINUTE);
  const id = await insertSignIn(db, {
    memberId,
    language,
    nextPath: '/team/events',
    invitedBy,
    requestedAt: ASKED_AT,
    expiresAt,
  });
  return { signIn: { id } };
}

async function planExport(db: Db, sample: Sample, memberId: string): Promise<About> {
  const { key, mail, language, state } = sample;
  const event = await ensureEvent(db, sample, 'ahead', REGISTERED_AT);
  await nextId(db, 'export', key);
  const id = await insertExport(db, {
    ...{ eventId: event.id, askedBy: `team_member:${memberId}`, memberId, to: TEAM_MEMBER, language },
    ...{ format: 'csv', columns: null, filter: null, askedAt: ASKED_AT },
  });
  const failure = mail === 'export_failed' ? (stateOf(state).failure ?? 'too_many_rows') : null;
  await db.query(
    `update {schema}.export set status = $2, failure = $3, rows = $4, attached = $5, finished_at = $6, expires_at = $7
     where id = $1`,
    [
      id,
      failure ? 'failed' : 'made',
      failure,
      mail === 'export_link' ? 48_211 : 212,
      mail === 'export_attached',
      ASKED_AT,
      failure ? null : new Date(ASKED_AT.getTime() + 24 * HOUR),
    ],
  );
  return {
    export: { id, state: mail === 'export_failed' ? 'failed' : mail === 'export_link' ? 'link' : 'attached' },
  };
}
