import { randomUUID } from 'node:crypto';
import {
  type FaultServer,
  openFaultServer,
  type Reaction,
  type Session,
  type Step,
} from '../../test/support/smtp-fault-server.ts';
import { bounceReport } from './bounce-report.ts';
import { DOMAINS } from './load-plan.ts';
import { createOutbox, type MailSide, MOST_FAILURES, post } from './mail-side.ts';
import type { Random } from './random.ts';
import type { Arrival, ToldEvent } from './records.ts';
import type { Fault, FaultName } from './schedule.ts';

const MAIL_FROM = 'events@events.example';
/** So large a share of steps fails. */
const SHARE = { temporary: 0.3, drop: 0.15, silent: 0.3 };
/** So long a server takes for a mail at the best of times: there is always something on the wire. */
const TAKES_MS = [50, 300] as const;
/** A silent connection costs a worker its whole patience. */
const MOST_SILENT = 4;

const TEMPORARY: Partial<Record<Step, `${number} ${string}`>> = {
  greeting: '421 4.3.2 not now',
  MAIL: '451 4.3.0 try again later',
  RCPT: '450 4.2.1 greylisted, try again later',
  DATA: '452 4.3.1 no room at the moment',
  dot: '451 4.3.0 not queued, try again later',
};
const ABOUT_US: Partial<Record<Step, `${number} ${string}`>> = {
  greeting: '554 5.7.1 your address is on a block list',
  MAIL: '530 5.7.0 authentication required',
};

/** A mail server that fails as the schedule says. `now`: milliseconds of the run. */
export async function openSmtpSide(options: {
  readonly now: () => number;
  readonly random: Random;
  readonly apiKey: string;
  readonly serverUrl: string;
  readonly told: ToldEvent[];
}): Promise<MailSide> {
  const { now, random, apiKey, serverUrl, told } = options;
  const server = await openFaultServer();
  const active = new Map<FaultName, Fault>();
  const arrivals: Arrival[] = [];
  const untold: string[] = [];
  const outbox = createOutbox(tellOf);
  const failures = new Map<string, number>();
  let silent = 0;

  server.react = (step, session) => {
    const { to } = session;
    if (step === 'RCPT' && to.endsWith(`@${DOMAINS.gone}`)) return '550 5.1.1 no such user here';
    const reaction = reactTo(step, session);
    if (step === 'taken') take(server, reaction === 'drop' || reaction === 'silence');
    return reaction;
  };

  function reactTo(step: Step, { to }: Session): Reaction | undefined {
    for (const fault of active.values()) {
      const reaction = reactionTo(fault, step, to);
      if (reaction !== undefined) return reaction;
    }
    return step === 'dot' ? random.whole(...TAKES_MS) : undefined;
  }

  function reactionTo({ name, step: where, ms }: Fault, step: Step, to: string): Reaction | undefined {
    switch (name) {
      case 'mail: temporary refusals':
        return step === where && mayFail(to, SHARE.temporary) ? TEMPORARY[step] : undefined;
      case 'mail: refuses us':
        return step === where ? ABOUT_US[step] : undefined;
      case 'mail: refuses the content of one event':
        return step === 'dot' && to.endsWith(`@${DOMAINS.refused}`)
          ? '550 5.7.1 message content rejected'
          : undefined;
      case 'mail: slow':
        return step === 'dot' ? ms : undefined;
      case 'mail: drops before the final dot':
      case 'mail: drops after the final dot':
        return step === where && mayFail(to, SHARE.drop) ? 'drop' : undefined;
      case 'mail: silent':
        return step === where && silent < MOST_SILENT && mayFail(to, SHARE.silent) && ++silent
          ? 'silence'
          : undefined;
      default:
        return undefined;
    }
  }

  function mayFail(to: string, share: number): boolean {
    const before = failures.get(to) ?? 0;
    if (!random.chance(share) || (to !== '' && before >= MOST_FAILURES)) return false;
    failures.set(to, before + 1);
    return true;
  }

  /** Moves the mail that was just taken into our record: its text is not kept. */
  function take({ taken }: FaultServer, isUntold: boolean): void {
    for (const { messageId, to, source } of taken.splice(0)) {
      const kind = /^X-Tags: (\w+)/im.exec(source)?.[1] ?? 'unknown';
      const arrival = { messageId, to, kind, atMs: now() };
      arrivals.push(arrival);
      outbox.add(arrival);
      if (isUntold) untold.push(messageId);
    }
  }

  return {
    env: {
      MAIL_TRANSPORT: 'smtp',
      SMTP_URL: server.url,
      MAIL_FROM: `Events <${MAIL_FROM}>`,
      // Not there: only its webhook is used.
      MAILPIT_URL: 'http://127.0.0.1:9',
    },
    arrivals: () => arrivals,
    untold,
    begin(fault) {
      silent = 0;
      active.set(fault.name, fault);
    },
    end: ({ name }) => void active.delete(name),
    behave: () => active.clear(),
    tell: outbox.flush,
    close: () => server.close(),
  };

  async function tellOf({ messageId, to }: Arrival): Promise<boolean> {
    const isReturned = to.endsWith(`@${DOMAINS.returns}`);
    const isTold = isReturned
      ? await post(`${serverUrl}/webhooks/bounce`, bounceReport({ messageId, to, from: MAIL_FROM }), {
          'content-type': 'message/rfc822',
          authorization: `Bearer ${apiKey}`,
        })
      : await post(
          `${serverUrl}/webhooks/mailpit`,
          JSON.stringify({ ID: randomUUID(), MessageID: `${messageId}@${MAIL_FROM.split('@')[1]}` }),
          { 'content-type': 'application/json' },
        );
    if (isTold) told.push({ messageId, type: isReturned ? 'bounced' : 'delivered' });
    return isTold;
  }
}
