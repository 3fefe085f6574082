import { randomUUID } from 'node:crypto';
import type { TestApp } from './app.ts';

export interface SentMail {
  readonly messageId: string;
  readonly providerMessageId: string;
  readonly email: string;
  readonly registrantId: string;
  readonly eventId: string;
  /** Of the registrant, in the API. */
  readonly path: string;
  message(): Promise<Sent>;
  registrant(): Promise<Sent>;
}

// biome-ignore lint/suspicious/noExplicitAny: as it came over the API
type Sent = any;

/** How a worker left the message. `status_rank`: the rank of what is known; `known`: whether the provider's id is. */
interface State {
  readonly status?: string;
  readonly status_rank?: number;
  readonly known?: boolean;
}

/**
 * An access link that Resend took, or as `state` says, to somebody new. Written straight into the tables: many of
 * them would meet the limit of the API.
 */
export async function sentMail(
  app: TestApp,
  { email = `${randomUUID()}@example.com`, eventId }: { email?: string; eventId?: string } = {},
  state: State = {},
): Promise<SentMail> {
  const event = eventId ?? (await app.event()).id;
  const { rows } = await app.pool.query<{ id: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
     values ($1, $2, 'Ada', '', $3, $4) returning id`,
    [event, email, randomUUID(), app.clock.now],
  );
  return mailTo(app, { registrantId: rows[0]?.id ?? '', eventId: event, email }, state);
}

/** One more mail to the same person. */
export async function sentAgain(app: TestApp, mail: SentMail, state: State = {}): Promise<SentMail> {
  return mailTo(app, mail, state);
}

async function mailTo(
  app: TestApp,
  { registrantId, eventId, email }: Pick<SentMail, 'registrantId' | 'eventId' | 'email'>,
  { status = 'sent', status_rank = 10, known = true }: State,
): Promise<SentMail> {
  const providerMessageId = randomUUID();
  const { rows } = await app.pool.query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, status_rank, transport,
       provider_message_id, to_address, subject, accepted_at, status_at, claimed_at, due_at, expires_at, created_at)
     values ($1, $2, 'access_link', $3, 'urgent', $4, $5::smallint, 'resend', $6, $7, 'Your link',
       case when $5 > 0 then $8::timestamptz end, case when $5 > 0 then $8::timestamptz end, $8, $8,
       $8::timestamptz + interval '3 hours', $8)
     returning id`,
    [
      eventId,
      registrantId,
      randomUUID(),
      status,
      status_rank,
      known ? providerMessageId : null,
      email,
      app.clock.now,
    ],
  );
  if (status_rank > 0)
    await app.pool.query(
      `update {schema}.registrant set email_status = 'sent', email_status_at = $2 where id = $1 and email_status is null`,
      [registrantId, app.clock.now],
    );
  const messageId = rows[0]?.id ?? '';
  const path = `/events/${eventId}/registrants/${registrantId}`;
  return {
    messageId,
    providerMessageId,
    email,
    registrantId,
    eventId,
    path,
    message: async () => (await app.api('GET', `/messages/${messageId}`)).json,
    registrant: async () => (await app.api('GET', path)).json,
  };
}
