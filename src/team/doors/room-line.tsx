import { ButtonLink, ButtonRow, PostButton } from '../parts/button.tsx';
import { Tag } from '../parts/status-badge.tsx';
import type { TeamEvent } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import type { RoomState } from './room-state.ts';

export interface RoomLineProps {
  readonly event: Pick<TeamEvent, 'id'>;
  readonly room: RoomState;
  readonly timeZone: string;
  /** Whether its address is known. */
  readonly hasRoom: boolean;
}

/** Whether the room is open, until when, and the button that changes it. */
export function RoomLine({ event, room, timeZone, hasRoom }: RoomLineProps) {
  const path = `/team/events/${event.id}`;
  return (
    <section className="room-line" id="room" aria-label="Room">
      <p className="room-line__state">
        {room.is === 'open' ? (
          <Tag tone="good">Room open</Tag>
        ) : (
          <Tag>{room.is === 'closed' ? 'Room closed' : 'Room not open yet'}</Tag>
        )}{' '}
        <RoomText room={room} timeZone={timeZone} />
      </p>
      {hasRoom || room.is === 'closed' ? null : (
        <p className="room-line__more">
          There is no room yet: people wait on a page of ours.{' '}
          <a href={`${path}/settings#roomUrl`}>Add the link to the room</a>
        </p>
      )}
      {room.is === 'closed' ? (
        <p className="room-line__more">
          {room.hasReplay
            ? 'Access links lead to the replay. '
            : 'Access links say that the event has ended. '}
          <a href={`${path}/settings#replayUrl`}>{room.hasReplay ? 'Change the replay' : 'Add a replay'}</a>
        </p>
      ) : null}
      <div className="room-line__action">
        <RoomButton path={path} room={room} />
      </div>
    </section>
  );
}

function RoomText({ room, timeZone }: Pick<RoomLineProps, 'room' | 'timeZone'>) {
  switch (room.is) {
    case 'waiting':
      return (
        <>
          Opens <Time at={room.opensAt} timeZone={timeZone} exact />, {beforeText(room.minutesBefore)}.
        </>
      );
    case 'open':
      return (
        <>
          {room.openedEarlyAt ? (
            <>
              Opened by hand <Time at={room.openedEarlyAt} timeZone={timeZone} />.{' '}
            </>
          ) : null}
          Closes <Time at={room.closesAt} timeZone={timeZone} exact />.
        </>
      );
    case 'closed':
      return (
        <>
          Closed {room.byHand ? 'by hand ' : ''}
          <Time at={room.closedAt} timeZone={timeZone} exact />.
        </>
      );
  }
}

function RoomButton({ path, room }: { readonly path: string; readonly room: RoomState }) {
  switch (room.is) {
    case 'waiting':
      return (
        <PostButton id="open-room" small action={`${path}/open`}>
          Open the room now
        </PostButton>
      );
    case 'open':
      return (
        <ButtonRow>
          {room.openedEarlyAt ? (
            <PostButton id="undo-opening" small action={`${path}/open/undo`}>
              Undo opening
            </PostButton>
          ) : null}
          <ButtonLink id="close-room" small href={`${path}/close`}>
            Close the room
          </ButtonLink>
        </ButtonRow>
      );
    case 'closed':
      return room.mayReopen ? (
        <PostButton id="open-room" small action={`${path}/open`}>
          Open the room again
        </PostButton>
      ) : null;
  }
}

function beforeText(minutes: number): string {
  if (minutes === 0) return 'at the start';
  return `${minutes.toLocaleString('en')} ${minutes === 1 ? 'minute' : 'minutes'} before the start`;
}
