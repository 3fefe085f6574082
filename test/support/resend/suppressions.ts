import { randomUUID } from 'node:crypto';
import { type Answer, ok, refusal } from './answers.ts';
import type { WebhookEvent } from './webhooks.ts';

/** An address on the team's suppression list. */
export interface StandInSuppression {
  readonly id: string;
  readonly email: string;
  readonly origin: 'bounce' | 'complaint' | 'manual';
  readonly source_id: string | null;
  readonly created_at: string;
}

const MOST = 100;
/** https://resend.com/docs/api-reference/suppressions/get-suppression */
const NOT_FOUND = 'Suppression not found';

/**
 * https://resend.com/docs/api-reference/suppressions: one address on the list once, in lower case, known by its id or itself. `path`: what
 * stands behind `/suppressions`.
 */
export function answerSuppressions(
  list: StandInSuppression[],
  { method, path, query, body }: { method: string; path: string; query: URLSearchParams; body: Buffer },
  now: number,
): Answer {
  const wanted = decodeURIComponent(path.replace(/^\//, ''));
  if (wanted === '') {
    if (method === 'GET') return listed(list, query);
    return method === 'POST' ? added(list, body, now) : refusal('method_not_allowed');
  }
  const found = list.find(({ id, email }) => id === wanted || email === normal(wanted));
  if (method !== 'GET' && method !== 'DELETE') return refusal('method_not_allowed');
  if (!found) return refusal('not_found', NOT_FOUND);
  if (method === 'GET') return ok({ object: 'suppression', ...found });
  list.splice(list.indexOf(found), 1);
  return ok({ object: 'suppression', id: found.id, deleted: true });
}

function added(list: StandInSuppression[], body: Buffer, now: number): Answer {
  let email: unknown;
  try {
    email = JSON.parse(body.toString())?.email;
  } catch {
    email = undefined;
  }
  if (typeof email !== 'string') return refusal('missing_required_field', 'Missing `email` field.');
  return ok({ object: 'suppression', id: suppressed(list, email, 'manual', now).id });
}

/** Puts an address on the list; one that is there already stays as it is. */
export function suppressed(
  list: StandInSuppression[],
  email: string,
  origin: StandInSuppression['origin'],
  now: number,
): StandInSuppression {
  const known = list.find((one) => one.email === normal(email));
  if (known) return known;
  const suppression = {
    ...{ id: randomUUID(), email: normal(email), origin },
    ...{ source_id: origin === 'manual' ? null : randomUUID(), created_at: new Date(now).toISOString() },
  };
  list.push(suppression);
  return suppression;
}

function listed(list: readonly StandInSuppression[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refusal('invalid_parameter', `The \`limit\` parameter must be a number between 1 and ${MOST}.`);
  const origin = query.get('origin');
  const found = list.filter((one) => origin === null || one.origin === origin);
  const after = query.get('after');
  const from = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
  return ok({
    object: 'list',
    has_more: from + limit < found.length,
    data: found.slice(from, from + limit),
  });
}

function normal(email: string): string {
  return email.trim().toLowerCase();
}

/** What Resend says of it: https://resend.com/docs/webhooks/suppressions/added and …/removed. */
export function suppressionEvent(
  type: 'suppression.added' | 'suppression.removed',
  { id, email, origin, source_id, created_at }: StandInSuppression,
  at: number,
): WebhookEvent {
  return {
    type,
    created_at: new Date(at).toISOString(),
    data: { id, email, origin, source_id, created_at },
  };
}
