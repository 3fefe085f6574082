import type { TakenReport } from '../../src/actions/take-report.ts';
import { isTemporary } from '../../src/db/database-error.ts';
import { chunks } from '../../src/lib/chunks.ts';
import type { Logger } from '../../src/log.ts';
import { type Mailbox, MailboxError } from './mailbox.ts';

/** Mails that are fetched, taken in and marked together: as much as the memory of a run, at most a quarter of a MiB each. */
const BATCH = 20;
/**
 * Some servers end the connection at a mail that they cannot read. One whose fetch failed so often is marked, and not asked
 * for again.
 */
const MOST_FAILURES = 3;
/** So often in one run the connection is made again. */
const MOST_RECONNECTIONS = 20;

/** What became of the mails that were read. */
export interface ReadCounts {
  /** Reports about messages of ours. */
  reports: number;
  /** All others: left where they are. */
  others: number;
  /** Those that the server could not hand over. */
  unreadable: number;
}

interface Reading {
  readonly open: () => Promise<Mailbox>;
  readonly take: (raw: Uint8Array) => Promise<TakenReport>;
  /** Called before each batch; rejects where the run is to end. */
  readonly keep: () => Promise<void>;
  /** Whether no batch is to be begun any more. */
  readonly isOver: () => boolean;
  readonly log: Logger;
  /** Counted up as it goes. */
  readonly counts: ReadCounts;
}

/**
 * Reads every mail that is not marked, and marks it once what it says is kept: a report about a message of ours goes to
 * `Processed`, all others stay. It may end at any point, and begin anew: a mail is marked after it was taken in, and taking one
 * in twice changes nothing. Rejects with a MailboxError where the mailbox cannot be used, and with another error
 * where reports could not be kept, after all others were.
 */
export async function readMails(reading: Reading): Promise<void> {
  /** How often fetching a mail has failed in this run. */
  const failures = new Map<string, number>();
  for (let reconnections = 0; ; reconnections++) {
    const mailbox = await reading.open();
    try {
      const lost = await readFolder(mailbox, failures, reading);
      if (!lost) return;
      if (reconnections === MOST_RECONNECTIONS) throw lost;
      reading.log.warn({ err: lost }, 'the bounce mailbox is opened again');
    } finally {
      await mailbox.close();
    }
  }
}

/** Null where it came to its end; else why it did not: then some mails have one failure more. */
async function readFolder(
  mailbox: Mailbox,
  failures: Map<string, number>,
  { take, keep, isOver, log, counts }: Reading,
): Promise<MailboxError | null> {
  const key = (uid: number) => `${mailbox.identity} ${uid}`;
  const failed = (uid: number) => failures.get(key(uid)) ?? 0;
  const uids = await mailbox.findUnmarked();
  const givenUp = uids.filter((uid) => failed(uid) >= MOST_FAILURES);
  if (givenUp.length > 0) await giveUp(givenUp);
  const errors: unknown[] = [];
  for (const batch of planBatches(uids, failed)) {
    if (isOver()) break;
    await keep();
    let mails: Awaited<ReturnType<Mailbox['read']>>;
    try {
      mails = await mailbox.read(batch);
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      for (const uid of batch) failures.set(key(uid), failed(uid) + 1);
      return error;
    }
    const empty = [...mails].flatMap(([uid, raw]) => (raw === null ? [uid] : []));
    const { reports, others } = await takeIn(mails, take, errors);
    await mailbox.setAside(reports);
    await mailbox.mark(others);
    counts.reports += reports.length;
    counts.others += others.length;
    if (empty.length > 0) await giveUp(empty);
  }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} reports could not be kept: they are read again.`);
  return null;

  async function giveUp(unreadable: readonly number[]): Promise<void> {
    await mailbox.mark(unreadable);
    counts.unreadable += unreadable.length;
    log.warn(
      { mailbox: mailbox.identity, uids: unreadable },
      'mails cannot be read: they are marked, and left alone',
    );
  }
}

/** Those that never failed together; then the others one by one, so that it is found out which it was. */
function planBatches(uids: readonly number[], failed: (uid: number) => number): (readonly number[])[] {
  const suspects = uids.filter((uid) => failed(uid) > 0 && failed(uid) < MOST_FAILURES);
  suspects.sort((a, b) => failed(a) - failed(b));
  return [
    ...chunks(
      uids.filter((uid) => failed(uid) === 0),
      BATCH,
    ),
    ...suspects.map((uid) => [uid]),
  ];
}

/** Which of the mails were reports about messages of ours. `errors` gets why others could not be kept: they are in neither list. */
async function takeIn(
  mails: ReadonlyMap<number, Uint8Array | null>,
  take: Reading['take'],
  errors: unknown[],
): Promise<{ reports: number[]; others: number[] }> {
  const reports: number[] = [];
  const others: number[] = [];
  const takeOne = async (uid: number, raw: Uint8Array) => {
    const { type, messageId } = await take(raw);
    const isReport = messageId !== null && (type === 'delivery_status' || type === 'feedback');
    (isReport ? reports : others).push(uid);
  };
  const given = [...mails].flatMap(([uid, raw]) => (raw === null ? [] : [{ uid, raw }]));
  const results = await Promise.allSettled(given.map(({ uid, raw }) => takeOne(uid, raw)));
  for (const [i, result] of results.entries()) {
    const mail = given[i];
    if (result.status === 'fulfilled' || !mail) continue;
    // One statement keeps many reports: alone, only that one fails which is to blame.
    await takeOne(mail.uid, mail.raw).catch((error: unknown) => {
      if (isTemporary(error)) throw error;
      errors.push(error);
    });
  }
  return { reports, others };
}
