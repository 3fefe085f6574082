/**
 * `npm run migrate`: brings DATABASE_URL, else the embedded database of this checkout, to the current schema. `-- --partition`: and divides
 * the ledger's tables by event.
 */
import { parseArgs } from 'node:util';
import { ConfigError } from '../src/config.ts';
import { MOST_PARTITIONS, PARTITIONS } from '../src/db/partition.ts';
import { type LedgerSize, migrate, partition } from '../src/migrate.ts';
import { withDatabase } from './embedded/with-database.ts';
import { reportError } from './support/report-error.ts';

const USAGE = `Usage: npm run migrate -- [--partition [--partitions N]], N from 2 to ${MOST_PARTITIONS} (${PARTITIONS}).`;
/** As many rows are written anew in a second at least, with their indexes, on the machine of bench/results.md. */
const ROWS_PER_SECOND = 15_000;

try {
  const options = readOptions(process.argv.slice(2));
  await withDatabase(process.env, async (database) => {
    if (options.partitions === null) return migrate(database);
    const before = await partition(database, options.partitions, announce);
    process.stdout.write(
      before === null
        ? `The ledger is divided into ${options.partitions} partitions.\n`
        : `The ledger was divided before, into ${before} partitions: nothing was changed.\n`,
    );
  });
  process.stdout.write('The database has the current schema.\n');
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}

/** Null: it is not to be partitioned. Throws ConfigError. */
function readOptions(args: string[]): { readonly partitions: number | null } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        partition: { type: 'boolean', default: false },
        partitions: { type: 'string' },
      },
    });
    const partitions = Number(values.partitions ?? PARTITIONS);
    if (!Number.isInteger(partitions) || partitions < 2 || partitions > MOST_PARTITIONS)
      throw new Error(USAGE);
    // Whoever says how many means to have it divided.
    if (values.partitions !== undefined && !values.partition) throw new Error(USAGE);
    return { partitions: values.partition ? partitions : null };
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
}

function announce({ rows, bytes }: LedgerSize): void {
  const minutes = Math.max(1, Math.ceil(rows / ROWS_PER_SECOND / 60));
  process.stdout.write(
    `Dividing the ledger: about ${rows.toLocaleString('en')} rows, ${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB, which are needed once more ` +
      `meanwhile. This may take ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; until then nobody registers, and no mail leaves.\n`,
  );
}
