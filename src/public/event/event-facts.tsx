import type { ReactNode } from 'react';
import { commaOf } from '../../domain/time.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';
import { HostPicture } from './host-picture.tsx';

export interface EventFactsProps {
  readonly view: EventView;
  /** What the time is called: "When", or for an event that is over "Took place". */
  readonly whenLabel?: string;
}

/** When and with whom, as a list of facts. A script adds the visitor's own time where their clock differs. */
export function EventFacts({ view, whenLabel }: EventFactsProps) {
  const { details } = copyFor(view.language);
  return (
    <dl className="facts">
      <Fact label={whenLabel ?? details.when}>
        <time className="facts__date" dateTime={view.startsAt}>
          {view.when.date}
        </time>{' '}
        <span className="facts__time">{view.when.time}</span>{' '}
        <span className="facts__zone">{view.when.zone}</span>
      </Fact>
      {view.hostTime ? <Fact label={details.eventTime}>{view.hostTime}</Fact> : null}
      <div
        className="facts__row"
        hidden
        data-visitor-time
        data-starts-at={view.startsAt}
        data-ends-at={view.endsAt}
        data-locale={view.locale}
        data-comma={commaOf(view.locale)}
        data-time-zone={view.when.timeZone}
        data-event-time-zone={view.eventTimeZone}
      >
        <dt>{details.yourTime}</dt>
        <dd />
      </div>
      {view.hostName ? (
        <Fact label={details.host}>
          <span className="host">
            <HostPicture name={view.hostName} url={view.hostPictureUrl} />
            <bdi>{view.hostName}</bdi>
          </span>
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="facts__row">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
