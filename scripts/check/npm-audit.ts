import { execFile } from 'node:child_process';
import { npmCommand } from '../launcher/npm-command.mjs';

/** What the registry's audit says: its advisories, one line each; or why it was not to be had. */
export type Audit = { readonly problems: readonly string[] } | { readonly refused: string };

/** Long enough for a slow registry; without a network nobody waits longer. */
const TIMEOUT_MS = 20_000;

/** Asks the registry, by `npm audit`, about all packages of the folder's lock file. `accepted`: ids that are left out. */
export async function askRegistry(folder: string, accepted: readonly string[]): Promise<Audit> {
  const [command, ...first] = npmCommand();
  // With `offline` in its settings npm would ask nobody, and report that nothing is known.
  const args = ['audit', '--json', '--package-lock-only', '--no-offline'];
  const all = ['--include=dev', '--include=optional', '--include=peer'];
  const patience = ['--fetch-retries=0', `--fetch-timeout=${TIMEOUT_MS}`];
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  // npm says by its exit code that it found something, too: what it printed counts.
  const stdout = await new Promise<string>((resolve) =>
    execFile(command, [...first, ...args, ...all, ...patience], options, (_, text) => resolve(text)),
  );
  return readReport(stdout, accepted);
}

interface Report {
  /** Where the audit itself could not be asked. */
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Found)[] }>>;
}

interface Found {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

function readReport(text: string, accepted: readonly string[]): Audit {
  const report = parse(text);
  if (report?.message) return { refused: reasonOf(report.message) };
  // What goes wrong later, when something was found, say, must not pass for a refusal.
  if (!report?.vulnerabilities)
    return {
      problems: [`npm audit failed (${report?.error?.summary || 'it gave no report'}): run it yourself`],
    };
  const found = Object.values(report.vulnerabilities)
    // A string names another entry of the report.
    .flatMap(({ via }) => via.filter((one): one is Found => typeof one !== 'string'))
    .filter(({ url }) => !accepted.includes(url.slice(url.lastIndexOf('/') + 1)));
  const lines = found.map(
    ({ name, range, severity, title, url }) =>
      `${name} ${range} has a known weakness (${severity}): ${title} ${url}`,
  );
  return { problems: [...new Set(lines)] };
}

/** Without the address, which names the registry. */
function reasonOf(message: string): string {
  return message.replace(/^request to \S+ failed, reason: /, '').replace(/ - .*$/s, '');
}

function parse(text: string): Report | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
