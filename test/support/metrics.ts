/** Prometheus's text, taken apart. Throws where a line is none of it. */
export function parseMetrics(text: string) {
  const types = new Map<string, string>();
  const help = new Map<string, string>();
  /** By series: the name with its labels, as it stands there. */
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (!line || /^# (?!HELP |TYPE )/.test(line)) continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind) {
      const into = kind === 'HELP' ? help : types;
      if (into.has(name)) throw new Error(`${kind} stands there twice: ${name}`);
      into.set(name, rest);
      continue;
    }
    const [, series = '', value] = /^([a-zA-Z_:][\w:]*(?:\{(?:\w+="[^"]*",?)+\})?) (\S+)$/.exec(line) ?? [];
    // No event loop is measured between two scrapes at once: prom-client says Nan, which Prometheus reads.
    if (!series || (value !== 'Nan' && Number.isNaN(Number(value))))
      throw new Error(`This is no metric: ${line}`);
    if (values.has(series)) throw new Error(`A series stands there twice: ${series}`);
    values.set(series, Number(value));
  }
  return { text, types, help, values };
}
