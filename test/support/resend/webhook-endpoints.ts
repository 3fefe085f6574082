import { type Answer, ok, refusal } from './answers.ts';

/** A webhook as the account has it. */
export interface StandInWebhook {
  readonly id: string;
  readonly endpoint: string;
  readonly status: 'enabled' | 'disabled';
  readonly events: readonly string[] | null;
  readonly signing_secret: string;
}

const MOST = 100;
const CREATED_AT = '2026-01-01T00:00:00.000Z';

/** https://resend.com/docs/api-reference/webhooks/list-webhooks */
export function listWebhooks(webhooks: readonly StandInWebhook[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? MOST);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refusal('invalid_parameter', `The \`limit\` parameter must be a number between 1 and ${MOST}.`);
  const after = query.get('after');
  const from = after === null ? 0 : webhooks.findIndex(({ id }) => id === after) + 1;
  const data = webhooks
    .slice(from, from + limit)
    .map(({ signing_secret: _, ...webhook }) => ({ ...webhook, created_at: CREATED_AT }));
  return ok({ object: 'list', has_more: from + limit < webhooks.length, data });
}

/** https://resend.com/docs/api-reference/webhooks/get-webhook */
export function readWebhook(webhooks: readonly StandInWebhook[], id: string): Answer {
  const webhook = webhooks.find((one) => one.id === id);
  if (!webhook) return refusal('not_found', 'Webhook not found');
  return ok({ object: 'webhook', ...webhook, created_at: CREATED_AT });
}
