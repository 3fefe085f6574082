import type { BlockTarget } from '../domain/block.ts';
import { domainsOf, inboxHash } from '../domain/inbox.ts';
import type { Db } from './pool.ts';

export interface Block extends BlockTarget {
  readonly id: string;
  readonly createdAt: Date;
  /** As in the audit log. */
  readonly createdBy: string;
}

const COLUMNS = 'id, kind, value, created_at as "createdAt", created_by as "createdBy"';

function keyOf({ kind, value }: BlockTarget): string {
  return kind === 'email' ? inboxHash(value) : value;
}

/** Null: it is blocked already. */
export async function insertBlock(
  db: Db,
  target: BlockTarget,
  by: { readonly actor: string; readonly now: Date },
): Promise<Block | null> {
  const { rows } = await db.query<Block>(
    `insert into {schema}.block (kind, key, value, created_at, created_by) values ($1, $2, $3, $4, $5)
     on conflict on constraint block_once do update set value = excluded.value where block.value is null
     returning ${COLUMNS}`,
    [target.kind, keyOf(target), target.value, by.now, by.actor],
  );
  return rows[0] ?? null;
}

export async function findBlock(db: Db, target: BlockTarget): Promise<Block | null> {
  const { rows } = await db.query<Block>(
    `select ${COLUMNS} from {schema}.block where kind = $1 and key = $2 and value is not null`,
    [target.kind, keyOf(target)],
  );
  return rows[0] ?? null;
}

/** False: it was not blocked. */
export async function deleteBlock(db: Db, target: BlockTarget): Promise<boolean> {
  const { rowCount } = await db.query('delete from {schema}.block where kind = $1 and key = $2', [
    target.kind,
    keyOf(target),
  ]);
  return rowCount === 1;
}

/** Newest first. Those of people who were erased are in force, but listed nowhere. */
export async function listBlocks(
  db: Db,
  page: { readonly limit: number; readonly before: string | null },
): Promise<Block[]> {
  const { rows } = await db.query<Block>(
    `select ${COLUMNS} from {schema}.block
     where value is not null
       and ($2::uuid is null or (created_at, id) < ((select created_at from {schema}.block where id = $2), $2))
     order by created_at desc, id desc limit $1`,
    [page.limit, page.before],
  );
  return rows;
}

/** Whether the public forms do nothing for this address. */
export async function isBlocked(db: Db, email: string): Promise<boolean> {
  return (await findBlocked(db, [email])).size === 1;
}

/** Those of the addresses that the public forms do nothing for. */
export async function findBlocked(db: Db, emails: readonly string[]): Promise<ReadonlySet<string>> {
  const keys = emails.flatMap((email) => [
    { email, kind: 'email', key: inboxHash(email) },
    ...domainsOf(email).map((key) => ({ email, kind: 'domain', key })),
  ]);
  const { rows } = await db.query<{ email: string }>(
    `select distinct asked.email from json_to_recordset($1::json) as asked (email text, kind text, key text)
     join {schema}.block on block.kind = asked.kind and block.key = asked.key`,
    [JSON.stringify(keys)],
  );
  return new Set(rows.map(({ email }) => email));
}

/** These people were erased: their inboxes stay blocked, and their addresses are forgotten. */
export async function forgetBlockedAddresses(db: Db, emails: readonly string[]): Promise<void> {
  await db.query(`update {schema}.block set value = null where kind = 'email' and key = any($1)`, [
    emails.map(inboxHash),
  ]);
}
