import { findingsOf } from '../../src/domain/finding.ts';
import { PROVIDER_CHECKS } from '../../src/providers/check-provider.ts';
import type { Check } from './check.ts';

/** What the provider's own folder looks at. */
export const transport: Check = {
  about: 'Transport',
  timeoutMs: 25_000,
  needs: 'settings',
  async run({ settings, config, pool, now, signal }) {
    if (settings.embedded.inbox === 'absent')
      return [
        findingsOf('Transport').skipped(
          'SMTP_URL is not set, and npm start, which brings an inbox for development, is not running.',
        ),
      ];
    return PROVIDER_CHECKS[config.mailTransport].check({ config, pool, now, signal });
  },
};
