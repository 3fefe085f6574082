import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** The trace that a job carries, as pg-boss keeps it. */
export type CarriedTrace = Readonly<Record<string, string>>;

/**
 * Does `work`, which adds a job to the queue in SQL of ours, as the span that pg-boss's own `send` makes. It is handed the trace that the
 * job is to carry; null: no traces are sent.
 */
export async function inSendSpan<T>(
  queue: string,
  work: (carried: CarriedTrace | null) => Promise<T>,
): Promise<T> {
  const attributes = { 'messaging.system': 'pg-boss', 'messaging.destination.name': queue };
  const span = trace
    .getTracer('access-mail')
    .startSpan(`send ${queue}`, { kind: SpanKind.PRODUCER, attributes });
  const active = trace.setSpan(context.active(), span);
  const carried: Record<string, string> = {};
  propagation.inject(active, carried);
  try {
    return await context.with(active, () => work(Object.keys(carried).length > 0 ? carried : null));
  } catch (error) {
    // Its class alone: a message may hold an address.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}
