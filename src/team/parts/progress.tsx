export interface ProgressProps {
  /** What moves: "Sending". */
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** In words: "1,240 of 5,000 sent, 3 failed". */
  readonly sentence: string;
}

/** How far something is, as a bar and in words. */
export function Progress({ label, value, max, sentence }: ProgressProps) {
  return (
    <div className="progress">
      <p className="progress__label">{label}</p>
      <progress value={Math.min(value, max)} max={Math.max(max, 1)} aria-label={label} />
      <p className="progress__sentence">{sentence}</p>
    </div>
  );
}
