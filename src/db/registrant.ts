import type { Consent } from '../domain/consent.ts';
import { endingFor } from '../domain/delivery/eligibility.ts';
import type { MessageStatus } from '../domain/delivery/status.ts';
import { MILESTONES } from '../domain/milestones.ts';
import type { Registrant } from '../domain/registrant.ts';
import { activeParts, type FilterPart, type RegistrantFilter } from '../domain/registrant-filter.ts';
import { forgetBlockedAddresses } from './block.ts';
import { deleteUnusedFields } from './event-field.ts';
import { KEY_IS_VOID } from './key-reset.ts';
import { everyEvent } from './ledger.ts';
import { DOMAIN_STATUS } from './mail-domain.ts';
import { type People, parameter, peopleOf } from './people-filter.ts';
import type { Db } from './pool.ts';
import { throwRefusal } from './refusal.ts';
import { WAITING } from './status-sql.ts';
import { eraseFromWebhooks } from './webhook-delivery.ts';

export interface NewRegistrant {
  /** Absent: a new one. */
  readonly id?: string;
  readonly eventId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly consents: readonly Consent[];
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly technical: Readonly<Record<string, string>>;
  readonly accessKey: string;
  readonly registeredAt: Date;
}

/** All that a registrant's "Technical information" tells beside the registrant itself. */
export interface RegistrantDetails {
  readonly source: Readonly<Record<string, string>>;
  readonly technical: Readonly<Record<string, string>>;
}

export const REGISTRANT_COLUMNS = `
  registrant.id, registrant.event_id as "eventId", registrant.email, registrant.first_name as "firstName",
  registrant.last_name as "lastName", registrant.locale, registrant.time_zone as "timeZone", registrant.fields,
  coalesce(registrant.consents, '[]') as consents,
  registrant.access_key as "accessKey", registrant.email_status as "emailStatus",
  registrant.email_status_at as "emailStatusAt", registrant.registered_at as "registeredAt",
  registrant.joined_at as "joinedAt", registrant.cancelled_at as "cancelledAt",
  registrant.link_opened_at as "linkOpenedAt", registrant.joined_from as "joinedFrom",
  ${DOMAIN_STATUS} as "emailDomainStatus"`;

/** The index that keeps an address unique within an event. */
export const ADDRESS_UNIQUE = 'registrant_address_once';

/** As the column has them. */
export function writtenConsents(consents: readonly Consent[]): string | null {
  return consents.length > 0 ? JSON.stringify(consents) : null;
}

/** What functions in SQL give back as `done.registrant`. */
const DONE = ', lateral (select (done.registrant).*) as registrant';

/** The new registrant, or null when the address is already registered for the event. */
export async function insertRegistrant(db: Db, registrant: NewRegistrant): Promise<Registrant | null> {
  const r = registrant;
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.insert_registrant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as registrant
     where registrant.id is not null`,
    [
      ...[r.eventId, r.email, r.firstName, r.lastName, r.locale, r.timeZone, r.fields],
      ...[writtenConsents(r.consents), r.source, r.technical, r.accessKey, r.registeredAt, r.id ?? null],
    ],
  );
  return rows[0] ?? null;
}

/** A registration as an action hands it in. */
export interface AddedRegistrant extends Omit<NewRegistrant, 'consents' | 'accessKey'> {
  /** Null: those that `fields` give, in the words that the form has for them now. */
  readonly consents: readonly Consent[] | null;
  /** Null: a new one. */
  readonly accessKey: string | null;
  readonly sendConfirmation: boolean;
}

/**
 * Registers a person and puts the confirmation on its way, which carries the trace. Whoever was registered before is returned as they are.
 * Throws `conflict` where the event is cancelled, and `invalid_input` where its registrants would have too many fields.
 */
export async function addRegistrant(
  db: Db,
  registrant: AddedRegistrant,
  now: Date,
  trace: Readonly<Record<string, string>> | null,
): Promise<{ readonly registrant: Registrant; readonly created: boolean }> {
  const r = registrant;
  const { rows } = await db
    .query<Registrant & { created: boolean }>(
      `select ${REGISTRANT_COLUMNS}, done.created
       from {schema}.add_registrant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) as done${DONE}`,
      [
        ...[r.eventId, r.email, r.firstName, r.lastName, r.locale, r.timeZone, r.fields],
        ...[r.consents && JSON.stringify(r.consents), r.source, r.technical, r.accessKey, r.registeredAt],
        ...[r.id ?? null, now, r.sendConfirmation, trace],
      ],
    )
    .catch(throwRefusal);
  const { created, ...added } = rows[0] as Registrant & { created: boolean };
  return { registrant: added, created };
}

/** The registrant does not come: what is on its way to them is not sent. A second time changes nothing. Throws `not_found`. */
export async function cancelRegistrant(
  db: Db,
  { eventId, id }: Pick<Registrant, 'eventId' | 'id'>,
  actor: string,
  now: Date,
): Promise<Registrant> {
  const { rows } = await db
    .query<Registrant>(
      `select ${REGISTRANT_COLUMNS} from {schema}.cancel_registrant($1, $2, $3, $4) as done${DONE}`,
      [id, eventId, actor, now],
    )
    .catch(throwRefusal);
  return rows[0] as Registrant;
}

/** The registrant comes after all; the confirmation carries the trace. Who did not cancel stays as they are. Throws `not_found`. */
export async function restoreRegistrant(
  db: Db,
  { eventId, id }: Pick<Registrant, 'eventId' | 'id'>,
  actor: string,
  now: Date,
  { sendConfirmation, trace }: { sendConfirmation: boolean; trace: Readonly<Record<string, string>> | null },
): Promise<Registrant> {
  const { rows } = await db
    .query<Registrant>(
      `select ${REGISTRANT_COLUMNS} from {schema}.restore_registrant($1, $2, $3, $4, $5, $6) as done${DONE}`,
      [id, eventId, actor, now, sendConfirmation, trace],
    )
    .catch(throwRefusal);
  return rows[0] as Registrant;
}

export async function findRegistrant(db: Db, eventId: string, id: string): Promise<Registrant | null> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant where event_id = $1 and id = $2 and erased_at is null`,
    [eventId, id],
  );
  return rows[0] ?? null;
}

/** What names a registrant: its event, and its id. */
export type RegistrantKey = Pick<Registrant, 'eventId' | 'id'>;

/** Of a registrant whose event nobody names, erased or not; null: there is none. */
export async function findRegistrantKey(db: Db, id: string): Promise<RegistrantKey | null> {
  const { rows } = await db.query<RegistrantKey>(
    `select event_id as "eventId", id from {schema}.registrant where id = $1 ${everyEvent('named_without_event')}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Those of an event's registrants who are not erased. */
export async function findRegistrantsOf(
  db: Db,
  eventId: string,
  ids: readonly string[],
): Promise<Registrant[]> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant where event_id = $1 and id = any($2) and erased_at is null`,
    [eventId, ids],
  );
  return rows;
}

/** Those of the ids that are not erased, whichever event they are of. */
export async function findRegistrants(db: Db, ids: readonly string[]): Promise<Registrant[]> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant
     where id = any($1) and erased_at is null ${everyEvent('named_without_event')}`,
    [ids],
  );
  return rows;
}

/** Keeps the registrant from being erased until the transaction ends; false: they were erased before. */
export async function holdRegistrant(db: Db, { eventId, id }: RegistrantKey): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from {schema}.registrant where event_id = $1 and id = $2 and erased_at is null for key share',
    [eventId, id],
  );
  return rowCount === 1;
}

/** The registrant, locked against other changes until the transaction ends, and its messages before it. */
export async function lockRegistrant(db: Db, eventId: string, id: string): Promise<Registrant | null> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.lock_registrant($2, $1) as registrant where registrant.id is not null`,
    [eventId, id],
  );
  return rows[0] ?? null;
}

export async function findRegistrantByAddress(
  db: Db,
  eventId: string,
  email: string,
): Promise<Registrant | null> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant where event_id = $1 and {schema}.address_hash(email) = {schema}.address_hash($2)`,
    [eventId, email],
  );
  return rows[0] ?? null;
}

/** The same, where their access key opens something. */
export async function findRegistrantWithLink(
  db: Db,
  eventId: string,
  email: string,
): Promise<Registrant | null> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant
     where event_id = $1 and {schema}.address_hash(email) = {schema}.address_hash($2) and not ${KEY_IS_VOID}`,
    [eventId, email],
  );
  return rows[0] ?? null;
}

export async function findRegistrantByAddressHash(
  db: Db,
  eventId: string,
  hash: string,
): Promise<Registrant | null> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant where event_id = $1 and {schema}.address_hash(email) = $2`,
    [eventId, hash],
  );
  return rows[0] ?? null;
}

export async function registrantDetails(db: Db, { eventId, id }: RegistrantKey): Promise<RegistrantDetails> {
  const { rows } = await db.query<RegistrantDetails>(
    'select source, technical from {schema}.registrant where event_id = $1 and id = $2',
    [eventId, id],
  );
  return rows[0] ?? { source: {}, technical: {} };
}

/** The same of several of an event, by their ids. */
export async function registrantDetailsOf(
  db: Db,
  eventId: string,
  ids: readonly string[],
): Promise<Map<string, RegistrantDetails>> {
  const { rows } = await db.query<RegistrantDetails & { id: string }>(
    'select id, source, technical from {schema}.registrant where event_id = $1 and id = any($2)',
    [eventId, ids],
  );
  return new Map(rows.map(({ id, ...details }) => [id, details]));
}

export const REGISTRANT_SORTS = [
  'registeredAt',
  'email',
  'name',
  'firstName',
  'lastName',
  'emailStatusAt',
  'joinedAt',
] as const;
export type RegistrantSort = (typeof REGISTRANT_SORTS)[number];

// What each sort compares. Nothing is null, so that a cursor can name any row; text compares as people sort it. By
// `name` the last one comes first.
const SORT_KEY: Readonly<Record<RegistrantSort, { sql: string; type: 'timestamptz' | 'text' }>> = {
  registeredAt: { sql: 'registrant.registered_at', type: 'timestamptz' },
  email: { sql: 'search.email', type: 'text' },
  name: { sql: 'search.name', type: 'text' },
  firstName: { sql: 'lower(registrant.first_name)', type: 'text' },
  lastName: { sql: 'lower(registrant.last_name)', type: 'text' },
  emailStatusAt: { sql: `coalesce(registrant.email_status_at, '-infinity')`, type: 'timestamptz' },
  joinedAt: { sql: `coalesce(registrant.joined_at, '-infinity')`, type: 'timestamptz' },
};

/** The same instant, beside the words that are searched. */
const SEARCHED_REGISTERED_AT = { sql: 'search.registered_at', type: 'timestamptz' } as const;

/** What the few of a rare status are sorted by: read with them, sooner than found in the order of an index. */
const FEW_SORT_KEY: Readonly<Partial<Record<RegistrantSort, (typeof SORT_KEY)[RegistrantSort]>>> = {
  email: { sql: 'lower(registrant.email)', type: 'text' },
  name: { sql: `lower(registrant.last_name || ' ' || registrant.first_name)`, type: 'text' },
};

/** How many people there are, by email status. */
export interface FoundCounts {
  readonly byStatus: StatusCounts;
  /** They were counted so far and there are more; null: these are all. */
  readonly cutAt: number | null;
}

export type StatusCounts = ReadonlyMap<MessageStatus | 'none', number>;

/** More that a search finds are not counted: it would take longer than finding them. */
const MOST_SEARCHED = 2_000;
/** The same of those with an answer or a source. */
const MOST_WITH_FACETS = 10_000;

/**
 * How many of an event's people all of a filter but its email status leaves, by email status. Many that are found by words, answers or
 * sources are not counted to the end; all others are.
 */
export async function countFound(db: Db, eventId: string, filter: RegistrantFilter): Promise<FoundCounts> {
  const { emailStatus: _, ...everyStatus } = filter;
  const values: unknown[] = [eventId];
  const { from, where } = peopleOf(everyStatus, '$1::uuid', parameter(values));
  const most =
    filter.q !== undefined ? MOST_SEARCHED : filter.fields || filter.source ? MOST_WITH_FACETS : null;
  // Limited before the statuses are counted: otherwise all are read where many are found.
  const found =
    most === null
      ? `${from} where ${where}`
      : `(select registrant.email_status from ${from} where ${where} limit ${most + 1}) as registrant`;
  const { rows } = await db.query<{ status: MessageStatus | null; count: number }>(
    `select registrant.email_status as status, count(*) as count from ${found} group by 1`,
    values,
  );
  const isCut = most !== null && rows.reduce((sum, { count }) => sum + count, 0) > most;
  return {
    byStatus: new Map(rows.map(({ status, count }) => [status ?? 'none', count])),
    cutAt: isCut ? most : null,
  };
}

/** How many a filter leaves of those that `countFound` counted without its email status; null: more than were counted. */
export function foundCount(filter: RegistrantFilter, { byStatus, cutAt }: FoundCounts): number | null {
  if (cutAt !== null) return null;
  const wanted = filter.emailStatus ?? [...byStatus.keys()];
  return wanted.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
}

/** How many of an event's people have each email status; who was erased or has cancelled is not counted. */
export async function countByStatus(db: Db, eventId: string): Promise<StatusCounts> {
  return (await countFound(db, eventId, {})).byStatus;
}

/** The ids of those whom a filter names, as they registered; at most `limit`. */
export async function listRegistrantIds(
  db: Db,
  eventId: string,
  filter: RegistrantFilter,
  limit: number,
): Promise<string[]> {
  const values: unknown[] = [eventId, limit];
  const { from, where } = peopleOf(filter, '$1::uuid', parameter(values));
  const { rows } = await db.query<{ id: string }>(
    `select registrant.id from ${from} where ${where} order by registrant.registered_at, registrant.id limit $2`,
    values,
  );
  return rows.map(({ id }) => id);
}

export interface RegistrantQuery {
  readonly eventId: string;
  readonly filter: RegistrantFilter;
  readonly sort: RegistrantSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly after: { readonly key: string; readonly id: string } | null;
  /** Whether the filter was counted to leave no more than FEW. The answer is the same, and comes sooner. */
  readonly areFew?: boolean;
}

/** So many are sooner sorted than found in the order of a list. */
export const FEW = 5_000;

/** What the index `registrant_event_progress` knows. */
const PROGRESS: readonly FilterPart[] = ['emailStatus', ...MILESTONES, 'cancelled'];

/**
 * Where a few are found in the index of statuses and progress: in its order, so that Postgres does go through it. By its statistics,
 * which are those of all events, it would often look for them in the order of the list, and read everybody.
 */
function fewOf(filter: RegistrantFilter, { from, where }: People): People {
  const parts = activeParts(filter);
  if (parts.length === 0 || !parts.every((part) => PROGRESS.includes(part))) return { from, where };
  const few = `select registrant.* from ${from} where ${where}
    order by registrant.email_status, registrant.reached_rank, registrant.joined_at limit ${2 * FEW}`;
  return { from: `(${few}) as registrant`, where: 'true' };
}

function sortKey({ filter, sort, areFew }: RegistrantQuery): (typeof SORT_KEY)[RegistrantSort] {
  if (filter.q !== undefined) return sort === 'registeredAt' ? SEARCHED_REGISTERED_AT : SORT_KEY[sort];
  return (areFew && FEW_SORT_KEY[sort]) || SORT_KEY[sort];
}

/** A page of registrants; `sortKey` of the last one, with its id, is where the next page begins. */
export async function listRegistrants(
  db: Db,
  query: RegistrantQuery,
): Promise<(Registrant & { readonly sortKey: string })[]> {
  const { sql, type } = sortKey(query);
  // The id stands in the index that the sort goes through.
  const withSearch = sql.startsWith('search.');
  const id = withSearch ? 'search.registrant_id' : 'registrant.id';
  const direction = query.descending ? 'desc' : 'asc';
  const values: unknown[] = [query.eventId, query.limit];
  const bind = parameter(values);
  const people = peopleOf(query.filter, '$1::uuid', bind, { withSearch });
  const { from, where } = query.areFew && !withSearch ? fewOf(query.filter, people) : people;
  const after = query.after
    ? `and (${sql}, ${id}) ${query.descending ? '<' : '>'} (${bind(query.after.key, type)}, ${bind(query.after.id, 'uuid')})`
    : '';
  const { rows } = await db.query<Registrant & { sortKey: string }>(
    `select ${REGISTRANT_COLUMNS}, (${sql})::text as "sortKey" from ${from} where ${where} ${after}
     order by ${sql} ${direction}, ${id} ${direction} limit $2`,
    values,
  );
  return rows;
}

export interface RegistrantChanges {
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly locale?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
}

/** Throws a violation of ADDRESS_UNIQUE where the new address is somebody else's. */
export async function updateRegistrant(
  db: Db,
  { eventId, id }: RegistrantKey,
  changes: RegistrantChanges,
): Promise<Registrant> {
  const { rows } = await db.query<Registrant>(
    `update {schema}.registrant set
       -- What happened to mails to the old address says nothing about the new one.
       email_status = case when lower($2) <> lower(email) then null else email_status end,
       email_status_at = case when lower($2) <> lower(email) then null else email_status_at end,
       reached_rank = case when lower($2) <> lower(email) then null else reached_rank end,
       email = coalesce($2, email),
       first_name = coalesce($3, first_name),
       last_name = coalesce($4, last_name),
       locale = case when $5 then $6 else locale end,
       time_zone = case when $7 then $8 else time_zone end
     where id = $1 and event_id = $9 returning ${REGISTRANT_COLUMNS}`,
    [
      id,
      changes.email ?? null,
      changes.firstName ?? null,
      changes.lastName ?? null,
      changes.locale !== undefined,
      changes.locale ?? null,
      changes.timeZone !== undefined,
      changes.timeZone ?? null,
      eventId,
    ],
  );
  return rows[0] as Registrant;
}

/** Notes that the registrant cancelled at this instant; null: they are registered again. */
export async function setCancelled(
  db: Db,
  { eventId, id }: RegistrantKey,
  at: Date | null,
): Promise<Registrant> {
  const { rows } = await db.query<Registrant>(
    `update {schema}.registrant set cancelled_at = $3 where event_id = $1 and id = $2 returning ${REGISTRANT_COLUMNS}`,
    [eventId, id, at],
  );
  return rows[0] as Registrant;
}

/** What registrants say of themselves. */
export interface OwnRegistration
  extends Pick<Registrant, 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'consents'> {
  /** Answers to the event's form, by name; what was left empty is not there. */
  readonly answers: Readonly<Record<string, string>>;
}

/** `asked`: the names of the form's fields. Answers to others stay as they are. */
export async function updateOwnRegistration(
  db: Db,
  { eventId, id }: RegistrantKey,
  own: OwnRegistration,
  asked: readonly string[],
): Promise<Registrant> {
  const { rows } = await db.query<Registrant>(
    `update {schema}.registrant set first_name = $2, last_name = $3, locale = $4, time_zone = $5,
       fields = (fields - $7::text[]) || $6::jsonb, consents = $8::jsonb
     where id = $1 and event_id = $9 returning ${REGISTRANT_COLUMNS}`,
    [
      ...[id, own.firstName, own.lastName, own.locale, own.timeZone, own.answers, asked],
      ...[writtenConsents(own.consents), eventId],
    ],
  );
  return rows[0] as Registrant;
}

/** `gone`: the fields that are answered no more. */
export async function updateConsents(
  db: Db,
  { eventId, id }: RegistrantKey,
  consents: readonly Consent[],
  gone: readonly string[],
): Promise<void> {
  await db.query(
    'update {schema}.registrant set consents = $3::jsonb, fields = fields - $4::text[] where event_id = $1 and id = $2',
    [eventId, id, writtenConsents(consents), gone],
  );
}

/** All registrations with this address that are not erased, over all events, the latest first. */
export async function listRegistrationsOf(db: Db, addressHash: string): Promise<Registrant[]> {
  const { rows } = await db.query<Registrant>(
    `select ${REGISTRANT_COLUMNS} from {schema}.registrant
     where {schema}.address_hash(email) = $1 and email is not null ${everyEvent('of_an_address')}
     order by registered_at desc, id`,
    [addressHash],
  );
  return rows;
}

/** Replaces the access key; `now` is when, for whoever asks whether a mail has told of it. */
export async function setAccessKey(
  db: Db,
  { eventId, id }: RegistrantKey,
  accessKey: string,
  now: Date,
): Promise<Registrant> {
  const { rows } = await db.query<Registrant>(
    `update {schema}.registrant set access_key = $3, key_replaced_at = $4 where event_id = $1 and id = $2
     returning ${REGISTRANT_COLUMNS}`,
    [eventId, id, accessKey, now],
  );
  return rows[0] as Registrant;
}

/** Whether the registrant's key was replaced and no mail that was made since may have brought them the new link. */
export async function isNewKeyUntold(db: Db, { eventId, id }: RegistrantKey): Promise<boolean> {
  const { rows } = await db.query<{ untold: boolean }>(
    'select {schema}.is_new_key_untold($1, $2) as untold',
    [id, eventId],
  );
  return rows[0]?.untold ?? false;
}

/**
 * Takes everything personal out of the registrant, its messages and the answers kept for repeated requests;
 * pending mails are dropped. The rows stay, so that counts do.
 */
export async function eraseRegistrant(db: Db, { eventId, id }: RegistrantKey, now: Date): Promise<void> {
  const { withFields } = await eraseRegistrants(db, eventId, [id], now);
  // The names of fields are what somebody wrote, too.
  if (withFields) await deleteUnusedFields(db, eventId);
}

/**
 * The same for several of an event at once, who were not erased before. Returns whether they had fields: a name that nobody
 * has any more is to be deleted.
 */
export async function eraseRegistrants(
  db: Db,
  eventId: string,
  ids: readonly string[],
  now: Date,
): Promise<{ readonly withFields: boolean }> {
  const { rows } = await db.query<{ email: string; hasFields: boolean }>(
    `select email, fields <> '{}' as "hasFields" from {schema}.registrant
     where event_id = $1 and id = any($2) and email is not null`,
    [eventId, ids],
  );
  await forgetBlockedAddresses(
    db,
    rows.map(({ email }) => email),
  );
  // What keeps the address from getting mail works by its hash. Others may be registered with it still.
  await db.query(
    `with hash as materialized (
       select {schema}.address_hash(to_address) as of from {schema}.message
       where event_id = $1 and registrant_id = any($2) and to_address is not null
       union
       select {schema}.address_hash(email) from {schema}.registrant where event_id = $1 and id = any($2) and email is not null
     )
     update {schema}.suppression set address = null, detail = null
     from hash
     where address_hash = hash.of and (address is not null or detail is not null)
       and not exists (select from {schema}.registrant as other where other.id <> all($2) and other.email is not null
         and {schema}.address_hash(other.email) = suppression.address_hash) ${everyEvent('of_an_address')}`,
    [eventId, ids],
  );
  await db.query(
    `delete from {schema}.provider_lift
     where address_hash in (
       select {schema}.address_hash(email) from {schema}.registrant where event_id = $1 and id = any($2) and email is not null
     ) and not exists (select from {schema}.registrant as other where other.id <> all($2) and other.email is not null
       and {schema}.address_hash(other.email) = provider_lift.address_hash) ${everyEvent('of_an_address')}`,
    [eventId, ids],
  );
  await db.query(
    `delete from {schema}.wrong_key using {schema}.registrant
     where registrant.event_id = $1 and id = any($2) and wrong_key.event_id = $1 and address_hash = {schema}.address_hash(email)`,
    [eventId, ids],
  );
  await db.query(
    `update {schema}.registrant set email = null, access_key = null, first_name = '', last_name = '', locale = null,
       time_zone = null, fields = '{}', consents = null, source = '{}', technical = '{}', erased_at = $3
     where event_id = $1 and id = any($2)`,
    [eventId, ids, now],
  );
  await db.query('delete from {schema}.visit where event_id = $1 and registrant_id = any($2)', [
    eventId,
    ids,
  ]);
  const removed = endingFor('registrant_removed', false, null);
  await db.query(
    `update {schema}.message set to_address = null, variables = null, subject = null,
       error = case when status in ${WAITING} then $4 end,
       status = case when status in ${WAITING} then $3 else status end
     where event_id = $1 and registrant_id = any($2)`,
    [eventId, ids, removed.status, removed.error],
  );
  await db.query(
    `update {schema}.delivery_event set detail = '{}'
     from {schema}.message
     where message.event_id = $1 and message.registrant_id = any($2)
       and delivery_event.event_id = $1 and delivery_event.message_id = message.id and detail <> '{}'`,
    [eventId, ids],
  );
  await db.query('delete from {schema}.idempotent_answer where registrant_id = any($1)', [ids]);
  // Last: what was done above is told as well.
  await eraseFromWebhooks(db, ids, now);
  return { withFields: rows.some(({ hasFields }) => hasFields) };
}

/**
 * Those of an event's registrants who are not erased, locked against other changes until the transaction ends, and their messages
 * before them.
 */
export async function lockRegistrants(db: Db, eventId: string, ids: readonly string[]): Promise<string[]> {
  await db.query(
    `select from {schema}.message where event_id = $1 and registrant_id = any($2) order by id for no key update`,
    [eventId, ids],
  );
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.registrant where event_id = $1 and id = any($2) and erased_at is null order by id for update`,
    [eventId, ids],
  );
  return rows.map(({ id }) => id);
}
