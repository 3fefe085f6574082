import { Confirm } from '../parts/confirm.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import type { RoomState } from './room-state.ts';

export interface ClosePageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  /** Null: the event is cancelled. */
  readonly room: RoomState | null;
  readonly hasReplay: boolean;
  /** Whether its start is ahead. */
  readonly isBeforeStart: boolean;
  /** Until when it can be opened again. */
  readonly reopensUntil: Date;
}

/** The room is about to be closed. */
export function ClosePage({ frame, event, timeZone, room, ...props }: ClosePageProps) {
  const path = `/team/events/${event.id}`;
  const isClosed = room === null || room.is === 'closed';
  return (
    <TeamLayout {...frame} title="Close the room" section="events" event={event} width="narrow">
      <Confirm
        title={isClosed ? 'The room is closed' : 'Close the room now?'}
        action={`${path}/close`}
        submit={isClosed ? null : { label: 'Close the room', tone: 'danger' }}
        cancelHref={`${path}/overview`}
      >
        {isClosed ? (
          <p>There is nothing to close.</p>
        ) : (
          <>
            <p>
              {props.hasReplay
                ? 'From now on access links lead to the replay.'
                : 'From now on access links say that the event has ended.'}{' '}
              So does the page of everyone who still waits. People who are in the room stay there.
            </p>
            <p>
              Registration closes, and mails with the link that are still on their way are not sent
              {props.isBeforeStart ? ', nor are the reminders that are due before you open it again' : ''}.
            </p>
            <p>
              You can open the room again until <Time at={props.reopensUntil} timeZone={timeZone} exact />.
            </p>
          </>
        )}
      </Confirm>
    </TeamLayout>
  );
}
