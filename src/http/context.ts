import type { TeamActionContext } from '../actions/context.ts';
import type { Intake } from '../actions/take-delivery-event.ts';
import type { Config } from '../config.ts';
import type { ApiKey } from '../db/api-key.ts';
import type { Pool } from '../db/pool.ts';
import type { Reads } from '../db/read-pool.ts';
import type { Logger } from '../log.ts';
import type { Operations } from '../operations/operations.ts';
import type { PgBoss } from '../queue/boss.ts';
import type { Limits } from './limits.ts';

/** What the routes need of the world; handed in, so that tests hand in theirs. */
export interface AppDependencies {
  readonly config: Config;
  readonly pool: Pool;
  /** For what takes long to read. */
  readonly reads: Reads;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly limits: Limits;
  readonly now: () => Date;
  readonly operations: Operations;
  readonly intake: Intake;
}

/** What a request carries through the routes. */
export interface AppEnv {
  Variables: {
    /** Whose lines carry the request's id. */
    log: Logger;
    /** The API key that signed the request. */
    apiKey: ApiKey;
    /** Inside an API request that changes something: its transaction. */
    action: TeamActionContext;
    /** Whose registration the answer speaks of, so that erasing that person erases the kept answer. */
    answerAbout: string;
    /** The sites that may frame the answer; absent: none. */
    framedBy?: readonly string[];
    /** What a provider posted, read already and refused, or not stored: `taken` rejects. `began`: by `performance.now()`. */
    webhook?: { readonly taken: Promise<void>; readonly began: number };
    /** The answer holds a secret: where it is kept for repeated requests, it is sealed. */
    answerIsSecret: boolean;
  };
}
