import type { Context } from 'hono';
import type { z } from 'zod';
import { inputError } from '../api/router.ts';
import { AppError } from '../domain/errors.ts';
import type { FormState } from '../public/event/form.tsx';
import { readPlainJson, requirePlainText } from './plain-text.ts';

export type FieldName = keyof NonNullable<FormState['values']>;

/** Whether whoever asks is a program: it speaks JSON and is answered in it. */
export function speaksJson(c: Context): boolean {
  return c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** A JSON body, checked; throws `malformed` or `invalid_input`. */
export async function readJson<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const result = schema.safeParse(await readPlainJson(c));
  if (!result.success) throw inputError(result.error);
  return result.data;
}

/** A form as it was sent: its text fields by name. Throws `malformed` where it is no form, `invalid_input` where it is no plain text. */
export async function readForm(c: Context): Promise<Record<string, string>> {
  const lists = await readLists(c);
  // The last one of a name, as for every form that says a name twice.
  return Object.fromEntries(
    Object.entries(lists).flatMap(([k, v]) => v?.slice(-1).map((value) => [k, value]) ?? []),
  );
}

/** The same where a name may come several times: everything that was sent under it. */
export async function readLists(c: Context): Promise<Record<string, readonly string[] | undefined>> {
  const body = await c.req.parseBody({ all: true }).catch((cause: Error) => {
    throw new AppError('malformed', 'The form could not be read.', { cause });
  });
  const lists = Object.entries(body).map(
    ([k, v]) => [k, [v].flat().filter((value) => typeof value === 'string')] as const,
  );
  requirePlainText(lists.flatMap(([name, values]) => values.map((value) => [name, value] as const)));
  return Object.fromEntries(lists);
}

/** What to show again, and what is wrong with it, when a schema refused a form. */
export function formState(
  form: Record<string, string>,
  error: z.ZodError,
  names: readonly FieldName[],
): FormState {
  const problems = error.issues.flatMap((issue) => {
    const name = names.find((n) => n === issue.path[0]);
    if (!name) return [];
    const problem = !form[name]?.trim() ? 'required' : issue.code === 'too_big' ? 'too_long' : 'invalid';
    return [[name, problem] as const];
  });
  return {
    values: Object.fromEntries(names.map((name) => [name, form[name]?.slice(0, 1000) ?? ''])),
    problems: Object.fromEntries(problems),
  };
}
