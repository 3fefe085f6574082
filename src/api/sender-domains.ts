import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import {
  addSenderDomain,
  type ChosenSigning,
  keepSenderChecks,
  removeSenderDomain,
  senderNotFound,
} from '../actions/sender-domain.ts';
import { transaction } from '../db/pool.ts';
import { findSenderDomain, listSenderDomains, type SenderDomain } from '../db/sender-domain.ts';
import { newSenderDomain, readSenderDomain, senderState } from '../domain/sender-domain.ts';
import type { AppDependencies } from '../http/context.ts';
import { createDns } from '../lib/dns.ts';
import { checkStoredDomain } from '../senders/check-stored.ts';
import { recordsToAdd, shownSigning } from '../senders/describe.ts';
import { senderTransport } from '../senders/transport.ts';
import { whoAsks } from './authenticate.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { answerOnce } from './import-once.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { pageOf, senderDomainSchema } from './schemas.ts';

const tags = ['Sender domains'];
const params = z.object({ domain: z.string().min(1).max(320) });

export function senderDomainRoutes({ config, pool, now }: AppDependencies) {
  const router = createApiRouter();
  const dns = createDns(config.dnsServers);
  const transport = senderTransport(config);

  function present(sender: SenderDomain): z.infer<typeof senderDomainSchema> {
    const { domain, verifiedAt, checkedAt, failingSince, checks, createdAt } = sender;
    const signing = shownSigning(config, transport, sender);
    const { owner, spf, dkim, dmarc, provider } = checks ?? {};
    return {
      domain,
      state: senderState(sender),
      verifiedAt: verifiedAt?.toISOString() ?? null,
      checkedAt: checkedAt?.toISOString() ?? null,
      failingSince: failingSince?.toISOString() ?? null,
      signing: signing.type,
      selector: signing.selector,
      records: [...recordsToAdd(config, transport, sender)],
      checks:
        owner && spf && dkim && dmarc
          ? {
              owner: presentCheck(owner),
              spf: presentCheck(spf),
              dkim: presentCheck(dkim),
              dmarc: presentCheck(dmarc),
              provider: provider ? presentCheck(provider) : null,
            }
          : null,
      createdAt: createdAt.toISOString(),
    };
  }

  router.openapi(
    createRoute({
      method: 'get',
      path: '/sender-domains',
      tags,
      summary: 'List sender domains',
      description: 'Domains that events may send from, once they are verified. By name, all of them.',
      responses: answers(200, 'All sender domains', pageOf(senderDomainSchema, 'SenderDomains')),
    }),
    async (c) => c.json({ items: (await listSenderDomains(pool)).map(present), nextCursor: null }, 200),
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/sender-domains',
      tags,
      summary: 'Add a sender domain',
      description: `201 with the \`records\` to add to its DNS; 200 where it was there before. \`signing\`: who signs its mails over
SMTP: \`ours\` (the default) makes a key, \`relay\` leaves it to the mail server, whose own key \`relaySelector\` names. Over Resend, Resend
signs; over Postmark, Postmark does, and \`relaySelector\` names its key.
Then ask for a check: once it succeeds, the domain is verified. It is checked again every day.`,
      request: jsonBody(newSenderDomain, { domain: 'example.com' }),
      responses: {
        ...answers(201, 'The new sender domain', senderDomainSchema),
        ...answers(200, 'The sender domain as it was', senderDomainSchema),
      },
    }),
    async (c) => {
      const { domain, signing, relaySelector } = c.req.valid('json');
      const chosen: ChosenSigning =
        transport.type !== 'smtp' || signing === 'relay'
          ? { type: 'relay', selector: relaySelector ?? null }
          : { type: 'ours' };
      const { sender, isNew } = await addSenderDomain(c.var.action, config, { domain, signing: chosen });
      return c.json(present(sender), isNew ? 201 : 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/sender-domains/{domain}',
      tags,
      summary: 'Get a sender domain',
      request: { params },
      responses: answers(200, 'The sender domain', senderDomainSchema),
    }),
    async (c) => {
      const sender = await findSenderDomain(pool, nameOf(c.req.valid('param').domain));
      if (!sender) throw senderNotFound();
      return c.json(present(sender), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/sender-domains/{domain}/check',
      tags,
      summary: 'Check a sender domain now',
      description:
        'Asks the DNS, and the provider where it can be asked; takes some seconds at most. What does not answer is `unknown` and changes nothing.',
      request: { params },
      responses: answers(200, 'The sender domain with what was found', senderDomainSchema),
    }),
    async (c) => {
      const domain = nameOf(c.req.valid('param').domain);
      const key = readIdempotencyKey(c.req.header('idempotency-key'));
      // No transaction is open while the network is used.
      const work = async () => {
        const sender = await findSenderDomain(pool, domain);
        if (!sender) throw senderNotFound();
        const checks = await checkStoredDomain({ config, dns, transport }, sender);
        const context = { now: now(), ...whoAsks(c) };
        return present(await transaction(pool, (db) => keepSenderChecks({ db, ...context }, domain, checks)));
      };
      if (key === null) return c.json(await work(), 200);
      const hash = createHash('sha256').update(`POST ${c.req.path}\n`);
      const request = { apiKeyId: c.get('apiKey').id, key, hash, body: noBody(), now: now() };
      const { json, replayed } = await answerOnce(pool, request, work);
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json(JSON.parse(json), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/sender-domains/{domain}',
      tags,
      summary: 'Remove a sender domain',
      description: '409 while events that are not over send from it. Its key is deleted.',
      request: { params },
      responses: { 204: { description: 'Removed' } },
    }),
    async (c) => {
      await removeSenderDomain(c.var.action, nameOf(c.req.valid('param').domain));
      return c.body(null, 204);
    },
  );

  return router;
}

/** Throws `not_found` for what can be no sender domain. */
function nameOf(text: string): string {
  const read = readSenderDomain(text);
  if ('fault' in read) throw senderNotFound();
  return read.domain;
}

type Check = NonNullable<SenderDomain['checks']>['owner'];

function presentCheck({ verdict, message, name, found, wanted }: Check) {
  return { verdict, message, name, found: [...found], wanted: [...wanted] };
}

async function* noBody(): AsyncIterable<Uint8Array> {
  // A check has none.
}
