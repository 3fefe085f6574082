import { findBlocked } from '../db/block.ts';
import { findEvents } from '../db/event.ts';
import {
  insertRegistrationRequest,
  keepRegistrationRequest,
  type RegistrationRequest,
  type TakenRequest,
  takeRegistrationRequests,
} from '../db/registration-request.ts';
import { consentsAsWorded } from '../domain/consent.ts';
import type { Event } from '../domain/event.ts';
import { enqueue } from '../queue/boss.ts';
import { registration } from '../queue/jobs.ts';
import { sendRequestedLink } from './access-link.ts';
import { registerAgain } from './cancelled-registration.ts';
import { changeAddress } from './changed-address.ts';
import type { ActionContext } from './context.ts';
import { askForDomains } from './mail-domain.ts';
import { register } from './register.ts';

/**
 * Keeps what a stranger sent for a worker; it takes those of a higher priority first. The same is done whoever is registered
 * already, so its time tells nothing. Returns the request's id, which is that of the registrant whom it makes.
 */
export async function requestRegistration(
  { db, boss, now }: ActionContext,
  request: Omit<RegistrationRequest, 'requestedAt'>,
  { priority = 0 }: { readonly priority?: number } = {},
): Promise<string> {
  const requestId = await insertRegistrationRequest(db, { ...request, requestedAt: now });
  await enqueue(boss, db, registration, { requestId }, { priority });
  return requestId;
}

/**
 * Registers whoever asked for it, also who cancelled before. Somebody registered already most likely lost the mail: they get their link again. For an
 * address that the team blocked, and an event that was cancelled meanwhile, nothing is done.
 */
export async function takeRegistrations(
  context: ActionContext,
  requestIds: readonly string[],
): Promise<void> {
  const { db } = context;
  const requests = await takeRegistrationRequests(db, requestIds);
  if (requests.length === 0) return;
  const found = await findEvents(db, [...new Set(requests.map(({ eventId }) => eventId))]);
  const events = new Map(found.map((event) => [event.id, event]));
  const blocked = await findBlocked(
    db,
    requests.map(({ email }) => email),
  );
  for (const request of requests) {
    const event = events.get(request.eventId);
    if (event && !event.cancelledAt && !blocked.has(request.email)) await take(context, event, request);
  }
  await askForDomains(
    context,
    requests.map(({ email }) => email),
  );
}

async function take(context: ActionContext, event: Event, request: TakenRequest): Promise<void> {
  const { id, eventId: _, mayRemind, requestedAt, replaces, ...sent } = request;
  if (replaces)
    return changeAddress(context, event, { ...request, replaces }, (first) => take(context, event, first));
  const consents = sent.consents ?? consentsAsWorded(event, sent.fields, sent.locale, requestedAt);
  const person = { ...sent, consents };
  const { registrant, created } = await register(context, event, {
    ...person,
    ...{ id, accessKey: null, sendConfirmation: true, registeredAt: requestedAt },
  });
  if (created) return;
  // Whoever sent it knows their own session only: if this was somebody else's address, they register with the right one.
  await keepRegistrationRequest(context.db, request, context.now);
  if (await registerAgain(context, event, registrant, person, id)) return;
  if (mayRemind) await sendRequestedLink(context, event, registrant, id);
}
