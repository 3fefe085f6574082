import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { recordAcceptances } from '../../src/db/delivery.ts';
import { rescheduleReconciliation, takeUnconfirmed, type Unconfirmed } from '../../src/db/reconciliation.ts';
import type { FoundMail, Reconciles } from '../../src/providers/provider.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

/** So many in one run. */
const LIMIT = 5_000;
/** So few are asked about one by one; of more the provider is asked together, as it can. */
const FEW = 20;

/**
 * Asks each provider about mails of which it has said nothing for too long: its webhooks may not have reached us, or the
 * answer that accepted the mail was lost. A mail is asked about where it was handed over, whichever sends now.
 */
export const reconciler: Service = {
  name: 'reconciler',
  schedule: '* * * * *',
  run: (context) => inTurn(context.askable, (provider) => reconcile(context, provider)),
};

async function reconcile(
  context: WorkerContext,
  provider: Reconciles & { readonly name: string },
): Promise<void> {
  const { config, pool, now, log, metrics } = context;
  const silent = await takeUnconfirmed(pool, provider.name, now(), LIMIT);
  if (silent.length === 0) return;
  const found = await ask(provider, silent);
  if (!found) throw new Error(`The provider could not be asked what became of ${silent.length} mails.`);
  const at = now();
  const unknown = silent.filter(({ id, providerMessageId }) => !providerMessageId && found.has(id));
  if (unknown.length > 0)
    await recordAcceptances(
      pool,
      unknown.map(({ ledger, id }) => ({
        ...{ ledger, id },
        providerMessageId: found.get(id)?.providerMessageId ?? null,
      })),
      at,
      at,
    );
  const events = silent.flatMap(({ ledger, id }) => {
    const mail = found.get(id);
    if (!mail?.fact || mail.fact === 'sent') return [];
    return [
      {
        source: 'reconciliation' as const,
        sourceId: `${mail.providerMessageId} ${mail.fact}`,
        type: mail.fact,
        eventId: ledger,
        messageId: id,
        providerMessageId: mail.providerMessageId,
        occurredAt: at,
        detail: { message: 'Looked up at the provider.' },
      },
    ];
  });
  if (events.length > 0) {
    const applying = { pool, now: at, ownAddresses: config.ownAddresses };
    await applyEvents(applying, await keepEvents(applying, events));
  }
  await rescheduleReconciliation(pool, silent, at);
  const repaired = new Set([...events.map(({ messageId }) => messageId), ...unknown.map(({ id }) => id)]);
  metrics.add('reconciled', silent.length);
  metrics.add('repaired', repaired.size);
  metrics.add('not_found', silent.filter(({ id }) => !found.has(id)).length);
  log.info(
    { messages: silent.length, repaired: repaired.size },
    'the provider was asked what became of mails',
  );
}

/** What the provider has of them, by message id; null where it cannot be asked now. */
async function ask(
  provider: Reconciles,
  silent: readonly Unconfirmed[],
): Promise<ReadonlyMap<string, FoundMail> | null> {
  const named = silent.filter(({ providerMessageId }) => providerMessageId !== null);
  const unnamed = silent.filter(({ providerMessageId }) => providerMessageId === null);
  const found = new Map<string, FoundMail>();
  if (named.length <= FEW) {
    for (const { id, providerMessageId } of named) {
      const mail = await provider.find(providerMessageId ?? '');
      if (mail === null) return null;
      if (mail !== 'not_found') found.set(id, mail);
    }
  }
  const rest = [...(named.length > FEW ? named : []), ...unnamed];
  if (rest.length === 0) return found;
  const since = rest.map((mail) => mail.since).reduce((a, b) => (b < a ? b : a));
  const wanted = rest.map(({ id, ...mail }) => ({ ...mail, messageId: id }));
  const listed = await provider.findSent(wanted, since);
  if (!listed) return null;
  for (const [id, mail] of listed) found.set(id, mail);
  return found;
}
