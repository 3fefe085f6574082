interface Meaning {
  readonly means: string;
  /** Whether the same may succeed later without anybody changing anything. */
  readonly temporary: boolean;
  /** Whether a value is at fault: another one succeeds. */
  readonly input?: boolean;
}

const later = (means: string): Meaning => ({ means, temporary: true });
const never = (means: string): Meaning => ({ means, temporary: false });
const value = (means: string): Meaning => ({ means, temporary: false, input: true });

/**
 * What the codes of errors mean that come from Postgres or from the way to it: a SQLSTATE
 * (postgresql.org/docs/current/errcodes-appendix.html), the class of one (its first two characters), or a code of Node's network.
 * The longest that fits counts. What is not here is an error of ours, and stays one.
 */
export const ERROR_MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': later('the connection was lost or not made, or a pooler has no session to give'),
  '22': value('a value that its type does not take: a NUL, a day that does not exist, a number too large'),
  '23503': value('names a row that is not there, or is still named by another'),
  '23505': value('there already'),
  '25006': later('read-only: a standby, or the old primary of a failover'),
  '25P03': later('Postgres ended the session: its transaction did nothing for too long'),
  '25P04': later('Postgres ended the transaction: it took too long'),
  '40001': later('undone, since another transaction changed the same'),
  '40003': later('the connection was lost, and what became of the statement is not known'),
  '40P01': later('undone, since it and another transaction waited for each other'),
  '53': later('too few resources: the disk or the memory is full, there are too many connections'),
  '55P03': later('somebody else holds the lock'),
  '57014': later('cancelled: it took longer than it may'),
  '57P': later('Postgres starts, stops or ended the session'),
  '57P04': never('the database was deleted'),
  '58': later('the file system of Postgres failed'),
  NO_ANSWER: later('the connection leads nowhere: no answer within the limit of a statement'),
  NO_HOST: later('of several hosts none takes changes at the moment'),
  EAI_AGAIN: later('the name service does not answer'),
  ECONNABORTED: later('the connection was ended'),
  ECONNREFUSED: later('nothing listens there'),
  ECONNRESET: later('the connection was ended by the other side'),
  EHOSTDOWN: later('the host does not answer'),
  EHOSTUNREACH: later('no way leads to the host'),
  EMFILE: later('this process has too many files and connections open'),
  ENETDOWN: later('the network does not work'),
  ENETUNREACH: later('no way leads to the network'),
  ENFILE: later('this machine has too many files and connections open'),
  ENOTFOUND: later('the name service does not know the host'),
  EPIPE: later('the connection was ended by the other side'),
  ETIMEDOUT: later('the host does not answer'),
};

/** What pg says without a code. */
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed and is not queryable|Query read timeout/;

/**
 * Whether an error, or what caused it, means that the database cannot do it now and may later: it cannot be reached, is read-only, is
 * full, was too slow, or the transaction was in the way of another.
 */
export function isTemporary(error: unknown): boolean {
  return chainOf(error).some((e) => meaningOf(e)?.temporary || LOST.test(e.message));
}

/** Whether an error, or what caused it, means that Postgres does not take a value that it was given. */
export function isInputRefused(error: unknown): boolean {
  return chainOf(error).some((e) => meaningOf(e)?.input);
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && !chain.includes(e); e = e.cause) chain.push(e);
  return chain;
}

function meaningOf(error: Error): Meaning | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The socket file of a Postgres that does not run; of any other file it is an error of ours.
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect')
    return ERROR_MEANINGS.ECONNREFUSED;
  for (let length = code.length; length >= 2; length--) {
    const part = code.slice(0, length);
    if (Object.hasOwn(ERROR_MEANINGS, part)) return ERROR_MEANINGS[part];
  }
  return undefined;
}
