import { listCustomTexts } from '../../src/db/custom-text.ts';
import { type Asked, claim, type Due, type Ending, loadDue, postpone } from '../../src/db/delivery.ts';
import { findEvents } from '../../src/db/event.ts';
import { isDatabaseDown, transaction } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { scopesThatBlock, suppressionSentence } from '../../src/domain/suppression.ts';
import type { SingleTransport } from '../../src/providers/provider.ts';
import { enqueueMessages } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';
import type { Passage } from './circuit-breaker.ts';
import type { Result } from './record.ts';
import { type Prepared, prepare } from './render.ts';
import { prepareTeamMail } from './render-team-mail.ts';
import { sendInCalls } from './send-batches.ts';
import { settler } from './settle.ts';

/**
 * Takes messages from the ledger to the transport: claims what is still wanted, sends it, records what became of it.
 * All of one priority. No transaction is open while the network is used. May run any number of times for the same
 * messages. Resolves when everything is written down.
 */
export async function deliverMessages(context: WorkerContext, asked: readonly Asked[]): Promise<void> {
  const { pool, now } = context;
  const due = await loadDue(pool, asked, now());
  const registrants = due.filter(({ forTeam }) => !forTeam);
  const team = due.filter(({ forTeam }) => forTeam);
  // A file for the team may take a second to write, which nobody else waits for.
  await Promise.all([
    registrants.length > 0 && handOn(context, registrants, prepareAll),
    team.length > 0 && handOn(context, team, prepareForTeam),
  ]);
}

/** The mails that can be sent, and the messages that end here. */
interface Preparation {
  readonly prepared: Prepared[];
  readonly ended: Result[];
}

async function handOn(
  context: WorkerContext,
  due: readonly Due[],
  prepareThem: (context: WorkerContext, due: readonly Due[]) => Promise<Preparation>,
): Promise<void> {
  const { prepared, ended } = await prepareThem(context, due);
  const passage = prepared.length > 0 ? await context.gate.enter() : null;
  const many = passage?.state === 'open' ? prepared.length : passage?.state === 'probe' ? 1 : 0;
  await Promise.all([
    ...ended.map((result) => context.recorder.record(result)),
    send(context, prepared.slice(0, many), new Set(ended.map(({ due: { id } }) => id))),
    passage && putOff(context, prepared.slice(many), passage),
  ]);
}

/** From the messages and their events the mails; what can no longer be sent ends here. */
async function prepareAll(
  { pool, config, templates, now, log }: WorkerContext,
  due: readonly Due[],
): Promise<Preparation> {
  const { publicUrl, appSecret } = config;
  const ids = new Set(due.flatMap(({ eventId }) => eventId ?? []));
  const [found, words] = await Promise.all([findEvents(pool, [...ids]), listCustomTexts(pool, [...ids])]);
  const events = new Map(found.map((event) => [event.id, event]));
  const prepared: Prepared[] = [];
  const ended: Result[] = [];
  for (const message of due) {
    const end = (status: Ending['status'], error: string) => ended.push(ending(message, status, error));
    const event = events.get(message.eventId ?? '');
    const { registrant } = message;
    if (!event || !registrant) end('not_sent', 'The registrant was removed.');
    else if (event.cancelledAt && message.kind !== 'event_cancelled')
      end('not_sent', 'The event was cancelled.');
    else if (isOutdated(message, event)) end('not_sent', 'The event has moved: it is reminded of anew.');
    else {
      const over = endingOf(message, now());
      if (over) ended.push(over);
      else
        await written(log, message, { prepared, ended }, () =>
          prepare({ templates, publicUrl, appSecret, now: now(), words }, message, event, registrant),
        );
    }
  }
  return { prepared, ended };
}

/** The same for mails to the team. */
async function prepareForTeam(context: WorkerContext, due: readonly Due[]): Promise<Preparation> {
  const preparation: Preparation = { prepared: [], ended: [] };
  for (const message of due) {
    const over = endingOf(message, context.now());
    if (over) preparation.ended.push(over);
    else await written(context.log, message, preparation, () => prepareTeamMail(context, message));
  }
  return preparation;
}

/** Adds the mail, or the reason why there is none. One mail that cannot be written holds nobody else's up. */
async function written(
  log: WorkerContext['log'],
  message: Due,
  { prepared, ended }: Preparation,
  write: () => Promise<Prepared | { readonly notSent: string }>,
): Promise<void> {
  try {
    const mail = await write();
    if ('notSent' in mail) ended.push(ending(message, 'not_sent', mail.notSent));
    else prepared.push(mail);
  } catch (error) {
    // What it is made of could not be fetched just now: the job comes again, and nothing is lost.
    if (isDatabaseDown(error)) throw error;
    log.error({ err: error, messageId: message.id }, 'mail could not be written');
    ended.push(ending(message, 'failed', `The mail could not be written: ${(error as Error).message}`));
  }
}

/** Why the message is not sent any more, whatever it says. */
function endingOf(message: Due, now: Date): Result | null {
  const { suppressions, expiresAt, isUncertain } = message;
  // A sample of a reminder was asked for by whoever gets it.
  const kind = message.about?.sample ? 'access_link' : message.kind;
  const suppression = suppressions.find(({ scope }) => scopesThatBlock(kind).includes(scope));
  if (suppression) return ending(message, 'dropped', suppressionSentence(suppression.reason));
  if (expiresAt > now) return null;
  return isUncertain
    ? ending(message, 'unknown', 'It may have arrived; its deadline passed before that was known.')
    : ending(message, 'not_sent', 'Too late: its deadline passed.');
}

function ending(due: Due, status: Ending['status'], error: string): Result {
  return { due, attempt: due.attempts, jitter: 0, outcome: { type: 'ended', ending: { status, error } } };
}

/** A reminder of another start: its event moved between its fan-out and here. */
function isOutdated({ about }: Due, event: Event): boolean {
  return (
    about?.reminder !== undefined && new Date(about.reminder.startsAt).getTime() !== event.startsAt.getTime()
  );
}

async function send(context: WorkerContext, prepared: readonly Prepared[], ended: ReadonlySet<string>) {
  const { transport } = context;
  if (prepared.length === 0) return;
  if ('call' in transport) await sendInCalls(context, transport, prepared, ended);
  else await sendSingly(context, transport, prepared);
}

async function sendSingly(
  context: WorkerContext,
  transport: SingleTransport,
  prepared: readonly Prepared[],
): Promise<void> {
  const { pool, now } = context;
  const attempts = await claim(
    pool,
    prepared.map((message) => ({ ...message, batchId: null })),
    transport.name,
    now(),
  );
  const claimed = new Map(
    prepared.filter(({ id }) => attempts.has(id)).map((message) => [message.id, message]),
  );
  const priority = prepared[0]?.due.priority ?? 'bulk';
  const settle = settler(context);
  const mails = [...claimed.values()].map(({ mail }) => mail);
  await transport.send(mails, priority, ({ messageId }, outcome) => {
    const message = claimed.get(messageId);
    if (message) settle.outcome(message.due, attempts.get(messageId) ?? 0, outcome);
  });
  await settle.recorded();
}

/** Nothing is handed over for now: the messages come back when the next probe has told more. */
async function putOff(
  { pool, boss }: WorkerContext,
  messages: readonly Prepared[],
  passage: Passage,
): Promise<void> {
  const [first] = messages;
  if (!first || passage.state === 'open') return;
  const reason = passage.state === 'closed' ? passage.reason : null;
  await transaction(pool, async (db) => {
    const ids = messages.map(({ id }) => id);
    await postpone(db, ids, passage.until, reason);
    await enqueueMessages(boss, db, first.due.priority, ids, { startAfter: passage.until });
  });
}
