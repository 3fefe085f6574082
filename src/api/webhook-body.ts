import { EVENT_COLUMNS, findEvents } from '../db/event.ts';
import { findExport, type RegistrantsExport } from '../db/export.ts';
import { readerOfKept } from '../db/kept-row.ts';
import { findMessagesOf } from '../db/message.ts';
import type { Db } from '../db/pool.ts';
import { findRegistrantsOf, REGISTRANT_COLUMNS } from '../db/registrant.ts';
import type { WebhookEvent } from '../db/webhook-delivery.ts';
import { accessLink } from '../domain/access-link.ts';
import { shownAddress } from '../domain/address.ts';
import type { Event } from '../domain/event.ts';
import type { Message } from '../domain/message.ts';
import type { Registrant } from '../domain/registrant.ts';
import { presentEvent, presentExport, presentMessage, presentRegistrant } from './present.ts';

// What receivers of webhooks are told: what the API says of the same, as it was when it happened, without what opens a door.

const readRegistrant = readerOfKept<Registrant>(REGISTRANT_COLUMNS);
const readEvent = readerOfKept<Event>(EVENT_COLUMNS);
const NO_COUNTS = { registrants: 0, byEmailStatus: {} };

/** What is read when a body is written, for many at once: as it is now. */
export interface BodyContext {
  readonly publicUrl: string;
  readonly events: ReadonlyMap<string, Event>;
  readonly exports: ReadonlyMap<string, RegistrantsExport>;
  readonly messages: ReadonlyMap<string, Message>;
  /** Who is not erased. */
  readonly registrants: ReadonlyMap<string, Registrant>;
  /** Whether the endpoint asked for what opens a door. No access key is kept with what is told. */
  readonly withAccess: boolean;
}

/** Reads what the bodies of these need. */
export async function readBodyContext(
  db: Db,
  told: readonly WebhookEvent[],
  { publicUrl, withAccess }: Pick<BodyContext, 'publicUrl' | 'withAccess'>,
): Promise<BodyContext> {
  const ids = (of: (one: WebhookEvent) => string | null) => [
    ...new Set(told.flatMap((one) => of(one) ?? [])),
  ];
  const aboutIds = (sort: string) => ids(({ type, aboutId }) => (type.startsWith(sort) ? aboutId : null));
  const events = await findEvents(
    db,
    ids(({ eventId }) => eventId),
  );
  const messages: Message[] = [];
  const registrants: Registrant[] = [];
  for (const [eventId, some] of Map.groupBy(told, (one) => one.eventId)) {
    if (eventId === null) continue;
    const ofEvent = (of: (one: WebhookEvent) => string | null) => [
      ...new Set(some.flatMap((one) => of(one) ?? [])),
    ];
    const messageIds = ofEvent(({ type, aboutId }) => (type.startsWith('message.') ? aboutId : null));
    if (messageIds.length > 0) messages.push(...(await findMessagesOf(db, eventId, messageIds)));
    const registrantIds = ofEvent(({ type, registrantId }) =>
      withAccess || type.startsWith('message.') ? registrantId : null,
    );
    if (registrantIds.length > 0) registrants.push(...(await findRegistrantsOf(db, eventId, registrantIds)));
  }
  const exports: RegistrantsExport[] = [];
  for (const id of aboutIds('export.')) {
    const found = await findExport(db, id);
    if (found) exports.push(found);
  }
  const byId = <Row extends { readonly id: string }>(rows: readonly Row[]) =>
    new Map(rows.map((row) => [row.id, row]));
  return {
    ...{ publicUrl, withAccess, events: byId(events), exports: byId(exports) },
    ...{ messages: byId(messages), registrants: byId(registrants) },
  };
}

/** The body of a request, the same at every try but for access links that were reset meanwhile. */
export function webhookBody(told: WebhookEvent, context: BodyContext): string {
  const { type, occurredAt, sequence } = told;
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    sequence,
    data: dataOf(told, context),
  });
}

function dataOf(told: WebhookEvent, context: BodyContext): unknown {
  const [group] = told.type.split('.');
  if (group === 'registrant') return registrantData(told, context);
  if (group === 'message') return messageData(told, context);
  if (group === 'event') return eventData(told, context);
  if (group === 'export') return exportData(told, context);
  return told.data;
}

function registrantData(told: WebhookEvent, context: BodyContext): unknown {
  const { eventId, registrantId, data, erasedAt } = told;
  const event = context.events.get(eventId ?? '');
  if (erasedAt || data.erased_at || !event)
    return { id: registrantId, eventId, erasedAt: erasedAt?.toISOString() ?? iso(data.erased_at) };
  const shown = presentRegistrant(readRegistrant(data), event, context.publicUrl, { withLink: false });
  return { ...shown, ...accessOf(told, context) };
}

function accessOf(
  { eventId, registrantId }: WebhookEvent,
  { withAccess, events, registrants, publicUrl }: BodyContext,
): { readonly accessKey?: string; readonly accessLink?: string } {
  const event = events.get(eventId ?? '');
  const registrant = registrants.get(registrantId ?? '');
  if (!withAccess || !event || !registrant) return {};
  return { accessKey: registrant.accessKey, accessLink: accessLink(publicUrl, event, registrant) };
}

function messageData(told: WebhookEvent, context: BodyContext): unknown {
  const { registrantId, eventId, aboutId, data } = told;
  const found = context.messages.get(aboutId ?? '');
  if (!found) return { id: aboutId, registrantId, eventId, status: data.status };
  // Its timeline is left out: each step is told when it comes.
  const { events: _, ...message } = presentMessage(found, []);
  const registrant = context.registrants.get(registrantId ?? '');
  return {
    ...message,
    ...{ status: data.status, error: data.error ?? null, attempts: data.attempts },
    acceptedAt: iso(data.accepted_at),
    registrant: {
      ...{ id: registrantId, eventId, email: registrant ? shownAddress(registrant.email) : null },
      ...{ firstName: registrant?.firstName ?? '', lastName: registrant?.lastName ?? '' },
      ...accessOf(told, context),
    },
  };
}

/** As a row that was kept says it. */
function iso(time: unknown): string | null {
  return typeof time === 'string' ? new Date(time).toISOString() : null;
}

function eventData({ data }: WebhookEvent, { publicUrl, withAccess }: BodyContext): unknown {
  // How many are registered is no part of what happened; and the room's address opens it to whoever has it.
  const { counts: _, roomUrl, ...event } = presentEvent(readEvent(data), NO_COUNTS, publicUrl);
  return withAccess ? { ...event, roomUrl } : event;
}

function exportData({ aboutId, eventId }: WebhookEvent, { exports }: BodyContext): unknown {
  const found = exports.get(aboutId ?? '');
  return found ? presentExport(found) : { id: aboutId, eventId };
}
