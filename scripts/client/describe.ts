import { createIntake } from '../../src/actions/take-delivery-event.ts';
import { createApi } from '../../src/api/api.ts';
import { describeApi } from '../../src/api/description.ts';
import { readConfig } from '../../src/config.ts';
import { createPool } from '../../src/db/pool.ts';
import { createLimits } from '../../src/http/limits.ts';
import { createLogger } from '../../src/log.ts';
import { createOperations } from '../../src/operations/operations.ts';
import type { PgBoss } from '../../src/queue/boss.ts';

/** The description of this checkout's API. Nothing is connected to. */
export function describeSource() {
  const config = readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing',
    SMTP_URL: 'smtp://127.0.0.1:9',
    APP_SECRET: 'nothing is signed with this, nobody is asked',
    PUBLIC_URL: 'https://events.example.com',
    LOG_LEVEL: 'silent',
  });
  const pool = createPool(config.database, { onError: () => undefined });
  const log = createLogger(config);
  const now = () => new Date();
  // Routes are described, none is called.
  const boss = {} as PgBoss;
  const operations = createOperations({ pool, log, now });
  const intake = createIntake({ config, pool, log, now });
  const api = createApi({ config, pool, boss, log, now, limits: createLimits(pool), operations, intake });
  return describeApi(api, config.publicUrl);
}
