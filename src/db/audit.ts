import type { Db } from './pool.ts';

/** What the team does that others may want to look up. */
export const AUDIT_ACTIONS = [
  'signed_in',
  'signed_out',
  'sessions_ended',
  'member_added',
  'member_invited',
  'member_removed',
  'role_changed',
  'api_key_made',
  'api_key_revoked',
  'event_created',
  'event_changed',
  'event_cancelled',
  'registrants_imported',
  'registrant_changed',
  'registrant_removed',
  'link_resent',
  'link_resend_undone',
  'links_resent',
  'sample_sent',
  'suppression_lifted',
  'suppression_not_lifted',
  'address_mended',
  'words_changed',
  'words_removed',
  'export_requested',
  'export_made',
  'export_failed',
  'export_downloaded',
  'export_withdrawn',
  'export_refused',
  'key_rotated',
  'keys_rotated',
  'flood_refused',
  'block_added',
  'block_removed',
  'guessed_key_replaced',
  'keys_guessed',
  'reminder_skipped',
  'reminder_skip_undone',
  'reminder_sent_now',
  'sending_paused',
  'sending_resumed',
  'event_opened',
  'event_opening_undone',
  'event_closed',
  'registrant_cancelled',
  'registrant_restored',
  'person_data_read',
  'person_erased',
  'announcement_sent',
  'announcement_cancelled',
  'erasure_announced',
  'people_erased',
  'view_saved',
  'view_renamed',
  'view_deleted',
  'consent_withdrawn',
  'sender_added',
  'sender_key_changed',
  'sender_removed',
  'sender_verified',
  'sender_failing',
  'sender_recovered',
  'sender_lost',
  'webhook_endpoint_added',
  'webhook_endpoint_changed',
  'webhook_endpoint_switched_off',
  'webhook_endpoint_switched_on',
  'webhook_endpoint_deleted',
  'webhook_secret_rotated',
  'webhooks_replayed',
  'sending_failed_over',
  'sending_failed_back',
] as const;

export interface AuditEntry {
  readonly at: Date;
  /**
   * `api_key:<id>`, `team_member:<id>`, `operator` (the command line, or the code from the server's log), `identity_provider`, `recipient` (of an export), `registrant` (on
   * their own page), `database_role:<name>` (a program that calls our functions in SQL), `visitor` (anybody on the public pages), `retention` (what the settings say happened by itself),
   * `sender_check` (what the DNS of a sender domain said that day), `webhooks` (a worker that sends them), `delivery` (one that sends
   * mails) or `mail_provider` (what it told by its webhook, or answered): no address.
   */
  readonly actor: string;
  readonly action: (typeof AUDIT_ACTIONS)[number];
  readonly eventId: string | null;
  readonly registrantId: string | null;
  /** No address and no name: people are erased elsewhere. */
  readonly detail: Readonly<Record<string, string>>;
}

export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  const e = entry;
  await db.query(
    `insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail) values ($1, $2, $3, $4, $5, $6)`,
    [e.at, e.actor, e.action, e.eventId, e.registrantId, e.detail],
  );
}

export interface AuditQuery {
  readonly eventId: string | null;
  readonly actor: string | null;
  readonly action: AuditEntry['action'] | null;
  readonly from?: Date | null;
  /** Entries before this instant. */
  readonly until?: Date | null;
  readonly limit: number;
  /** Entries older than this one. */
  readonly before: string | null;
}

/** Newest first. */
export async function listAudit(db: Db, query: AuditQuery): Promise<(AuditEntry & { id: string })[]> {
  const { rows } = await db.query<AuditEntry & { id: string }>(
    `select id, at, actor, action, event_id as "eventId", registrant_id as "registrantId", detail from {schema}.audit_entry
     where ($1::uuid is null or event_id = $1)
       and ($2::text is null or actor = $2)
       and ($3::text is null or action = $3)
       and ($4::uuid is null or (at, id) < ((select at from {schema}.audit_entry where id = $4), $4))
       and ($6::timestamptz is null or at >= $6)
       and ($7::timestamptz is null or at < $7)
     order by at desc, id desc limit $5`,
    [
      query.eventId,
      query.actor,
      query.action,
      query.before,
      query.limit,
      query.from ?? null,
      query.until ?? null,
    ],
  );
  return rows;
}

/** What was done with these registrants, oldest first: all of it, or only certain things. */
export async function listAuditOf(
  db: Db,
  registrantIds: readonly string[],
  actions: readonly AuditEntry['action'][] | null = null,
): Promise<(AuditEntry & { id: string })[]> {
  const { rows } = await db.query<AuditEntry & { id: string }>(
    `select id, at, actor, action, event_id as "eventId", registrant_id as "registrantId", detail from {schema}.audit_entry
     where registrant_id = any($1) and ($2::text[] is null or action = any($2)) order by at, id`,
    [registrantIds, actions],
  );
  return rows;
}

/** How often all access keys of the event were replaced. */
export async function countKeyRotations(db: Db, eventId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) from {schema}.audit_entry where event_id = $1 and action = 'keys_rotated'`,
    [eventId],
  );
  return rows[0]?.count ?? 0;
}

/** How often each of the event's exports was fetched through its link, by the export's id; those never fetched are left out. */
export async function countDownloads(db: Db, eventId: string): Promise<Map<string, number>> {
  const { rows } = await db.query<{ exportId: string; downloads: number }>(
    `select detail->>'exportId' as "exportId", count(*)::integer as downloads from {schema}.audit_entry
     where event_id = $1 and action = 'export_downloaded' group by 1`,
    [eventId],
  );
  return new Map(rows.map(({ exportId, downloads }) => [exportId, downloads]));
}
