import type { ExportFormat } from '../domain/export-columns.ts';
import { byLedger, type Message, type MessageKey } from '../domain/message.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { findMessages } from './message.ts';
import type { Db } from './pool.ts';
import type { RegistrantKey } from './registrant.ts';
import type { RegistrationRequest } from './registration-request.ts';
import { PENDING, WAITING } from './status-sql.ts';
import { eraseAddressFromWebhooks } from './webhook-delivery.ts';

// What is held of an address beside the registrations that have it now. All of these take the address's hash.

/**
 * Mails that went to the address for somebody whose email was corrected since. Whoever's was has an audit entry that says so: that
 * finds them without looking through all messages.
 */
const FORMER = `
  select message.event_id as ledger, message.id from (
    select distinct event_id, registrant_id as id from {schema}.audit_entry
    where action = 'address_mended' and registrant_id is not null
  ) as corrected
  join {schema}.registrant on registrant.event_id = corrected.event_id and registrant.id = corrected.id
    and (registrant.email is null or {schema}.address_hash(registrant.email) <> $1)
  join {schema}.message on message.event_id = corrected.event_id and message.registrant_id = corrected.id
  where message.to_address is not null and {schema}.address_hash(message.to_address) = $1`;

/** Mails to the address for registrants who have another one now, newest first. */
export async function listFormerMails(db: Db, addressHash: string): Promise<Message[]> {
  const { rows } = await db.query<{ id: string }>(FORMER, [addressHash]);
  return findMessages(
    db,
    rows.map(({ id }) => id),
  );
}

/** Takes out of those mails what they said and to whom. One that waits is written anew, for the email that its registrant has. */
export async function eraseFormerMails(db: Db, addressHash: string): Promise<void> {
  const { rows: former } = await db.query<MessageKey>(FORMER, [addressHash]);
  for (const [eventId, some] of byLedger(former)) {
    const { rows } = await db.query<{ id: string }>(
      `update {schema}.message set to_address = null, variables = null, subject = null,
         template_hash = case when status not in ${WAITING} then template_hash end,
         error = case when status in ${WAITING} then error end
       where event_id = $1 and id = any($2) and (status in ${WAITING} or status not in ${PENDING}) returning id`,
      [eventId, some.map(({ id }) => id)],
    );
    await db.query(
      `update {schema}.delivery_event set detail = '{}' where event_id = $1 and message_id = any($2)`,
      [eventId, rows.map(({ id }) => id)],
    );
  }
}

export interface HeldSuppression {
  readonly address: string | null;
  readonly scope: SuppressionScope;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly eventId: string | null;
  readonly createdAt: Date;
  readonly liftedAt: Date | null;
}

/** Those in force and those that were lifted, newest first. */
export async function listAllSuppressions(db: Db, addressHash: string): Promise<HeldSuppression[]> {
  const { rows } = await db.query<HeldSuppression>(
    `select address, scope, reason, detail, event_id as "eventId", created_at as "createdAt", lifted_at as "liftedAt"
     from {schema}.suppression where address_hash = $1 order by created_at desc, id desc`,
    [addressHash],
  );
  return rows;
}

type HeldRequest = Omit<RegistrationRequest, 'mayRemind'>;

/** What somebody sent with the public form: no worker has taken it yet, or it is kept since its address may prove wrong. */
export async function listWaitingRequests(db: Db, addressHash: string): Promise<HeldRequest[]> {
  const { rows } = await db.query<HeldRequest>(
    `select event_id as "eventId", email, first_name as "firstName", last_name as "lastName", locale, time_zone as "timeZone",
       fields, coalesce(consents, '[]') as consents, source, technical, requested_at as "requestedAt"
     from {schema}.registration_request where {schema}.address_hash(email) = $1 order by id`,
    [addressHash],
  );
  return rows;
}

/** Since when the address's inbox is blocked on the public forms; null: it is not. */
export async function blockedSince(db: Db, inboxHash: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>(
    `select created_at as at from {schema}.block where kind = 'email' and key = $1`,
    [inboxHash],
  );
  return rows[0]?.at ?? null;
}

/** A file with an event's registrants that was asked for since somebody registered, and may hold them. */
export interface HoldingExport {
  readonly id: string;
  readonly registrantId: string;
  readonly format: ExportFormat;
  readonly askedAt: Date;
  readonly finishedAt: Date | null;
}

/** All but those that named others. */
export async function listExportsOf(db: Db, registrants: readonly RegistrantKey[]): Promise<HoldingExport[]> {
  const { rows } = await db.query<HoldingExport>(
    `select export.id, registrant.id as "registrantId", export.format, export.asked_at as "askedAt",
       export.finished_at as "finishedAt"
     from unnest($1::uuid[], $2::uuid[]) as held (event_id, id)
     join {schema}.registrant on registrant.event_id = held.event_id and registrant.id = held.id
     join {schema}.export on export.event_id = registrant.event_id
     where coalesce(export.finished_at, export.asked_at) >= registrant.registered_at
       and (export.filter is null or not export.filter ? 'registrantIds'
         or export.filter->'registrantIds' ? registrant.id::text)
     order by export.asked_at`,
    [registrants.map(({ eventId }) => eventId), registrants.map(({ id }) => id)],
  );
  return rows;
}

/** Forgets what is held of an address beside its registrations: what keeps it from getting mail goes on, by its hash. */
export async function forgetAddress(db: Db, addressHash: string): Promise<void> {
  await eraseAddressFromWebhooks(db, addressHash);
  await eraseFormerMails(db, addressHash);
  await db.query('delete from {schema}.registration_request where {schema}.address_hash(email) = $1', [
    addressHash,
  ]);
  await db.query('delete from {schema}.wrong_key where address_hash = $1', [addressHash]);
  await db.query('delete from {schema}.provider_lift where address_hash = $1', [addressHash]);
  await db.query('update {schema}.suppression set address = null, detail = null where address_hash = $1', [
    addressHash,
  ]);
}
