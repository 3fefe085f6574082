import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { AppError, type FieldError } from '../domain/errors.ts';
import { textProblem, UNSEEN_BREAKS } from '../domain/text.ts';

/**
 * The text of a request, as everything behind it may rely on it: well-formed Unicode without control characters, but for the tabs
 * and line breaks that a text area holds. Postgres takes no NUL, a header no control character at all: text that either would
 * refuse is refused here, once, instead of where it is used.
 */
export const plainAddress = createMiddleware(async (c, next) => {
  const { pathname, searchParams } = new URL(c.req.url);
  if (LINKS_OF_MAILS.test(pathname)) return next();
  // Nothing of ours has such an address.
  if (textProblem(decoded(pathname), { lines: false }))
    throw new AppError('not_found', 'There is nothing at this address.');
  requirePlainText(searchParams);
  await next();
});

/**
 * Our mails link here, and mail programs leave line ends and more in a link: `domain/arrived-link.ts` reads what was meant, and
 * nothing of these addresses is taken as it came.
 */
const LINKS_OF_MAILS = /^\/(?:(?:u|x|team\/sign-in)\/|e\/[^/]+(?:\/(?:live|room|registration|calendar).*)?$)/;

/** What documents leave in a text is a line break like any other: who stores it says what becomes of it. */
const problemIn = (text: string) => textProblem(text.replace(UNSEEN_BREAKS, '\n'));

/** A form's fields, or an address's parameters. Throws `invalid_input` with a line for each that is no plain text. */
export function requirePlainText(entries: Iterable<readonly [string, unknown]>): void {
  refuse(
    [...entries].flatMap(([name, value]) => {
      const problem = problemIn(name) ?? (typeof value === 'string' ? problemIn(value) : null);
      return problem ? [{ path: printable(name), message: problem }] : [];
    }),
  );
}

/** What JSON says, every text in it, names of fields too. Throws `invalid_input`. */
export function requirePlainJson(body: unknown): void {
  const errors: FieldError[] = [];
  // Not recursive: a body may be nested deeper than the stack.
  const open: { readonly path: string; readonly value: unknown }[] = [{ path: '', value: body }];
  for (let next = open.pop(); next && errors.length < MOST_ERRORS; next = open.pop()) {
    const { path, value } = next;
    if (typeof value === 'string') {
      const problem = problemIn(value);
      if (problem) errors.push({ path, message: problem });
    } else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        const problem = problemIn(name);
        // A deep path says no more than its beginning.
        const at = path.length > 200 ? path : path ? `${path}.${printable(name)}` : printable(name);
        if (problem) errors.push({ path: at, message: problem });
        open.push({ path: at, value: inner });
      }
  }
  refuse(errors);
}

const MOST_ERRORS = 20;

/** A JSON body. Throws `malformed` where it is none, `invalid_input` where a text in it is not plain. */
export async function readPlainJson(c: Context): Promise<unknown> {
  const body: unknown = await c.req.json().catch((cause: Error) => {
    throw new AppError('malformed', `The body is not JSON: ${cause.message}`, { cause });
  });
  requirePlainJson(body);
  return body;
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0)
    throw new AppError('invalid_input', 'The input is not valid: `errors` says what and where.', { errors });
}

/** A name as an answer may show it. */
function printable(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd')
    .slice(0, 200);
}

/** Percent signs that begin no character of UTF-8 stay as they are. */
function decoded(path: string): string {
  return path.replace(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      // One that is no UTF-8 keeps no control character hidden.
      return run.replace(/%([01][\da-f]|7f)/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
    }
  });
}
