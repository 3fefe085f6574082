import { MESSAGE_STATUSES, type MessageStatus, statusesWhere } from '../../domain/delivery/status.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { people } from '../parts/counted.ts';
import { LiveRegion } from '../parts/live-region.tsx';
import { Progress } from '../parts/progress.tsx';
import { StatusTally } from '../parts/status-tally.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { peoplePath } from './people-path.ts';
import { type SkippedFor, skipSentence } from './skip-words.ts';

export interface StatusCount {
  readonly status: MessageStatus;
  readonly count: number;
}

export interface BulkProgressPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly send: {
    /** As a person is called: an address, or the name of an API key. */
    readonly askedBy: string;
    readonly askedAt: Date;
    readonly queued: number;
    readonly skipped: readonly { readonly reason: SkippedFor; readonly count: number }[];
  };
  readonly byStatus: readonly StatusCount[];
  /** Mails that are not in the ledger yet. */
  readonly toCome: number;
  /** Who was counted and got none after all. */
  readonly leftOut: number;
  readonly timeZone: string;
  /** Whether sending is paused for the event. */
  readonly isPaused: boolean;
  /** Seconds until the page looks again; null: all is settled. */
  readonly refreshSeconds: number | null;
}

export const PENDING: ReadonlySet<MessageStatus> = new Set(statusesWhere(({ pending }) => pending !== null));
/** They reached nobody, or nobody knows. */
const TROUBLE: ReadonlySet<MessageStatus> = new Set(statusesWhere(({ terminal }) => terminal));

/** How far a send to many came, as it goes. */
export function BulkProgressPage(props: BulkProgressPageProps) {
  const { frame, event, send, toCome, leftOut, refreshSeconds } = props;
  const counts = withToCome(props.byStatus, toCome);
  const total = sum(counts);
  const waiting = sumOf(counts, PENDING);
  const isDone = waiting === 0;
  const title = `Access link sent again to ${people(send.queued)}`;
  return (
    <TeamLayout
      {...frame}
      title={title}
      section="events"
      event={event}
      width="narrow"
      refreshSeconds={refreshSeconds}
    >
      <Card
        title={title}
        id="bulk-send"
        lead={
          <>
            Started by <bdi>{send.askedBy}</bdi>, <Time at={send.askedAt} timeZone={props.timeZone} />
          </>
        }
        actions={<ButtonLink href={peoplePath(event.id)}>People</ButtonLink>}
      >
        <LiveRegion id="bulk-progress" every={refreshSeconds} announce={spoken(total - waiting, total)}>
          <Progress
            label={isDone ? 'Done' : 'Sending'}
            value={total - waiting}
            max={total}
            sentence={sentence(counts, total, waiting)}
          />
          {total ? (
            <StatusTally
              label="Links by status"
              counts={counts}
              href={(status) => peoplePath(event.id, { emailStatus: [status] })}
            />
          ) : null}
          {props.isPaused && waiting > 0 ? (
            <p>
              Sending is paused for this event. Mails to more than a few wait until you{' '}
              <a href={`/team/events/${event.id}/mails`}>resume it</a>.
            </p>
          ) : null}
          {leftOut ? (
            <p className="quiet">
              {leftOut.toLocaleString('en')} of the people counted got no mail: they were removed, blocked, or
              sent the link by someone else in the meantime.
            </p>
          ) : null}
        </LiveRegion>
        {send.skipped.length ? (
          <section className="section" aria-labelledby="bulk-skipped">
            <h3 id="bulk-skipped">{people(sum(send.skipped))} skipped</h3>
            <ul className="skipped">
              {send.skipped.map(({ reason, count }) => (
                <li key={reason}>
                  <strong>{count.toLocaleString('en')}</strong> · {skipSentence(reason)}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </Card>
    </TeamLayout>
  );
}

export function withToCome(byStatus: readonly StatusCount[], toCome: number): readonly StatusCount[] {
  return MESSAGE_STATUSES.flatMap((status) => {
    const known = byStatus.find((one) => one.status === status)?.count ?? 0;
    const count = known + (status === 'queued' ? toCome : 0);
    return count ? [{ status, count }] : [];
  });
}

export function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((all, { count }) => all + count, 0);
}

export function sumOf(counts: readonly StatusCount[], statuses: ReadonlySet<MessageStatus>): number {
  return sum(counts.filter(({ status }) => statuses.has(status)));
}

/** `1,200 sent, 40 in trouble, 3,760 to go.` */
export function sentence(counts: readonly StatusCount[], total: number, waiting: number): string {
  const trouble = sumOf(counts, TROUBLE);
  const parts: readonly [number, string][] = [
    [total - waiting - trouble, 'sent'],
    [trouble, 'with problems'],
    [waiting, 'waiting'],
  ];
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count.toLocaleString('en')} ${words}`);
  return said.length ? `${said.join(', ')}.` : 'Nothing was sent.';
}

/** In tenths, so that it is not said all the time. */
export function spoken(out: number, total: number): string {
  if (out === total) return 'Done.';
  const tenths = Math.floor((10 * out) / total);
  return tenths ? `${tenths * 10} percent are done.` : 'Sending.';
}
