import { CHART_HEIGHT, type ChartRow } from './send-chart.ts';

interface BarsProps extends Pick<ChartRow, 'bars' | 'peak'> {
  /** What is counted, and how many in all; the highest bar is told after it. */
  readonly label: string;
  /** A data attribute that names the chart. */
  readonly data: Readonly<Record<`data-${string}`, string>>;
}

/** Bars over a line, each with its count. */
export function Bars({ label, bars, peak, data }: BarsProps) {
  const most = bars.length > 1 ? `, most ${peak.name}: ${peak.count.toLocaleString('en')}` : `, ${peak.name}`;
  return (
    <svg className="sends__bars" role="img" aria-label={label + most} {...data}>
      {bars.map(({ name, count, x, y, width, height }) => (
        <rect
          className="chart__bar"
          key={x}
          x={`${x}%`}
          y={y}
          width={`${width}%`}
          height={height}
          rx="1.5"
          data-count={count}
        >
          <title>{`${name}: ${count.toLocaleString('en')}`}</title>
        </rect>
      ))}
      {bars.map(({ counted, y }) =>
        counted ? (
          <text
            className="chart__tick"
            key={counted.x}
            x={`${counted.x}%`}
            y={y - 3}
            textAnchor={counted.anchor}
          >
            {counted.text}
          </text>
        ) : null,
      )}
      <line className="chart__line" x1="0" x2="100%" y1={CHART_HEIGHT - 0.5} y2={CHART_HEIGHT - 0.5} />
    </svg>
  );
}
