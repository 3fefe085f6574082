import type { ReactNode } from 'react';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Description } from '../event/description.tsx';
import { EventFacts } from '../event/event-facts.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';
import { HostContact } from '../event/host-contact.tsx';

export interface RoomPageProps {
  readonly view: EventView;
  /** An operator's own player; absent: a calm sentence in its place. */
  readonly children?: ReactNode;
}

/** The built-in room, for events without a room address of their own. */
export function RoomPage({ view, children }: RoomPageProps) {
  const { room } = copyFor(view.language);
  return (
    <EventLayout view={view} about={room.youAreIn} width="wide" scripts={['local-time.js']}>
      <div className="room__lead">
        <p className="badge badge--running">{room.youAreIn}</p>
        <h1 className="event-title" dir="auto">
          {view.title}
        </h1>
        <p className="lead">{room.until(view.when.end)}</p>
      </div>
      <div className="room__stage" id="stage">
        {children ?? (
          <div className="room__empty">
            <p className="room__empty-title">{room.stage}</p>
            <p>{room.stageHint}</p>
          </div>
        )}
      </div>
      <div className="room__below">
        <div>
          <Description view={view} />
        </div>
        <div>
          <EventFacts view={view} />
          <p className="quiet">{room.comeBack}</p>
          <HostContact view={view} />
        </div>
      </div>
    </EventLayout>
  );
}
