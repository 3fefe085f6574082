import { createRoute, z } from '@hono/zod-openapi';
import { closeRoom, openRoom, undoOpening } from '../actions/doors.ts';
import { cancelEventOf, changeEvent, copyEvent, createEvent, eventNotFound } from '../actions/event.ts';
import { pauseSending, resumeSending } from '../actions/pause-sending.ts';
import { countRegistrants, findEvent, listEvents } from '../db/event.ts';
import { allowing, type Db } from '../db/pool.ts';
import { DOMAINS, GROUPS, SENDS } from '../db/report.ts';
import { findErasure } from '../db/retention.ts';
import type { Event } from '../domain/event.ts';
import { cancellation, END_AFTER_START, eventChanges, eventCopy, newEvent } from '../domain/input.ts';
import { withKeptPictures } from '../domain/picture.ts';
import type { AppDependencies } from '../http/context.ts';
import { cursorInstant, readCursor, writeCursor } from '../http/cursor.ts';
import { createEventReports } from '../http/event-reports.ts';
import { sendReportCsv } from '../http/report-csv.ts';
import { requireScope } from './authenticate.ts';
import { presentEvent, presentReport } from './present.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { changedEventSchema, eventReportSchema, eventSchema, pageOf, pageQuery } from './schemas.ts';

const tags = ['Events'];
const params = z.object({ id: z.uuid() });

const EXAMPLE = {
  title: 'Designing calm software',
  slug: 'calm-software',
  description: 'An hour on software that waits until it is asked.',
  startsAt: '2027-01-15T17:00:00Z',
  endsAt: '2027-01-15T18:00:00Z',
  timeZone: 'Europe/Paris',
  roomUrl: 'https://meet.example/abc',
  hostName: 'Ada',
  replyTo: 'host@example.com',
  locale: 'en',
  keyStyle: 'hex' as const,
  reminderMinutes: [1440, 60, 10],
};

const REPORT_EXAMPLE =
  'part,name,figure,count\r\nfunnel,,registered,120\r\nbyDomain,example.com,joined,12\r\n';

export function eventRoutes({ config, pool, reads, now }: AppDependencies) {
  const router = createApiRouter();
  const reports = createEventReports({ reads, now });

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events',
      tags,
      summary: 'Create an event',
      description:
        'Without a `slug` one is made from the title. Times in the past are accepted: records are brought over from elsewhere. The body may have 512 KiB.',
      request: jsonBody(
        newEvent.refine((event) => event.endsAt > event.startsAt, END_AFTER_START),
        EXAMPLE,
      ),
      responses: answers(201, 'The event', eventSchema),
    }),
    async (c) => {
      const { db } = c.var.action;
      const event = withKeptPictures(c.req.valid('json'), config.publicUrl);
      return c.json(await present(db, await createEvent(c.var.action, event)), 201);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events',
      tags,
      summary: 'List events',
      description: 'Latest start first.',
      request: { query: z.object(pageQuery) },
      responses: answers(200, 'A page of events', pageOf(eventSchema, 'Events')),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const position = readCursor(cursor, z.tuple([cursorInstant, z.uuid()]));
      const after = position && { startsAt: new Date(position[0]), id: position[1] };
      const events = await listEvents(pool, { limit: limit + 1, after });
      const page = events.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: await presentAll(allowing(pool, 'slice'), page),
          nextCursor:
            last && events.length > limit ? writeCursor([last.startsAt.toISOString(), last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}',
      tags,
      summary: 'Get an event',
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const event = await findEvent(pool, { id: c.req.valid('param').id });
      if (!event) throw eventNotFound();
      return c.json(await present(allowing(pool, 'slice'), event), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'patch',
      path: '/events/{id}',
      tags,
      summary: 'Change an event',
      description: `What is left out stays. New times count one \`revision\` up, and reminders go out at the new times; those
that would have been due already do not. With \`"notify": true\` everybody is written to who knows other times (the key needs the scope \`send\`, too). With
\`"dryRun": true\` nothing changes. \`rescheduling\` says what follows, or would: \`reminders.moved\` are still ahead,
\`reminders.tooLate\` were and will not go out any more; \`mails\` go out; \`skipped\` get none (\`suppressed\`;
\`unchanged\`, they know these times already).

\`formFields\` replaces the whole form: send all of its fields, in their order. A field is known by its \`name\`: with another name it is another field.
Answers are never deleted by it: \`answered\` says how many there are to fields that are removed or get another type, and how many name an option
that there is no more. They stay as further fields of the registrants; with the same name the field has them again. The body may have 512 KiB.`,
      request: {
        params,
        ...jsonBody(eventChanges, {
          startsAt: '2027-01-15T18:00:00Z',
          endsAt: '2027-01-15T19:00:00Z',
          notify: true,
        }),
      },
      responses: answers(200, 'The event', changedEventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      const changes = withKeptPictures(c.req.valid('json'), config.publicUrl);
      if (changes.notify && !changes.dryRun) requireScope(c, 'send');
      const changed = await changeEvent(action, c.req.valid('param').id, changes);
      const { rescheduling, answered } = changed;
      return c.json(
        {
          ...(await present(action.db, changed.event)),
          ...(answered.length > 0 && { answered: [...answered] }),
          ...(rescheduling && { rescheduling: { ...rescheduling, skipped: [...rescheduling.skipped] } }),
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/cancel',
      tags,
      summary: 'Cancel an event',
      description:
        'Outstanding mails are not sent any more. With `"notify": true` everybody is written to, once (the key needs the scope `send`, too). A second time changes nothing else.',
      request: {
        params,
        body: {
          required: false,
          content: { 'application/json': { schema: cancellation, example: { notify: true } } },
        },
      },
      responses: answers(202, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      // A POST without a body has no type, and is not looked at by the validator.
      const notify = c.req.valid('json')?.notify ?? false;
      if (notify) requireScope(c, 'send');
      return c.json(
        await present(action.db, await cancelEventOf(action, c.req.valid('param').id, { notify })),
        202,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/copy',
      tags,
      summary: 'Copy an event',
      description:
        'The new event has the settings, custom texts (of all languages) and reminders of this one, which may be over or cancelled. What happened with this one is not copied: registrants, mails, `replayUrl`, `openedAt`, `closedAt`, `cancelledAt`, a pause, skipped reminders. Without a `slug` one is made from the title.',
      request: {
        params,
        ...jsonBody(
          eventCopy.refine((event) => event.endsAt > event.startsAt, END_AFTER_START),
          {
            startsAt: '2027-02-15T17:00:00Z',
            endsAt: '2027-02-15T18:00:00Z',
            slug: 'calm-software-february',
          },
        ),
      },
      responses: answers(201, 'The new event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      const copy = await copyEvent(action, c.req.valid('param').id, c.req.valid('json'));
      return c.json(await present(action.db, copy), 201);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/report',
      tags,
      summary: 'Report on an event',
      description: `What became of its registrants and mails. \`registered\`, and all that is counted of people, leaves out who cancelled (\`cancelled\`) and who
was removed, as the lists do.

Each step of \`funnel\` counts by itself: \`mailed\` had a mail that left, \`delivered\` and \`opened\` say what mail providers
report of any mail to the address that the registrant has now, \`linkOpened\` had their link opened, by whomever, or a
link in a mail, \`joined\` came in.
\`byDomain\` has the ${DOMAINS} largest recipient domains. \`sends\` has the latest ${SENDS}: the mails of one reminder, announcement
or import each, with the time at which the first of them is due; those that go out one by one (confirmations and the like) stand together by the hour. Of languages, sources, campaigns and the answers to one field
the ${GROUPS} most frequent are there.

People who were erased since the event is long over (\`erasure\`) are counted as they were before; domains, sources, campaigns and answers of fewer than five
of them are left out.

It reads everything of the event: of one with 100,000 registrants it may be some seconds old.`,
      request: { params },
      responses: answers(200, 'The report', eventReportSchema),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      if (!(await findEvent(pool, { id }))) throw eventNotFound();
      const [{ report }, erasure] = await Promise.all([
        reports.read(id),
        findErasure(pool, id, config.eraseAfterDays),
      ]);
      return c.json(presentReport(report, erasure), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/report.csv',
      tags,
      summary: 'Report on an event, as CSV',
      description: `The same numbers, one a line: \`part,name,figure,count\`. \`part\` and \`figure\` are called as in the report, \`name\` is the domain, source,
day and so on. UTF-8 with a byte order mark, for Excel; what a spreadsheet would take for a formula has an apostrophe before it.`,
      request: { params },
      responses: {
        200: {
          description: 'The report',
          content: { 'text/csv': { schema: z.string().openapi({ example: REPORT_EXAMPLE }) } },
        },
      },
    }),
    async (c) => {
      const event = await findEvent(pool, { id: c.req.valid('param').id });
      if (!event) throw eventNotFound();
      return sendReportCsv(event, (await reports.read(event.id)).report, now());
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/pause-sending',
      tags,
      summary: 'Pause the mails of an event',
      description: `Its mails to many wait: reminders, a nudge, follow-ups, new times, links sent to more than 20 at once, confirmations of an import. Links that a person asks
for, and a registration’s confirmation, go out. What has passed its deadline by the end of the pause ends as \`not_sent\`. A second time changes nothing. 409
where the event was cancelled, or has ended and no follow-up can go out any more; a cancellation ends the pause.`,
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await present(action.db, await pauseSending(action, c.req.valid('param').id)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/resume-sending',
      tags,
      summary: 'Resume the mails of an event',
      description: `What waited goes out. Of several reminders that waited only the latest does; the others end as \`not_sent\`. Without a pause nothing
changes.`,
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await present(action.db, await resumeSending(action, c.req.valid('param').id)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/open',
      tags,
      summary: 'Open the room of an event',
      description: `Access links lead into the room from now on, before its time or again after it was closed by hand; who is on the waiting page
is let in within seconds. Sets \`openedAt\`, and \`closedAt\` to null. Where the room is open nothing changes. 422 where the event is cancelled, or has
ended and \`graceMinutes\` have passed: give it a later \`endsAt\` or more \`graceMinutes\`.`,
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await present(action.db, await openRoom(action, c.req.valid('param').id)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/events/{id}/open',
      tags,
      summary: 'Undo the opening of a room',
      description: `Access links show the waiting page again until the room opens by its time. Sets \`openedAt\` to null. Where it would be open by its times
already, or is not open, nothing changes. Who is in the room stays there.`,
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await present(action.db, await undoOpening(action, c.req.valid('param').id)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/close',
      tags,
      summary: 'Close the room of an event',
      description: `The event has ended, whatever its times say: access links lead to \`replayUrl\`, or to a page that says so, and registration is closed. Who is on
the waiting page is told within seconds. Mails that were to bring the link end as \`not_sent\`. Sets \`closedAt\`. Where the room has closed, or the event
is cancelled, nothing changes.

\`open\` takes it back. So do new times, where the event ends later than before or starts after it was closed; an event that starts later is not open any more
either.`,
      request: { params },
      responses: answers(200, 'The event', eventSchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await present(action.db, await closeRoom(action, c.req.valid('param').id)), 200);
    },
  );

  async function presentAll(db: Db, events: readonly Event[]) {
    const counts = await countRegistrants(
      db,
      events.map((event) => event.id),
    );
    return events.map((event) =>
      presentEvent(event, counts.get(event.id) ?? { registrants: 0, byEmailStatus: {} }, config.publicUrl),
    );
  }

  async function present(db: Db, event: Event) {
    const [presented] = await presentAll(db, [event]);
    return presented as z.infer<typeof eventSchema>;
  }

  return router;
}
