import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { AccessTokenError, type AccessTokens } from '../access-token.ts';
import { ConnectionLost, Dialogue } from './dialogue.ts';
import type { SmtpFailure } from './outcome.ts';
import { type SessionOptions, SmtpSession, type Turns } from './session.ts';

export type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[0];
/** How we tell the server who we are: by a password, or by an access token (XOAUTH2). */
export type Credentials =
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly tokens: AccessTokens };

/** A session with the server that is ready for mails. */
export interface SmtpConnection {
  /** Whether it takes addresses with letters beyond ASCII before the @. */
  readonly takesUtf8: boolean;
  /** Whether it is gone. It does not come back. */
  readonly isOver: boolean;
  /** Sends one mail after the other, until there is none or it is over. Never rejects. */
  serve(turns: Turns): Promise<void>;
  /** Lets the mail end whose content is on its way, and sends no other. */
  stop(): void;
  /** Says goodbye; resolves when the server has answered, or has not for a second. */
  quit(): Promise<void>;
  /** Hangs up, whatever is under way. */
  destroy(): void;
}

const GOODBYE_MS = 1_000;

interface Opening extends Pick<SessionOptions, 'mayPipeline' | 'onLostPlace'> {
  readonly options: ConnectionOptions;
  readonly credentials: Credentials | null;
  /** Gives up on connecting; of no use later. */
  readonly signal: AbortSignal;
  /** Called once the open connection is gone, whoever ended it. */
  readonly onEnd: () => void;
}

/**
 * nodemailer connects, secures and authenticates; from then on the session is ours, and nodemailer watches over the socket: its timeouts and
 * errors, and its end. Rejects with an SmtpFailure.
 */
export async function openSmtpConnection(opening: Opening): Promise<SmtpConnection> {
  const { options, credentials, signal, onEnd, mayPipeline, onLostPlace } = opening;
  const connection = new SMTPConnection(options);
  let failure: ConnectionLost | undefined;
  connection.on('error', ({ message, code }) => {
    failure = new ConnectionLost(message, code);
  });
  const giveUp = () => connection.close();
  signal.addEventListener('abort', giveUp);
  let extensions: ReadonlySet<string>;
  try {
    extensions = extensionsOf(await connected(connection));
    if (credentials) await loggedIn(connection, credentials);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  const dialogue = new Dialogue(socketOf(connection), giveUp);
  connection.once('end', () => {
    dialogue.end(failure);
    onEnd();
  });
  const takesUtf8 = extensions.has('SMTPUTF8');
  const session = new SmtpSession(dialogue, {
    pipelining: extensions.has('PIPELINING'),
    smtpUtf8: takesUtf8,
    mayPipeline,
    onLostPlace,
  });
  return {
    takesUtf8,
    get isOver() {
      return dialogue.isOver;
    },
    serve: (turns) => session.serve(turns),
    stop: () => session.stop(),
    async quit() {
      if (dialogue.isOver) return;
      const timer = setTimeout(giveUp, GOODBYE_MS);
      dialogue.say('QUIT\r\n', 1);
      await dialogue.answer().catch(() => undefined);
      clearTimeout(timer);
      connection.close();
    },
    destroy: giveUp,
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

/** From here on its answers are read by us alone. */
function socketOf(connection: SMTPConnection): Socket {
  const socket = connection._socket;
  if (!socket || connection.destroyed) throw new ConnectionLost();
  socket.removeAllListeners('data');
  return socket;
}

/** The names of the extensions in an answer to EHLO, which follow the server's own name. */
function extensionsOf(answer: string): ReadonlySet<string> {
  const [, ...lines] = answer.split('\n');
  return new Set(lines.map((line) => line.slice(4).trim().split(' ')[0]?.toUpperCase() ?? ''));
}

/** What the server answered to EHLO: its name and its extensions, one a line. */
function connected(connection: SMTPConnection): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new ConnectionLost()));
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
    connection.once('end', () => reject(new ConnectionLost()));
    connection.login(authentication, (error) => {
      if (!error) return resolve();
      reject(error);
      connection.close();
    });
  });
}
