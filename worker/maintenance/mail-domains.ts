import { deleteUnusedDomains } from '../../src/db/mail-domain.ts';
import { lookUpDueDomains } from '../mail-domains/look-up.ts';
import type { Service } from './service.ts';

/**
 * Asks the DNS again: for domains that gave no answer, for wrong ones, which may be corrected, and for those whose worker died. What nobody
 * has any more is forgotten.
 */
export const mailDomains: Service = {
  name: 'mail-domains',
  schedule: '* * * * *',
  async run(context, signal) {
    await deleteUnusedDomains(context.pool, context.now());
    await lookUpDueDomains(context, signal);
  },
};
