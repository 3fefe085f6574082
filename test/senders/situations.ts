import { generateKeyPairSync } from 'node:crypto';
import { dkimRecord, publicKeyOf } from '../../src/domain/dkim.ts';
import type { SenderCheckName, Verdict } from '../../src/domain/sender-domain.ts';
import type { SenderTransport, Signing } from '../../src/senders/transport.ts';
import type { DnsRecords } from '../support/dns-server.ts';

/** A state of a domain's DNS, and what is said of it. */
export interface Situation {
  readonly called: string;
  /** Beside those of a domain in order; undefined: the name has nothing. */
  readonly zone?: Readonly<Record<string, DnsRecords | undefined>>;
  readonly domain?: string;
  readonly transport?: Partial<Extract<SenderTransport, { type: 'smtp' }>>;
  readonly signing?: Signing;
  readonly about: SenderCheckName;
  readonly verdict: Verdict;
  /** What the sentence says. */
  readonly says: RegExp;
  /** The record that is proposed, where one is. */
  readonly adds?: string;
  /** Whether events may send from it; null: not known. */
  readonly isInOrder: boolean | null;
}

const PUBLIC = publicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const OTHER = publicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

export const TOKEN = 'b5c1';
export const OURS: Signing = { type: 'ours', selector: 'am-1', publicKey: PUBLIC, canSign: true };
export const SMTP: Extract<SenderTransport, { type: 'smtp' }> = {
  type: 'smtp',
  host: 'mail.relay.example',
  returnPathDomain: null,
};

const KEY = 'am-1._domainkey.studio.example';
const OWNER = '_access-mail.studio.example';
const DMARC = '_dmarc.studio.example';

/** Everything in order, for whoever sends over `mail.relay.example` and signs. */
export const IN_ORDER: Readonly<Record<string, DnsRecords>> = {
  'mail.relay.example': { a: ['192.0.2.25'] },
  'studio.example': { txt: ['v=spf1 a:mail.relay.example ~all'] },
  [KEY]: { txt: [dkimRecord(PUBLIC)] },
  [OWNER]: { txt: [`access-mail-verification=${TOKEN}`] },
  [DMARC]: { txt: ['v=DMARC1; p=none'] },
};

const spf = (...txt: string[]) => ({ 'studio.example': { txt } });
const key = (...txt: string[]) => ({ [KEY]: { txt } });
const dmarc = (...txt: string[]) => ({ [DMARC]: { txt } });
const includes = (count: number) =>
  Array.from({ length: count }, (_, i) => `include:i${i}.example`).join(' ');
const included = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`i${i}.example`, { txt: ['v=spf1 ip4:203.0.113.9 -all'] }]),
  );

export const SITUATIONS: readonly Situation[] = [
  // Whose it is
  {
    called: 'everything in order',
    about: 'owner',
    verdict: 'pass',
    says: /is yours/,
    isInOrder: true,
  },
  {
    called: 'no text of ours, but our key',
    zone: { [OWNER]: undefined },
    about: 'owner',
    verdict: 'pass',
    says: /Our key in its DNS/,
    isInOrder: true,
  },
  {
    called: 'neither a text nor a key of ours',
    zone: { [OWNER]: undefined, [KEY]: undefined },
    about: 'owner',
    verdict: 'fail',
    says: /Nothing shows yet that studio.example is yours/,
    adds: `access-mail-verification=${TOKEN}`,
    isInOrder: false,
  },
  {
    called: 'the text of another installation, no key',
    zone: { [OWNER]: { txt: ['access-mail-verification=other'] }, [KEY]: undefined },
    about: 'owner',
    verdict: 'fail',
    says: /Replace it/,
    adds: `access-mail-verification=${TOKEN}`,
    isInOrder: false,
  },
  {
    called: 'the text under the domain twice, no key',
    zone: {
      [OWNER]: undefined,
      [KEY]: undefined,
      [`${OWNER}.studio.example`]: { txt: [`access-mail-verification=${TOKEN}`] },
    },
    about: 'owner',
    verdict: 'fail',
    says: /adds the domain by itself/,
    isInOrder: false,
  },
  // SPF
  { called: 'SPF: in order', about: 'spf', verdict: 'pass', says: /lets your mail server/, isInOrder: true },
  {
    called: 'SPF: no record, DKIM in order',
    zone: spf(),
    about: 'spf',
    verdict: 'fail',
    says: /no SPF record/,
    adds: 'v=spf1 a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: two records',
    zone: spf('v=spf1 include:i0.example ~all', 'v=spf1 ip4:192.0.2.1 -all'),
    about: 'spf',
    verdict: 'fail',
    says: /There are 2 SPF records/,
    adds: 'v=spf1 include:i0.example ip4:192.0.2.1 a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: +all',
    zone: spf('v=spf1 mx +all'),
    about: 'spf',
    verdict: 'fail',
    says: /every server in the world/,
    adds: 'v=spf1 mx a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: more than ten look-ups',
    zone: { ...spf(`v=spf1 ${includes(12)} ~all`), ...included(12) },
    about: 'spf',
    verdict: 'fail',
    says: /more than 10 further records/,
    isInOrder: true,
  },
  {
    called: 'SPF: a record that includes itself',
    zone: spf('v=spf1 include:studio.example ~all'),
    about: 'spf',
    verdict: 'fail',
    says: /more than 10 further records/,
    isInOrder: true,
  },
  {
    called: 'SPF: nine look-ups',
    zone: { ...spf(`v=spf1 a:mail.relay.example ${includes(8)} ~all`), ...included(8) },
    about: 'spf',
    verdict: 'warning',
    says: /asks for 9 further records/,
    isInOrder: true,
  },
  {
    called: 'SPF: includes a name without a record',
    zone: spf('v=spf1 a:mail.relay.example include:gone.example ~all'),
    about: 'spf',
    verdict: 'fail',
    says: /includes gone.example, which has no SPF record/,
    adds: 'v=spf1 a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: a misspelt term',
    zone: spf('v=spf1 ipv4:192.0.2.25 ~all'),
    about: 'spf',
    verdict: 'fail',
    says: /“ipv4” \(it is called “ip4”\)/,
    adds: 'v=spf1 ip4:192.0.2.25 a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: an address that is none',
    zone: spf('v=spf1 ip4:300.2.3.4 ~all'),
    about: 'spf',
    verdict: 'fail',
    says: /cannot be read/,
    adds: 'v=spf1 a:mail.relay.example ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: without v=',
    zone: spf('spf1 include:i0.example ~all'),
    about: 'spf',
    verdict: 'fail',
    says: /begins with “v=spf1”/,
    isInOrder: true,
  },
  {
    called: 'SPF: in quotation marks',
    zone: spf('"v=spf1 mx ~all"'),
    about: 'spf',
    verdict: 'fail',
    says: /begins with “v=spf1”, and nothing before it/,
    isInOrder: true,
  },
  {
    called: 'SPF: other servers alone',
    zone: spf('v=spf1 ip4:203.0.113.7 -all'),
    about: 'spf',
    verdict: 'fail',
    says: /does not let your mail server \(mail.relay.example\) send/,
    adds: 'v=spf1 ip4:203.0.113.7 a:mail.relay.example -all',
    isInOrder: true,
  },
  {
    called: 'SPF: by a redirect',
    zone: {
      ...spf('v=spf1 redirect=_spf.other.example'),
      '_spf.other.example': { txt: ['v=spf1 ip4:192.0.2.0/24 -all'] },
    },
    about: 'spf',
    verdict: 'pass',
    says: /lets your mail server/,
    isInOrder: true,
  },
  {
    called: 'SPF: nothing at its end',
    zone: spf('v=spf1 ip4:192.0.2.25'),
    about: 'spf',
    verdict: 'warning',
    says: /says nothing of others/,
    adds: 'v=spf1 ip4:192.0.2.25 ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: a known service, included by what is included',
    transport: { host: 'email-smtp.eu-west-1.amazonaws.com' },
    zone: {
      ...spf('v=spf1 include:_spf.studio.example ~all'),
      '_spf.studio.example': { txt: ['v=spf1 include:amazonses.com ~all'] },
      'amazonses.com': { txt: ['v=spf1 ip4:199.255.192.0/22 -all'] },
    },
    about: 'spf',
    verdict: 'pass',
    says: /lets Amazon SES send/,
    isInOrder: true,
  },
  {
    called: 'SPF: a known service that is missing',
    transport: { host: 'email-smtp.eu-west-1.amazonaws.com' },
    about: 'spf',
    verdict: 'fail',
    says: /does not let Amazon SES send/,
    adds: 'v=spf1 a:mail.relay.example include:amazonses.com ~all',
    isInOrder: true,
  },
  {
    called: 'SPF: bounces come back to another domain',
    transport: { returnPathDomain: 'bounces.other.example' },
    zone: { 'bounces.other.example': { txt: ['v=spf1 a:mail.relay.example -all'] } },
    about: 'spf',
    verdict: 'pass',
    says: /for DMARC only DKIM counts/,
    isInOrder: true,
  },
  {
    called: 'SPF: bounces come back to a subdomain, strict DMARC',
    transport: { returnPathDomain: 'bounces.studio.example' },
    zone: {
      'bounces.studio.example': { txt: ['v=spf1 a:mail.relay.example -all'] },
      ...dmarc('v=DMARC1; p=none; aspf=s'),
    },
    about: 'spf',
    verdict: 'pass',
    says: /“aspf=s”/,
    isInOrder: true,
  },
  {
    called: 'SPF: the DNS says nothing',
    zone: { 'studio.example': { fails: true } },
    about: 'spf',
    verdict: 'unknown',
    says: /did not answer/,
    isInOrder: true,
  },
  {
    called: 'SPF: the DNS says nothing of what is included',
    zone: { ...spf('v=spf1 include:slow.example ~all'), 'slow.example': { fails: true } },
    about: 'spf',
    verdict: 'unknown',
    says: /did not answer all/,
    isInOrder: true,
  },
  // DKIM
  { called: 'DKIM: in order', about: 'dkim', verdict: 'pass', says: /We sign each mail/, isInOrder: true },
  {
    called: 'DKIM: no key, SPF in order',
    zone: { [KEY]: undefined },
    about: 'dkim',
    verdict: 'fail',
    says: /No key is published at am-1._domainkey.studio.example/,
    adds: dkimRecord(PUBLIC),
    isInOrder: true,
  },
  {
    called: 'DKIM: no key, and SPF does not help',
    zone: { [KEY]: undefined, ...spf('v=spf1 -all') },
    about: 'dkim',
    verdict: 'fail',
    says: /No key is published/,
    isInOrder: false,
  },
  {
    called: 'DKIM: another key',
    zone: key(dkimRecord(OTHER)),
    about: 'dkim',
    verdict: 'fail',
    says: /Another key stands there/,
    adds: dkimRecord(PUBLIC),
    isInOrder: true,
  },
  {
    called: 'DKIM: revoked',
    zone: key('v=DKIM1; k=rsa; p='),
    about: 'dkim',
    verdict: 'fail',
    says: /revoked/,
    isInOrder: true,
  },
  {
    called: 'DKIM: no p=',
    zone: key('v=DKIM1; k=rsa'),
    about: 'dkim',
    verdict: 'fail',
    says: /the part “p=” is missing/,
    isInOrder: true,
  },
  {
    called: 'DKIM: cut off',
    zone: key(dkimRecord(PUBLIC.slice(0, 200))),
    about: 'dkim',
    verdict: 'fail',
    says: /a part of it is missing/,
    isInOrder: true,
  },
  {
    called: 'DKIM: another version',
    zone: key(`v=DKIM2; p=${PUBLIC}`),
    about: 'dkim',
    verdict: 'fail',
    says: /must begin with “v=DKIM1”/,
    isInOrder: true,
  },
  {
    called: 'DKIM: without v=, which may be left out',
    zone: key(`k=rsa; p=${PUBLIC}`),
    about: 'dkim',
    verdict: 'pass',
    says: /published/,
    isInOrder: true,
  },
  {
    called: 'DKIM: in quotation marks',
    zone: key(`"${dkimRecord(PUBLIC)}"`),
    about: 'dkim',
    verdict: 'fail',
    says: /quotation marks/,
    isInOrder: true,
  },
  {
    called: 'DKIM: two records',
    zone: key(dkimRecord(PUBLIC), 'v=DKIM1; k=rsa; p=c2hvcnQ='),
    about: 'dkim',
    verdict: 'fail',
    says: /There are 2 records/,
    isInOrder: true,
  },
  {
    called: 'DKIM: SHA-1 alone',
    zone: key(`v=DKIM1; h=sha1; p=${PUBLIC}`),
    about: 'dkim',
    verdict: 'fail',
    says: /SHA-1/,
    isInOrder: true,
  },
  {
    called: 'DKIM: not for mail',
    zone: key(`v=DKIM1; s=tlsrpt; p=${PUBLIC}`),
    about: 'dkim',
    verdict: 'fail',
    says: /not for mail/,
    isInOrder: true,
  },
  {
    called: 'DKIM: being tested',
    zone: key(`v=DKIM1; t=y; p=${PUBLIC}`),
    about: 'dkim',
    verdict: 'warning',
    says: /“t=y”/,
    adds: `v=DKIM1; p=${PUBLIC}`,
    isInOrder: true,
  },
  {
    called: 'DKIM: by an alias',
    zone: { [KEY]: { cname: 'keys.other.example' }, 'keys.other.example': { txt: [dkimRecord(PUBLIC)] } },
    about: 'dkim',
    verdict: 'pass',
    says: /published/,
    isInOrder: true,
  },
  {
    called: 'DKIM: by an alias that leads nowhere',
    zone: { [KEY]: { cname: 'gone.other.example' } },
    about: 'dkim',
    verdict: 'fail',
    says: /alias \(CNAME\) of gone.other.example/,
    isInOrder: true,
  },
  {
    called: 'DKIM: under the domain twice',
    zone: { [KEY]: undefined, [`${KEY}.studio.example`]: { txt: [dkimRecord(PUBLIC)] } },
    about: 'dkim',
    verdict: 'fail',
    says: /Enter the name without “.studio.example”/,
    isInOrder: true,
  },
  {
    called: 'DKIM: the mail server signs, by a key that is named',
    signing: { type: 'relay', selector: 'relay' },
    zone: { 'relay._domainkey.studio.example': { txt: [dkimRecord(OTHER)] }, ...spf('v=spf1 -all') },
    about: 'dkim',
    verdict: 'pass',
    says: /Your mail server \(mail.relay.example\) signs each mail/,
    isInOrder: true,
  },
  {
    called: 'DKIM: the mail server signs, nobody knows how, SPF does not help',
    signing: { type: 'relay', selector: null },
    zone: spf('v=spf1 -all'),
    about: 'dkim',
    verdict: 'warning',
    says: /Name its selector, or let us sign/,
    isInOrder: false,
  },
  {
    called: 'DKIM: our key was sealed with another APP_SECRET',
    signing: { type: 'ours', selector: 'am-1', publicKey: PUBLIC, canSign: false },
    zone: spf('v=spf1 -all'),
    about: 'dkim',
    verdict: 'fail',
    says: /Make a new key/,
    isInOrder: false,
  },
  {
    called: 'DKIM: the DNS says nothing, and SPF does not help',
    zone: { [KEY]: { fails: true }, ...spf('v=spf1 -all') },
    about: 'dkim',
    verdict: 'unknown',
    says: /did not answer/,
    isInOrder: null,
  },
  // DMARC
  {
    called: 'DMARC: in order',
    about: 'dmarc',
    verdict: 'pass',
    says: /“p=none”.*pass by SPF and DKIM/,
    isInOrder: true,
  },
  {
    called: 'DMARC: no record',
    zone: { [DMARC]: undefined },
    about: 'dmarc',
    verdict: 'warning',
    says: /no DMARC record.*pass by SPF and DKIM/,
    adds: 'v=DMARC1; p=none',
    isInOrder: true,
  },
  {
    called: 'DMARC: two records',
    zone: dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    about: 'dmarc',
    verdict: 'warning',
    says: /There are 2 DMARC records/,
    isInOrder: true,
  },
  {
    called: 'DMARC: without v=',
    zone: dmarc('p=quarantine; rua=mailto:dmarc@studio.example'),
    about: 'dmarc',
    verdict: 'warning',
    says: /one begins with “v=DMARC1;”/,
    adds: 'v=DMARC1; p=quarantine; rua=mailto:dmarc@studio.example',
    isInOrder: true,
  },
  {
    called: 'DMARC: no policy',
    zone: dmarc('v=DMARC1; sp=none'),
    about: 'dmarc',
    verdict: 'warning',
    says: /has no policy/,
    isInOrder: true,
  },
  {
    called: 'DMARC: a policy that does not exist',
    zone: dmarc('v=DMARC1; p=block'),
    about: 'dmarc',
    verdict: 'warning',
    says: /“p=block”/,
    isInOrder: true,
  },
  {
    called: 'DMARC: reject, and nothing proves that the mails are yours',
    zone: { ...dmarc('v=DMARC1; p=reject'), [KEY]: undefined, ...spf('v=spf1 -all') },
    about: 'dmarc',
    verdict: 'fail',
    says: /would not pass.*would be refused/,
    isInOrder: false,
  },
  {
    called: 'DMARC: of the organisational domain, with sp=',
    domain: 'news.studio.example',
    zone: {
      ...dmarc('v=DMARC1; p=reject; sp=quarantine'),
      'am-1._domainkey.news.studio.example': { txt: [dkimRecord(PUBLIC)] },
    },
    about: 'dmarc',
    verdict: 'pass',
    says: /“p=quarantine”.*that of studio.example.*“sp=quarantine”.*pass by DKIM/,
    isInOrder: true,
  },
  {
    called: 'DMARC: the DNS says nothing',
    zone: { [DMARC]: { fails: true } },
    about: 'dmarc',
    verdict: 'unknown',
    says: /did not answer/,
    isInOrder: true,
  },
];
