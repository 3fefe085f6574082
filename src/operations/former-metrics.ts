import { METRICS, type Metric, PREFIX } from '../domain/metrics.ts';

/**
 * Prometheus's text, and behind it what stands in it once more under the names and labels of the version before, marked as
 * deprecated: dashboards and alerts have one version's time to change. Each name stands there once.
 */
export function withFormerMetrics(text: string): string {
  const metrics: readonly Metric[] = METRICS;
  const lines = text.split('\n');
  const former = metrics.flatMap((metric) => writeFormer(metric, lines));
  return former.length === 0 ? text : `${text.trimEnd()}\n${former.join('\n')}\n`;
}

/** The lines of what a metric was called; none where the text has no series of it. */
function writeFormer({ name, type, formerly }: Metric, lines: readonly string[]): string[] {
  if (!formerly) return [];
  const suffix = type === 'histogram' ? '_(?:bucket|sum|count)' : '';
  const pattern = new RegExp(`^${PREFIX}${name}(${suffix})(?:\\{(.*)\\})? (\\S+)$`);
  const series = lines.flatMap((line) => {
    const [, ending = '', labels = '', value = ''] = pattern.exec(line) ?? [];
    if (!value) return [];
    const { flagOf } = formerly;
    if (!flagOf) return `${PREFIX}${formerly.name}${ending}${formerLabels(labels)} ${value}`;
    if (labels !== `${flagOf.label}="${flagOf.value}"`) return [];
    return `${PREFIX}${formerly.name} ${Number(value) > 0 ? 1 : 0}`;
  });
  if (series.length === 0) return [];
  return [
    `# HELP ${PREFIX}${formerly.name} Deprecated, gone in the next version: use ${PREFIX}${name}.`,
    `# TYPE ${PREFIX}${formerly.name} ${type}`,
    ...series,
  ];
}

/** Priority was called lane, and `urgent` was `now`. */
function formerLabels(labels: string): string {
  if (!labels) return '';
  return `{${labels.replace('priority="urgent"', 'lane="now"').replace('priority="bulk"', 'lane="bulk"')}}`;
}
