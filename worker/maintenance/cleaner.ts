import { deleteOldAlerts } from '../../src/db/alert.ts';
import { deleteOldNotices } from '../../src/db/alert-notice.ts';
import { deleteBatches, deleteTeamBatches } from '../../src/db/batch.ts';
import { deleteForgottenMailboxes } from '../../src/db/bounce-mailbox.ts';
import { deleteUnprobedBreakers } from '../../src/db/circuit-breaker.ts';
import { deleteStrayEvents } from '../../src/db/delivery-event.ts';
import { deleteOldFloods } from '../../src/db/flood.ts';
import { deleteOldAnswers } from '../../src/db/idempotent-answer.ts';
import { deleteExpiredDomains } from '../../src/db/mail-domain.ts';
import { deleteOldTokens } from '../../src/db/oauth-token.ts';
import { deleteUnusedPictures } from '../../src/db/picture.ts';
import type { Db } from '../../src/db/pool.ts';
import { deleteOldRegistrationRequests, deleteUnneededRequests } from '../../src/db/registration-request.ts';
import { deleteOldSends } from '../../src/db/send.ts';
import { deleteOldSessions } from '../../src/db/session.ts';
import { deleteOldSignIns } from '../../src/db/sign-in.ts';
import { deleteOldVisits } from '../../src/db/visit.ts';
import { deleteDeletedEndpoints, deleteOldWebhooks } from '../../src/db/webhook-delivery.ts';
import { foldCounters } from '../../src/db/worker-counter.ts';
import { deleteOldWrongKeys } from '../../src/db/wrong-key.ts';
import { DELIVERIES_KEPT_MS } from '../../src/domain/webhook.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** So many stray delivery events in one run: an account that is shared may bring any number. */
const MOST_STRAY_EVENTS = 50_000;
/** The same of webhook deliveries: more than workers make in ten minutes, small enough for one statement. */
const MOST_WEBHOOKS = 50_000;

interface Step {
  readonly what: string;
  /** What is older than this goes. */
  readonly keptMs: number;
  readonly clean: (db: Db, before: Date) => Promise<unknown>;
}

/** All that is only deleted, or summed up. */
const STEPS: readonly Step[] = [
  { what: 'answers kept for repeated requests', keptMs: DAY, clean: deleteOldAnswers },
  { what: 'sign-in links', keptMs: DAY, clean: deleteOldSignIns },
  // As long as their jobs are kept.
  { what: 'registrations that no worker took', keptMs: 14 * DAY, clean: deleteOldRegistrationRequests },
  { what: 'registrations that registered nobody', keptMs: HOUR, clean: deleteUnneededRequests },
  { what: 'mail domains that nobody asks for', keptMs: 0, clean: deleteExpiredDomains },
  { what: 'notes of refused floods', keptMs: 7 * DAY, clean: deleteOldFloods },
  { what: 'wrong keys that nobody tries any more', keptMs: 30 * DAY, clean: deleteOldWrongKeys },
  { what: 'sessions', keptMs: 30 * DAY, clean: deleteOldSessions },
  // The provider remembers a call for a day.
  { what: 'calls to the provider', keptMs: 2 * DAY, clean: deleteBatches },
  { what: 'calls to the provider with mails to the team', keptMs: 2 * DAY, clean: deleteTeamBatches },
  {
    what: 'delivery events about no message of ours',
    keptMs: 30 * DAY,
    clean: (db, before) => deleteStrayEvents(db, before, MOST_STRAY_EVENTS),
  },
  {
    // While any mail waits for it one probes each minute.
    what: 'circuit breakers of events and recipient domains that no mail waits for',
    keptMs: 10 * MINUTE,
    clean: (db, before) => deleteUnprobedBreakers(db, ['event', 'recipient_domain', 'sender_domain'], before),
  },
  {
    // Kept for longer: it tells that no mail goes out, also while no worker runs.
    what: 'circuit breakers of accounts that no mail waits for',
    keptMs: DAY,
    clean: (db, before) => deleteUnprobedBreakers(db, ['account'], before),
  },
  // A form that was left open has the one that was uploaded with it.
  { what: 'pictures that nothing shows', keptMs: DAY, clean: deleteUnusedPictures },
  { what: 'clients of the last visits', keptMs: MINUTE, clean: deleteOldVisits },
  // A refresh token that nobody used for so long is not taken any more, wherever it is from.
  {
    what: 'access tokens of mail servers that are no longer set up',
    keptMs: 200 * DAY,
    clean: deleteOldTokens,
  },
  { what: 'bounce mailboxes that are no longer set up', keptMs: DAY, clean: deleteForgottenMailboxes },
  {
    what: 'webhooks that were told long ago',
    keptMs: DELIVERIES_KEPT_MS,
    clean: (db, before) => deleteOldWebhooks(db, before, MOST_WEBHOOKS),
  },
  {
    what: 'webhook endpoints that were deleted',
    keptMs: 0,
    clean: (db) => deleteDeletedEndpoints(db, MOST_WEBHOOKS),
  },
  { what: 'alerts that are over', keptMs: DAY, clean: deleteOldAlerts },
  { what: 'what the team was told of alerts', keptMs: 30 * DAY, clean: deleteOldNotices },
  { what: 'mails to many that nobody watches any more', keptMs: 30 * DAY, clean: deleteOldSends },
  { what: 'counters of workers that are gone', keptMs: HOUR, clean: foldCounters },
];

/** Clears what is no longer needed. */
export const cleaner: Service = {
  name: 'cleaner',
  schedule: '*/10 * * * *',
  run: ({ pool, now }: Pick<WorkerContext, 'pool' | 'now'>) =>
    inTurn(STEPS, async ({ what, keptMs, clean }) => {
      await clean(pool, new Date(now().getTime() - keptMs)).catch((error: unknown) => {
        throw new Error(`Not cleared: ${what}.`, { cause: error });
      });
    }),
};
