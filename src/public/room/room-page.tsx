import type { ReactNode } from 'react';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Description } from '../event/description.tsx';
import { EventFacts } from '../event/event-facts.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';
import { HostContact } from '../event/host-contact.tsx';

export interface RoomPageProps {
  readonly view: EventView;
  /** An operator's own player; absent: the room is not there yet, and the page waits for it. */
  readonly children?: ReactNode;
}

/** How often a page without script looks whether there is a room. */
const REFRESH_SECONDS = 30;

/** The built-in room page, for events without a room address of their own. */
export function RoomPage({ view, children }: RoomPageProps) {
  const { room } = copyFor(view.language);
  const about = children ? room.youAreIn : room.waiting;
  return (
    <EventLayout
      view={view}
      about={about}
      width={children ? 'wide' : 'narrow'}
      scripts={children ? ['local-time.js'] : ['local-time.js', 'room.js']}
      head={
        children ? undefined : (
          <noscript>
            <meta httpEquiv="refresh" content={String(REFRESH_SECONDS)} />
          </noscript>
        )
      }
    >
      <div className="room__lead">
        <p className="badge badge--running">{about}</p>
        <h1 className="event-title" dir="auto" lang={view.titleLocale}>
          {view.title}
        </h1>
        <p className="lead">{room.until(view.when.end)}</p>
      </div>
      {children ? (
        <div className="room__stage" id="stage">
          {children}
        </div>
      ) : (
        <div className="card room__waiting">
          <p className="room__waiting-title">{room.notOpen}</p>
          <p>{room.notOpenHint}</p>
        </div>
      )}
      <div className="room__below">
        <div className="room__facts">
          <EventFacts view={view} />
          <p className="quiet">{room.comeBack}</p>
          <HostContact view={view} />
        </div>
        <Description view={view} />
      </div>
    </EventLayout>
  );
}
