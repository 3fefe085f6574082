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

/** For what the team does. */
export interface TeamActionContext extends ActionContext {
  /** Who did it, as the audit log names them: `api_key:<id>`, `team_member:<id>`, or `operator` on the command line. */
  readonly actor: string;
  /** The team member who did it, or whose key it was done with; null: a key that is nobody's. */
  readonly memberId: string | null;
}
