import { type Context, Hono } from 'hono';
import {
  addSenderDomain,
  type ChosenSigning,
  changeSigning,
  keepSenderChecks,
  removeSenderDomain,
  senderNotFound,
} from '../../actions/sender-domain.ts';
import { inputError } from '../../api/router.ts';
import {
  findSenderDomain,
  listSenderDomains,
  listSenderUses,
  type SenderDomain,
} from '../../db/sender-domain.ts';
import { shownDomain } from '../../domain/address.ts';
import { newSenderDomain, readSenderDomain, senderState } from '../../domain/sender-domain.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { createDns } from '../../lib/dns.ts';
import { checkStoredDomain, signingOf } from '../../senders/check-stored.ts';
import { shownSigning } from '../../senders/describe.ts';
import { firstRecords } from '../../senders/records.ts';
import { senderTransport, siteSigning } from '../../senders/transport.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, adminsOnly, type TeamEnv } from '../session.ts';
import { NewKeyPage, RemoveSenderPage, SenderPage } from './sender-page.tsx';
import { type SenderFormValues, SendersPage } from './senders-page.tsx';

const PATH = '/team/senders';

/** Domains that events may send from: everybody on the team sees them, admins change them. */
export function senderRoutes(dependencies: TeamDependencies) {
  const { config, pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  const dns = createDns(config.dnsServers);
  const transport = senderTransport(config);
  const isSmtp = transport.type === 'smtp';

  router.get(PATH, (c) => listPage(c));

  router.post(PATH, adminsOnly, async (c) => {
    const form = await readForm(c);
    const read = readSenderForm(form);
    if ('errors' in read) return listPage(c, read);
    const { isNew } = await act(c, dependencies, (action) => addSenderDomain(action, config, read));
    // What is there already is known at once; a DNS that does not answer is asked again later.
    if (isNew) await check(c, read.domain);
    return seeOther(c, `${PATH}/${read.domain}`, isNew ? 'sender_added' : 'sender_there');
  });

  router.get(`${PATH}/:domain`, async (c) => senderPage(c, await requireSender(c)));

  router.post(`${PATH}/:domain/check`, adminsOnly, async (c) => {
    const { domain } = await requireSender(c);
    const { checks } = await check(c, domain);
    const notice =
      checks?.isInOrder === null
        ? 'sender_unknown'
        : checks?.isInOrder
          ? 'sender_in_order'
          : 'sender_failing';
    return seeOther(c, `${PATH}/${domain}`, notice);
  });

  router.post(`${PATH}/:domain/signing`, adminsOnly, async (c) => {
    const sender = await requireSender(c);
    const { domain } = sender;
    const form = await readForm(c);
    const read = readSenderForm({ ...form, domain });
    if ('errors' in read) return senderPage(c, sender, read);
    const { type, selector } = shownSigning(config, transport, sender);
    const { signing } = read;
    const isSame = signing.type === type && (signing.type === 'ours' || signing.selector === selector);
    if (isSame) return seeOther(c, `${PATH}/${domain}`, 'event_unchanged');
    return choose(c, domain, signing);
  });

  router.get(`${PATH}/:domain/key`, adminsOnly, async (c) => {
    const { domain } = await requireSender(c);
    return sendPage(c, <NewKeyPage frame={await frame(c)} domain={domain} shown={shownDomain(domain)} />);
  });

  router.post(`${PATH}/:domain/key`, adminsOnly, async (c) =>
    choose(c, (await requireSender(c)).domain, { type: 'ours' }),
  );

  async function choose(c: Context<TeamEnv>, domain: string, signing: ChosenSigning): Promise<Response> {
    await act(c, dependencies, (action) => changeSigning(action, config, domain, signing));
    await check(c, domain);
    return seeOther(c, `${PATH}/${domain}`, 'sender_signing_changed');
  }

  router.get(`${PATH}/:domain/remove`, adminsOnly, async (c) => {
    const { domain } = await requireSender(c);
    return sendPage(
      c,
      <RemoveSenderPage frame={await frame(c)} domain={domain} shown={shownDomain(domain)} />,
    );
  });

  router.post(`${PATH}/:domain/remove`, adminsOnly, async (c) => {
    const { domain } = await requireSender(c);
    await act(c, dependencies, (action) => removeSenderDomain(action, domain));
    return seeOther(c, PATH, 'sender_removed');
  });

  async function requireSender(c: Context<TeamEnv>): Promise<SenderDomain> {
    const read = readSenderDomain(c.req.param('domain') ?? '');
    const sender = 'domain' in read ? await findSenderDomain(pool, read.domain) : null;
    if (!sender) throw senderNotFound();
    return sender;
  }

  /** Asks the DNS, with no transaction open, and keeps what it said. */
  async function check(c: Context<TeamEnv>, domain: string): Promise<SenderDomain> {
    const sender = await findSenderDomain(pool, domain);
    if (!sender) throw senderNotFound();
    const checks = await checkStoredDomain({ config, dns, transport }, sender);
    return act(c, dependencies, (action) => keepSenderChecks(action, domain, checks));
  }

  async function listPage(c: Context<TeamEnv>, refused: Refused | null = null): Promise<Response> {
    const [senders, uses] = await Promise.all([listSenderDomains(pool), listSenderUses(pool, null, now())]);
    const usesOf = Map.groupBy(uses, ({ domain }) => domain);
    const isAdmin = c.var.session.member.role === 'admin';
    return sendPage(
      c,
      <SendersPage
        frame={await frame(c)}
        senders={senders.map((sender) => ({
          domain: sender.domain,
          shown: shownDomain(sender.domain),
          state: senderState(sender),
          checks: sender.checks,
          checkedAt: sender.checkedAt,
          events: usesOf.get(sender.domain)?.length ?? 0,
        }))}
        site={config.mailFrom}
        siteSelector={isSmtp ? (config.dkim?.selector ?? null) : null}
        isSmtp={isSmtp}
        form={isAdmin ? (refused ?? { values: EMPTY, errors: {} }) : null}
      />,
      refused ? 422 : 200,
    );
  }

  async function senderPage(
    c: Context<TeamEnv>,
    sender: SenderDomain,
    refused: Refused | null = null,
  ): Promise<Response> {
    const { domain, verifiedAt, checkedAt, failingSince, checks } = sender;
    const isAdmin = c.var.session.member.role === 'admin';
    const signing = shownSigning(config, transport, sender);
    const mayChoose = isAdmin && isSmtp && siteSigning(config, domain) === null;
    const values = { signing: signing.type, relaySelector: sender.relaySelector ?? '' };
    return sendPage(
      c,
      <SenderPage
        frame={await frame(c)}
        domain={domain}
        shown={shownDomain(domain)}
        state={senderState(sender)}
        verifiedAt={verifiedAt}
        checkedAt={checkedAt}
        failingSince={failingSince}
        checks={checks}
        firstRecords={firstRecords(transport, { ...sender, signing: signingOf(config, sender) })}
        uses={await listSenderUses(pool, [domain], now())}
        siteAddress={config.mailFrom.address}
        signing={signing}
        signingForm={mayChoose ? (refused ?? { values, errors: {} }) : null}
        isAdmin={isAdmin}
      />,
      refused ? 422 : 200,
    );
  }

  /** What a form says, or what is wrong with it. */
  function readSenderForm(
    form: Readonly<Record<string, string>>,
  ): { readonly domain: string; readonly signing: ChosenSigning } | Refused {
    const { domain = '', signing = isSmtp ? 'ours' : 'relay', relaySelector = '' } = form;
    const isRelay = signing === 'relay';
    const parsed = newSenderDomain.safeParse({
      domain,
      signing,
      // What stands in a field that does not count is not looked at.
      relaySelector: (isRelay && relaySelector.trim()) || null,
    });
    if (!parsed.success) {
      const { errors } = inputError(parsed.error);
      return {
        values: { domain: domain.slice(0, 320), signing, relaySelector },
        errors: Object.fromEntries(
          errors.map(({ path, message }) => [path, `${LABELS[path] ?? path} ${message}`]),
        ),
      };
    }
    const { data } = parsed;
    return {
      domain: data.domain,
      signing:
        isSmtp && data.signing === 'ours'
          ? { type: 'ours' }
          : { type: 'relay', selector: data.relaySelector ?? null },
    };
  }

  return router;
}

interface Refused {
  readonly values: SenderFormValues;
  readonly errors: Readonly<Record<string, string>>;
}

const EMPTY: SenderFormValues = { domain: '', signing: 'ours', relaySelector: '' };
const LABELS: Readonly<Record<string, string>> = {
  domain: 'The domain',
  signing: 'Who signs',
  relaySelector: 'The selector',
};
