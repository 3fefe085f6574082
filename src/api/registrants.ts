import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { registrantNotFound, resendAccessLink, rotateAccessKey } from '../actions/access-link.ts';
import { cancelRegistration, restoreRegistration } from '../actions/cancelled-registration.ts';
import { eventNotFound } from '../actions/event.ts';
import { askForDomains } from '../actions/mail-domain.ts';
import { register } from '../actions/register.ts';
import { changeRegistrant, removeRegistrant } from '../actions/registrant.ts';
import { findEvent } from '../db/event.ts';
import { listMessages } from '../db/message.ts';
import { allowing, type Db } from '../db/pool.ts';
import {
  countFound,
  FEW,
  findRegistrant,
  foundCount,
  listRegistrants,
  REGISTRANT_SORTS,
  registrantDetails,
} from '../db/registrant.ts';
import { listSuppressions } from '../db/suppression.ts';
import { addressHash } from '../domain/address.ts';
import { SOURCE_NAMES } from '../domain/columns.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { readTeamAnswers } from '../domain/form-fields.ts';
import { keyRotation, newRegistrant, registrantChanges, restoration } from '../domain/input.ts';
import type { Registrant } from '../domain/registrant.ts';
import { activeParts } from '../domain/registrant-filter.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { cursorInstantOrNone, readCursor, writeCursor } from '../http/cursor.ts';
import { hasScope, requireScope } from './authenticate.ts';
import { filterQuery, requireFilter } from './filter-query.ts';
import { presentMessages } from './messages.ts';
import { presentRegistrant, presentSuppression } from './present.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { pageOf, pageQuery, registrantDetailsSchema, registrantSchema } from './schemas.ts';

const tags = ['Registrants'];
const eventParams = z.object({ id: z.uuid() });
const params = z.object({ id: z.uuid(), rid: z.uuid() });
const sorts = REGISTRANT_SORTS.flatMap((sort) => [sort, `-${sort}`] as const);
/** As many messages as the details of one registrant show. */
const SHOWN_MESSAGES = 100;
const SHOWN_SUPPRESSIONS = 20;

const EXAMPLE = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  locale: 'en',
  timeZone: 'Europe/London',
  fields: { Company: 'Analytical Engines' },
  source: { utmSource: 'newsletter' },
};

export function registrantRoutes({ config, pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants',
      tags,
      summary: 'Register a person',
      description:
        '201: registered, and the confirmation is on its way (until the event ends). 200: the address was registered already; nothing changes and no second mail goes out, also where the person cancelled (`cancelledAt`): `…/restore` registers them again. The fields of the event’s form are checked; others may be given, as long as the event’s registrants have at most 50 different ones.',
      request: { params: eventParams, ...jsonBody(newRegistrant, EXAMPLE) },
      responses: {
        ...answers(201, 'The new registrant', registrantSchema),
        ...answers(200, 'The registrant as registered before', registrantSchema),
      },
    }),
    async (c) => {
      const event = await requireEvent(c.var.action.db, c.req.valid('param').id);
      const person = c.req.valid('json');
      const { registrant, created } = await register(c.var.action, event, {
        ...person,
        fields: checkFields(event, person.fields),
        technical: { registeredBy: 'api' },
      });
      await askForDomains(c.var.action, [registrant.email]);
      c.set('answerAbout', registrant.id);
      return c.json(shown(c, registrant, event), created ? 201 : 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/registrants',
      tags,
      summary: 'List registrants',
      description: `Everybody who has not cancelled, or those whom a filter names; its parts are joined by "and". In bodies of other
operations the same filter is an object: \`{ "joined": false, "fields": { "company": "ACME" } }\`. \`emailStatus\` (\`none\`: nothing was ever sent)
\`emailDomain\` and \`emailDomainStatus\` take several values, divided by commas; \`field.NAME=VALUE\` asks for who gave just this answer, \`source.NAME=VALUE\` for who came
from there (${SOURCE_NAMES.join(', ')}); \`registeredAfter\` is that instant or later, \`registeredBefore\` any before it; \`q\` is looked for in addresses and names;
\`cancelled=true\` asks for those who cancelled. A parameter that is none of these is refused. \`sort\` goes upwards, with \`-\` before it downwards.`,
      request: {
        params: eventParams,
        query: z.object({
          ...pageQuery,
          ...filterQuery,
          sort: z.enum(sorts).default('registeredAt'),
        }),
      },
      responses: answers(200, 'A page of registrants', pageOf(registrantSchema, 'Registrants')),
    }),
    async (c) => {
      const event = await requireEvent(pool, c.req.valid('param').id);
      const { limit, cursor, sort } = c.req.valid('query');
      const filter = requireFilter(new URL(c.req.url).searchParams, ['limit', 'cursor', 'sort']);
      const descending = sort.startsWith('-');
      const by = (descending ? sort.slice(1) : sort) as (typeof REGISTRANT_SORTS)[number];
      const key = by.endsWith('At') ? cursorInstantOrNone : z.string().max(500);
      const position = readCursor(cursor, z.tuple([z.literal(sort), key, z.uuid()]));
      const db = allowing(pool, 'slice');
      const isSome = filter.q === undefined && activeParts(filter).length > 0;
      const found = isSome ? foundCount(filter, await countFound(db, event.id, filter)) : null;
      const rows = await listRegistrants(db, {
        eventId: event.id,
        filter,
        areFew: found !== null && found <= FEW,
        sort: by,
        descending,
        limit: limit + 1,
        after: position && { key: position[1], id: position[2] },
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: page.map((registrant) => shown(c, registrant, event)),
          nextCursor: last && rows.length > limit ? writeCursor([sort, last.sortKey, last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/registrants/{rid}',
      tags,
      summary: 'Get a registrant, with all technical information and messages',
      request: { params },
      responses: answers(200, 'The registrant', registrantDetailsSchema),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      const event = await requireEvent(pool, id);
      const registrant = await findRegistrant(pool, id, rid);
      if (!registrant) throw registrantNotFound();
      const { source, technical } = await registrantDetails(pool, registrant);
      const messages = await listMessages(pool, {
        registrant,
        kind: null,
        status: null,
        limit: SHOWN_MESSAGES,
        before: null,
      });
      const suppressions = await listSuppressions(pool, {
        limit: SHOWN_SUPPRESSIONS,
        before: null,
        addressHash: addressHash(registrant.email),
      });
      return c.json(
        {
          ...shown(c, registrant, event),
          suppressions: suppressions
            .filter(({ eventId }) => eventId === null || eventId === id)
            .map(presentSuppression),
          technical: { ...technical, ...source },
          messages: await presentMessages(pool, messages),
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'patch',
      path: '/events/{id}/registrants/{rid}',
      tags,
      summary: 'Change a registrant',
      description: `What is left out stays. With \`"resend": true\` a changed address is sent its access link: so a mistyped
one is corrected in one call (the key needs the scope \`send\`, too). A changed address begins without an email status; what is known of the old one stays with
the old one. \`suggestedEmail\` of the registrant says what it most likely should have been.`,
      request: { params, ...jsonBody(registrantChanges, { email: 'ada@example.com', resend: true }) },
      responses: answers(200, 'The registrant', registrantSchema),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      const changes = c.req.valid('json');
      if (changes.resend) requireScope(c, 'send');
      const event = await requireEvent(c.var.action.db, id);
      const registrant = await changeRegistrant(c.var.action, event, rid, changes);
      return c.json(shown(c, registrant, event), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/events/{id}/registrants/{rid}',
      tags,
      summary: 'Remove a registrant',
      description: 'Outstanding mails are dropped and personal data is erased; counts stay.',
      request: { params },
      responses: { 204: { description: 'Removed' } },
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      await removeRegistrant(c.var.action, await requireEvent(c.var.action.db, id), rid);
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants/{rid}/cancel',
      tags,
      summary: 'Cancel a registration',
      description: `As the registrant does it on their own page. From now on they get only mails that they ask for; what was on its
way to them is not sent. Their access link lets nobody in, and asks whether they come after all. Cancelled already: nothing changes.`,
      request: { params },
      responses: answers(200, 'The registrant', registrantSchema),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      const event = await requireEvent(c.var.action.db, id);
      const registrant = await cancelRegistration(c.var.action, event, rid);
      c.set('answerAbout', registrant.id);
      return c.json(shown(c, registrant, event), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants/{rid}/restore',
      tags,
      summary: 'Restore a cancelled registration',
      description: `The registrant is registered again, with the same access link, and is sent the confirmation as long as the event
lasts; with \`"sendConfirmation": false\` nothing is sent. Not cancelled: nothing changes, and nothing is sent.`,
      request: {
        params,
        body: {
          required: false,
          content: { 'application/json': { schema: restoration, example: { sendConfirmation: true } } },
        },
      },
      responses: answers(200, 'The registrant', registrantSchema),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      // A POST without a body has no type, and is not looked at by the validator.
      const sendConfirmation = c.req.valid('json')?.sendConfirmation ?? true;
      const event = await requireEvent(c.var.action.db, id);
      const registrant = await restoreRegistration(c.var.action, event, rid, { sendConfirmation });
      c.set('answerAbout', registrant.id);
      return c.json(shown(c, registrant, event), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants/{rid}/resend',
      tags,
      summary: 'Send the access link again',
      description:
        'Again within 60 seconds it is the same message. 409 where the event is over, or the registrant cancelled.',
      request: { params },
      responses: answers(202, 'On its way', z.object({ messageId: z.uuid() })),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      const event = await requireEvent(c.var.action.db, id);
      const { messageId } = await resendAccessLink(c.var.action, event, rid);
      return c.json({ messageId }, 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/registrants/{rid}/rotate-key',
      tags,
      summary: 'Reset the access link of a registrant',
      description:
        'The registrant gets a new access key, and the old link no longer works. With `"notify": true` the new one is mailed to them (this needs the scope `send` as well).',
      request: {
        params,
        body: {
          required: false,
          content: { 'application/json': { schema: keyRotation, example: { notify: true } } },
        },
      },
      responses: answers(200, 'The registrant with the new link', registrantSchema),
    }),
    async (c) => {
      const { id, rid } = c.req.valid('param');
      // A POST without a body has no type, and is not looked at by the validator.
      const notify = c.req.valid('json')?.notify ?? false;
      if (notify) requireScope(c, 'send');
      const event = await requireEvent(c.var.action.db, id);
      const registrant = await rotateAccessKey(c.var.action, event, rid, { notify });
      c.set('answerAbout', registrant.id);
      return c.json(shown(c, registrant, event), 200);
    },
  );

  function shown(c: Context<AppEnv>, registrant: Registrant, event: Event) {
    return presentRegistrant(registrant, event, config.publicUrl, { withLink: hasScope(c, 'read') });
  }

  return router;
}

/** Throws `invalid_input` where the event's form would not take a field of its own. */
function checkFields(event: Event, given: Readonly<Record<string, string>>): Record<string, string> {
  const { fields, errors } = readTeamAnswers(event.formFields, given);
  if (errors.size > 0)
    throw new AppError('invalid_input', 'The input is not valid: `errors` says what and where.', {
      errors: [...errors].map(([name, message]) => ({ path: `fields.${name}`, message })),
    });
  return fields;
}

async function requireEvent(db: Db, id: string) {
  const event = await findEvent(db, { id });
  if (!event) throw eventNotFound();
  return event;
}
