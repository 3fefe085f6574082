/** The value below which `share` (0 to 1) of the values lie, by nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Machines are noisy: one slow round must not decide. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
