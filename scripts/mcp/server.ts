import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type {
  eventReportSchema,
  eventSchema,
  messageSchema,
  registrantDetailsSchema,
  registrantSchema,
} from '../../src/api/schemas.ts';
import { AccessMailError, type createAccessMailClient, ok } from '../../src/client/client.ts';
import { explain } from './explain.ts';

export type EventAnswer = z.infer<typeof eventSchema>;
export type RegistrantAnswer = z.infer<typeof registrantSchema>;
export type RegistrantDetails = z.infer<typeof registrantDetailsSchema>;
export type MessageAnswer = z.infer<typeof messageSchema>;

interface Json<Body> {
  content: { 'application/json': Body };
}
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
/** The operations that the tools are made of. */
export interface Paths {
  '/events': {
    get: { parameters: { query?: { limit?: number } }; responses: { 200: Json<Page<EventAnswer>> } };
  };
  '/events/{id}/report': {
    get: {
      parameters: { path: { id: string } };
      responses: { 200: Json<z.infer<typeof eventReportSchema>> };
    };
  };
  '/events/{id}/registrants': {
    get: {
      parameters: { path: { id: string }; query?: { q?: string; limit?: number } };
      responses: { 200: Json<Page<RegistrantAnswer>> };
    };
  };
  '/events/{id}/registrants/{rid}': {
    get: { parameters: { path: { id: string; rid: string } }; responses: { 200: Json<RegistrantDetails> } };
  };
  '/events/{id}/registrants/{rid}/resend': {
    post: {
      parameters: { path: { id: string; rid: string } };
      responses: { 202: Json<{ messageId: string }> };
    };
  };
}

type Client = ReturnType<typeof createAccessMailClient<Paths>>;

/** A search without an event looks at so many, those that start last first. */
const MOST_EVENTS = 50;
const MOST_FOUND = 10;
const AT_ONCE = 5;

const eventId = z.uuid().describe('The id of the event, from find_events');
const registrantId = z.uuid().describe('The id of the person’s registration, from find_person');

/** The tools for a program that talks to a language model. All they can do is what the client's API key may. */
export function createMcpServer(client: Client, version: string): McpServer {
  const server = new McpServer(
    { name: 'access-mail', version },
    {
      instructions:
        'access-mail sends the registrants of online events their access links and knows what became of each mail. To help somebody who got no mail: find_person, then why_no_mail, and only when the address is right and the user agrees, resend_access_link.',
    },
  );
  const readOnly = { readOnlyHint: true, openWorldHint: false };

  server.registerTool(
    'find_events',
    {
      title: 'Find events',
      description: 'Events, latest start first, whose title or page address has the given text.',
      inputSchema: { text: z.string().max(200).optional().describe('Left out: all of the latest') },
      annotations: readOnly,
    },
    ({ text = '' }) =>
      answered(async () => {
        const events = await latestEvents();
        const wanted = text.trim().toLowerCase();
        return events
          .filter(({ title, slug }) => `${title} ${slug}`.toLowerCase().includes(wanted))
          .map(({ id, title, permalink, startsAt, endsAt, timeZone, cancelledAt, counts }) => ({
            ...{ id, title, permalink, startsAt, endsAt, timeZone, cancelledAt, ...counts },
          }));
      }),
  );

  server.registerTool(
    'find_person',
    {
      title: 'Find a person',
      description: `Registrations whose email or name has the given text, of one event or of the ${MOST_EVENTS} latest; at most ${MOST_FOUND} of each event. Access keys and links are left out.`,
      inputSchema: {
        text: z.string().min(1).max(200).describe('An email address, a name, or a part of them'),
        eventId: eventId.optional(),
      },
      annotations: readOnly,
    },
    ({ text, eventId: id }) =>
      answered(async () => {
        const events = id ? [{ id, title: null }] : await latestEvents();
        const found = [];
        for (let i = 0; i < events.length; i += AT_ONCE)
          found.push(
            ...(await Promise.all(events.slice(i, i + AT_ONCE).map((event) => findIn(event, text)))),
          );
        return found.flat();
      }),
  );

  server.registerTool(
    'why_no_mail',
    {
      title: 'Why did no mail arrive?',
      description:
        'What became of each mail to a person, why, what stops mail to the address, and what can be done about it.',
      inputSchema: { eventId, registrantId },
      annotations: readOnly,
    },
    ({ eventId: id, registrantId: rid }) =>
      answered(async () =>
        explain(await ok(client.GET('/events/{id}/registrants/{rid}', { params: { path: { id, rid } } }))),
      ),
  );

  server.registerTool(
    'resend_access_link',
    {
      title: 'Send the access link again',
      description:
        'Sends a person their access link again, now. It sends a real mail: ask the user first. Within 60 seconds it is the same mail.',
      inputSchema: { eventId, registrantId },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    ({ eventId: id, registrantId: rid }) =>
      answered(() =>
        ok(client.POST('/events/{id}/registrants/{rid}/resend', { params: { path: { id, rid } } })),
      ),
  );

  server.registerTool(
    'event_report',
    {
      title: 'Report on an event',
      description:
        'How many registered, got the mail, opened it and joined; by email domain; and what became of each send.',
      inputSchema: { eventId },
      annotations: readOnly,
    },
    ({ eventId: id }) => answered(() => ok(client.GET('/events/{id}/report', { params: { path: { id } } }))),
  );

  async function latestEvents(): Promise<EventAnswer[]> {
    return (await ok(client.GET('/events', { params: { query: { limit: MOST_EVENTS } } }))).items;
  }

  async function findIn({ id, title }: { readonly id: string; readonly title: string | null }, text: string) {
    const { items } = await ok(
      client.GET('/events/{id}/registrants', {
        params: { path: { id }, query: { q: text, limit: MOST_FOUND } },
      }),
    );
    // The key opens the room: a model needs it for nothing here.
    return items.map(({ accessKey: _, accessLink: __, ...person }) => ({
      ...person,
      ...(title !== null && { eventTitle: title }),
    }));
  }

  return server;
}

/** What a tool found, or the problem, as the model reads it. */
async function answered(work: () => Promise<unknown>) {
  try {
    const text = JSON.stringify(await work(), null, 1);
    return { content: [{ type: 'text' as const, text }] };
  } catch (error) {
    const text =
      error instanceof AccessMailError
        ? error.message
        : 'access-mail could not be reached. Is it running, and is its address right?';
    return { isError: true, content: [{ type: 'text' as const, text }] };
  }
}
