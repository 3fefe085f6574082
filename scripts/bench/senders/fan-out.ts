/** A worker that takes fan-out jobs only: what it costs to queue mails is measured without their delivery. */
import { readDatabaseConfig } from '../../../src/config.ts';
import { createPool } from '../../../src/db/pool.ts';
import { startBoss } from '../../../src/queue/boss.ts';
import { registerFanOut } from '../../../worker/jobs/fan-out.ts';

const database = readDatabaseConfig(process.env);
const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
const pool = createPool(database, { onError });
const boss = await startBoss({ database, pool, role: 'work', onError });
await registerFanOut({ boss, pool, now: () => new Date() });
process.on('SIGTERM', () => process.exit());
process.stdout.write('fan-out ready\n');
