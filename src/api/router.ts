import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { AppError, type FieldError } from '../domain/errors.ts';
import type { AppEnv } from '../http/context.ts';

/** A router whose routes describe themselves, and whose bad input becomes `invalid_input` with one line a field. */
export function createApiRouter() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw inputError(result.error);
    },
  });
}

/** What a schema found wrong, as an AppError. */
export function inputError(error: { readonly issues: readonly z.core.$ZodIssue[] }): AppError {
  const errors: FieldError[] = error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...at, key].join('.'),
        // A schema that says what to do instead overrides the library's words.
        message: issue.message.startsWith('Unrecognized key') ? 'is not known here' : issue.message,
      }));
    // What is wrong with the name of a field.
    if (issue.code === 'invalid_key')
      return [{ path: at.join('.'), message: `the name ${issue.issues[0]?.message ?? 'cannot be used'}` }];
    const missing =
      issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('undefined');
    return [{ path: at.join('.'), message: missing ? 'is missing' : issue.message }];
  });
  return new AppError('invalid_input', 'The input is not valid: `errors` says what and where.', { errors });
}

/** The answer of a route: what it gives. What can go wrong the description derives (`describeApi`). */
export function answers<const Status extends number, Schema extends z.ZodType>(
  status: Status,
  description: string,
  schema: Schema,
) {
  return { [status]: { description, content: { 'application/json': { schema } } } } as Record<
    Status,
    { description: string; content: { 'application/json': { schema: Schema } } }
  >;
}

/** A JSON body that must be there, and what one looks like. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) {
  return { body: { required: true, content: { 'application/json': { schema, example } } } } as const;
}
