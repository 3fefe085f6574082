/** That the DNS did not answer. */
export function saysUnknown(name: string, reason: string): string {
  return `The DNS did not answer for ${name} (${reason}). It is asked again: nothing is decided by this.`;
}

const LONGEST = 120;

/** What stands in the DNS, within a sentence. */
export function quoted(text: string): string {
  return `“${text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text}”`;
}
