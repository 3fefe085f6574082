import { randomUUID } from 'node:crypto';
import { type Batch, findBatches, findMembers, insertBatches } from '../../src/db/batch.ts';
import { claim } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import type { Priority } from '../../src/domain/message.ts';
import { secretValues } from '../../src/domain/secret-values.ts';
import type { CallTransport, Outcome, OutgoingMail } from '../../src/providers/provider.ts';
import type { WorkerContext } from '../context.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { Prepared } from './render.ts';
import { settler } from './settle.ts';

/** A batch about to be handed over. */
interface Planned {
  readonly id: string;
  /** Those that this job may record outcomes of. */
  readonly ours: readonly Prepared[];
  /** Set where it was handed over before. */
  readonly before: Batch | null;
}

/**
 * Hands messages over to a provider that takes many in one call. Which messages a call consists of is written down
 * before it is made; as long as its answer is not known it is made again with the same messages under the same id, so
 * that the provider sends nothing twice. Where that is no longer possible, the provider is asked what it has.
 */
export async function sendInCalls(
  context: WorkerContext,
  transport: CallTransport,
  prepared: readonly Prepared[],
  ended: ReadonlySet<string>,
): Promise<void> {
  const { pool, now } = context;
  const priority = prepared[0]?.due.priority ?? 'bulk';
  const planned = await plan(context, transport, prepared, priority);
  const batchOf = new Map(
    planned.flatMap(({ id, ours }) => ours.map((message) => [message.id, id] as const)),
  );
  const at = now();
  const attempts = await transaction(pool, async (db) => {
    const claimed = await claim(
      db,
      prepared.map((message) => ({ ...message, batchId: batchOf.get(message.id) ?? null })),
      transport.name,
      at,
    );
    const fresh = planned.filter(({ before }) => before === null);
    const batches = fresh.map(({ id, ours }) => ({
      id,
      messageIds: ours.filter((message) => claimed.has(message.id)).map((message) => message.id),
      handedOverAt: at,
    }));
    await insertBatches(
      db,
      batches.filter(({ messageIds }) => messageIds.length > 0),
    );
    return claimed;
  });
  const settle = settler(context);
  await Promise.all(
    planned.map(async ({ id, ours, before }) => {
      const claimed = ours.filter((message) => attempts.has(message.id));
      if (claimed.length === 0) return;
      const mails = before
        ? await sameMails(context, before, claimed, ended)
        : claimed.map(({ mail }) => mail);
      const handedOverAt = before?.handedOverAt ?? at;
      const outcomes = await handOver(context, transport, { id, priority, mails, handedOverAt });
      const byId = new Map(claimed.map((message) => [message.id, message.due]));
      for (const [i, outcome] of outcomes.entries()) {
        const messageId = mails[i]?.messageId ?? '';
        const due = byId.get(messageId);
        if (due) settle.outcome(due, attempts.get(messageId) ?? 0, outcome);
        // Of a mail that another job has in hand only good news is ours to tell.
        else if (outcome.type === 'accepted')
          settle.outcome(
            { id: messageId, priority, expiresAt: at, isUncertain: false, batchId: id },
            0,
            outcome,
          );
      }
    }),
  );
  await settle.recorded();
}

/** Which calls to make: those that were made before and whose answer is not known, and new ones for the rest. */
async function plan(
  { pool }: WorkerContext,
  transport: CallTransport,
  prepared: readonly Prepared[],
  priority: Priority,
): Promise<Planned[]> {
  const again = Map.groupBy(
    prepared.filter(({ due }) => due.batchId !== null),
    ({ due }) => due.batchId as string,
  );
  const known = new Map((await findBatches(pool, [...again.keys()])).map((batch) => [batch.id, batch]));
  const repeated = [...again].map(([id, ours]) => ({
    id,
    ours,
    // Forgotten here is forgotten there, too: it will be looked up.
    before: known.get(id) ?? { id, messageIds: ours.map((message) => message.id), handedOverAt: new Date(0) },
  }));
  // Messages of one job stay together, so that a job that runs again after a crash brings the whole call. What waits
  // in `now` comes in jobs of one message: they share a call, unless something is wrong with one of them.
  const fresh = prepared.filter(({ due }) => due.batchId === null);
  const groups = Map.groupBy(fresh, ({ jobId, due }) =>
    priority === 'urgent' && due.attempts === 0 ? '' : jobId,
  );
  const divided = [...groups.values()].flatMap((group) => {
    const byMail = new Map(group.map((message) => [message.mail, message]));
    return transport
      .divide([...byMail.keys()], priority)
      .map((mails) => mails.flatMap((mail) => byMail.get(mail) ?? []));
  });
  return [...repeated, ...divided.map((ours) => ({ id: randomUUID() as string, ours, before: null }))];
}

/**
 * The mails of a call that was made before, in its order. Those that are no longer wanted, or whose registrant was
 * erased, are missing: then the provider tells that it knows the call with other bytes, or takes it without them.
 */
async function sameMails(
  { pool, templates, config }: WorkerContext,
  { messageIds }: Batch,
  claimed: readonly Prepared[],
  ended: ReadonlySet<string>,
): Promise<OutgoingMail[]> {
  const mails = new Map<string, OutgoingMail>(claimed.map(({ id, mail }) => [id, mail]));
  const others = messageIds.filter((id) => !mails.has(id) && !ended.has(id));
  for (const member of await findMembers(pool, others)) {
    const source = await templates.frozen(member.templateHash);
    const variables = { ...member.variables, ...secretValues(config, member.about) };
    mails.set(member.id, new FrozenMail({ ...member, variables, source }));
  }
  return messageIds.flatMap((id) => mails.get(id) ?? []);
}

interface HandedOver {
  readonly id: string;
  readonly priority: Priority;
  readonly mails: readonly OutgoingMail[];
  readonly handedOverAt: Date;
}

async function handOver(
  { log, now }: WorkerContext,
  transport: CallTransport,
  { id, priority, mails, handedOverAt }: HandedOver,
): Promise<readonly Outcome[]> {
  const age = now().getTime() - handedOverAt.getTime();
  if (age < transport.rememberedMs) {
    const outcomes = await transport.call({ id, priority, mails });
    if (outcomes !== 'mismatch') return outcomes;
    log.error(
      { batchId: id, mails: mails.length },
      'the provider knows this call with other bytes: looking it up',
    );
  }
  const wanted = mails.map(({ messageId, to, subject }) => ({
    messageId,
    providerMessageId: null,
    to,
    subject,
  }));
  const found = await transport.findSent(wanted, handedOverAt);
  return wanted.map(({ messageId }): Outcome => {
    const mail = found?.get(messageId);
    if (mail) return { type: 'accepted', providerMessageId: mail.providerMessageId };
    return found
      ? { type: 'anew', error: 'The provider has never seen it.', alone: false }
      : { type: 'outcome_unknown', error: 'The provider could not tell what became of it.' };
  });
}
