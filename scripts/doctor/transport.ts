import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import { PROVIDER_CHECKS, sendingTransports } from '../../src/providers/check-provider.ts';
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
    const found = await Promise.all(
      sendingTransports(config).map(async ({ name, isFallback, config: own }) => {
        const findings = await PROVIDER_CHECKS[name].check({ config: own, pool, now, signal });
        return isFallback ? findings.map(ofFallback) : findings;
      }),
    );
    return found.flat();
  },
};

/** What is said of the second one is not taken for the first. */
function ofFallback(finding: Finding): Finding {
  return finding.about === 'Transport' ? { ...finding, about: 'Fallback' } : finding;
}
