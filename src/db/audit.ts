import type { Db } from './pool.ts';

/** What the team does that others may want to look up. */
export const AUDIT_ACTIONS = [
  'suppression_lifted',
  'address_mended',
  'words_changed',
  'words_removed',
] as const;

export interface AuditEntry {
  readonly at: Date;
  /** Whose API key, or which program: no address. */
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
    `insert into audit_entry (at, actor, action, event_id, registrant_id, detail) values ($1, $2, $3, $4, $5, $6)`,
    [e.at, e.actor, e.action, e.eventId, e.registrantId, e.detail],
  );
}
