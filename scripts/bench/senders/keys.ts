/** A worker that resets access keys, and does nothing else. */
import { readDatabaseConfig } from '../../../src/config.ts';
import { createPool } from '../../../src/db/pool.ts';
import { startBoss } from '../../../src/queue/boss.ts';
import { registerResetKeys } from '../../../worker/jobs/reset-keys.ts';

const database = readDatabaseConfig(process.env);
const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
const pool = createPool(database, { onError });
const boss = await startBoss({ database, pool, role: 'work', onError });
await registerResetKeys({ boss, pool, now: () => new Date() });
process.on('SIGTERM', () => process.exit());
process.stdout.write('keys ready\n');
