import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';

/** A small API, described as the real one describes itself. */
export function sampleApi() {
  const talk = z
    .object({
      id: z.uuid(),
      title: z.string().max(200).openapi({ example: "It's <calm>" }),
      roomUrl: z.string().nullable(),
      speakers: z.array(z.object({ name: z.string() })),
    })
    .openapi('Talk');
  const api = new OpenAPIHono();
  api.openAPIRegistry.registerPath(
    createRoute({
      method: 'post',
      path: '/talks/{id}/move',
      tags: ['Talks'],
      summary: 'Move a talk',
      description: 'To another time. `409` when it is over.',
      request: {
        params: z.object({ id: z.uuid() }),
        body: { content: { 'application/json': { schema: talk.pick({ title: true }) } } },
      },
      responses: { 200: { description: 'The talk', content: { 'application/json': { schema: talk } } } },
    }),
  );
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Talks', version: '1', description: '**Keys.** Send `Authorization: Bearer KEY`.' },
    servers: [{ url: 'https://talks.example.com/api' }],
  });
}
