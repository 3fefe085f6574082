import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ImapFlow, ImapFlowError } from 'imapflow';
import type { MailboxSettings } from '../../src/domain/mailbox-url.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
import { AccessTokenError, type AccessTokens } from '../../src/providers/access-token.ts';

/** The mailbox cannot be used. `message` says which, why, and in whose words; it holds no password. */
export class MailboxError extends Error {
  override readonly name = 'MailboxError';
  /** The server refuses the user name or the password. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused = false) {
    super(message);
    this.isRefused = isRefused;
  }
}

/** An open folder of a mailbox. Mails are named by their UIDs, which hold as long as it is open. */
export interface Mailbox {
  /** Tells this folder from another one that has its name: a UID means the same mail as long as this is the same. */
  readonly identity: string;
  /** The mails that are not marked, oldest first. */
  findUnmarked(): Promise<number[]>;
  /** What the mails begin with, as bytes; null where the server has none. One that is gone is left out. */
  read(uids: readonly number[]): Promise<ReadonlyMap<number, Uint8Array | null>>;
  /** Moves mails to the folder `Processed`; where they cannot be moved, marks them. */
  setAside(uids: readonly number[]): Promise<void>;
  /** Marks mails where they are. */
  mark(uids: readonly number[]): Promise<void>;
  /** Says goodbye. Never rejects. */
  close(): Promise<void>;
}

/** The keyword that a mail has once it was read. */
export const KEYWORD = 'AccessMailRead';
/** Where reports about our messages go. */
export const PROCESSED = 'Processed';
/** What a report says stands before the mail that it returns: so much of each mail is read, in bytes. */
export const MOST_BYTES = 256 * 1024;

const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };
const LONGEST_REASON = 300;
const LOST = 'the connection was lost.';

export interface MailboxOptions {
  /** Hangs up, whatever is under way. */
  readonly signal: AbortSignal;
  /** A certificate of the server's own making, in PEM, to be trusted; without, it must be one that Node trusts. */
  readonly ca?: TlsOptions['ca'];
  /** Access tokens instead of the password; null or left out: that. */
  readonly tokens?: AccessTokens | null;
}

/** Opens the folder. Rejects with a MailboxError; so do the mailbox's own functions, unless they say otherwise. */
export async function openMailbox(
  settings: MailboxSettings,
  { tokens = null, ...options }: MailboxOptions,
): Promise<Mailbox> {
  if (!tokens) return openWith(settings, { pass: settings.password ?? '' }, options);
  const token = await tokenOf(tokens, null);
  try {
    return await openWith(settings, { accessToken: token }, options);
  } catch (error) {
    // It may have been taken back before its time.
    if (!(error instanceof MailboxError && error.isRefused)) throw error;
    return openWith(settings, { accessToken: await tokenOf(tokens, token) }, options);
  }
}

async function tokenOf(tokens: AccessTokens, refused: string | null): Promise<string> {
  try {
    return await tokens.get(refused);
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    throw new MailboxError(error.message, error.isRefused);
  }
}

type Proof = { readonly pass: string } | { readonly accessToken: string };

async function openWith(
  settings: MailboxSettings,
  proof: Proof,
  { signal, ca }: MailboxOptions,
): Promise<Mailbox> {
  const client = await createClient(settings, proof, ca);
  const hangUp = () => client.close();
  signal.addEventListener('abort', hangUp);
  try {
    if (signal.aborted) throw new MailboxError('The worker stops.');
    return await open(client, settings, proof, () => signal.removeEventListener('abort', hangUp));
  } catch (error) {
    signal.removeEventListener('abort', hangUp);
    client.close();
    throw error;
  }
}

async function open(
  client: ImapFlow,
  settings: MailboxSettings,
  proof: Proof,
  onClose: () => void,
): Promise<Mailbox> {
  const { host, port, user, folder } = settings;
  const where = `${host}:${port}`;
  const shown =
    'pass' in proof
      ? 'the user name or the password of BOUNCE_IMAP_URL'
      : `the access token that IMAP_OAUTH_* brought for ${user}`;
  await client.connect().catch((error: ImapFlowError) => {
    // A server that is busy or away may say so instead of looking at the password (RFC 5530).
    const isRefused = error.authenticationFailed === true && error.serverResponseCode !== 'UNAVAILABLE';
    throw new MailboxError(
      isRefused
        ? `The mail server ${where} refuses ${shown}: ${wordsOf(error)}`
        : `The bounce mailbox at ${where} cannot be reached: ${wordsOf(error)}`,
      isRefused,
    );
  });
  const attempt = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    work().catch((error: ImapFlowError) => {
      throw new MailboxError(`${what} ${wordsOf(error)}`);
    });
  const name = folder.join('/');
  const selected = await attempt(`The folder ${name} of the bounce mailbox cannot be opened:`, () =>
    client.mailboxOpen([...folder]),
  );
  if (selected.readOnly)
    throw new MailboxError(
      `The folder ${name} of the bounce mailbox is read-only for ${user}: nothing could be marked as read.`,
    );
  const { permanentFlags } = selected;
  const hasKeywords = !permanentFlags || permanentFlags.has('\\*') || permanentFlags.has(KEYWORD);
  const flag = hasKeywords ? KEYWORD : '\\Seen';
  // Without MOVE a mail would be copied and deleted: we delete nothing.
  let mayMove = client.capabilities.has('MOVE');
  let processed: string | undefined;

  const mark = (uids: readonly number[]) =>
    attempt('Mails of the bounce mailbox cannot be marked as read:', async () => {
      if (uids.length === 0) return;
      if (await client.messageFlagsAdd([...uids], [flag], { uid: true })) return;
      throw new Error(client.usable ? `the server does not take ${flag}.` : LOST);
    });

  /** Makes the folder where it is missing; false where mails cannot go there. */
  const prepareFolder = async () => {
    if (processed !== undefined || !mayMove) return mayMove;
    try {
      processed = (await client.mailboxCreate(PROCESSED)).path;
    } catch (error) {
      if (!client.usable) throw error;
      mayMove = false;
    }
    if (processed === selected.path) mayMove = false;
    return mayMove;
  };

  return {
    identity: `${selected.path} ${selected.uidValidity}`,
    findUnmarked: () =>
      attempt('The bounce mailbox cannot be searched:', async () => {
        const search = hasKeywords ? { unKeyword: KEYWORD } : { seen: false };
        const found = await client.search({ ...search, deleted: false }, { uid: true });
        if (!found) throw new Error('the server refuses the search.');
        return found.sort((a, b) => a - b);
      }),
    read: (uids) =>
      attempt('Mails of the bounce mailbox cannot be read:', async () => {
        const source = { start: 0, maxLength: MOST_BYTES };
        const mails = await client.fetchAll([...uids], { source }, { uid: true });
        // Answers may also tell of flags that somebody else changes meanwhile.
        return new Map(
          mails
            .filter(({ uid }) => uids.includes(uid))
            .map(({ uid, source: bytes }) => [uid, bytes && bytes.length > 0 ? bytes : null]),
        );
      }),
    mark,
    async setAside(uids) {
      if (uids.length === 0) return;
      const isMoved = await attempt('Reports cannot be moved:', async () => {
        if (!(await prepareFolder()) || processed === undefined) return false;
        const moved = await client.messageMove([...uids], processed, { uid: true });
        if (!moved && !client.usable) throw new Error(LOST);
        return Boolean(moved);
      });
      if (!isMoved) await mark(uids);
    },
    async close() {
      onClose();
      await client.logout().catch(() => undefined);
      client.close();
    },
  };
}

async function createClient(
  settings: MailboxSettings,
  proof: Proof,
  ca: TlsOptions['ca'],
): Promise<ImapFlow> {
  // Only a worker that reads a mailbox needs it.
  const { ImapFlow } = await import('imapflow');
  const { host, port, encryption, user } = settings;
  const client = new ImapFlow({
    ...{ host, port, secure: encryption === 'tls', auth: { user, ...proof } },
    ...(encryption === 'starttls' && { doSTARTTLS: true }),
    ...(ca && { tls: { ca } }),
    ...{
      disableAutoIdle: true,
      disableCompression: true,
      logger: false as const,
      clientInfo: { name: 'access-mail' },
    },
    ...TIMEOUTS,
  });
  // What was under way fails with the same; an emitter without a listener would end the process.
  client.on('error', () => undefined);
  return client;
}

/** The server's words, or else those of the network. */
function wordsOf({ responseText, reason, message, code }: ImapFlowError): string {
  const words = singleLine(responseText || reason || message);
  const named = code && !words.includes(code) && /^E[A-Z_]+$/.test(code) ? `${words} (${code})` : words;
  return shorten(named, LONGEST_REASON);
}
