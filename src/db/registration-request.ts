import type { Db } from './pool.ts';
import { type NewRegistrant, writtenConsents } from './registrant.ts';

/** What somebody sent with the public form. */
export interface RegistrationRequest extends Omit<NewRegistrant, 'id' | 'accessKey' | 'registeredAt'> {
  /** Whether somebody who is registered already is sent the link again. */
  readonly mayRemind: boolean;
  readonly requestedAt: Date;
}

export async function insertRegistrationRequest(db: Db, request: RegistrationRequest): Promise<string> {
  const r = request;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.registration_request (event_id, email, first_name, last_name, locale, time_zone, fields, source,
                                       technical, may_remind, requested_at, consents)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
    [
      ...[r.eventId, r.email, r.firstName, r.lastName, r.locale, r.timeZone, r.fields, r.source],
      ...[r.technical, r.mayRemind, r.requestedAt, writtenConsents(r.consents)],
    ],
  );
  return rows[0]?.id as string;
}

/** The address that a request was sent with is wrong: another one, and nothing else. */
export async function insertAddressChange(
  db: Db,
  change: Pick<RegistrationRequest, 'eventId' | 'email' | 'mayRemind' | 'requestedAt'> & {
    /** The first request of the same browser. */
    readonly replaces: string;
  },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.registration_request (event_id, email, first_name, last_name, fields, source, technical, may_remind,
                                       requested_at, replaces)
     values ($1, $2, '', '', '{}', '{}', '{}', $3, $4, $5) returning id`,
    [change.eventId, change.email, change.mayRemind, change.requestedAt, change.replaces],
  );
  return rows[0]?.id as string;
}

/** `consents`: null also where a server of the version before this one wrote it. */
export interface TakenRequest extends Omit<RegistrationRequest, 'consents'> {
  readonly id: string;
  readonly consents: RegistrationRequest['consents'] | null;
  /** The request whose address it corrects; null: it is a registration of its own. */
  readonly replaces: string | null;
}

const COLUMNS = `id, event_id as "eventId", email, first_name as "firstName", last_name as "lastName", locale,
  time_zone as "timeZone", fields, consents, source, technical, may_remind as "mayRemind", requested_at as "requestedAt", replaces`;

/** Those of the requests that nobody else took, as they came; they are gone when the transaction commits. */
export async function takeRegistrationRequests(db: Db, ids: readonly string[]): Promise<TakenRequest[]> {
  const { rows } = await db.query<TakenRequest>(
    `with taken as (delete from {schema}.registration_request where id = any($1) and taken_at is null returning *)
     select ${COLUMNS} from taken order by id`,
    [ids],
  );
  return rows;
}

/** Keeps a request that was taken and registered nobody: its address may prove wrong. */
export async function keepRegistrationRequest(
  db: Db,
  { id, ...request }: TakenRequest,
  takenAt: Date,
): Promise<void> {
  const r = request;
  await db.query(
    `insert into {schema}.registration_request (id, event_id, email, first_name, last_name, locale, time_zone, fields, source,
                                       technical, may_remind, requested_at, taken_at, consents)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ...[id, r.eventId, r.email, r.firstName, r.lastName, r.locale, r.timeZone, r.fields, r.source],
      ...[r.technical, r.mayRemind, r.requestedAt, takenAt, r.consents && writtenConsents(r.consents)],
    ],
  );
}

/** Takes the request with which nobody is registered: it waits still, or its address was registered. Null: there is none. */
export async function takeUnusedRequest(db: Db, eventId: string, id: string): Promise<TakenRequest | null> {
  const { rows } = await db.query<TakenRequest>(
    `delete from {schema}.registration_request where event_id = $1 and id = $2 and replaces is null returning ${COLUMNS}`,
    [eventId, id],
  );
  return rows[0] ?? null;
}

/** Those that no worker took for so long that their jobs are gone. */
export async function deleteOldRegistrationRequests(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.registration_request where requested_at < $1', [before]);
}

/** Those that registered nobody, and whose address nobody can correct any more. */
export async function deleteUnneededRequests(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.registration_request where taken_at < $1', [before]);
}
