import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { databaseAt } from '../../src/config.ts';
import { createPool, transaction } from '../../src/db/pool.ts';
import { createReads, type Reads } from '../../src/db/read-pool.ts';
import { findPostgres } from '../support/find-postgres.ts';
import { openPostgresPair, pausing } from '../support/postgres-pair.ts';
import { waitFor } from '../support/wait-for.ts';

const isStandby = 'select pg_is_in_recovery() as "isStandby"';

describe.skipIf(!findPostgres())('reading from a replica', async () => {
  if (!findPostgres()) return;
  const pair = await openPostgresPair();
  await pair.on('primary', 'create table public.note (n int)');
  const pool = createPool(databaseAt(pair.both()), { max: 3, onError: () => undefined });
  const open: Reads[] = [];
  afterAll(async () => {
    await Promise.all(open.map((reads) => reads.stop()));
    await pool.end();
    await pair.close();
  });

  function openReads(mostLagMs?: number) {
    const onLost = vi.fn<(reason: Error) => void>();
    const onBack = vi.fn<() => void>();
    const database = { ...databaseAt(pair.both()), readUrl: pair.both({ standbyFirst: true }) };
    const reads = createReads({ database, pool, onLost, onBack, ...(mostLagMs && { mostLagMs }) });
    open.push(reads);
    return { reads, onLost, onBack };
  }
  const isOk = (reads: Reads) => waitFor(() => expect(reads.state()).toMatchObject({ state: 'ok' }));
  const whoAnswers = async (reads: Reads, wish: Parameters<Reads['read']>[0] = {}) =>
    (await reads.read(wish, (from) => from.query(isStandby))).rows[0].isStandby ? 'replica' : 'primary';
  const count = (reads: Reads, wish: Parameters<Reads['read']>[0] = {}) =>
    reads.read(wish, async (from) => (await from.query('select count(*) as n from public.note')).rows[0].n);
  const write = () => pool.query('insert into public.note values (1)');

  it('is done where the replica is not far behind, and counted', async () => {
    const { reads, onLost } = openReads();
    await isOk(reads);
    const before = { ...reads.answered };
    expect(await whoAnswers(reads)).toBe('replica');
    expect(await reads.read({}, (from) => transaction(from, (db) => db.query(isStandby)))).toMatchObject({
      rows: [{ isStandby: true }],
    });
    expect(reads.answered).toEqual({ replica: before.replica + 2, primary: before.primary });
    expect(onLost).not.toHaveBeenCalled();
  });

  it('shows what was written before, from the primary for as long as the replica does not have it', async () => {
    const { reads } = openReads(600_000);
    await isOk(reads);
    const before = await count(reads, { after: 'now' });
    await pausing(pair, async () => {
      await write();
      const after = await reads.position();
      expect(after).toBeGreaterThan(0);
      // Others may see what is a little old.
      expect(await count(reads)).toBe(before);
      expect(await whoAnswers(reads)).toBe('replica');
      expect(await count(reads, { after: after as number })).toBe(before + 1);
      expect(await count(reads, { after: 'now', patienceMs: 50 })).toBe(before + 1);
      expect(await whoAnswers(reads, { after: after as number })).toBe('primary');
      expect(await whoAnswers(reads, { after: Number.POSITIVE_INFINITY })).toBe('primary');
    });
    const after = (await reads.position()) as number;
    await waitFor(async () => expect(await whoAnswers(reads, { after })).toBe('replica'));
    expect(await count(reads, { after })).toBe(before + 1);
  });

  it('waits for a replica as long as it is told to', async () => {
    const { reads } = openReads(600_000);
    await isOk(reads);
    let waiting: Promise<string> | undefined;
    await pausing(pair, async () => {
      await write();
      waiting = whoAnswers(reads, { after: 'now', patienceMs: 3_600_000 });
      expect(await Promise.race([waiting, delay(200, 'still waiting')])).toBe('still waiting');
    });
    expect(await waiting).toBe('replica');
  });

  it('is done on the primary while the replica is further behind than it may be, which is told once', async () => {
    const { reads, onLost, onBack } = openReads(1_500);
    await isOk(reads);
    // As long as nothing is written it shows everything, however long it stands still.
    await pausing(pair, async () => {
      await write();
      await waitFor(() => expect(reads.state()).toMatchObject({ state: 'behind' }));
      expect(reads.state()?.lagMs).toBeGreaterThan(1_500);
      expect(await whoAnswers(reads)).toBe('primary');
      await waitFor(() => expect(onLost).toHaveBeenCalledOnce());
      expect(onLost.mock.lastCall?.[0].message).toMatch(/^The replica is \d+ s behind\.$/);
      // It goes on growing, and nobody says it again.
      const { lagMs } = reads.state() ?? {};
      await waitFor(() => expect(reads.state()?.lagMs).toBeGreaterThan((lagMs ?? 0) + 2_000));
      expect(onLost).toHaveBeenCalledOnce();
      expect(onBack).not.toHaveBeenCalled();
    });
    await isOk(reads);
    await waitFor(() => expect(onBack).toHaveBeenCalledOnce());
    await waitFor(async () => expect(await whoAnswers(reads)).toBe('replica'));
  });

  it('is done again on the primary where the replica ends it for its replay', async () => {
    const { reads, onLost } = openReads(600_000);
    await isOk(reads);
    await pair.on('standby', 'alter system set max_standby_streaming_delay = 0', 'select pg_reload_conf()');
    await pool.query('insert into public.note select generate_series(1, 1000)');
    const answers: string[] = [];
    const failures: unknown[] = [];
    const isRunning = `select from pg_stat_activity where query like '%pg_sleep(3600)%' and pid <> pg_backend_pid()`;
    const found = await reads.read({ after: 'now', patienceMs: 60_000 }, (from) =>
      transaction(
        from,
        async (db) => {
          const { rows } = await db.query(`${isStandby}, (select count(*) from public.note) as n`);
          answers.push(rows[0].isStandby ? 'replica' : 'primary');
          if (!rows[0].isStandby) return rows[0].n;
          const reading = db.query('select count(*) from public.note, pg_sleep(3600)');
          reading.catch((error: unknown) => failures.push(error));
          await waitFor(async () => expect(await pair.on('standby', isRunning)).toHaveLength(1));
          await pair.on('primary', 'delete from public.note', 'vacuum public.note');
          return reading;
        },
        { mode: 'isolation level repeatable read read only', limit: 'migration' },
      ),
    );
    expect(answers).toEqual(['replica', 'primary']);
    expect(failures).toEqual([expect.objectContaining({ code: '40001' })]);
    expect(found).toBe(0);
    expect(onLost).not.toHaveBeenCalled();
    await pair.on('standby', 'alter system reset max_standby_streaming_delay', 'select pg_reload_conf()');
  });

  it('fails where the work fails, and is not done twice', async () => {
    const { reads } = openReads();
    await isOk(reads);
    let times = 0;
    const work = async () => {
      times++;
      throw new Error('a fault of ours');
    };
    await expect(reads.read({}, work)).rejects.toThrow('a fault of ours');
    await expect(reads.read({}, (from) => from.query('select 1 / 0'))).rejects.toMatchObject({
      code: '22012',
    });
    expect(times).toBe(1);
  });

  it('is done on the primary while the replica is away, and on the replica again afterwards', async () => {
    const { reads, onLost, onBack } = openReads();
    await isOk(reads);
    await pair.stopStandby();
    // The read address names the primary as well: it takes the place.
    expect(await whoAnswers(reads)).toBe('primary');
    const alone = createReads({
      ...{ database: { ...databaseAt(pair.both()), readUrl: pair.standby }, pool },
      ...{ onLost, onBack },
    });
    open.push(alone);
    expect(await whoAnswers(alone)).toBe('primary');
    await waitFor(() => expect(onLost).toHaveBeenCalledOnce());
    expect(alone.state()).toEqual({ state: 'unreachable', lagMs: null });
    await pair.startStandby();
    await isOk(alone);
    await waitFor(async () => expect(await whoAnswers(alone)).toBe('replica'));
    await waitFor(() => expect(onBack).toHaveBeenCalledOnce());
    await waitFor(async () => expect(await whoAnswers(reads)).toBe('replica'));
  });
});
