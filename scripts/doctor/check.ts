import type { Config } from '../../src/config.ts';
import type { DatabaseConfig, Pool } from '../../src/db/pool.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Settings } from './settings.ts';

/** What a check works with. */
export interface CheckContext {
  readonly settings: Settings;
  readonly config: Config;
  /** Null: the database cannot be used. */
  readonly pool: Pool | null;
  /** The database's clock; this machine's where the database cannot be used. */
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A check that works on the database, too. */
export interface DatabaseCheckContext extends CheckContext {
  readonly pool: Pool;
  readonly database: DatabaseConfig;
}

interface AnyCheck {
  /** What its findings are about, where it says nothing itself. */
  readonly about: string;
  readonly timeoutMs: number;
}

export type Check = AnyCheck &
  (
    | { readonly needs: 'settings'; readonly run: (context: CheckContext) => Promise<readonly Finding[]> }
    | {
        readonly needs: 'database';
        readonly run: (context: DatabaseCheckContext) => Promise<readonly Finding[]>;
      }
  );
