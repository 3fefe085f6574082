import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  deliveryNotFound,
  endpointNotFound,
  replayAllFailed,
  replayDelivery,
  rotateSecret,
  testEndpoint,
} from '../../actions/webhook-endpoint.ts';
import { readBodyContext, webhookBody } from '../../api/webhook-body.ts';
import { webhookRules } from '../../api/webhook-endpoints.ts';
import { findEvents, listEvents } from '../../db/event.ts';
import { countDeliveries, findDelivery, listDeliveries } from '../../db/webhook-delivery.ts';
import {
  findEndpoint,
  listEndpoints,
  type WebhookEndpoint,
  type WebhookTarget,
} from '../../db/webhook-endpoint.ts';
import { AppError } from '../../domain/errors.ts';
import {
  DELIVERY_STATES,
  MOST_EVENT_IDS,
  readEndpointUrl,
  WEBHOOK_GROUPS,
  WEBHOOK_PATTERNS,
} from '../../domain/webhook.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { readForm, readLists } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import type { NoticeName } from '../notices.ts';
import { act, adminsOnly, type TeamEnv } from '../session.ts';
import { DeleteEndpointPage, RotateSecretPage } from './confirm-pages.tsx';
import { DeliveryPage } from './delivery-page.tsx';
import { EndpointFormPage, type EndpointFormValues } from './endpoint-form.tsx';
import { EndpointPage } from './endpoint-page.tsx';
import { SecretPage } from './secret-page.tsx';
import { WebhooksPage } from './webhooks-page.tsx';

const PATH = '/team/webhooks';
const PAGE = 50;
/** As many events as a list to choose from bears. */
const MOST_CHOICES = 100;
const ALL_OF_EACH: readonly string[] = WEBHOOK_GROUPS.map((group) => `${group}.*`);

/** Endpoints of webhooks: made, looked after, and what was sent to them. */
export function webhookRoutes(dependencies: TeamDependencies) {
  const { pool, frame, config } = dependencies;
  const rules = webhookRules(dependencies);
  const router = new Hono<TeamEnv>();
  router.use(PATH, adminsOnly);
  router.use(`${PATH}/*`, adminsOnly);

  router.get(PATH, async (c) => {
    const endpoints = await listEndpoints(pool);
    const counts = await countDeliveries(
      pool,
      endpoints.map(({ id }) => id),
    );
    const rows = endpoints.map((endpoint) => ({ ...endpoint, ...(counts.get(endpoint.id) ?? NO_COUNTS) }));
    return sendPage(c, <WebhooksPage frame={await frame(c)} endpoints={rows} />);
  });

  router.get(`${PATH}/new`, (c) => showForm(c, null, NEW));

  // Answered with the secret itself: no address may carry it, and nothing may keep it to show it later.
  router.post(`${PATH}/new`, async (c) => {
    const values = await readValues(c);
    const errors = checkValues(values, rules);
    if (Object.keys(errors).length > 0) return showForm(c, null, values, errors);
    try {
      const made = await act(c, dependencies, (action) => addEndpoint(action, rules, targetOf(values)));
      const { id, url } = made.endpoint;
      const page = { id, url, secret: made.secret, formerUntil: null };
      return sendPage(c, <SecretPage frame={await frame(c)} {...page} />);
    } catch (error) {
      return showForm(c, null, values, errorsOf(error));
    }
  });

  router.get(`${PATH}/:id`, async (c) => {
    const endpoint = await requireEndpoint(c);
    const state = DELIVERY_STATES.find((one) => one === c.req.query('status')) ?? null;
    const before = readCursor(c.req.query('cursor'), z.tuple([z.uuid()]))?.[0] ?? null;
    const query = { endpointId: endpoint.id, type: null, eventId: null, registrantId: null };
    const found = await listDeliveries(pool, {
      ...query,
      states: state ? [state] : [],
      before,
      limit: PAGE + 1,
    });
    const deliveries = found.slice(0, PAGE);
    const last = deliveries.at(-1);
    const counts = (await countDeliveries(pool, [endpoint.id])).get(endpoint.id) ?? NO_COUNTS;
    const address = (cursor: string | null) => {
      const search = new URLSearchParams(state ? { status: state } : {});
      if (cursor) search.set('cursor', cursor);
      return search.size > 0 ? `${PATH}/${endpoint.id}?${search}` : `${PATH}/${endpoint.id}`;
    };
    const events = endpoint.eventIds && (await findEvents(pool, endpoint.eventIds));
    return sendPage(
      c,
      <EndpointPage
        {...{ endpoint, deliveries, state, ...counts }}
        frame={await frame(c)}
        eventTitles={events?.map(({ title }) => title) ?? null}
        newest={before ? address(null) : null}
        older={last && found.length > PAGE ? address(writeCursor([last.id])) : null}
      />,
    );
  });

  router.get(`${PATH}/:id/edit`, async (c) => {
    const { id, url, events, eventIds, includeAccessLinks } = await requireEndpoint(c);
    return showForm(c, id, {
      ...{ url, includeAccessLinks, eventIds: eventIds ?? [], which: eventIds ? 'some' : 'all' },
      events: events.includes('*') ? ALL_OF_EACH : events,
    });
  });

  router.post(`${PATH}/:id/edit`, async (c) => {
    const { id } = await requireEndpoint(c);
    const values = await readValues(c);
    const errors = checkValues(values, rules);
    if (Object.keys(errors).length > 0) return showForm(c, id, values, errors);
    try {
      await act(c, dependencies, (action) => changeEndpoint(action, rules, id, targetOf(values)));
    } catch (error) {
      return showForm(c, id, values, errorsOf(error));
    }
    return back(c, id, 'webhook_saved');
  });

  router.get(`${PATH}/:id/rotate`, async (c) =>
    sendPage(c, <RotateSecretPage frame={await frame(c)} endpoint={await requireEndpoint(c)} />),
  );

  router.post(`${PATH}/:id/rotate`, async (c) => {
    const { id } = await requireEndpoint(c);
    const rotated = await act(c, dependencies, (action) => rotateSecret(action, rules, id));
    const { secret, formerUntil } = rotated;
    const page = { id, url: rotated.endpoint.url, secret, formerUntil };
    return sendPage(c, <SecretPage frame={await frame(c)} {...page} />);
  });

  router.post(`${PATH}/:id/switch`, async (c) => {
    const { id } = await requireEndpoint(c);
    const enabled = (await readForm(c)).enabled === 'yes';
    await act(c, dependencies, (action) => changeEndpoint(action, rules, id, { enabled }));
    return back(c, id, enabled ? 'webhook_switched_on' : 'webhook_switched_off');
  });

  router.get(`${PATH}/:id/delete`, async (c) =>
    sendPage(c, <DeleteEndpointPage frame={await frame(c)} endpoint={await requireEndpoint(c)} />),
  );

  router.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = await requireEndpoint(c);
    await act(c, dependencies, (action) => deleteEndpoint(action, id));
    return seeOther(c, PATH, 'webhook_deleted');
  });

  router.post(`${PATH}/:id/test`, async (c) => {
    const { id } = await requireEndpoint(c);
    const delivery = await act(c, dependencies, (action) => testEndpoint(action, id));
    return seeOther(c, `${PATH}/${id}/deliveries/${delivery.id}`, 'webhook_sent');
  });

  router.post(`${PATH}/:id/replay-failed`, async (c) => {
    const { id } = await requireEndpoint(c);
    const replayed = await act(c, dependencies, (action) => replayAllFailed(action, id));
    return back(c, id, replayed > 0 ? 'webhooks_replayed' : 'webhooks_none_failed');
  });

  router.get(`${PATH}/:id/deliveries/:did`, async (c) => {
    const endpoint = await requireEndpoint(c);
    const did = z.uuid().safeParse(c.req.param('did'));
    const delivery = did.success ? await findDelivery(pool, endpoint.id, did.data) : null;
    if (!delivery) throw deliveryNotFound();
    const about = await readBodyContext(pool, [delivery], {
      publicUrl: config.publicUrl,
      withAccess: false,
    });
    const page = { endpoint, delivery, body: webhookBody(delivery, about) };
    return sendPage(c, <DeliveryPage frame={await frame(c)} {...page} />);
  });

  router.post(`${PATH}/:id/deliveries/:did/replay`, async (c) => {
    const { id } = await requireEndpoint(c);
    const did = z.uuid().safeParse(c.req.param('did'));
    if (!did.success) throw deliveryNotFound();
    await act(c, dependencies, (action) => replayDelivery(action, id, did.data));
    return seeOther(c, `${PATH}/${id}/deliveries/${did.data}`, 'webhook_sent');
  });

  function back(c: Context, id: string, notice: NoticeName): Response {
    return seeOther(c, `${PATH}/${id}`, notice);
  }

  async function requireEndpoint(c: Context): Promise<WebhookEndpoint> {
    const id = z.uuid().safeParse(c.req.param('id'));
    const endpoint = id.success ? await findEndpoint(pool, id.data) : null;
    if (!endpoint) throw endpointNotFound();
    return endpoint;
  }

  async function showForm(
    c: Context<TeamEnv>,
    id: string | null,
    values: EndpointFormValues,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const latest = await listEvents(pool, { limit: MOST_CHOICES, after: null });
    const missing = values.eventIds.filter((chosen) => !latest.some((event) => event.id === chosen));
    const chosen = missing.length > 0 ? await findEvents(pool, missing) : [];
    const choices = [...chosen, ...latest].map((event) => ({ value: event.id, label: event.title }));
    const page = { frame: await frame(c), id, values, errors, choices };
    return sendPage(c, <EndpointFormPage {...page} />, Object.keys(errors).length > 0 ? 422 : 200);
  }

  return router;
}

const NO_COUNTS = { pending: 0, failed: 0 };
const NEW: EndpointFormValues = {
  ...{ url: '', events: ALL_OF_EACH, which: 'all', eventIds: [], includeAccessLinks: false },
};

async function readValues(c: Context): Promise<EndpointFormValues> {
  const { url, events = [], which, eventIds = [], includeAccessLinks } = await readLists(c);
  return {
    url: url?.[0]?.trim().slice(0, 2_001) ?? '',
    events: WEBHOOK_PATTERNS.filter((pattern) => events.includes(pattern)),
    which: which?.[0] === 'some' ? 'some' : 'all',
    eventIds: [...new Set(eventIds)].filter((id) => z.uuid().safeParse(id).success),
    includeAccessLinks: includeAccessLinks !== undefined,
  };
}

function checkValues(
  { url, events, which, eventIds }: EndpointFormValues,
  rules: { readonly production: boolean },
): Record<string, string> {
  const read = readEndpointUrl(url, rules);
  return {
    ...('fault' in read && { url: sentence(`The URL ${read.fault}`) }),
    ...(url === '' && { url: 'Enter the URL of your program, like https://example.com/hooks.' }),
    ...(events.length === 0 && { events: 'Choose at least one event type.' }),
    ...(which === 'some' && eventIds.length === 0 && { eventIds: 'Choose at least one event.' }),
    ...(eventIds.length > MOST_EVENT_IDS && { eventIds: `Choose at most ${MOST_EVENT_IDS} events.` }),
  };
}

/** What is chosen as a whole needs no parts. */
function targetOf({ url, events, which, eventIds, includeAccessLinks }: EndpointFormValues): WebhookTarget {
  const parts = events.filter((type) => type.endsWith('.*') || !events.includes(`${type.split('.')[0]}.*`));
  return {
    ...{ url, includeAccessLinks, eventIds: which === 'some' ? eventIds : null },
    events: ALL_OF_EACH.every((pattern) => parts.includes(pattern)) ? ['*'] : parts,
  };
}

/** What an action found wrong, by field. Throws what is nobody's to correct here. */
function errorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'conflict') return { url: error.message };
  if (error.code !== 'invalid_input') throw error;
  return Object.fromEntries(
    error.errors.map(({ path, message }) =>
      path === 'url'
        ? ['url', sentence(`The URL ${message}`)]
        : ['eventIds', 'One of the events is gone: choose again.'],
    ),
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
