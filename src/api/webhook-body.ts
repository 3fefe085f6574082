import { EVENT_COLUMNS, findEvents } from '../db/event.ts';
import { findExport, type RegistrantsExport } from '../db/export.ts';
import { readerOfKept } from '../db/kept-row.ts';
import type { Db } from '../db/pool.ts';
import { REGISTRANT_COLUMNS } from '../db/registrant.ts';
import { findAccessKeys, type WebhookEvent } from '../db/webhook-delivery.ts';
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

interface Access {
  readonly accessKey: string;
  readonly accessLink: string;
}

/** What is read when a body is written, for many at once. */
export interface BodyContext {
  readonly publicUrl: string;
  readonly events: ReadonlyMap<string, Event>;
  readonly exports: ReadonlyMap<string, RegistrantsExport>;
  /** By registrant, as it is now: no access key is kept with what is told. Null: the endpoint did not ask for them. */
  readonly access: ReadonlyMap<string, Access> | null;
}

/** Reads what the bodies of these need. `withAccess`: with the access links that open now. */
export async function readBodyContext(
  db: Db,
  told: readonly WebhookEvent[],
  { publicUrl, withAccess }: { readonly publicUrl: string; readonly withAccess: boolean },
): Promise<BodyContext> {
  const ids = (of: (one: WebhookEvent) => string | null) => [
    ...new Set(told.flatMap((one) => of(one) ?? [])),
  ];
  const events = new Map(
    (
      await findEvents(
        db,
        ids(({ eventId }) => eventId),
      )
    ).map((e) => [e.id, e]),
  );
  const exports = new Map<string, RegistrantsExport>();
  for (const id of ids(({ type, aboutId }) => (type === 'export.ready' ? aboutId : null))) {
    const found = await findExport(db, id);
    if (found) exports.set(id, found);
  }
  const access = withAccess ? new Map<string, Access>() : null;
  if (access) {
    const keys = await findAccessKeys(
      db,
      ids(({ registrantId }) => registrantId),
    );
    for (const { eventId, registrantId } of told) {
      const event = eventId && events.get(eventId);
      const key = registrantId && keys.get(registrantId);
      if (event && key)
        access.set(registrantId, {
          accessKey: key.accessKey,
          accessLink: accessLink(publicUrl, event, key),
        });
    }
  }
  return { publicUrl, events, exports, access };
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

function registrantData(told: WebhookEvent, { publicUrl, events, access }: BodyContext): unknown {
  const { eventId, registrantId, data, erasedAt } = told;
  const event = events.get(eventId ?? '');
  if (erasedAt || data.erased_at || !event)
    return { id: registrantId, eventId, erasedAt: erasedAt?.toISOString() ?? data.erased_at ?? null };
  const shown = presentRegistrant(readRegistrant(data), event, publicUrl, { withLink: false });
  return { ...shown, ...access?.get(registrantId ?? '') };
}

/** As its trigger kept it: what the API says of a message, by the columns' names. */
interface KeptMessage {
  readonly registrant: {
    readonly email: string | null;
    readonly first_name: string;
    readonly last_name: string;
  } | null;
}

function messageData({ registrantId, eventId, data }: WebhookEvent, { access }: BodyContext): unknown {
  // Its timeline is left out: each step is told when it comes.
  const { events: _, ...message } = presentMessage(readMessage(data), []);
  const { registrant } = data as Partial<KeptMessage>;
  return {
    ...message,
    registrant: {
      id: registrantId,
      eventId,
      email: registrant?.email ? shownAddress(registrant.email) : null,
      firstName: registrant?.first_name ?? '',
      lastName: registrant?.last_name ?? '',
      ...access?.get(registrantId ?? ''),
    },
  };
}

const MESSAGE_COLUMNS = [
  ...['id', 'event_id as "eventId"', 'registrant_id as "registrantId"', 'kind', 'status', 'to', 'subject'],
  ...['priority', 'due_at as "dueAt"', 'expires_at as "expiresAt"', 'created_at as "createdAt"'],
  ...['claimed_at as "claimedAt"', 'accepted_at as "acceptedAt"', 'attempts', 'error', 'transport'],
  'provider_message_id as "providerMessageId"',
];
const readMessage = readerOfKept<Message>(MESSAGE_COLUMNS.map((column) => `message.${column}`).join(', '));

function eventData({ data }: WebhookEvent, { publicUrl, access }: BodyContext): unknown {
  // How many are registered is no part of what happened; and the room's address opens it to whoever has it.
  const { counts: _, roomUrl, ...event } = presentEvent(readEvent(data), NO_COUNTS, publicUrl);
  return access ? { ...event, roomUrl } : event;
}

function exportData({ aboutId, eventId }: WebhookEvent, { exports }: BodyContext): unknown {
  const found = exports.get(aboutId ?? '');
  return found ? presentExport(found) : { id: aboutId, eventId };
}
