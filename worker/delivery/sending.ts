/** What sending goes with. */
export interface Sending {
  /** Messages of the same job that ended without being sent. */
  readonly endedIds: ReadonlySet<string>;
  /** Called as messages end, with how many. */
  readonly onEnded: (count: number) => void;
}
