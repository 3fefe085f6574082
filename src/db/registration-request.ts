import type { Db } from './pool.ts';
import { type NewRegistrant, writtenConsents } from './registrant.ts';

/** What somebody sent with the public form. */
export interface RegistrationRequest extends Omit<NewRegistrant, 'accessKey' | 'registeredAt'> {
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

/** `consents`: null also where a server of the version before this one wrote it. */
export interface TakenRequest extends Omit<RegistrationRequest, 'consents'> {
  readonly id: string;
  readonly consents: RegistrationRequest['consents'] | null;
}

/** Those of the requests that nobody else took, as they came; they are gone when the transaction commits. */
export async function takeRegistrationRequests(db: Db, ids: readonly string[]): Promise<TakenRequest[]> {
  const { rows } = await db.query<TakenRequest>(
    `with taken as (delete from {schema}.registration_request where id = any($1) returning *)
     select id, event_id as "eventId", email, first_name as "firstName", last_name as "lastName", locale,
       time_zone as "timeZone", fields, consents, source, technical, may_remind as "mayRemind", requested_at as "requestedAt"
     from taken order by id`,
    [ids],
  );
  return rows;
}

/** Those that no worker took for so long that their jobs are gone. */
export async function deleteOldRegistrationRequests(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.registration_request where requested_at < $1', [before]);
}
