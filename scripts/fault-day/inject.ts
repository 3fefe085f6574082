import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseProxy } from '../support/database-proxy.ts';
import type { FaultCluster } from './cluster.ts';
import type { MailSide } from './mail-side.ts';
import type { PartName, Parts } from './parts.ts';
import type { Fault, FaultName } from './schedule.ts';

/** What faults are done to. */
export interface Victims {
  readonly parts: Parts;
  readonly cluster: FaultCluster;
  readonly proxy: DatabaseProxy;
  readonly mail: MailSide;
}

interface Injection {
  begin(fault: Fault, victims: Victims): unknown;
  end(fault: Fault, victims: Victims): unknown;
}

const part = ({ target }: Fault) => target as PartName;
const nothing = () => undefined;

const killed: Injection = {
  begin: (fault, { parts }) => parts.kill(part(fault)),
  end: (fault, { parts }) => parts.revive(part(fault)),
};
const ofTheMail: Injection = {
  begin: (fault, { mail }) => mail.begin(fault),
  end: (fault, { mail }) => mail.end(fault),
};

const INJECTIONS: Readonly<Record<FaultName, Injection>> = {
  'kill a worker': killed,
  'kill the server': killed,
  'stop a worker': {
    begin: (fault, { parts }) => parts.signal(part(fault), 'SIGSTOP'),
    end: (fault, { parts }) => parts.signal(part(fault), 'SIGCONT'),
  },
  'wrong clock': {
    begin: (fault, { parts }) => parts.setClock(part(fault), fault.ms ?? 0),
    end: (fault, { parts }) => parts.setClock(part(fault), 0),
  },
  'Postgres restarts': {
    begin: (_, { cluster }) => cluster.stop(),
    end: (_, { cluster }) => cluster.start(),
  },
  'Postgres stops at once': {
    begin: (_, { cluster }) => cluster.stopAtOnce(),
    end: (_, { cluster }) => cluster.start(),
  },
  'Postgres is read-only': {
    begin: (_, { cluster }) => cluster.setReadOnly(true),
    end: (_, { cluster }) => cluster.setReadOnly(false),
  },
  'dead connections': {
    begin: (_, { proxy }) => proxy.deaden(),
    end: (_, { proxy }) => proxy.bury(),
  },
  'reset connections': { begin: (_, { proxy }) => proxy.reset(), end: nothing },
  'refused connections': {
    begin: (_, { proxy }) => proxy.refuse(),
    end: (_, { proxy }) => proxy.accept(),
  },
  'mail: temporary refusals': ofTheMail,
  'mail: refuses us': ofTheMail,
  'mail: refuses the content of one event': ofTheMail,
  'mail: slow': ofTheMail,
  'mail: drops before the final dot': ofTheMail,
  'mail: drops after the final dot': ofTheMail,
  'mail: silent': ofTheMail,
  'provider: errors': ofTheMail,
  'provider: too many requests': ofTheMail,
  'provider: lost answers': ofTheMail,
  'provider: no rate headers': ofTheMail,
  'provider: slow': ofTheMail,
  'provider: refuses our key': ofTheMail,
};

/**
 * Lets the faults happen at their times; resolves when the last one is over, and rejects when `signal` ends the run before. `untilMs`
 * waits for an instant of the run.
 */
export async function injectAll(
  faults: readonly Fault[],
  victims: Victims,
  { untilMs, signal }: { readonly untilMs: (atMs: number) => Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  await Promise.all(
    faults.map(async (fault) => {
      await untilMs(fault.atMs);
      const { begin, end } = INJECTIONS[fault.name];
      await begin(fault, victims);
      await delay(fault.forMs, undefined, { signal });
      await end(fault, victims);
    }),
  );
}
