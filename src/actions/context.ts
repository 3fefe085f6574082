import type { Db } from '../db/pool.ts';
import type { PgBoss } from '../queue/boss.ts';

/**
 * What every action runs on. `db` is one connection inside the caller's transaction: what an action writes, its jobs
 * included, exists when that commits and never if it does not. `now` is the instant the action happens at.
 */
export interface ActionContext {
  readonly db: Db;
  readonly boss: PgBoss;
  readonly now: Date;
}

/** For what the team does: `actor` is whose API key it was, as the audit log names it. */
export interface TeamActionContext extends ActionContext {
  readonly actor: string;
}
