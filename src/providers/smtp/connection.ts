import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { AccessTokenError, type AccessTokens } from '../access-token.ts';
import { needsSmtpUtf8 } from '../wire-address.ts';
import { SmtpMessage } from './message.ts';
import type { SmtpFailure } from './outcome.ts';

/** Who sends to whom, as MAIL FROM and RCPT TO say it. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** What became of one attempt; `handedOver` as in `smtp-outcome.ts`. */
export type Attempt =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly failure: SmtpFailure; readonly handedOver: boolean };

export type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[0];
/** How we tell the server who we are: by a password, or by an access token (XOAUTH2). */
export type Credentials =
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly tokens: AccessTokens };

/** A session with the server that is ready for mails, one at a time. */
export interface SmtpConnection {
  /** How many it has taken on. */
  readonly sent: number;
  /** Whether another mail may be sent: nothing is under way, and the server has not gone. */
  isReady(): boolean;
  /** Never throws. Afterwards, ask `isReady`: a lost connection does not come back. */
  send(envelope: Envelope, message: Buffer): Promise<Attempt>;
  /** Says goodbye; resolves when the server has answered, or has not for a second. */
  quit(): Promise<void>;
  /** Hangs up, whatever is under way. */
  destroy(): void;
}

const GOODBYE_MS = 1_000;
const LOST: SmtpFailure = { code: 'ECONNECTION', command: 'CONN', message: 'Connection closed unexpectedly' };

/** The code of a mail that the server's extensions do not carry: it is not even tried. */
export const NEEDS_SMTPUTF8 = 'ENEEDSUTF8';
const NOT_CARRIED: SmtpFailure = {
  code: NEEDS_SMTPUTF8,
  message:
    'The mail server does not take addresses with letters beyond ASCII before the @ (it offers no SMTPUTF8).',
};

interface Opening {
  readonly options: ConnectionOptions;
  readonly credentials: Credentials | null;
  /** Gives up on connecting; of no use later. */
  readonly signal: AbortSignal;
  /** Called once the open connection is gone, whoever ended it. */
  readonly onEnd: () => void;
}

/** Connects, secures and authenticates. Rejects with an SmtpFailure. */
export async function openSmtpConnection(opening: Opening): Promise<SmtpConnection> {
  const { options, credentials, signal, onEnd } = opening;
  const connection = new SMTPConnection(options);
  // While a mail is under way its own callback tells the same; an emitter without a listener would throw.
  connection.on('error', () => undefined);
  const giveUp = () => connection.close();
  signal.addEventListener('abort', giveUp);
  let takesUtf8: boolean;
  try {
    takesUtf8 = /^\d+[ -]SMTPUTF8\b/im.test(await connected(connection));
    if (credentials) await loggedIn(connection, credentials);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  connection.once('end', onEnd);

  let sent = 0;
  let busy = false;
  return {
    get sent() {
      return sent;
    },
    isReady: () => !busy && !connection.destroyed,
    async send(envelope, bytes) {
      if (needsSmtpUtf8(envelope.to) && !takesUtf8)
        return { accepted: false, failure: NOT_CARRIED, handedOver: false };
      busy = true;
      sent++;
      const attempt = await sendOne(connection, envelope, bytes);
      // Some servers keep a refused mail's sender, and would answer the next one's with 503.
      if (!attempt.accepted && !connection.destroyed) await reset(connection);
      busy = false;
      return attempt;
    },
    async quit() {
      if (connection.destroyed) return;
      const ended = new Promise((resolve) => connection.once('end', resolve));
      const timer = setTimeout(() => connection.close(), GOODBYE_MS);
      connection.quit();
      await ended;
      clearTimeout(timer);
    },
    destroy: () => connection.close(),
  };
}

/** Connects, secures and authenticates, and says goodbye without a mail. Rejects with an SmtpFailure. */
export async function tryConnection({
  options,
  credentials,
  signal,
}: Pick<Opening, 'options' | 'credentials' | 'signal'>): Promise<{ readonly isEncrypted: boolean }> {
  const connection = new SMTPConnection(options);
  connection.on('error', () => undefined);
  const giveUp = () => connection.close();
  signal.addEventListener('abort', giveUp);
  try {
    await connected(connection);
    if (credentials) await loggedIn(connection, credentials);
    return { isEncrypted: connection.secure };
  } finally {
    signal.removeEventListener('abort', giveUp);
    setTimeout(giveUp, GOODBYE_MS).unref();
    connection.quit();
  }
}

/** What the server answered to EHLO: its name and its extensions, one a line. */
function connected(connection: SMTPConnection): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(LOST));
    connection.connect((error) => (error ? reject(error) : resolve(connection.lastServerResponse || '')));
  });
}

/** The code of a session that did not come about since no access token could be had for now. */
const NO_TOKEN = 'ETOKEN';

async function loggedIn(connection: SMTPConnection, credentials: Credentials): Promise<void> {
  if (!('tokens' in credentials)) return logIn(connection, { credentials: { ...credentials } });
  const { user, tokens } = credentials;
  let token: string | null = null;
  let noToken: unknown;
  const oauth2 = new XOAuth2({
    user,
    // Asked once more where the server refuses the first one.
    provisionCallback(_user, isRefused, done) {
      tokens.get(isRefused ? token : null).then(
        (given) => {
          token = given;
          done(null, given);
        },
        (error: Error) => {
          noToken = error;
          done(error);
        },
      );
    },
  });
  try {
    await logIn(connection, { user, method: 'XOAUTH2', oauth2 });
  } catch (error) {
    if (!(noToken instanceof AccessTokenError)) throw error;
    const failure: SmtpFailure = { code: noToken.isRefused ? 'EAUTH' : NO_TOKEN, message: noToken.message };
    throw Object.assign(new Error(noToken.message, { cause: noToken }), failure);
  }
}

function logIn(
  connection: SMTPConnection,
  authentication: Parameters<SMTPConnection['login']>[0],
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(LOST));
    connection.login(authentication, (error) => {
      if (!error) return resolve();
      reject(error);
      connection.close();
    });
  });
}

function sendOne(connection: SMTPConnection, envelope: Envelope, bytes: Buffer): Promise<Attempt> {
  return new Promise((resolve) => {
    const message = new SmtpMessage(bytes);
    const failed = (failure: SmtpFailure) => {
      // Refused in its middle, for its size say: the server would take what comes next for the rest of it.
      if (message.readableDidRead && !message.handedOver) connection.close();
      resolve({ accepted: false, failure, handedOver: message.handedOver });
    };
    // nodemailer may end a session without a word about the mail under way; where it has one, that comes first.
    const onEnd = () => setImmediate(failed, LOST);
    connection.once('end', onEnd);
    connection.send({ ...envelope }, message, (error) => {
      connection.removeListener('end', onEnd);
      if (error) failed(error);
      else resolve({ accepted: true });
    });
  });
}

/** Back to the state after the greeting; a session that will not go there is ended. */
function reset(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve) => {
    connection.once('end', resolve);
    connection.reset((error) => {
      connection.removeListener('end', resolve);
      if (error) connection.close();
      resolve();
    });
  });
}
