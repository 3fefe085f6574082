import { PICTURE_SIZE } from '../../domain/picture.ts';
import { commaOf } from '../../domain/time.ts';
import type { EventView } from './event-view.ts';

/** What a link to the event shows when it is shared, and what search engines are told of it. */
export function EventHeadData({ view }: { readonly view: EventView }) {
  const { when } = view;
  const moment = `${when.date}${commaOf(view.locale)}${when.time} (${when.zone})`;
  const summary = [moment, onOneLine(view.description)]
    .filter(Boolean)
    .join('. ')
    .slice(0, 200)
    .toWellFormed();
  const { social } = view;
  return (
    <>
      <meta name="description" content={summary} />
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={view.hostName ?? new URL(view.permalink).hostname} />
      <meta property="og:title" content={view.title} />
      <meta property="og:description" content={summary} />
      <meta property="og:url" content={view.permalink} />
      {social ? (
        <>
          <meta property="og:image" content={social.url} />
          {social.isCropped ? (
            <>
              <meta property="og:image:type" content="image/jpeg" />
              <meta property="og:image:width" content={String(PICTURE_SIZE.cover.width)} />
              <meta property="og:image:height" content={String(PICTURE_SIZE.cover.height)} />
            </>
          ) : null}
          <meta property="og:image:alt" content={view.title} />
        </>
      ) : null}
      <meta name="twitter:card" content={view.coverUrl ? 'summary_large_image' : 'summary'} />
      <link rel="canonical" href={view.permalink} />
      <script
        type="application/ld+json"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: JSON in which no tag can begin; it is data, and no browser runs it
        dangerouslySetInnerHTML={{ __html: dataBlock(eventData(view)) }}
      />
    </>
  );
}

/**
 * The event as schema.org describes one (https://schema.org/Event). Where it takes place is its page: the room is for who is
 * registered.
 */
export function eventData(view: EventView) {
  const at = (instant: string) =>
    Temporal.Instant.from(instant)
      .toZonedDateTimeISO(view.eventTimeZone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' });
  const description = onOneLine(view.description);
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: view.title,
    ...(description && { description: description.slice(0, 1_000).toWellFormed() }),
    url: view.permalink,
    startDate: at(view.startsAt),
    endDate: at(view.endsAt),
    inLanguage: view.titleLocale,
    eventStatus: `https://schema.org/${view.phase === 'cancelled' ? 'EventCancelled' : 'EventScheduled'}`,
    eventAttendanceMode: 'https://schema.org/OnlineEventAttendanceMode',
    location: { '@type': 'VirtualLocation', url: view.permalink },
    ...(view.social && { image: [view.social.url] }),
    ...(view.hostName && {
      organizer: { '@type': 'Organization', name: view.hostName, url: view.permalink },
    }),
  };
}

/** JSON as it may stand in a page: `<` would end the block, whatever it stands in. */
function dataBlock(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
