import { endAlert, raiseAlert } from '../db/alert.ts';
import { findEvents } from '../db/event.ts';
import { allow, type Db } from '../db/pool.ts';
import { findTeamMember } from '../db/team-member.ts';
import {
  findDelivery,
  insertTestDelivery,
  makeDue,
  replay,
  replayFailed,
  type WebhookDelivery,
} from '../db/webhook-delivery.ts';
import {
  endPause,
  findEndpoint,
  insertEndpoint,
  lockEndpoint,
  lockEndpoints,
  markDeleted,
  replaceSecret,
  switchOff,
  switchOn,
  updateEndpoint,
  type WebhookEndpoint,
  type WebhookTarget,
} from '../db/webhook-endpoint.ts';
import { AppError, type FieldError } from '../domain/errors.ts';
import { seal } from '../domain/sealed.ts';
import {
  BOTH_SECRETS_MS,
  MOST_ENDPOINTS,
  newWebhookSecret,
  readEndpointUrl,
  SECRET_PURPOSE,
  type SwitchedOffWhy,
  TEST_TYPE,
} from '../domain/webhook.ts';
import type { PublicHosts } from '../lib/public-address.ts';
import { within } from '../lib/remember.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

type Context = Pick<TeamActionContext, 'db' | 'now' | 'actor' | 'memberId'>;

/** What decides which addresses may be told, and seals secrets. */
export interface WebhookRules {
  readonly production: boolean;
  readonly appSecret: string;
  readonly resolve: PublicHosts;
}

/** So many at once are sent again by hand. */
const MOST_REPLAYED = 10_000;
/** A name server that is slow keeps nobody from saving an endpoint: whoever sends looks again. */
const LOOK_UP_MS = 3_000;

/** Adds an endpoint; its secret is shown this once. Throws `invalid_input`, `forbidden`, and `conflict` where there are too many. */
export async function addEndpoint(
  context: Context,
  rules: WebhookRules,
  asked: WebhookTarget,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly secret: string }> {
  const { db, now } = context;
  await requireAdmin(context);
  const target = await checked(db, rules, asked);
  const others = await lockEndpoints(db);
  if (others.length >= MOST_ENDPOINTS)
    throw new AppError('conflict', `There may be ${MOST_ENDPOINTS} webhook endpoints: delete one first.`);
  refuseTwice(others, target);
  const secret = newWebhookSecret();
  const endpoint = await insertEndpoint(db, { ...target, secret: sealed(rules, secret) }, now);
  await audit(context, 'webhook_endpoint_added', { detail: detailOf(endpoint) });
  return { endpoint, secret };
}

export interface EndpointChanges extends Partial<WebhookTarget> {
  readonly enabled?: boolean | undefined;
}

/** Throws like `addEndpoint`, and `not_found`. */
export async function changeEndpoint(
  context: Context,
  rules: WebhookRules,
  id: string,
  { enabled, ...changes }: { readonly [K in keyof EndpointChanges]: EndpointChanges[K] | undefined },
): Promise<WebhookEndpoint> {
  const { db, now } = context;
  await requireAdmin(context);
  const seen = await findEndpoint(db, id);
  if (!seen) throw endpointNotFound();
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const isChange = Object.keys(given).length > 0;
  // The names are looked up before anybody is kept waiting.
  const target = isChange ? await checked(db, rules, { ...seen, ...given }) : seen;
  const all = await lockEndpoints(db);
  const before = all.find((endpoint) => endpoint.id === id);
  if (!before) throw endpointNotFound();
  if (isChange) {
    refuseTwice(
      all.filter((other) => other !== before),
      target,
    );
    await updateEndpoint(db, id, target);
    await audit(context, 'webhook_endpoint_changed', {
      detail: { ...detailOf({ id, url: target.url }), changed: Object.keys(given).join(' ') },
    });
  }
  const isOn = before.switchedOffAt === null;
  if (enabled === false && isOn) await switchOffEndpoint(context, before, 'by_hand');
  if (enabled === true && !isOn) {
    await switchOn(db, id);
    await endAlert(db, 'webhook_endpoint_off', { endpointId: id }, now);
    await allow(db, 'slice');
    await makeDue(db, id, now);
    await audit(context, 'webhook_endpoint_switched_on', { detail: detailOf(before) });
  }
  return get(db, id);
}

/**
 * From now on nothing is published to it; what waits, waits until it is on again. Also the worker does so, where it answered 410 or has
 * failed for three days: this is the one place that the team is to hear of it from.
 */
export async function switchOffEndpoint(
  context: Pick<TeamActionContext, 'db' | 'now' | 'actor'>,
  endpoint: WebhookEndpoint,
  why: SwitchedOffWhy,
): Promise<void> {
  if (!(await switchOff(context.db, endpoint.id, why, context.now))) return;
  await audit(context, 'webhook_endpoint_switched_off', { detail: { ...detailOf(endpoint), why } });
  const about = { endpointId: endpoint.id, host: new URL(endpoint.url).host };
  if (why !== 'by_hand') await raiseAlert(context.db, 'webhook_endpoint_off', { ...about, why }, context.now);
}

/** Throws `not_found`. */
export async function deleteEndpoint(context: Context, id: string): Promise<void> {
  await requireAdmin(context);
  const endpoint = await locked(context.db, id);
  await markDeleted(context.db, id, context.now);
  await endAlert(context.db, 'webhook_endpoint_off', { endpointId: id }, context.now);
  await audit(context, 'webhook_endpoint_deleted', { detail: detailOf(endpoint) });
}

/** A new secret, shown this once; the former one signs beside it for a day. Throws `not_found`. */
export async function rotateSecret(
  context: Context,
  rules: WebhookRules,
  id: string,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly secret: string; readonly formerUntil: Date }> {
  const { db, now } = context;
  await requireAdmin(context);
  const endpoint = await locked(db, id);
  const secret = newWebhookSecret();
  const formerUntil = new Date(now.getTime() + BOTH_SECRETS_MS);
  await replaceSecret(db, id, sealed(rules, secret), formerUntil);
  await audit(context, 'webhook_secret_rotated', { detail: detailOf(endpoint) });
  return { endpoint, secret, formerUntil };
}

/** Sends something that did not happen. Throws `not_found`, and `conflict` where the endpoint is off. */
export async function testEndpoint(context: Context, id: string): Promise<WebhookDelivery> {
  const { db, now } = context;
  await requireAdmin(context);
  requireOn(await locked(db, id));
  await endPause(db, id);
  const data = { endpointId: id, message: 'This is a test. Nothing happened.' };
  const deliveryId = await insertTestDelivery(db, id, { type: TEST_TYPE, data, now });
  return getDelivery(db, id, deliveryId);
}

/** Sends a delivery again under the same id, whatever became of it. Throws `not_found`, and `conflict` where the endpoint is off. */
export async function replayDelivery(
  context: Context,
  id: string,
  deliveryId: string,
): Promise<WebhookDelivery> {
  const { db, now } = context;
  await requireAdmin(context);
  requireOn(await locked(db, id));
  if (!(await replay(db, id, deliveryId, now))) throw deliveryNotFound();
  await endPause(db, id);
  return getDelivery(db, id, deliveryId);
}

/** The same for all that failed, at most 10,000 of them, the oldest first. Returns how many. */
export async function replayAllFailed(context: Context, id: string): Promise<number> {
  const { db, now } = context;
  await requireAdmin(context);
  const endpoint = await locked(db, id);
  requireOn(endpoint);
  await allow(db, 'slice');
  const replayed = await replayFailed(db, id, now, MOST_REPLAYED);
  await endPause(db, id);
  if (replayed > 0)
    await audit(context, 'webhooks_replayed', {
      detail: { ...detailOf(endpoint), deliveries: String(replayed) },
    });
  return replayed;
}

/** Everything that happens to people leaves by an endpoint: whoever may not make exports for others may not make one. */
async function requireAdmin({ db, memberId }: Context): Promise<void> {
  if (memberId === null) return;
  const member = await findTeamMember(db, { id: memberId });
  if (member?.role !== 'admin')
    throw new AppError(
      'forbidden',
      'Webhook endpoints are for admins: use a key of an admin, or one that is nobody’s.',
    );
}

/** As it is kept. Throws `invalid_input` with what is wrong with it. */
async function checked(db: Db, rules: WebhookRules, asked: WebhookTarget): Promise<WebhookTarget> {
  const errors: FieldError[] = [];
  const read = readEndpointUrl(asked.url, rules);
  if ('fault' in read) errors.push({ path: 'url', message: read.fault });
  else {
    const host = new URL(read.url).hostname;
    const found = await within(rules.resolve(host), LOOK_UP_MS, null);
    if (found?.type === 'refused')
      errors.push({ path: 'url', message: `must lead to a public address: ${found.reason}` });
  }
  const known = new Set((asked.eventIds ? await findEvents(db, asked.eventIds) : []).map(({ id }) => id));
  for (const [i, id] of (asked.eventIds ?? []).entries())
    if (!known.has(id)) errors.push({ path: `eventIds.${i}`, message: 'is no event' });
  if (errors.length > 0 || 'fault' in read)
    throw new AppError('invalid_input', 'The endpoint cannot be saved: `errors` says why.', { errors });
  return {
    url: read.url,
    events: [...asked.events],
    eventIds: asked.eventIds && [...asked.eventIds],
    includeAccessLinks: asked.includeAccessLinks,
  };
}

function refuseTwice(others: readonly WebhookEndpoint[], target: WebhookTarget): void {
  const key = ({ url, events, eventIds }: WebhookTarget) =>
    JSON.stringify([url, events.toSorted(), eventIds?.toSorted() ?? null]);
  if (others.some((other) => key(other) === key(target)))
    throw new AppError('invalid_input', 'There is such an endpoint already.', {
      errors: [{ path: 'url', message: 'has an endpoint for the same events already' }],
    });
}

function requireOn({ switchedOffAt }: WebhookEndpoint): void {
  if (switchedOffAt !== null)
    throw new AppError('conflict', 'The endpoint is switched off: switch it on first.');
}

function sealed({ appSecret }: WebhookRules, secret: string): string {
  return seal(appSecret, SECRET_PURPOSE, secret);
}

/** Of an address only where it leads: its path may hold a password of the receiver's. */
function detailOf({ id, url }: Pick<WebhookEndpoint, 'id' | 'url'>): Record<string, string> {
  return { endpointId: id, host: new URL(url).host };
}

async function locked(db: Db, id: string): Promise<WebhookEndpoint> {
  const endpoint = await lockEndpoint(db, id);
  if (!endpoint) throw endpointNotFound();
  return endpoint;
}

async function get(db: Db, id: string): Promise<WebhookEndpoint> {
  return (await findEndpoint(db, id)) as WebhookEndpoint;
}

async function getDelivery(db: Db, id: string, deliveryId: string): Promise<WebhookDelivery> {
  return (await findDelivery(db, id, deliveryId)) as WebhookDelivery;
}

export function endpointNotFound(): AppError {
  return new AppError('not_found', 'There is no such webhook endpoint.');
}

export function deliveryNotFound(): AppError {
  return new AppError('not_found', 'There is no such delivery of this endpoint.');
}
