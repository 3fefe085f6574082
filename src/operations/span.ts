import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export { SpanKind, SpanStatusCode };

const SCOPE = 'access-mail';

interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** Left out: what is under way. */
  readonly parent?: Context;
}

/** Does `work` as a span of the trace that is under way. Costs next to nothing where no traces are sent. */
export async function inSpan<T>(
  name: string,
  { kind, attributes, parent = context.active() }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(SCOPE).startSpan(name, { kind, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    // Its class alone: a message may hold an address.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}

/** The trace that a request says it belongs to (W3C trace context). */
export function traceOf(header: (name: string) => string | undefined): Context {
  return propagation.extract(context.active(), header, {
    get: (read, name) => read(name),
    keys: () => ['traceparent', 'tracestate'],
  });
}

/** The trace under way, for a line of the log; empty where there is none. */
export function traceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
