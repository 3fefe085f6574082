import { rankOf } from '../domain/delivery/status.ts';
import type { Milestone } from '../domain/milestones.ts';

/** Whether a row of `registrant` came so far. Never null. */
export const MILESTONE_SQL: Readonly<Record<Milestone, string>> = {
  delivered: `(registrant.reached_rank >= ${rankOf('delivered')}) is true`,
  opened: `(registrant.reached_rank >= ${rankOf('opened')}) is true`,
  // Of a mail's links the access link is by far the largest; whoever joined opened it.
  linkOpened: `(registrant.reached_rank >= ${rankOf('clicked')} or registrant.joined_at is not null) is true`,
  joined: 'registrant.joined_at is not null',
};

/** The domain of a registrant's address, in lower case; null once they are erased. Kept by the database beside the address. */
export const EMAIL_DOMAIN = 'registrant.email_domain';
