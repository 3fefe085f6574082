import { rankOf } from '../domain/delivery/status.ts';
import type { Milestone } from '../domain/milestones.ts';

/** Whether a row of `registrant` came so far. Never null. */
export const MILESTONE_SQL: Readonly<Record<Milestone, string>> = {
  delivered: `(registrant.reached_rank >= ${rankOf('delivered')}) is true`,
  opened: `(registrant.reached_rank >= ${rankOf('opened')}) is true`,
  linkOpened: 'registrant.link_opened_at is not null',
  joined: 'registrant.joined_at is not null',
};

/** The domain of a registrant's address; null once they are erased. */
export const EMAIL_DOMAIN = `lower(split_part(registrant.email, '@', 2))`;
