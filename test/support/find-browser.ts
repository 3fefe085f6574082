import { findExecutable, findProgram } from './find-program.ts';

const ON_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium or Chrome: what CHROMIUM_PATH names, else one in the usual places; null without one. */
export function findBrowser(): string | null {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  // The headless shell is the same engine without the windows: half the work.
  const names = [
    'chromium-headless-shell',
    'chrome-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
  ];
  return findProgram(...names) ?? findExecutable(ON_MACOS);
}
