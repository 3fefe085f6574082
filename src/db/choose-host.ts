import pg from 'pg';
import { isTemporary } from './database-error.ts';
import { lookUp } from './host-name.ts';
import { hostUrls } from './hosts.ts';
import { NoAnswer } from './silence.ts';

/** What a connection is for: to change rows, or to read from a copy. */
export type Purpose = 'write' | 'read';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** None of the hosts can be used for what is wanted, for now. */
export class NoHost extends Error {
  readonly code = 'NO_HOST';
}

/** So long an answer counts for connections that are made after it. */
const FRESH_MS = 1_000;
/** A host that gives none for so long cannot be used. */
const ANSWER_MS = 3_000;
/** So long the hosts before one that can be used have for their answer. */
const GRACE_MS = 500;

interface State {
  readonly isStandby: boolean;
  /** A standby, or a primary that takes no changes: the old one of a failover, say. */
  readonly isReadOnly: boolean;
}

interface Asked extends Place {
  /** What it said, or why it said nothing; null: nothing yet. */
  answer: State | Error | null;
  /** Resolves with the answer. */
  readonly answered: Promise<State | Error>;
}

/**
 * Tells which of the hosts of an address to connect to: for changes the first that is not in recovery, one that takes them before one that is
 * read-only; for reading the first that is in recovery, else any. All are asked at once. Throws NoHost.
 */
class Chooser {
  readonly #urls: readonly string[];
  readonly #purpose: Purpose;
  /** By their number: those that gave no answer when they were asked last. Nobody waits for them again. */
  readonly #silent = new Set<number>();
  #choice: { readonly place: Promise<Place>; until: number } | null = null;

  constructor(urls: readonly string[], purpose: Purpose) {
    this.#urls = urls;
    this.#purpose = purpose;
  }

  choose(): Promise<Place> {
    if (this.#choice && performance.now() < this.#choice.until) return this.#choice.place;
    const place = this.#ask();
    const choice = { place, until: Number.POSITIVE_INFINITY };
    this.#choice = choice;
    place.then(
      () => {
        choice.until = performance.now() + FRESH_MS;
      },
      () => this.forget(place),
    );
    return place;
  }

  /** The next who asks begins anew. */
  forget(place: Promise<Place>): void {
    if (this.#choice?.place === place) this.#choice = null;
  }

  async #ask(): Promise<Place> {
    const asked = this.#urls.map((url, i) => {
      const one = ask(url);
      void one.answered.then((answer) => {
        if (answer instanceof Error) this.#silent.add(i);
        else this.#silent.delete(i);
      });
      return one;
    });
    const excused = new Set(this.#silent);
    let grace: Promise<unknown> | null = null;
    for (;;) {
      const best = asked.find(({ answer }) => this.#rank(answer) === 2);
      if (
        best &&
        !asked.slice(0, asked.indexOf(best)).some((one, i) => one.answer === null && !excused.has(i))
      )
        return placeOf(best);
      const waiting = asked.filter(({ answer }) => answer === null);
      if (waiting.length === 0) break;
      if (best)
        grace ??= later(GRACE_MS).then(() => {
          for (const i of asked.keys()) excused.add(i);
        });
      await Promise.race([...waiting.map(({ answered }) => answered), ...(grace ? [grace] : [])]);
    }
    const second = asked.find(({ answer }) => this.#rank(answer) === 1);
    if (second) return placeOf(second);
    throw this.#failure(asked);
  }

  /** 2: meant; 1: where no other is there; 0: not. */
  #rank(answer: State | Error | null): 0 | 1 | 2 {
    if (answer === null || answer instanceof Error) return 0;
    if (this.#purpose === 'read') return answer.isStandby ? 2 : 1;
    if (answer.isStandby) return 0;
    return answer.isReadOnly ? 1 : 2;
  }

  #failure(asked: readonly Asked[]): Error {
    const errors = asked.flatMap(({ answer }) => (answer instanceof Error ? answer : []));
    // A wrong password, say: nobody has to wait for that.
    const lasting = errors.find((error) => !isTemporary(error));
    if (lasting && errors.length === asked.length && !errors.some(isTemporary)) return lasting;
    const each = asked.map(
      ({ host, port, answer }) =>
        `${host}:${port} ${answer instanceof Error ? `(${answer.message})` : '(in recovery)'}`,
    );
    return new NoHost(`None of the hosts can be used: ${each.join(', ')}.`);
  }
}

const choosers = new Map<string, Chooser>();

/** The one of this process, so that all connections go the same way; null: the address names one host alone. */
export function chooserOf(address: string, purpose: Purpose): Chooser | null {
  const urls = hostUrls(address);
  if (urls.length === 1) return null;
  const key = `${purpose} ${address}`;
  const known = choosers.get(key) ?? new Chooser(urls, purpose);
  choosers.set(key, known);
  return known;
}

/** Asks on a connection of its own, which takes as long as it may and no longer. */
function ask(url: string): Asked {
  const client = new pg.Client({ connectionString: url, application_name: 'access-mail choose' });
  // What it is waiting for rejects as well.
  client.on('error', () => undefined);
  // Nor does anybody hear yet what happens to it while its host's name is looked up.
  client.connection.stream.on('error', () => undefined);
  const timer = setTimeout(
    () => client.connection.stream.destroy(new NoAnswer(`no answer for ${ANSWER_MS / 1000} s`)),
    ANSWER_MS,
  );
  const read = async (): Promise<State | Error> => {
    try {
      await lookUp(client.host, ANSWER_MS);
      await client.connect();
      const { rows } = await client.query<State>(
        `select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
      );
      return rows[0] as State;
    } catch (error) {
      return error as Error;
    } finally {
      clearTimeout(timer);
      void client.end().catch(() => undefined);
    }
  };
  const answered = read().then((answer) => {
    asked.answer = answer;
    return answer;
  });
  const asked: Asked = { host: client.host, port: client.port, answer: null, answered };
  return asked;
}

function placeOf({ host, port }: Place): Place {
  return { host, port };
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
