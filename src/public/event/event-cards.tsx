import type { Language } from '../../domain/locale.ts';
import { PICTURE_SIZE } from '../../domain/picture.ts';
import { commaOf } from '../../domain/time.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';

export interface EventCardsProps {
  readonly language: Language;
  readonly events: readonly EventView[];
  /** Of their titles. */
  readonly level: 2 | 3;
}

/** Events, one below the other, each with what makes it known and the way to its page. */
export function EventCards({ language, events, level }: EventCardsProps) {
  const { phase } = copyFor(language);
  const Title = level === 2 ? 'h2' : 'h3';
  return (
    <ol className="event-cards">
      {events.map((event) => (
        <li key={event.path} className="card event-card">
          <div className="event-card__text">
            <Title className="event-card__title">
              <a href={event.path}>
                <bdi>{event.title}</bdi>
              </a>
            </Title>
            <p>
              <time dateTime={event.startsAt}>
                {event.when.date}
                {commaOf(event.locale)}
                {event.when.time}
              </time>{' '}
              <span className="quiet">{event.when.zone}</span>
              {event.phase === 'running' ? (
                <strong className="event-card__running"> {event.isOn ? phase.running : phase.open}</strong>
              ) : null}
            </p>
            {event.hostName ? (
              <p className="quiet">
                <bdi>{event.hostName}</bdi>
              </p>
            ) : null}
          </div>
          {event.coverUrl ? (
            <div className="cover event-card__cover">
              <img src={event.coverUrl} alt="" {...PICTURE_SIZE.cover} loading="lazy" />
            </div>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

/** Where to go from an event that is over: those of the site that are ahead; nothing where there are none. */
export function OtherEvents({ language, events }: Omit<EventCardsProps, 'level'>) {
  if (events.length === 0) return null;
  return (
    <section className="other-events" aria-labelledby="other-events">
      <h2 id="other-events">{copyFor(language).home.title}</h2>
      <EventCards {...{ language, events }} level={3} />
    </section>
  );
}
