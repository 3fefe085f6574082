import { messageTimeline } from '../../api/present.ts';
import { listAuditOf } from '../../db/audit.ts';
import { listMessageEvents, listMessages } from '../../db/message.ts';
import type { Db, Pool } from '../../db/pool.ts';
import { findProviderLift } from '../../db/provider-suppression.ts';
import { findRegistrant, registrantDetails } from '../../db/registrant.ts';
import { listSuppressions } from '../../db/suppression.ts';
import { LINK_OPENED_BY_MACHINE, listVisits } from '../../db/visit.ts';
import { addressHash } from '../../domain/address.ts';
import type { Event } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { suggestShownAddress } from '../../domain/suggested-address.ts';
import { nameActors } from '../actors.ts';
import type { Person, PersonDetails } from './person.ts';

const SHOWN_MAILS = 100;
const SHOWN_SUPPRESSIONS = 20;
const SHOWN_VISITS = 100;

/** All that the pane tells of a registrant; null where the event has none of this id. */
export async function loadPerson(
  pool: Pool,
  event: Event,
  id: string,
  toPerson: (registrant: Registrant) => Person,
): Promise<PersonDetails | null> {
  const [registrant, { source, technical }, mails, steps, visits] = await Promise.all([
    findRegistrant(pool, event.id, id),
    registrantDetails(pool, { eventId: event.id, id }),
    listMails(pool, { eventId: event.id, id }),
    listSteps(pool, id),
    listVisits(pool, { eventId: event.id, id }, SHOWN_VISITS),
  ]);
  if (!registrant) return null;
  const suppressions = await listSuppressions(pool, {
    limit: SHOWN_SUPPRESSIONS,
    before: null,
    addressHash: addressHash(registrant.email),
  });
  const lift = await findProviderLift(pool, addressHash(registrant.email));
  const told = new Set(
    mails.flatMap(({ events }) =>
      events.flatMap(({ type, occurredAt }) =>
        type === LINK_OPENED_BY_MACHINE ? [occurredAt.getTime()] : [],
      ),
    ),
  );
  return {
    person: toPerson(registrant),
    suggestedEmail: suggestShownAddress(registrant.email),
    suppressions: suppressions.filter(({ eventId }) => eventId === null || eventId === event.id),
    providerLift: lift?.error != null ? { error: lift.error, isOver: lift.failedAt !== null } : null,
    technical: { ...technical, ...source },
    mails,
    steps: [...steps, ...consentSteps(registrant)].sort((a, b) => a.at.getTime() - b.at.getTime()),
    visits: visits.filter(({ verdict, firstAt }) => verdict === 'person' || !told.has(firstAt.getTime())),
    mayHaveJoined: visits.some(({ verdict, whileOpen }) => verdict === 'uncertain' && whileOpen),
  };
}

/** Those given with the registration are no step of their own. */
function consentSteps({ consents, registeredAt }: Registrant): PersonDetails['steps'] {
  return consents.flatMap(({ name: field, at, withdrawnAt }) => [
    ...(new Date(at) > registeredAt ? [{ at: new Date(at), action: 'consent_given' as const, field }] : []),
    ...(withdrawnAt ? [{ at: new Date(withdrawnAt), action: 'consent_withdrawn' as const, field }] : []),
  ]);
}

async function listSteps(db: Db, registrantId: string): Promise<PersonDetails['steps']> {
  const entries = await listAuditOf(db, [registrantId], ['registrant_cancelled', 'registrant_restored']);
  const nameOf = await nameActors(
    db,
    entries.map(({ actor }) => actor),
  );
  return entries.map(({ at, action, actor }) => ({
    ...{ at, by: nameOf(actor) },
    action: action === 'registrant_cancelled' ? action : 'registrant_restored',
  }));
}

async function listMails(
  db: Db,
  registrant: Pick<Registrant, 'eventId' | 'id'>,
): Promise<PersonDetails['mails']> {
  const messages = await listMessages(db, {
    ...{ registrant, kind: null, status: null },
    ...{ limit: SHOWN_MAILS, before: null },
  });
  const known = Map.groupBy(await listMessageEvents(db, messages), ({ messageId }) => messageId);
  return messages.map((message) => ({
    ...message,
    events: messageTimeline(message, known.get(message.id) ?? []),
  }));
}
