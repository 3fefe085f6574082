import { developmentInbox } from '../../src/config.ts';
import { listSenderDomains } from '../../src/db/sender-domain.ts';
import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import {
  domainOf,
  readSenderDomain,
  type SenderCheck,
  type SenderChecks,
} from '../../src/domain/sender-domain.ts';
import { createDns } from '../../src/lib/dns.ts';
import { checkStoredDomain, type StoredSender } from '../../src/senders/check-stored.ts';
import { senderTransport } from '../../src/senders/transport.ts';
import type { Check } from './check.ts';

const ABOUT = 'Sender’s DNS';
const RECORDS = ['spf', 'dkim', 'dmarc'] as const;
/** More than that are checked by the workers, once a day. */
const MOST_DOMAINS = 20;

/** SPF, DKIM and DMARC of MAIL_FROM's domain, and of each sender domain. */
export const senderRecords: Check = {
  about: ABOUT,
  timeoutMs: 30_000,
  needs: 'settings',
  async run({ settings, config, pool }) {
    const own = domainOf(config.mailFrom.address);
    // That takes mails over SMTP alone.
    const isInbox = config.mailTransport === 'smtp' && developmentInbox(config) !== null;
    if (isInbox || settings.embedded.inbox === 'absent')
      return [findingsOf(ABOUT).skipped('No mail leaves the inbox for development.')];
    const stored: readonly StoredSender[] = pool ? await listSenderDomains(pool) : [];
    const site = stored.find(({ domain }) => domain === own) ?? {
      ...{ domain: own, token: '', dkim: null, relaySelector: null },
    };
    const others = stored.filter(({ domain }) => domain !== own).slice(0, MOST_DOMAINS);
    const parts = { config, dns: createDns(config.dnsServers), transport: senderTransport(config) };
    const read = readSenderDomain(own);
    const ofSite =
      'fault' in read
        ? [publicDomain(own, read.fault, config.production)]
        : recordFindings(own, await checkStoredDomain(parts, site));
    const ofOthers = await Promise.all(
      others.map(async (sender) => summary(sender.domain, await checkStoredDomain(parts, sender))),
    );
    return [...ofSite, ...ofOthers];
  },
};

/** A domain that has no records of ours. */
function publicDomain(domain: string, fault: string, production: boolean): Finding {
  const found = findingsOf(ABOUT);
  if (!production) return found.skipped(`${domain}, the domain of MAIL_FROM, is for development.`);
  return found.error(
    `The domain of MAIL_FROM ${fault}.`,
    'Set MAIL_FROM to an address of a domain that is yours.',
  );
}

/** A line a record: of the domain that all mails come from unless an event says otherwise. */
function recordFindings(domain: string, checks: SenderChecks): Finding[] {
  return RECORDS.map((record) => recordFinding(domain, record, checks));
}

function recordFinding(domain: string, record: (typeof RECORDS)[number], checks: SenderChecks): Finding {
  const { verdict, message, wanted }: SenderCheck = checks[record];
  const found = findingsOf(`${record.toUpperCase()}`);
  const said = `${domain}: ${message}`;
  const records = wanted.map(({ type, name, value }) => `${type} ${name} ${value}`).join('; ');
  if (verdict === 'pass') return found.ok(said);
  if (verdict === 'unknown') return found.warning(said, 'Run this again in a minute, or set DNS_SERVERS.');
  const advice = records ? `In the DNS: ${records}` : 'docs/senders.md says what to do.';
  // With one of the two in order receivers know us.
  const isNeeded = verdict === 'fail' && checks.alignedBy.length === 0;
  return isNeeded ? found.error(said, advice) : found.warning(said, advice);
}

/** One line a sender domain: its page says the rest. */
function summary(domain: string, { isInOrder }: SenderChecks): Finding {
  const found = findingsOf('Sender domain');
  if (isInOrder) return found.ok(`${domain} is in order.`);
  if (isInOrder === null)
    return found.warning(`${domain}: the DNS did not answer.`, 'Run this again in a minute.');
  return found.warning(
    `${domain} is not in order: events that send from it fall back to MAIL_FROM.`,
    `The team’s page “Senders” shows the records for its DNS.`,
  );
}
