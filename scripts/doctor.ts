/** `npm run doctor`: looks whether everything is set up as it has to be, and says of what is not what to do. */
import { parseArgs } from 'node:util';
import { hideSecrets } from '../src/config.ts';
import { normalizeAddress } from '../src/domain/address.ts';
import { examine } from './doctor/examine.ts';
import { writeJson, writeText } from './doctor/output.ts';
import { readSettings } from './doctor/settings.ts';

const USAGE = `Usage: npm run doctor [-- --json] [-- --send EMAIL]

Looks whether database, mail transport, DNS, webhooks and the rest are set up as they have to be. It changes nothing
and sends no mail. The exit code is 1 where something is wrong that keeps mail from working.

  --json        for programs: one JSON document
  --send EMAIL  also sends one mail to this address, and a test to the alert webhook`;

const options = read(process.argv.slice(2));
if (options === 'help') process.stdout.write(`${USAGE}\n`);
else if (!options) end(`${USAGE}\n`, 1);
else {
  const settings = readSettings(process.env);
  const hide = hideSecrets(settings.env);
  const findings = (await examine(settings, options.send)).map(({ message, advice, ...rest }) => ({
    ...{ ...rest, message: hide(message), advice: advice === null ? null : hide(advice) },
  }));
  const write = options.json ? writeJson : writeText;
  const { columns, isTTY } = process.stdout;
  const text = write(findings, { columns: Math.min(columns ?? 80, 100), inColour: Boolean(isTTY) });
  const isWrong = findings.some(({ level }) => level === 'error');
  process.stdout.write(text, () => process.exit(isWrong ? 1 : 0));
}

function read(args: string[]): { readonly json: boolean; readonly send: string | null } | 'help' | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        send: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    const send = values.send === undefined ? null : normalizeAddress(values.send);
    if (values.send !== undefined && send === null) return null;
    return { json: values.json, send };
  } catch {
    return null;
  }
}

function end(text: string, code: number): void {
  process.stderr.write(text);
  process.exitCode = code;
}
