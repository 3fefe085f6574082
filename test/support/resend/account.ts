import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type Failure, failure, GATEWAY_PAGE, ok, refusal } from './answers.ts';
import { listDomains, readDomain, type StandInDomain } from './domains.ts';
import { IdempotencyKeys, QuotaCount, type Quotas, RateWindow } from './limits.ts';
import { type AddressRules, type ParsedMail, parseMail, type RawMail, refusalOf } from './mail.ts';
import { type AcceptedMail, listEmails, readEmail } from './read-back.ts';
import { answerSuppressions, type StandInSuppression } from './suppressions.ts';
import { listWebhooks, readWebhook, type StandInWebhook } from './webhook-endpoints.ts';

/** What `react` is asked about: a request that the API key, the rate limit and 409s let through. */
export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  /** Empty where the request reads back, or its body is no JSON. */
  readonly mails: readonly ParsedMail[];
  /** True: this key and body were accepted before; nothing new will be taken, whatever the reaction. */
  readonly replay: boolean;
}

/**
 * What happens to a request instead of an ordinary answer. Nothing taken, the key free again: `fail`, `drop`
 * (the socket is destroyed), `non-json` (a gateway's 502 page). Taken and remembered: `failAfter`,
 * `drop-after`, `hang` (no answer ever), `non-json-after`; the key then replays the answer that was lost.
 */
export type Reaction =
  | { readonly fail: Failure }
  | { readonly failAfter: Failure }
  | 'drop'
  | 'drop-after'
  | 'hang'
  | 'non-json'
  | 'non-json-after';

type MaybeReaction = Reaction | undefined;

/** What a test or a bench sets, from the start or at any time later. */
export interface Settings {
  /** The clock of windows, quotas, the 24 hours of a key, and `at`. */
  now: () => number;
  /** Requests a second; null: no limit, and no headers about it. */
  rateLimit: number | null;
  quotas: Quotas;
  /** Between accepting and answering; the key is in flight that long. */
  answerAfterMs: number;
  /** Asked once a request; a promise holds the request, its key in flight, until it settles. */
  react: (request: StandInRequest) => MaybeReaction | Promise<MaybeReaction>;
  /** Recipients' domains refused; none by default, though Resend refuses `example.com`: our tests use it. */
  refusedDomains: ReadonlySet<string>;
  /** Domains one may send from, else 403; null: any. */
  verifiedDomains: ReadonlySet<string> | null;
  /** What `GET /domains` lists, in order. */
  domains: readonly StandInDomain[];
  /** The team's suppression list: what `/suppressions` tells and changes. */
  suppressions: StandInSuppression[];
  /** What `GET /webhooks` lists, in order. */
  webhooks: readonly StandInWebhook[];
  /** Whether html, text and attachments' content stay in the record; benches save the memory. */
  keepBodies: boolean;
}

/** What an account works on: its settings, its keys, and the record of what it took. */
export interface Team extends Settings {
  /** All keys there are; one deleted is `invalid_api_key`, one of `sending_access` cannot read back. */
  readonly apiKeys: Map<string, 'full_access' | 'sending_access'>;
  /** The mails that count as taken, in order. */
  readonly accepted: AcceptedMail[];
}

/** A request, read to its end. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly idempotencyKey: string | null;
  readonly authorization: string;
  readonly permissive: boolean;
  readonly body: Buffer;
}

/** What is answered, or that the socket is to be destroyed, or that nothing happens any more. */
export type Outcome = Answer | 'drop' | 'hang';

const MOST_IN_BATCH = 100;

/** One team's account: what is counted and remembered over requests. */
export class Account {
  readonly #standIn: Team;
  readonly #rate = new RateWindow();
  readonly #quota = new QuotaCount();
  readonly #keys = new IdempotencyKeys();

  constructor(standIn: Team) {
    this.#standIn = standIn;
  }

  async answer(incoming: Incoming, at: number) {
    const { rateLimit } = this.#standIn;
    const unauthorised = this.#unauthorised(incoming);
    if (unauthorised) return { outcome: unauthorised, headers: {} };
    const rate = rateLimit === null ? null : this.#rate.take(at, rateLimit);
    const outcome = rate?.refused ?? (await this.#route(incoming));
    const { now, quotas } = this.#standIn;
    return { outcome, headers: { ...rate?.headers, ...this.#quota.headers(now(), quotas) } };
  }

  /** https://resend.com/docs/api-reference/errors: 401 without a key, 403 for a wrong one. */
  #unauthorised({ authorization, method, path }: Incoming): Answer | null {
    const key = /^Bearer (.+)$/.exec(authorization)?.[1];
    if (key === undefined) return refusal('missing_api_key');
    const access = this.#standIn.apiKeys.get(key);
    if (access === undefined) return refusal('invalid_api_key');
    const sends = method === 'POST' && /^\/emails(?:\/batch)?$/.test(path);
    return access === 'sending_access' && !sends ? refusal('restricted_api_key') : null;
  }

  #route(incoming: Incoming): Outcome | Promise<Outcome> {
    const { method, path, query } = incoming;
    const { accepted } = this.#standIn;
    if (/^\/domains(?:\/|$)/.test(path)) return this.#readDomains(incoming);
    if (/^\/suppressions(?:\/|$)/.test(path))
      return this.#react(incoming, [], false, () => {
        const { suppressions, now } = this.#standIn;
        return answerSuppressions(
          suppressions,
          { ...incoming, path: path.slice('/suppressions'.length) },
          now(),
        );
      });
    const webhook = /^\/webhooks\/([^/]+)$/.exec(path)?.[1];
    if (webhook !== undefined)
      return this.#react(incoming, [], false, () =>
        method === 'GET' ? readWebhook(this.#standIn.webhooks, webhook) : refusal('method_not_allowed'),
      );
    if (path === '/webhooks')
      return this.#react(incoming, [], false, () =>
        method === 'GET' ? listWebhooks(this.#standIn.webhooks, query) : refusal('method_not_allowed'),
      );
    const id = /^\/emails\/([^/]+)$/.exec(path)?.[1];
    if (path !== '/emails' && id === undefined) return refusal('not_found');
    if (method === 'POST' && (path === '/emails' || id === 'batch')) return this.#send(incoming);
    if (method !== 'GET' || id === 'batch') return refusal('method_not_allowed');
    return this.#react(incoming, [], false, () =>
      id === undefined ? listEmails(accepted, query) : readEmail(accepted, id),
    );
  }

  /** https://resend.com/docs/api-reference/domains/list-domains and …/get-domain. */
  #readDomains(incoming: Incoming): Outcome | Promise<Outcome> {
    const { method, path, query } = incoming;
    const { domains } = this.#standIn;
    const id = /^\/domains\/([^/]+)$/.exec(path)?.[1];
    if (method !== 'GET') return refusal('method_not_allowed');
    return this.#react(incoming, [], false, () =>
      id === undefined ? listDomains(domains, query) : readDomain(domains, id),
    );
  }

  /** Keeps the key in flight from here until the answer is due, and only what was accepted under it. */
  async #send(incoming: Incoming): Promise<Outcome> {
    const { method, path, idempotencyKey: key, body } = incoming;
    if (key !== null && (key.length < 1 || key.length > 256)) return refusal('invalid_idempotency_key');
    const scope = key === null ? null : `${method} ${path} ${key}`;
    const known = scope === null ? null : this.#keys.begin(scope, hash('sha256', body), this.#standIn.now());
    if (known && 'refused' in known) return known.refused;

    const raws = mailsIn(incoming);
    const mails = 'status' in raws ? [] : raws.map(parseMail);
    let lasting: Answer | null = known?.replay ?? null;
    const outcome = await this.#react(incoming, mails, lasting !== null, () => {
      const answer = lasting ?? ('status' in raws ? raws : this.#accept(incoming, raws, mails));
      if (answer.status === 200) lasting = answer;
      return answer;
    });
    if (scope !== null) this.#keys.settle(scope, lasting);
    return outcome;
  }

  /** Asks the test, then does the work, waits and answers, or what the test wants instead. */
  async #react(
    { method, path, idempotencyKey }: Incoming,
    mails: readonly ParsedMail[],
    replay: boolean,
    work: () => Answer,
  ): Promise<Outcome> {
    const { react, answerAfterMs } = this.#standIn;
    const reaction = await react({ method, path, idempotencyKey, mails, replay });
    if (reaction === 'drop') return 'drop';
    if (reaction === 'non-json') return GATEWAY_PAGE;
    if (typeof reaction === 'object' && 'fail' in reaction) return failure(reaction.fail);
    const answer = work();
    if (answerAfterMs > 0) await delay(answerAfterMs, null, { ref: false });
    if (reaction === undefined || answer.status !== 200) return answer;
    if (reaction === 'hang') return 'hang';
    if (reaction === 'drop-after') return 'drop';
    return reaction === 'non-json-after' ? GATEWAY_PAGE : failure(reaction.failAfter);
  }

  /**
   * A batch is refused as a whole in strict mode; in permissive mode its good mails are taken, `data` holds
   * their ids alone and `errors` says which are missing: https://resend.com/changelog/batch-validation-modes.
   */
  #accept(incoming: Incoming, raws: readonly RawMail[], mails: readonly ParsedMail[]): Answer {
    const { now, quotas } = this.#standIn;
    const at = now();
    const rules: AddressRules = this.#standIn;
    const good: ParsedMail[] = [];
    const errors: { index: number; message: string }[] = [];
    for (const [index, mail] of mails.entries()) {
      const refused = refusalOf(raws[index] ?? {}, mail, rules);
      if (refused && !incoming.permissive) return refused;
      if (refused) errors.push({ index, message: JSON.parse(refused.body).message });
      else good.push(mail);
    }
    const addresses = good.reduce((sum, { to, cc, bcc }) => sum + to.length + cc.length + bcc.length, 0);
    const overQuota = this.#quota.refusalOf(addresses, at, quotas);
    if (overQuota) return overQuota;
    this.#quota.add(addresses, at);
    const data = good.map((mail) => ({ id: this.#record(mail, incoming.idempotencyKey, at) }));
    if (incoming.path === '/emails') return ok(data[0]);
    return ok(incoming.permissive ? { data, errors } : { data });
  }

  #record(mail: ParsedMail, idempotencyKey: string | null, at: number): string {
    const id = randomUUID();
    const bodies = !this.#standIn.keepBodies && {
      html: null,
      text: null,
      attachments: mail.attachments.map((attachment) => ({ ...attachment, content: null })),
    };
    const messageId = `<${id}@stand-in.resend.test>`;
    this.#standIn.accepted.push({ ...mail, ...bodies, id, messageId, idempotencyKey, at, lastEvent: 'sent' });
    return id;
  }
}

/** The mails of a request's body, or why there are none: 1 to 100 a batch, and no attachments in one. */
function mailsIn({ path, body }: Incoming): RawMail[] | Answer {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return failure({ status: 400, name: 'validation_error', message: 'The body must be JSON.' });
  }
  const raws = path === '/emails' ? [json] : json;
  if (!Array.isArray(raws)) return refusal('validation_error', 'A batch must be an array of emails.');
  if (raws.length < 1 || raws.length > MOST_IN_BATCH)
    return refusal('validation_error', `A batch must have 1 to ${MOST_IN_BATCH} emails.`);
  if (!raws.every((raw) => typeof raw === 'object' && raw !== null && !Array.isArray(raw)))
    return refusal('validation_error', 'An email must be an object.');
  // https://resend.com/docs/dashboard/emails/batch-sending, "Limitations".
  if (path !== '/emails' && raws.some(({ attachments }) => attachments?.length > 0))
    return refusal('validation_error', 'The `attachments` field is not supported in a batch.');
  return raws;
}
