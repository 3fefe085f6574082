import { API_SCOPES, SCOPE_MEANINGS } from '../../domain/api-key.ts';
import type { createApi } from './api.ts';

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
the path and what is wrong there. Bodies may have 64 KiB, where a route does not say otherwise; fields that are not known are refused.`;

/** The OpenAPI 3.1 description of the API. */
export function describeApi(api: ReturnType<typeof createApi>, publicUrl: string) {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'access-mail', version: '1', description: DESCRIPTION },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ apiKey: [] }],
  });
  for (const item of Object.values(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item))
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
  return document;
}
