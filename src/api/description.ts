import { API_SCOPES, SCOPE_MEANINGS } from '../domain/api-key.ts';
import { type ErrorCode, HTTP_STATUS } from '../domain/errors.ts';
import { problemType } from '../http/problem.ts';
import type { createApi } from './api.ts';
import { OPERATION_IDS } from './operation-ids.ts';

const DESCRIPTION = `Everything access-mail can do: events, registrants, their messages.

**Keys.** Every request names an API key: \`Authorization: Bearer KEY\`. Make one on the team's pages, or with
\`npm run team -- key NAME\`. A key has scopes; a request that its key has no scope for is answered 403:

${API_SCOPES.map((scope) => `- \`${scope}\`: ${SCOPE_MEANINGS[scope]}`).join('\n')}

A key may send 50 requests a second, 200 at once; past that the answer is 429 with \`Retry-After\`.

**Repeating safely.** Every POST takes an \`Idempotency-Key\` header of your choice: the same key and body get the same
answer for 24 hours, another body gets 422.

**Lists.** \`{ "items": […], "nextCursor": … }\`, \`?limit=\` up to 200; pass \`nextCursor\` as \`?cursor=\` for the next
page. Times are ISO 8601 in UTC, ids are UUIDs.

**Problems.** \`application/problem+json\` (RFC 9457): \`title\`, \`status\`, \`detail\`, and for bad input \`errors\` with
the path and what is wrong there. \`type\` names the problem, like \`urn:access-mail:not-found\`. Bodies may have 64 KiB, where a route does not say otherwise; fields that are not known are refused.`;

/** What of an operation says what can go wrong with it. */
interface Described {
  readonly path: string;
  readonly method: string;
  readonly parameters: number;
  readonly hasBody: boolean;
}

const isChange = ({ method }: Described) => method !== 'get';
const hasInput = ({ parameters, hasBody }: Described) => parameters > 0 || hasBody;

/** When an operation may answer with a problem, and why: one row a status. A status that is not here is a fault of ours. */
const PROBLEMS: Readonly<
  Record<number, { readonly why: string; readonly of: (operation: Described) => boolean }>
> = {
  400: {
    why: 'The body is not JSON, or the Idempotency-Key is no key',
    of: ({ hasBody, method }) => hasBody || method === 'post',
  },
  401: { why: 'No API key, or one that is not known', of: () => true },
  403: { why: 'The API key has no scope for it', of: () => true },
  404: {
    why: 'Nothing has this id or name',
    of: ({ method, path }) => path.includes('{') || method === 'delete',
  },
  409: {
    why: 'It cannot be done in the state that things are in',
    of: (operation) => isChange(operation) || operation.path.endsWith('/content'),
  },
  410: { why: 'It was erased', of: ({ path }) => path.endsWith('/content') },
  413: { why: 'The body is too large', of: isChange },
  415: { why: 'The body is of another type', of: isChange },
  422: {
    why: 'The input is not valid: `errors` says what and where',
    of: (operation) => hasInput(operation) || isChange(operation),
  },
  429: { why: 'Too many requests: `Retry-After` says when to try again', of: () => true },
  503: {
    why: 'The database cannot be used at the moment: `Retry-After` says when to try again',
    of: () => true,
  },
};

/** The OpenAPI 3.1 description of the API. */
export function describeApi(api: ReturnType<typeof createApi>, publicUrl: string) {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'access-mail', version: '1', description: DESCRIPTION },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ apiKey: [] }],
  });
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item)) {
      const operationId = OPERATION_IDS[`${method} ${path}`];
      if (!operationId) throw new Error(`${method} ${path} has no name in operation-ids.ts.`);
      operation.operationId = operationId;
      if (method === 'post')
        operation.parameters = [
          ...(operation.parameters ?? []),
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            schema: { type: 'string', maxLength: 255 },
          },
        ];
      const described = {
        ...{ path, method },
        parameters: operation.parameters?.length ?? 0,
        hasBody: operation.requestBody !== undefined,
      };
      for (const [status, { why, of }] of Object.entries(PROBLEMS))
        if (of(described)) operation.responses[status] ??= problem(Number(status), why);
    }
  const { components } = document;
  return {
    ...document,
    components: { ...components, schemas: { ...components?.schemas, ...problemSchemas() } },
  };
}

/** The problems that an answer of each status may name. */
const NAMED = Map.groupBy(Object.keys(HTTP_STATUS) as ErrorCode[], (code) => HTTP_STATUS[code]);

const schemaName = (status: number) => `Problem${status}`;

/** `Problem`, once for each status with its own names. */
function problemSchemas() {
  return Object.fromEntries(
    [...NAMED].map(([status, codes]) => [
      schemaName(status),
      {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          {
            type: 'object' as const,
            properties: {
              type: { type: 'string' as const, enum: codes.map(problemType) },
              status: { type: 'integer' as const, enum: [status] },
            },
          },
        ],
      },
    ]),
  );
}

function problem(status: number, description: string) {
  return {
    description,
    content: {
      'application/problem+json': { schema: { $ref: `#/components/schemas/${schemaName(status)}` } },
    },
  };
}
