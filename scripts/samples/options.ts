import { parseArgs } from 'node:util';
import { ConfigError } from '../../src/config.ts';
import { KINDS } from '../../src/domain/kinds.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { PAGE_NAMES, PAGE_STATE_NAMES } from './pages/page-states.ts';
import { MAIL, PAGE, type Selection } from './samples.ts';
import { SAMPLE_MAILS, STATE_NAMES } from './states.ts';

export const USAGE = `Usage: npm run samples [-- OPTIONS]

Sends every mail in every language and state into the inbox and checks each as it arrived.

  --kind KIND          only of this kind (${SAMPLE_MAILS.join(', ')});
                       in a report also the pages that visitors see (${PAGE_NAMES.join(', ')});
                       ${MAIL}: all mails, ${PAGE}: all pages
  --language LANGUAGE  only in this language (${LANGUAGES.join(', ')})
  --state STATE        only in this state (mails: ${STATE_NAMES.join(', ')};
                       pages: ${PAGE_STATE_NAMES.join(', ')});
                       each may be a list, divided by commas, or be said more than once
  --report FOLDER      writes FOLDER/index.html with pictures of each mail and page, and what changed since the last time
  --against FOLDER     compares with that earlier report instead
  --exit               ends when done: an inbox of its own stays open otherwise
  --help               says this`;

export interface Options {
  readonly selection: Selection;
  readonly report: string | null;
  readonly against: string | null;
  readonly exit: boolean;
  readonly help: boolean;
}

/** Throws ConfigError. */
export function readOptions(args: string[]): Options {
  const { values } = parse(args);
  if (values.against !== undefined && values.report === undefined)
    throw new ConfigError(
      '--against compares reports. Example: npm run samples -- --report out --against earlier',
    );
  return {
    selection: {
      kinds: listed('kind', values.kind, [
        ...new Set([...KINDS, ...SAMPLE_MAILS, ...PAGE_NAMES, MAIL, PAGE]),
      ]),
      languages: listed('language', values.language, LANGUAGES),
      states: listed('state', values.state, [...new Set([...STATE_NAMES, ...PAGE_STATE_NAMES])]),
    },
    report: values.report ?? null,
    against: values.against ?? null,
    exit: values.exit === true,
    help: values.help === true,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        kind: { type: 'string', multiple: true },
        language: { type: 'string', multiple: true },
        state: { type: 'string', multiple: true },
        report: { type: 'string' },
        against: { type: 'string' },
        exit: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new ConfigError(`${(cause as Error).message.split('. ')[0]}.\n\n${USAGE}`, { cause });
  }
}

function listed(
  name: string,
  given: readonly string[] | undefined,
  known: readonly string[],
): string[] | null {
  if (!given) return null;
  const wanted = given.flatMap((text) => text.split(',')).map((text) => text.trim());
  const unknown = wanted.find((one) => !known.includes(one));
  if (unknown !== undefined)
    throw new ConfigError(`--${name} "${unknown}" is none. There are: ${known.join(', ')}.`);
  return wanted;
}
