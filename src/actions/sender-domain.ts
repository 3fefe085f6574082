import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { endAlert, raiseAlert } from '../db/alert.ts';
import {
  deleteSenderDomain,
  findSenderDomain,
  findSendingDomains,
  insertSenderDomain,
  listSenderUses,
  lockSenderDomain,
  recordChecks,
  type SenderDomain,
  setSigning,
} from '../db/sender-domain.ts';
import { makeDkimKey } from '../domain/dkim.ts';
import { AppError } from '../domain/errors.ts';
import { domainOf, type SenderChecks, standingAfter } from '../domain/sender-domain.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/** Who checks the domains every day, as the audit log names it. */
export const SENDER_CHECK = 'sender_check';

/** Who signs the mails of a domain: we do, with a key that is made; or the mail server, with the key of this selector, if it is known. */
export type ChosenSigning =
  | { readonly type: 'ours' }
  | { readonly type: 'relay'; readonly selector: string | null };

/** A domain that is to become a sender. `isNew`: it was not there before. */
export async function addSenderDomain(
  context: TeamActionContext,
  config: Pick<Config, 'appSecret'>,
  { domain, signing }: { readonly domain: string; readonly signing: ChosenSigning },
): Promise<{ sender: SenderDomain; isNew: boolean }> {
  const { db, now, actor } = context;
  const known = await findSenderDomain(db, domain);
  if (known) return { sender: known, isNew: false };
  const added = await insertSenderDomain(
    db,
    { domain, token: randomBytes(16).toString('hex'), ...(await keyFor(config, domain, signing)) },
    { now, actor },
  );
  if (!added) throw new AppError('conflict', 'The domain was added at the same time: try again.');
  await audit(context, 'sender_added', { detail: { domain } });
  return { sender: added, isNew: true };
}

/** Another choice of who signs; `ours` makes a new key, which is to be published before it signs. */
export async function changeSigning(
  context: TeamActionContext,
  config: Pick<Config, 'appSecret'>,
  domain: string,
  signing: ChosenSigning,
): Promise<void> {
  if (!(await lockSenderDomain(context.db, domain))) throw senderNotFound();
  await setSigning(context.db, { domain, ...(await keyFor(config, domain, signing)) });
  await audit(context, 'sender_key_changed', { detail: { domain, signing: signing.type } });
}

async function keyFor({ appSecret }: Pick<Config, 'appSecret'>, domain: string, signing: ChosenSigning) {
  return signing.type === 'ours'
    ? { dkim: await makeDkimKey(appSecret, domain), relaySelector: null }
    : { dkim: null, relaySelector: signing.selector };
}

/** Throws `not_found`, and `conflict` while events that are not over send from it. */
export async function removeSenderDomain(context: TeamActionContext, domain: string): Promise<void> {
  const { db, now } = context;
  if (!(await lockSenderDomain(db, domain))) throw senderNotFound();
  const uses = await listSenderUses(db, [domain], now);
  const [first] = uses;
  if (first)
    throw new AppError(
      'conflict',
      `${uses.length === 1 ? 'An event sends' : `${uses.length} events send`} from ${domain}, the next one “${first.title}”. Give ${uses.length === 1 ? 'it' : 'them'} another sender first.`,
    );
  await deleteSenderDomain(db, domain);
  await endSenderAlerts(context, domain);
  await audit(context, 'sender_removed', { detail: { domain } });
}

/** Keeps what a check found, and says of a domain that it is verified now, or no longer. Throws `not_found`. */
export async function keepSenderChecks(
  context: Pick<TeamActionContext, 'db' | 'now' | 'actor'>,
  domain: string,
  checks: SenderChecks,
): Promise<SenderDomain> {
  const { db, now } = context;
  const before = await lockSenderDomain(db, domain);
  if (!before) throw senderNotFound();
  const { change, ...standing } = standingAfter(before, checks.isInOrder, now);
  const { verdict } = checks.dkim;
  const signs = verdict === 'unknown' ? null : before.dkim !== null && verdict !== 'fail';
  await recordChecks(db, domain, { ...standing, checks, signs, now });
  if (change === 'verified' || change === 'lost' || change === 'failing' || change === 'recovered')
    await audit(context, `sender_${change}`, { detail: { domain } });
  if (change === 'lost' || change === 'failing') await raiseAlert(db, `sender_${change}`, { domain }, now);
  if (change === 'verified' || change === 'recovered') await endSenderAlerts(context, domain);
  return { ...before, ...standing, checks, checkedAt: now };
}

async function endSenderAlerts(
  { db, now }: Pick<TeamActionContext, 'db' | 'now'>,
  domain: string,
): Promise<void> {
  await endAlert(db, 'sender_failing', { domain }, now);
  await endAlert(db, 'sender_lost', { domain }, now);
}

/** Throws `invalid_input` where an event may not send from the address: its domain is no verified one. */
export async function requireVerifiedSender(
  { db }: Pick<TeamActionContext, 'db'>,
  fromAddress: string | null | undefined,
): Promise<void> {
  if (!fromAddress) return;
  const domain = domainOf(fromAddress);
  const [known] = await findSendingDomains(db, [domain]);
  if (known?.isVerified) return;
  const message = known
    ? `must be of a verified sender domain: the checks of ${domain} have not succeeded yet`
    : `must be of a verified sender domain: ${domain} is none`;
  throw new AppError('invalid_input', 'The event cannot send from this address.', {
    errors: [{ path: 'fromAddress', message }],
  });
}

export function senderNotFound(): AppError {
  return new AppError('not_found', 'This domain is no sender domain: add it first.');
}
