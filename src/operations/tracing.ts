import { context, propagation, trace } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config.ts';

/** Traces that leave this process. */
export interface Tracing {
  /** Sends what is left of them. Never rejects. */
  stop(): Promise<void>;
}

const NONE: Tracing = { stop: async () => undefined };

/**
 * Sends traces to the collector that OpenTelemetry's own variables name; does and loads nothing where they name none. Once a process: of a
 * server and a worker in the same one, the first.
 */
export async function startTracing(
  config: TracingConfig | null,
  part: 'server' | 'worker',
): Promise<Tracing> {
  if (!config || isStarted) return NONE;
  isStarted = true;
  const [sdk, { AsyncLocalStorageContextManager }, { OTLPTraceExporter }, resources, core] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/core'),
    ]);
  const named = resources.resourceFromAttributes({ 'service.name': `access-mail-${part}` });
  const provider = new sdk.TracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before ours.
    resource: named.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    sampler: samplerOf(config, sdk),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

let isStarted = false;

/** OTEL_TRACES_SAMPLER and its argument. */
function samplerOf(
  { sampler, samplerArgument }: TracingConfig,
  sdk: typeof import('@opentelemetry/sdk-trace'),
): Sampler {
  const ratio = () => new sdk.TraceIdRatioBasedSampler(samplerArgument ?? 1);
  const samplers: Readonly<Record<TracingConfig['sampler'], () => Sampler>> = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: ratio,
    parentbased_always_on: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    parentbased_always_off: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() }),
    parentbased_traceidratio: () => new sdk.ParentBasedSampler({ root: ratio() }),
  };
  return samplers[sampler]();
}
