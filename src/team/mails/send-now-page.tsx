import type { EventReminder } from '../../domain/reminder-state.ts';
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
  readonly reminder: EventReminder;
  readonly queued: number;
  readonly skipped: readonly { readonly reason: SkippedFor; readonly count: number }[];
}

/** Asks once before a reminder goes out that is not due. */
export function SendNowPage(props: SendNowPageProps) {
  const { frame, event, timeZone, now, startsAt, reminder, queued, skipped } = props;
  const title = queued ? `Send the reminder to ${people(queued)} now?` : 'Nobody would get this reminder';
  const { dueAt, minutesBefore } = reminder;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} width="narrow">
      <Confirm
        title={title}
        action={`/team/events/${event.id}/reminders/${minutesBefore}/send-now`}
        submit={queued ? { label: `Send to ${people(queued)}` } : null}
        cancelHref={`/team/events/${event.id}/mails`}
      >
        <p>
          <strong>{mailName('reminder', minutesBefore)}</strong>, its time {dueAt > now ? 'is' : 'was'}{' '}
          <Time at={dueAt} timeZone={timeZone} />.
        </p>
        {queued ? (
          <>
            <p>
              {dueAt > now ? 'It goes out now and not again at that time. ' : 'It goes out now. '}
              The mail says when the event starts: {countdownText(startsAt, now)}. People who register later
              get only the reminders that are still ahead.
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
          <p>Nobody is registered yet.</p>
        )}
      </Confirm>
    </TeamLayout>
  );
}
