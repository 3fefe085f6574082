import type { SenderCheck, WantedRecord } from '../domain/sender-domain.ts';
import type { AskedDns } from './resolver.ts';
import { quoted, saysUnknown } from './sentences.ts';

/** What a domain asks receivers to do with mail that is not proven to be its own. */
export interface DmarcPolicy {
  readonly policy: 'none' | 'quarantine' | 'reject';
  /** Whether the Return-Path's domain must be the very same one, and not only of the same owner. */
  readonly isStrictSpf: boolean;
}

export interface DmarcResult {
  readonly check: SenderCheck;
  /** Null: there is no record that applies, or it is not known. */
  readonly policy: DmarcPolicy | null;
  readonly isUnknown: boolean;
}

const PROPOSED = 'v=DMARC1; p=none';
const MEANS = {
  none: 'asks receivers to do nothing (“p=none”)',
  quarantine: 'asks receivers to treat it as spam (“p=quarantine”)',
  reject: 'asks receivers to refuse it (“p=reject”)',
} as const;

/** What the domain's DMARC record says, and which one applies. `completeDmarc` adds whether our mails pass. */
export async function checkDmarc(dns: AskedDns, domain: string): Promise<DmarcResult> {
  const name = `_dmarc.${domain}`;
  const proposal: readonly WantedRecord[] = [{ type: 'TXT', name, value: PROPOSED }];
  const told = (
    verdict: SenderCheck['verdict'],
    message: string,
    more: Partial<SenderCheck> & { policy?: DmarcPolicy } = {},
  ): DmarcResult => {
    const { policy = null, ...rest } = more;
    return {
      check: { verdict, message, name, found: [], wanted: proposal, ...rest },
      policy,
      isUnknown: verdict === 'unknown',
    };
  };
  const answer = await dns.txt(name);
  if (answer.type === 'unknown') return told('unknown', saysUnknown(name, answer.reason), { wanted: [] });
  const texts = answer.type === 'found' ? answer.values : [];
  const records = texts.filter((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text.trim()));
  if (records.length > 1)
    return told(
      'warning',
      `There are ${records.length} DMARC records, and receivers then use none of them. Keep one.`,
      {
        found: records,
        wanted: [{ type: 'TXT', name, value: records[0] ?? PROPOSED }],
      },
    );
  const like = texts.find((text) => /dmarc|\bp\s*=/i.test(text));
  if (records.length === 0 && like !== undefined)
    return told('warning', `${quoted(like)} is no DMARC record: one begins with “v=DMARC1;”. Change it.`, {
      found: texts,
      wanted: [{ type: 'TXT', name, value: corrected(like) }],
    });
  const { default: getDmarcRecord } = await import('mailauth/lib/dmarc/get-dmarc-record.js');
  const record = await getDmarcRecord(domain, dns.resolver).catch(
    (error: Error & { code?: string }) => error,
  );
  if (record instanceof Error)
    return told('unknown', saysUnknown(name, 'code' in record ? String(record.code) : record.message), {
      wanted: [],
    });
  if (record === false)
    return told(
      'warning',
      'There is no DMARC record. Gmail and Yahoo ask senders of many mails for one. Add the record below: it changes nothing for your other mail.',
    );
  const where = `_dmarc.${record.recordDomain}`;
  const tags = getDmarcRecord.getPolicyTags(record);
  const published = record.p ?? '';
  if (!tags || !['none', 'quarantine', 'reject'].includes(published)) {
    const what = published ? `has a policy that does not exist (“p=${published}”)` : 'has no policy (“p=”)';
    return told(
      'warning',
      `The record at ${where} ${what}: it must be “p=none”, “p=quarantine” or “p=reject”.`,
      {
        name: where,
        found: [record.rr],
        wanted: [{ type: 'TXT', name: where, value: PROPOSED }],
      },
    );
  }
  const policy = policyOf((record.isOrgRecord && tags.sp) || tags.p);
  const inherited = record.isOrgRecord
    ? ` It is that of ${record.recordDomain}, which stands for its subdomains, too${tags.sp ? ` (“sp=${tags.sp}”)` : ''}.`
    : '';
  return told(
    'pass',
    `For mail that is not proven to come from ${domain}, the record ${MEANS[policy]}.${inherited}`,
    {
      name: where,
      found: [record.rr],
      wanted: [],
      policy: { policy, isStrictSpf: record.aspf === 's' },
    },
  );
}

/** The same, and whether our mails pass. `alignedBy`: null: not known. */
export function completeDmarc(
  { check, policy, isUnknown }: DmarcResult,
  alignedBy: readonly ('spf' | 'dkim')[] | null,
): SenderCheck {
  if (isUnknown || alignedBy === null) return check;
  const by = alignedBy.map((one) => ({ spf: 'SPF', dkim: 'DKIM' })[one]).join(' and ');
  if (by) return { ...check, message: `${check.message} Our mails pass by ${by}.` };
  const follows =
    policy?.policy === 'reject'
      ? 'and would be refused'
      : policy?.policy === 'quarantine'
        ? 'and would be taken for spam'
        : 'and receivers may take them for spam';
  return {
    ...check,
    verdict: 'fail',
    message: `${check.message} Our mails would not pass, since neither SPF nor DKIM proves that they are yours, ${follows}. Correct one of the two.`,
  };
}

function policyOf(tag: string): DmarcPolicy['policy'] {
  return tag === 'reject' || tag === 'quarantine' ? tag : 'none';
}

/** `p=reject` → `v=DMARC1; p=reject` */
function corrected(text: string): string {
  const tags = text
    .replaceAll(/["“”]/g, '')
    .split(/[;,]/)
    .map((tag) => tag.trim())
    .filter((tag) => /^[a-z]+\s*=/i.test(tag) && !/^v\s*=/i.test(tag));
  return ['v=DMARC1', ...(tags.length > 0 ? tags : ['p=none'])].join('; ');
}
