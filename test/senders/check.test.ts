import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDns } from '../../src/lib/dns.ts';
import { checkSenderDomain } from '../../src/senders/check.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { IN_ORDER, OURS, SITUATIONS, SMTP, TOKEN } from './situations.ts';

const DOCUMENT = readFileSync(new URL('../../docs/senders.md', import.meta.url), 'utf8');

describe('what the DNS says of a sender domain', () => {
  it.each(SITUATIONS)('$called: $about is $verdict', async (situation) => {
    const { zone = {}, domain = 'studio.example', transport = {}, signing = OURS } = situation;
    const records = Object.entries({ ...IN_ORDER, ...zone }).flatMap(([name, found]) =>
      found ? [[name, found] as const] : [],
    );
    const server = await openDnsServer(Object.fromEntries(records));
    const checks = await checkSenderDomain(
      { dns: createDns([server.address]), transport: { ...SMTP, ...transport } },
      { domain, token: TOKEN, signing },
    );
    const check = checks[situation.about];
    expect(check?.message).toMatch(situation.says);
    expect(check?.verdict).toBe(situation.verdict);
    if (situation.adds) expect(check?.wanted.map(({ value }) => value)).toContain(situation.adds);
    expect(checks.isInOrder).toBe(situation.isInOrder);
    expect(DOCUMENT).toContain(`| ${situation.called} | ${situation.verdict} |`);
  });
});
