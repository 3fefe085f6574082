// The first that is named in it counts: most browsers name others as well.
const BROWSERS: readonly (readonly [sign: string, name: string])[] = [
  ['Instagram', 'Instagram'],
  ['LinkedInApp', 'LinkedIn'],
  ['FBAN/', 'Facebook'],
  ['FBAV/', 'Facebook'],
  ['MicroMessenger', 'WeChat'],
  [' Line/', 'LINE'],
  ['Outlook-iOS', 'Outlook'],
  ['Outlook-Android', 'Outlook'],
  ['GSA/', 'Google app'],
  ['Teams/', 'Teams'],
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Vivaldi', 'Vivaldi'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['; wv)', 'An app'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
];
const SYSTEMS: readonly (readonly [sign: string, name: string])[] = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'ChromeOS'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['Linux', 'Linux'],
];

/** What a browser says of itself, in words: `Firefox on Windows`. It may say anything. */
export function deviceWords(userAgent: string): string {
  const find = (known: typeof BROWSERS) => known.find(([sign]) => userAgent.includes(sign))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? (system ? `A browser on ${system}` : 'An unknown browser');
}
