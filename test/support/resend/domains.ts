import { type Answer, ok, refusal } from './answers.ts';

/** A domain as the account has it. */
export interface StandInDomain {
  readonly id: string;
  readonly name: string;
  readonly status:
    | 'pending'
    | 'verified'
    | 'failed'
    | 'not_started'
    | 'partially_verified'
    | 'partially_failed';
  readonly open_tracking?: boolean;
  readonly click_tracking?: boolean;
  readonly records: readonly {
    readonly record: 'SPF' | 'DKIM';
    readonly name: string;
    readonly type: 'MX' | 'TXT' | 'CNAME';
    readonly value: string;
    readonly priority?: number;
  }[];
}

const MOST = 100;

/** https://resend.com/docs/api-reference/domains/list-domains: `limit`, `after`, and whether there are more. */
export function listDomains(domains: readonly StandInDomain[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refusal('invalid_parameter', `The \`limit\` parameter must be a number between 1 and ${MOST}.`);
  const after = query.get('after');
  const from = after === null ? 0 : domains.findIndex(({ id }) => id === after) + 1;
  const page = domains.slice(from, from + limit);
  return ok({ object: 'list', has_more: from + limit < domains.length, data: page.map(listed) });
}

/** https://resend.com/docs/api-reference/domains/get-domain */
export function readDomain(domains: readonly StandInDomain[], id: string): Answer {
  const domain = domains.find((one) => one.id === id);
  if (!domain) return refusal('not_found', 'Domain not found.');
  const records = domain.records.map((record) => ({ ...record, ttl: 'Auto', status: domain.status }));
  return ok({ object: 'domain', ...listed(domain), records });
}

function listed({ id, name, status, open_tracking = false, click_tracking = false }: StandInDomain) {
  return {
    ...{ open_tracking, click_tracking },
    id,
    name,
    status,
    created_at: '2026-01-01T00:00:00.000Z',
    region: 'eu-west-1',
    capabilities: { sending: 'enabled', receiving: 'disabled' },
  };
}
