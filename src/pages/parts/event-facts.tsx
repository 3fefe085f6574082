import type { ReactNode } from 'react';
import { copyFor } from '../copy/copy-for.ts';
import type { EventView, WhenView } from '../event-view.ts';

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
        <Written when={view.when} dateTime={view.startsAt} />
      </Fact>
      {view.eventWhen ? (
        <Fact label={details.eventTime}>
          <Written when={view.eventWhen} dateTime={view.startsAt} />
        </Fact>
      ) : null}
      <div
        className="facts__row"
        hidden
        data-visitor-time
        data-starts-at={view.startsAt}
        data-ends-at={view.endsAt}
        data-locale={view.locale}
        data-shown-zones={[view.when.timeZone, view.eventWhen?.timeZone].filter(Boolean).join(' ')}
      >
        <dt>{details.yourTime}</dt>
        <dd>
          <span className="facts__date" data-date />
          <span className="facts__time" data-time />
          <span className="facts__zone" data-zone />
        </dd>
      </div>
      {view.hostName ? (
        <Fact label={details.host}>
          <bdi>{view.hostName}</bdi>
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

function Written({ when, dateTime }: { readonly when: WhenView; readonly dateTime: string }) {
  return (
    <>
      <time className="facts__date" dateTime={dateTime}>
        {when.date}
      </time>{' '}
      <span className="facts__time">{when.time}</span> <span className="facts__zone">{when.zone}</span>
    </>
  );
}
