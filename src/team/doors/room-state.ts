import { roomClosesAt, roomOpensAt } from '../../domain/doors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';

/** What an event's room is for who comes now, and what the team may do about it. Null of a cancelled event. */
export type RoomState =
  | { readonly is: 'waiting'; readonly opensAt: Date; readonly minutesBefore: number }
  | { readonly is: 'open'; readonly openedEarlyAt: Date | null; readonly closesAt: Date }
  | {
      readonly is: 'closed';
      readonly closedAt: Date;
      readonly byHand: boolean;
      /** It was closed by hand, and its time is not over. */
      readonly mayReopen: boolean;
      readonly hasReplay: boolean;
    };

export function roomState(event: Event, now: Date): RoomState | null {
  switch (eventPhase(event, now)) {
    case 'cancelled':
      return null;
    case 'upcoming':
      return { is: 'waiting', opensAt: roomOpensAt(event), minutesBefore: event.doorsOpenMinutes };
    case 'running':
      return {
        is: 'open',
        // Once its own time has come nothing is early any more.
        openedEarlyAt: now < roomOpensAt({ ...event, openedAt: null }) ? event.openedAt : null,
        closesAt: roomClosesAt(event),
      };
    case 'ended':
      return {
        is: 'closed',
        closedAt: roomClosesAt(event),
        byHand: event.closedAt !== null,
        mayReopen: now < roomClosesAt({ ...event, closedAt: null }),
        hasReplay: event.replayUrl !== null,
      };
  }
}
