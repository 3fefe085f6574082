import { type AuditEntry, listAuditOf } from '../db/audit.ts';
import { forgetBlockedAddresses } from '../db/block.ts';
import { findEvents } from '../db/event.ts';
import { listMessageEvents, listMessagesTo, type MessageEvent } from '../db/message.ts';
import {
  blockedSince,
  forgetAddress,
  type HeldSuppression,
  type HoldingExport,
  listAllSuppressions,
  listExportsOf,
  listFormerMails,
  listWaitingRequests,
} from '../db/personal-data.ts';
import { allow, type Db } from '../db/pool.ts';
import {
  eraseRegistrant,
  listRegistrationsOf,
  lockRegistrant,
  type RegistrantDetails,
  registrantDetails,
} from '../db/registrant.ts';
import { listVisits, type Visit } from '../db/visit.ts';
import { listToldOf, type ToldOf } from '../db/webhook-delivery.ts';
import { addressHash } from '../domain/address.ts';
import type { Event } from '../domain/event.ts';
import { inboxHash } from '../domain/inbox.ts';
import type { Message } from '../domain/message.ts';
import type { Registrant } from '../domain/registrant.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/** A mail with all that is known of it. */
export interface HeldMail {
  readonly message: Message;
  readonly events: readonly MessageEvent[];
}

/** One registration with the address. */
export interface HeldRegistration extends RegistrantDetails {
  readonly registrant: Registrant;
  readonly event: Event;
  /** Newest first. */
  readonly mails: readonly HeldMail[];
  /** Oldest first. */
  readonly audit: readonly (AuditEntry & { readonly id: string })[];
  readonly exports: readonly HoldingExport[];
  /** What opened their link, the latest first. */
  readonly visits: readonly Visit[];
  /** What other programs were told of them, oldest first. */
  readonly told: readonly ToldOf[];
}

/** All that is held of an address, over all events. */
export interface PersonalData {
  /** As it is kept; null: nothing is held. */
  readonly email: string | null;
  readonly registrations: readonly HeldRegistration[];
  /** Sent with the public form, and not taken by a worker yet. */
  readonly waiting: Awaited<ReturnType<typeof listWaitingRequests>>;
  /** To the address, for registrants whose email was corrected since. */
  readonly formerMails: readonly HeldMail[];
  readonly suppressions: readonly HeldSuppression[];
  /** Since when the public forms do nothing for the address; null: they do. */
  readonly blockedSince: Date | null;
}

/** More are not kept of one registrant. */
const MOST_VISITS = 10_000;

/** What is held of the address with this hash. */
export async function findPersonalData(db: Db, hash: string): Promise<PersonalData> {
  const registrants = await listRegistrationsOf(db, hash);
  const ids = registrants.map(({ id }) => id);
  const [events, messages, entries, exports, waiting, former, suppressions] = [
    await findEvents(
      db,
      registrants.map(({ eventId }) => eventId),
    ),
    await listMessagesTo(db, registrants),
    await listAuditOf(db, ids),
    await listExportsOf(db, registrants),
    await listWaitingRequests(db, hash),
    await listFormerMails(db, hash),
    await listAllSuppressions(db, hash),
  ];
  const known = Map.groupBy(
    await listMessageEvents(db, [...messages, ...former]),
    ({ messageId }) => messageId,
  );
  const told = await listToldOf(db, ids);
  const heldMail = (message: Message): HeldMail => ({ message, events: known.get(message.id) ?? [] });
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const registrations: HeldRegistration[] = [];
  for (const registrant of registrants) {
    const event = eventOf.get(registrant.eventId);
    if (!event) continue;
    registrations.push({
      ...{ registrant, event, ...(await registrantDetails(db, registrant)) },
      mails: messages.filter(({ registrantId }) => registrantId === registrant.id).map(heldMail),
      audit: entries.filter(({ registrantId }) => registrantId === registrant.id),
      exports: exports.filter(({ registrantId }) => registrantId === registrant.id),
      visits: await listVisits(db, registrant, MOST_VISITS),
      told: told.filter(({ registrantId }) => registrantId === registrant.id),
    });
  }
  const email =
    registrants[0]?.email ??
    waiting[0]?.email ??
    former.find(({ to }) => to !== null && addressHash(to) === hash)?.to ??
    suppressions.find(({ address }) => address !== null)?.address ??
    null;
  return {
    ...{ email, registrations, waiting, suppressions },
    formerMails: former.map(heldMail),
    blockedSince: email === null ? null : await blockedSince(db, inboxHash(email)),
  };
}

/** The same, handed out: the audit log says to whom, and not whose. */
export async function handOutPersonalData(context: TeamActionContext, hash: string): Promise<PersonalData> {
  const data = await findPersonalData(context.db, hash);
  const detail = { registrations: String(data.registrations.length) };
  await audit(context, 'person_data_read', { detail });
  return data;
}

/**
 * Erases an address everywhere: its registrations as `removeRegistrant` does, and what is held of it beside them. Whoever must get no mail
 * goes on getting none, by a hash. Returns how many registrations were erased.
 */
export async function erasePersonalData(context: TeamActionContext, email: string): Promise<number> {
  const { db, now } = context;
  const hash = addressHash(email);
  await allow(db, 'event');
  let erased = 0;
  // In one order, so that two at once wait for each other only one way round.
  const found = (await listRegistrationsOf(db, hash)).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, eventId } of found) {
    const registrant = await lockRegistrant(db, eventId, id);
    // Erased, or given another email, since it was found.
    if (!registrant || addressHash(registrant.email) !== hash) continue;
    await eraseRegistrant(db, registrant, now);
    await audit(context, 'registrant_removed', { eventId, registrantId: id });
    erased++;
  }
  await forgetAddress(db, hash);
  await forgetBlockedAddresses(db, [email]);
  await audit(context, 'person_erased', { detail: { registrations: String(erased) } });
  return erased;
}
