import { announceErasure, type ErasureStep, eraseNext } from '../../src/actions/retention.ts';
import { allowing, transaction } from '../../src/db/pool.ts';
import {
  countTold,
  findContentUntil,
  forgetContent,
  keepContentUntil,
  listErasable,
  listUntold,
  listWithContent,
  type PersonPlace,
} from '../../src/db/retention.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** About so many events the team is told in a day: where ERASE_AFTER_DAYS is new, a site may have thousands that are long over. */
const MOST_TOLD_A_DAY = 50;
/** A mail that reached nobody is written again so much later. */
const AGAIN_MS = DAY;
/** Then the next run goes on. */
const LONGEST_RUN_MS = 5 * MINUTE;
/** So many messages in one statement. */
const MESSAGES_AT_ONCE = 1_000;

/**
 * Erases the people of events that are long over, as ERASE_AFTER_DAYS and the events say, a week after the team was told; and forgets
 * what mails said, as CONTENT_AFTER_DAYS says.
 */
export const retention: Service = {
  name: 'retention',
  schedule: '*/10 * * * *',
  run: (context, signal) => {
    const began = performance.now();
    const isOver = () => signal.aborted || performance.now() - began > LONGEST_RUN_MS;
    return inTurn([tellTeam, erasePeople, forgetMails], (step) => step(context, isOver));
  },
};

async function tellTeam({ config, pool, boss, log, now }: WorkerContext): Promise<void> {
  const at = now();
  const left = MOST_TOLD_A_DAY - (await countTold(pool, new Date(at.getTime() - DAY)));
  if (left <= 0) return;
  const untold = await listUntold(
    allowing(pool, 'slice'),
    { now: at, siteDays: config.eraseAfterDays, again: new Date(at.getTime() - AGAIN_MS) },
    left,
  );
  await inTurn(untold, async (event) => {
    const members = await transaction(pool, (db) => announceErasure({ db, boss, now: at }, event));
    const about = { eventId: event.event.id, people: event.people, dueAt: event.dueAt };
    if (members > 0) log.info({ ...about, members }, 'the team is told that people will be erased');
    else log.warn(about, 'people are due to be erased, and wait: nobody is on the team to be told');
  });
}

async function erasePeople(context: WorkerContext, isOver: () => boolean): Promise<void> {
  const { config, pool, now } = context;
  const asked = { now: now(), siteDays: config.eraseAfterDays };
  await inTurn(await listErasable(allowing(pool, 'slice'), asked), async (eventId) => {
    if (!isOver()) await eraseEvent(context, eventId, isOver);
  });
}

async function eraseEvent(
  { config, pool, boss, log, now }: WorkerContext,
  eventId: string,
  isOver: () => boolean,
): Promise<void> {
  const siteDays = config.eraseAfterDays;
  let after: PersonPlace | null = null;
  let erased = 0;
  try {
    while (!isOver()) {
      const from: PersonPlace | null = after;
      const step: ErasureStep = await transaction(
        pool,
        (db) => eraseNext({ db, boss, now: now() }, eventId, { siteDays, after: from }),
        { limit: 'slice' },
      );
      if (step.type !== 'erased') break;
      erased += step.count;
      after = step.last;
    }
  } finally {
    if (erased > 0) log.info({ eventId, people: erased }, 'people of an event that is long over were erased');
  }
}

async function forgetMails({ config, pool, log, now }: WorkerContext, isOver: () => boolean): Promise<void> {
  const { contentAfterDays } = config;
  if (contentAfterDays === null) return;
  const endedBefore = new Date(now().getTime() - contentAfterDays * DAY);
  const db = allowing(pool, 'slice');
  await inTurn(await listWithContent(db, endedBefore), async (eventId) => {
    let after = await findContentUntil(pool, eventId);
    let isWhole = true;
    let messages = 0;
    while (!isOver()) {
      const { last, pending, forgotten } = await forgetContent(db, eventId, after, MESSAGES_AT_ONCE);
      messages += forgotten;
      if (last === null) break;
      // A message that is still to be sent is looked at again by the next run, and all after it.
      isWhole &&= pending === null;
      if (isWhole) await keepContentUntil(pool, eventId, last);
      after = last;
    }
    if (messages > 0) log.info({ eventId, messages }, 'what mails of an event said was forgotten');
  });
}
