import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { eventNotFound } from '../actions/event.ts';
import { importRegistrants } from '../actions/import-registrants.ts';
import { findEvent } from '../db/event.ts';
import { AppError } from '../domain/errors.ts';
import { ENCODING_NAMES } from '../domain/import/encoding.ts';
import { parseMapping } from '../domain/import/mapping.ts';
import { TARGETS } from '../domain/import/targets.ts';
import type { AppDependencies } from '../http/context.ts';
import { whoAsks } from './authenticate.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { checkImportHeaders, missingBody, receiveBody } from './import-body.ts';
import { answerOnce } from './import-once.ts';
import { answers, createApiRouter } from './router.ts';

const EXAMPLE = `email,first_name,last_name,locale,time_zone,access_key,Company
ada@example.com,Ada,Lovelace,en,Europe/London,,Analytical Engines
`;

const importResultSchema = z
  .object({
    created: z.int(),
    existing: z.int(),
    rejected: z.array(z.object({ line: z.int(), message: z.string() })),
    warnings: z.array(z.object({ line: z.int(), column: z.string(), message: z.string() })),
  })
  .openapi('ImportResult');

/** Streams its body and commits as it goes: none of what holds for the other changes of the API is for it. */
export function importRoutes({ pool, boss, now }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants/import',
      tags: ['Registrants'],
      summary: 'Import registrants from a CSV file',
      description: `Up to 100 MiB, as spreadsheets and event platforms write it. Encoding (UTF-8, UTF-16, Windows-1252,
Shift_JIS, Mac Roman), separator (comma, semicolon, tab, \`|\`, or what a \`sep=\` line says) and the line that names the
columns are told from the content; lines above it are left out. \`?encoding=\` names an encoding that the bytes do not tell.

The columns, in any order: \`email\` and, where you have them, \`first_name\`, \`last_name\`, \`locale\`, \`time_zone\`,
\`access_key\`, \`utm_source\` and its like, \`referrer\`. Other names that mean the same are known in many languages
(\`E-Mail\`, \`Attendee Email\`, \`Prénom\`, \`メールアドレス\`), and a whole name in one column is split in two. Further columns
become fields; one that is called like a field of the event's form, or like its label, is that field, and its cells are
checked as the form checks them. \`?map=\` says what the names do not: \`?map=email:Attendee%20Email,full_name:Contact,skip:Notes\`, pairs of
one of ${TARGETS.map((target) => `\`${target}\``).join(', ')} and the name of a column (\`field\` keeps it as a field, \`skip\` leaves
it out; of two columns with the same name the second is called \`NAME (2)\`, one without a name \`Column 4\`). Where no column is
the address the answer is 422: it names the columns of the file and the closest one, and nothing is imported.

An export of another event can be imported as it is: what it tells beyond that (\`registered_at\`, \`email_status\`,
\`access_link\` …) is left out, and its guards against formulas are taken off. Empty cells and empty lines are left out; who
has no access key gets a new one. \`created\` are new; \`existing\` were registered before, or stand further up in the file, and
stay as they are; \`rejected\` says what is wrong on which line (from 1) and what stood there; \`warnings\` names cells that were
left out or read differently, of people who were taken. Of both the first 1,000 are told, then how many more.

Rows are committed a thousand at a time. Where the request fails or the connection breaks in the middle, what was
committed stays and the rest is not imported: send the file again, whoever is there already is \`existing\`. With
\`sendConfirmation=true\` each new registrant gets a confirmation (until the event ends).

With an \`Idempotency-Key\` the answer is kept once the import is complete; an import that failed in the middle runs
again.`,
      request: {
        params: z.object({ id: z.uuid() }),
        query: z.object({
          sendConfirmation: z.enum(['true', 'false']).default('false'),
          encoding: z.enum(ENCODING_NAMES).optional(),
          // Encoded, a character may take twelve: a server takes 16 KiB of address and headers.
          map: z.string().max(1_200).optional().openapi({ example: 'email:Attendee Email,first_name:Name' }),
        }),
        body: {
          required: true,
          content: { 'text/csv': { schema: z.string().openapi({ example: EXAMPLE }) } },
        },
      },
      responses: answers(200, 'What became of the rows', importResultSchema),
    }),
    async (c) => {
      if (!c.req.raw.body) throw missingBody('Send the CSV file as the body: it is missing.');
      const charset = checkImportHeaders(c.req.raw.headers);
      const key = readIdempotencyKey(c.req.header('idempotency-key'));
      const event = await findEvent(pool, { id: c.req.valid('param').id });
      if (!event) throw eventNotFound();
      if (event.cancelledAt)
        throw new AppError('conflict', 'The event is cancelled, so registration is closed.');
      const query = c.req.valid('query');
      const sendConfirmation = query.sendConfirmation === 'true';
      const encoding = query.encoding ?? charset;
      const mapping = parseMapping(query.map ?? '');
      const at = now();
      const hash = createHash('sha256').update(
        `POST ${c.req.path} ${JSON.stringify({ sendConfirmation, encoding, mapping })}\n`,
      );
      const body = receiveBody(c.req.raw.body, hash);
      const work = async () => {
        const context = { pool, boss, now: at, ...whoAsks(c) };
        const { created, existing, rejected, warnings } = await importRegistrants(context, event, body, {
          ...{ sendConfirmation, encoding, mapping },
        });
        return { created, existing, rejected, warnings };
      };
      if (key === null) return c.json(await work(), 200);
      const request = { apiKeyId: c.get('apiKey').id, key, hash, body, now: at };
      const { json, replayed } = await answerOnce(pool, request, work);
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json(JSON.parse(json), 200);
    },
  );

  return router;
}
