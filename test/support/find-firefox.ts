import { findExecutable, findProgram } from './find-program.ts';

const ON_MACOS = ['/Applications/Firefox.app/Contents/MacOS/firefox'];

/** The path of a Firefox: what FIREFOX_PATH names, else one in the usual places; null without one. */
export function findFirefox(): string | null {
  if (process.env.FIREFOX_PATH) return process.env.FIREFOX_PATH;
  return findProgram('firefox-esr', 'firefox') ?? findExecutable(ON_MACOS);
}
