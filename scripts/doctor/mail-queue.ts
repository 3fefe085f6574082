import { readBacklog } from '../../src/db/webhook-endpoint.ts';
import { findingsOf } from '../../src/domain/finding.ts';
import { createMailState } from '../../src/operations/mail-state.ts';
import type { Check } from './check.ts';

const found = findingsOf('Mail queue');

/** Whether mails go out when they are due. */
export const mailQueue: Check = {
  about: 'Mail queue',
  timeoutMs: 15_000,
  needs: 'database',
  async run({ pool, now }) {
    const known = await createMailState(pool, now)();
    if (!known)
      return [found.warning('The database did not say in time what waits.', 'Run this again in a minute.')];
    const { state, reason, oldestDueSeconds } = known;
    const waits = `urgent mail for ${Math.round(oldestDueSeconds.urgent)} s, other mail for ${Math.round(oldestDueSeconds.bulk)} s`;
    if (state === 'refused')
      return [
        found.error(
          `No mail goes out, because the mail server refuses us: ${reason}`,
          'Correct what it names: one mail a minute tries whether that helped.',
        ),
      ];
    if (state === 'partly_refused')
      return [
        found.warning(
          `Some mail does not go out: ${reason}`,
          'The banner of the team’s pages says which, and docs/operations.md what to do.',
        ),
      ];
    if (state === 'late')
      return [found.warning(`Mail is overdue: ${waits}.`, 'See that workers run; more of them send faster.')];
    return [found.ok('No mail is overdue.')];
  },
};

/** Whether programs of others still hear what happens here. */
export const webhookEndpoints: Check = {
  about: 'Endpoints',
  timeoutMs: 15_000,
  needs: 'database',
  async run({ pool }) {
    const told = findingsOf('Endpoints');
    const { switchedOff, pending } = await readBacklog(pool);
    if (switchedOff === 0)
      return [told.ok(`No webhook endpoint of yours is switched off; ${pending} deliveries wait.`)];
    return [
      told.warning(
        `${switchedOff === 1 ? 'A webhook endpoint' : `${switchedOff} webhook endpoints`} of yours ${switchedOff === 1 ? 'is' : 'are'} switched off.`,
        'The team’s page “Webhooks” says why, and switches them on again.',
      ),
    ];
  },
};
