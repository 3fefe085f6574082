import { randomUUID } from 'node:crypto';
import { type Batch, findBatches, findMembers, insertBatches } from '../../src/db/batch.ts';
import type { Due } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import type { Outcome } from '../../src/domain/delivery/outcome.ts';
import type { MessageKey, Priority } from '../../src/domain/message.ts';
import { secretValues } from '../../src/domain/secret-values.ts';
import { settleAll } from '../../src/lib/settle-all.ts';
import {
  type BatchProvider,
  type OutgoingMail,
  reconciles,
  remembersCalls,
} from '../../src/providers/provider.ts';
import type { WorkerContext } from '../context.ts';
import { claimMails, giveBackUnclaimed } from './claim.ts';
import { finish } from './finish.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { RenderedMail } from './render.ts';
import type { Sending } from './sending.ts';

/** A call about to be made. */
interface PlannedCall {
  readonly id: string;
  /** Those that this job may record outcomes of. */
  readonly ours: readonly RenderedMail[];
  /** Set where it was made before. */
  readonly before: Batch | null;
}

/**
 * In milliseconds: a call that cannot be made again leaves so long after it was written down, or not at all. Whoever looks its mails
 * up knows then from when on one that is missing was not taken.
 */
export const LEAVES_WITHIN_MS = 30_000;

/**
 * Hands mails over to a provider that takes many in one call. Which messages a call consists of is written down before it
 * is made. As long as its answer is not known, a provider that remembers calls gets it again with the same messages under the
 * same id, and sends nothing twice. With any other, and where it has forgotten it, the call is never made again: each of its
 * mails is looked up, and sent anew only where the provider certainly does not have it, or cannot be asked.
 */
export async function sendBatches(
  context: WorkerContext,
  provider: BatchProvider,
  mails: readonly RenderedMail[],
  sending: Sending,
): Promise<void> {
  const { pool, leases, breaker, now } = context;
  const mayStillLeave = breaker.mayStillLeave();
  const [first] = mails;
  if (!first) return;
  const { priority } = first.due;
  const calls = await plan(context, provider, mails, priority);
  const batchOf = new Map(calls.flatMap(({ id, ours }) => ours.map(({ due }) => [due.id, id] as const)));
  const at = now();
  const since = leases.begin();
  const attempts = await transaction(pool, async (db) => {
    const claimed = await claimMails(context, db, mails, batchOf);
    const batches = calls.flatMap(({ id, ours, before }) => {
      const members = ours.flatMap(({ due }) => (claimed.has(due.id) ? [keyOf(due)] : []));
      return before === null && members.length > 0 ? [{ id, members, handedOverAt: at }] : [];
    });
    await insertBatches(db, batches);
    return claimed;
  });
  leases.hold(
    mails.flatMap(({ due }) => (attempts.has(due.id) ? [due] : [])),
    since,
  );
  sending.onEnded(mails.length - attempts.size);
  await settleAll([
    giveBackUnclaimed(context, mails, attempts),
    ...calls.map((call) =>
      makeCall(context, provider, { ...call, priority, handedOverAt: at, mayStillLeave }, attempts, sending),
    ),
  ]);
}

async function makeCall(
  context: WorkerContext,
  provider: BatchProvider,
  call: PlannedCall & {
    readonly priority: Priority;
    readonly handedOverAt: Date;
    readonly mayStillLeave: () => boolean;
  },
  attempts: ReadonlyMap<string, number>,
  { endedIds, onEnded }: Sending,
): Promise<void> {
  const { leases, now } = context;
  const { id, priority, before } = call;
  const began = performance.now();
  const jitter = Math.random();
  const claimed = call.ours.filter(({ due }) => attempts.has(due.id));
  if (claimed.length === 0) return;
  const byId = new Map(claimed.map((rendered) => [rendered.due.id, rendered]));
  let mails: readonly OutgoingMail[];
  let outcomes: readonly Outcome[];
  try {
    mails =
      before && provider.capabilities.idempotencyKeys
        ? await sameMails(context, before, claimed, endedIds)
        : claimed.map(({ mail }) => mail);
    outcomes = await handOver(context, provider, {
      ...call,
      isFirst: before === null,
      mails,
      handedOverAt: before?.handedOverAt ?? call.handedOverAt,
      mayLeave: () => claimed.every(({ due }) => leases.isUsable(due.id)) && call.mayStillLeave(),
    });
  } catch (error) {
    // What the call consists of could not be read: nothing of it was handed over.
    context.log.warn({ err: error, batchId: id }, 'a call could not be made again for now');
    mails = claimed.map(({ mail }) => mail);
    outcomes = claimed.map(() => ({ type: 'not_attempted', error: 'The database did not answer.' }));
  }
  await settleAll(
    mails.map(async ({ messageId }, i) => {
      const outcome = outcomes[i];
      const rendered = byId.get(messageId);
      if (!outcome) return;
      if (rendered)
        await finish(context, rendered, outcome, { attempt: attempts.get(messageId) ?? 0, jitter, began });
      // Of a mail that another job has in hand only good news is ours to tell.
      else if (outcome.type === 'accepted') {
        const member = before?.members.find((one) => one.id === messageId);
        if (!member) return;
        const due = { ...member, priority, expiresAt: now(), isUncertain: false, batchId: id };
        await finish(context, { due, mail: null }, outcome, { attempt: 0, jitter, began });
      }
    }),
  );
  leases.release([...byId.keys()]);
  onEnded(byId.size);
}

/** Which calls to make: those that were made before and whose answer is not known, and new ones for the rest. */
async function plan(
  { pool, mayMove }: WorkerContext,
  provider: BatchProvider,
  mails: readonly RenderedMail[],
  priority: Priority,
): Promise<PlannedCall[]> {
  // Where another transport may have taken the others of a call, one that was certainly not taken starts anew.
  const isRepeated = ({ batchId, isUncertain }: Due) => batchId !== null && (isUncertain || !mayMove);
  const again = Map.groupBy(
    mails.filter(({ due }) => isRepeated(due)),
    ({ due }) => due.batchId as string,
  );
  const keys = [...again].flatMap(([id, [first]]) => (first ? [{ ledger: first.due.ledger, id }] : []));
  const known = new Map((await findBatches(pool, keys)).map((batch) => [batch.id, batch]));
  const repeated = [...again].map(([id, ours]) => ({
    id,
    ours,
    // Forgotten here is forgotten there, too: it will be looked up.
    before: known.get(id) ?? { id, members: ours.map(({ due }) => keyOf(due)), handedOverAt: new Date(0) },
  }));
  // Messages of one job stay together, so that a job that runs again after a crash brings the whole call: but for what was
  // never tried and is urgent, which comes in jobs of one, or goes to a provider that takes no call again.
  const isFree = priority === 'urgent' || !provider.capabilities.idempotencyKeys;
  const fresh = mails.filter(({ due }) => !isRepeated(due));
  const groups = Map.groupBy(fresh, ({ due }) => (isFree && due.attempts === 0 ? '' : due.jobId));
  const divided = [...groups.values()].flatMap((group) => {
    const byMail = new Map(group.map((rendered) => [rendered.mail, rendered]));
    return provider
      .divide([...byMail.keys()], priority)
      .map((together) => together.flatMap((mail) => byMail.get(mail) ?? []));
  });
  return [...repeated, ...divided.map((ours) => ({ id: randomUUID() as string, ours, before: null }))];
}

/**
 * The mails of a call that was made before, in its order. Those that are no longer wanted, or whose registrant was
 * erased, are missing: then the provider tells that it knows the call with other bytes, or takes it without them.
 */
async function sameMails(
  { pool, templates, config, mayMove }: WorkerContext,
  { id, members }: Batch,
  claimed: readonly RenderedMail[],
  endedIds: ReadonlySet<string>,
): Promise<OutgoingMail[]> {
  const mails = new Map<string, OutgoingMail>(claimed.map(({ due, mail }) => [due.id, mail]));
  const others = members.filter((one) => !mails.has(one.id) && !endedIds.has(one.id));
  for (const member of await findMembers(pool, id, others, mayMove)) {
    const source = await templates.frozen(member.templateHash);
    const variables = { ...member.variables, ...secretValues(config, member.about) };
    mails.set(
      member.id,
      new FrozenMail({ ...member, variables, source, siteAddress: config.mailFrom.address }),
    );
  }
  return members.flatMap((one) => mails.get(one.id) ?? []);
}

function keyOf({ ledger, id }: MessageKey): MessageKey {
  return { ledger, id };
}

interface HandedOver {
  readonly id: string;
  readonly priority: Priority;
  /** Whether it was never made before. */
  readonly isFirst: boolean;
  readonly mails: readonly OutgoingMail[];
  readonly handedOverAt: Date;
  readonly mayLeave: () => boolean;
}

async function handOver(
  context: WorkerContext,
  provider: BatchProvider,
  call: HandedOver,
): Promise<readonly Outcome[]> {
  const { log, now } = context;
  const { id, priority, isFirst, mails, handedOverAt } = call;
  const age = () => now().getTime() - handedOverAt.getTime();
  const isRemembered = remembersCalls(provider) && age() < provider.rememberedMs;
  if (isFirst || isRemembered) {
    const mayLeave = () => call.mayLeave() && (isRemembered || age() < LEAVES_WITHIN_MS);
    const result = await provider.call({ id, priority, mails, mayLeave });
    if (result.type === 'outcomes') return result.outcomes;
    log.error(
      { batchId: id, mails: mails.length },
      'the provider knows this call with other bytes: looking it up',
    );
  }
  return lookUp(context, provider, call);
}

/** What became of the mails of a call that was made, as far as the provider can tell. That call has spent the attempt. */
async function lookUp(
  { now }: WorkerContext,
  provider: BatchProvider,
  { id, mails, handedOverAt }: HandedOver,
): Promise<readonly Outcome[]> {
  if (!reconciles(provider))
    return mails.map(() => ({
      type: 'not_attempted',
      error: 'It may have been taken before: the provider cannot be asked.',
      newCall: true,
    }));
  const leavesWithin = remembersCalls(provider) ? 0 : LEAVES_WITHIN_MS;
  const listedAt = new Date(handedOverAt.getTime() + leavesWithin + provider.listedAfterMs);
  const isListed = listedAt <= now();
  const wanted = mails.map(({ messageId, to, subject }) => ({
    ...{ messageId, to, subject },
    providerMessageId: null,
    callId: id,
  }));
  const found = await provider.findSent(wanted, handedOverAt);
  return wanted.map(({ messageId }): Outcome => {
    const mail = found?.get(messageId);
    if (mail) return { type: 'accepted', providerMessageId: mail.providerMessageId };
    if (!found) return { type: 'outcome_unknown', error: 'The provider could not tell what became of it.' };
    return isListed
      ? { type: 'not_attempted', error: 'The provider has never seen it.', newCall: true }
      : { type: 'not_attempted', error: 'The provider may not list it yet.', until: listedAt };
  });
}
