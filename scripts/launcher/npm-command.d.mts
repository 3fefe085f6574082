/** The command, then its first arguments. */
export function npmCommand(): [string, ...string[]];
