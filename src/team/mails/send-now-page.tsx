import { type TimedKind, timedRow } from '../../domain/schedule.ts';
import type { EventTimedMail } from '../../domain/timed-mail-state.ts';
import { type SkippedFor, skipSentence } from '../bulk/skip-words.ts';
import { Confirm } from '../parts/confirm.tsx';
import { people } from '../parts/counted.ts';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { countdownText } from './duration-text.ts';
import { mailName } from './mail-rows.ts';

export interface SendNowPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly now: Date;
  readonly startsAt: Date;
  readonly isPaused: boolean;
  readonly mail: EventTimedMail;
  readonly queued: number;
  readonly skipped: readonly { readonly reason: SkippedFor; readonly count: number }[];
}

const NOBODY: Readonly<Record<TimedKind, string>> = {
  reminder: 'Nobody is registered yet.',
  nudge: 'Everybody who is registered has come in, or registered just now.',
  follow_up_attended: 'Nobody came in.',
  follow_up_missed: 'Everybody who was registered came in.',
};

const WHOM: Readonly<Record<Exclude<TimedKind, 'reminder'>, string>> = {
  nudge: 'Who comes in before their mail leaves gets none.',
  follow_up_attended: 'It goes to those who came in.',
  follow_up_missed: 'It goes to those who did not come in.',
};

/** Asks once before a timed mail goes out that is not due. */
export function SendNowPage(props: SendNowPageProps) {
  const { frame, event, timeZone, now, mail, queued, skipped } = props;
  const { kind, minutes, dueAt } = mail;
  const { noun } = timedRow(kind);
  const title = queued ? `Send the ${noun} to ${people(queued)} now?` : `Nobody would get this ${noun}`;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} width="narrow">
      <Confirm
        title={title}
        action={`/team/events/${event.id}/mails/${kind}/${minutes}/send-now`}
        submit={queued ? { label: `Send to ${people(queued)}` } : null}
        cancelHref={`/team/events/${event.id}/mails`}
      >
        <p>
          <strong>{mailName(kind, minutes)}</strong>, its time {dueAt > now ? 'is' : 'was'}{' '}
          <Time at={dueAt} timeZone={timeZone} />.
        </p>
        {queued ? (
          <>
            <p>
              {dueAt > now ? 'It goes out now and not again at that time. ' : 'It goes out now. '}
              {kind === 'reminder' ? (
                <>
                  The mail says when the event starts: {countdownText(props.startsAt, now)}. People who
                  register later get only the reminders that are still ahead.
                </>
              ) : (
                WHOM[kind]
              )}
            </p>
            {props.isPaused ? (
              <p>
                <strong>Sending is paused:</strong> the mails wait until you resume.
              </p>
            ) : null}
          </>
        ) : null}
        {skipped.length ? (
          <ul className="skipped">
            {skipped.map(({ reason, count }) => (
              <li key={reason}>
                <strong>{count.toLocaleString('en')}</strong> skipped · {skipSentence(reason)}
              </li>
            ))}
          </ul>
        ) : queued ? null : (
          <p>{NOBODY[kind]}</p>
        )}
      </Confirm>
    </TeamLayout>
  );
}
