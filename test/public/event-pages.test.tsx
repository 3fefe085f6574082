import type { ReactElement } from 'react';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { ErrorPage } from '../../src/public/error-page.tsx';
import { CancelledPage } from '../../src/public/event/cancelled-page.tsx';
import { descriptionBlocks } from '../../src/public/event/description.tsx';
import { EndedPage } from '../../src/public/event/ended-page.tsx';
import { EventPage } from '../../src/public/event/event-page.tsx';
import { LinkRequestedPage } from '../../src/public/event/link-requested-page.tsx';
import { RegisteredPage } from '../../src/public/event/registered-page.tsx';
import { LinkRefusedPage } from '../../src/public/room/link-refused-page.tsx';
import { RoomPage } from '../../src/public/room/room-page.tsx';
import { WaitingPage } from '../../src/public/room/waiting-page.tsx';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { renderPage } from '../../src/ui/render.tsx';
import { AFTER, BEFORE, DURING, EVENT, sampleView } from './samples.tsx';

/** What a reader sees: the text of the body, tags and markup away. */
function textOf(page: ReactElement): string {
  return renderPage(page)
    .replace(/^.*<body[^>]*>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ');
}

describe('the event page', () => {
  test('says what, when and with whom, and takes registrations', () => {
    const page = <EventPage view={sampleView(EVENT)} />;
    for (const fact of [
      EVENT.title,
      'Friday 15 January 2027',
      '18:00',
      'Central European Standard Time',
      'Ada Lovelace',
    ])
      expect(textOf(page)).toContain(fact);
    expect(renderPage(page)).toContain('action="/e/calm-software/register"');
    expect(renderPage(page)).toContain('action="/e/calm-software/access-link"');
  });

  test('is still open while the event runs, and says that it is on', () => {
    const page = <EventPage view={sampleView(EVENT, { now: DURING })} />;
    expect(textOf(page)).toContain('On now');
    expect(renderPage(page)).toContain('action="/e/calm-software/register"');
  });

  test.each([
    ['ended', sampleView(EVENT, { now: AFTER })],
    ['cancelled', sampleView({ ...EVENT, cancelledAt: BEFORE })],
  ])('takes nothing any more once %s', (word, view) => {
    const page = <EventPage view={view} />;
    expect(textOf(page).toLowerCase()).toContain(word);
    expect(renderPage(page)).not.toContain('<form');
  });

  test('keeps what was typed and says what is wrong, at the field and above the form', () => {
    const registration = {
      values: { email: 'ada@', firstName: 'Ada' },
      problems: { email: 'invalid' },
    } as const;
    const html = renderPage(<EventPage view={sampleView(EVENT)} registration={registration} />);
    expect(html).toContain('value="ada@"');
    expect(html).toContain('value="Ada"');
    expect(html).toContain('<title>Error: Designing calm software</title>');
    expect(html).toMatch(/href="#register-email">Enter an email address in the form/);
    expect(html).toMatch(/aria-invalid="true" aria-describedby="register-email-hint register-email-error"/);
    expect(html).toMatch(/<h1[^>]*>Designing calm software/);
  });

  test('keeps the description’s line breaks and paragraphs, and makes lists of its lines with a dash', () => {
    expect(renderPage(<EventPage view={sampleView(EVENT)} />)).toMatch(/its turn\.<\/p><p[^>]*>Bring/);
    const listed = renderPage(<EventPage view={sampleView({ ...EVENT, description: '- One\n- Two' })} />);
    expect(listed).toContain('<ul class="description__list" dir="auto"><li>One</li><li>Two</li></ul>');
    expect(descriptionBlocks('One.\nTwo.\n- a\n-  b \n\n* c\n\nThree - four\n-five\n–\n')).toEqual([
      'One.\nTwo.',
      ['a', 'b', 'c'],
      'Three - four\n-five\n–',
    ]);
    expect(descriptionBlocks(' \n ')).toEqual([]);
    expect(descriptionBlocks('- only')).toEqual([['only']]);
  });

  test('shows nothing in place of a logo that does not load, and still names it', () => {
    const html = renderPage(<EventPage view={sampleView(EVENT)} />);
    expect(html).toMatch(/<span role="img" aria-label="Logo of [^"]+"><img [^>]*alt=""/);
  });
});

test('the thank-you page carries no personal link', () => {
  const html = renderPage(<RegisteredPage view={sampleView(EVENT)} own={null} />);
  expect(html).not.toMatch(/\/live|key=/);
  expect(html).toContain('spam');
  expect(html).toContain('action="/e/calm-software/access-link"');
});

test('the answer to "send me my link" claims nothing about the address', () => {
  expect(textOf(<LinkRequestedPage view={sampleView(EVENT)} />)).toContain('If this address is registered');
});

test('the waiting page writes the reader’s time and the event’s', () => {
  const view = sampleView(EVENT, { timeZone: 'America/New_York' });
  const text = textOf(<WaitingPage view={view} calendarUrl="/calendar" />);
  expect(text).toMatch(/12:00 ?– ?13:00 Eastern Standard Time/);
  expect(text).toMatch(/18:00 ?– ?19:00, Central European Standard Time/);
  expect(text).toContain('until 13:00');
});

test.each([
  [200, 1],
  [19_001, 20],
  [86_400_000, 20],
])(
  'without JavaScript the waiting page asks again: %i ms before the room opens after %i s',
  (ms, seconds) => {
    const view = { ...sampleView(EVENT), opensInMs: ms };
    expect(renderPage(<WaitingPage view={view} calendarUrl="/calendar" />)).toContain(
      `<noscript><meta http-equiv="refresh" content="${seconds}"/></noscript>`,
    );
  },
);

test('the room says until when, and holds an operator’s player', () => {
  const view = sampleView(EVENT, { now: DURING });
  expect(textOf(<RoomPage view={view} />)).toContain('On until 19:00');
  const withPlayer = (
    <RoomPage view={view}>
      <iframe title="Player" src="/player" />
    </RoomPage>
  );
  expect(renderPage(withPlayer)).toContain('src="/player"');
  expect(renderPage(withPlayer)).not.toContain('refresh');
});

test.each(LANGUAGES)(
  'without a room the page in %s says that it is not open, and looks again by itself',
  (language) => {
    const view = { ...sampleView(EVENT, { now: DURING }), language };
    const { room } = copyFor(language);
    const html = renderPage(<RoomPage view={view} />);
    expect(html).toContain(`>${room.notOpen}<`);
    expect(html).toContain(`>${room.notOpenHint}<`);
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="30"/></noscript>');
    expect(html).toMatch(/src="\/assets\/room\.[^"]*js"/);
  },
);

test('ended and cancelled pages name the event, its time and whom to ask', () => {
  for (const Page of [EndedPage, CancelledPage]) {
    const text = textOf(<Page view={sampleView(EVENT, { timeZone: 'Asia/Tokyo' })} />);
    for (const fact of [EVENT.title, 'Saturday 16 January 2027', 'Japan Standard Time', 'host@example.com'])
      expect(text).toContain(fact);
  }
});

test('a refused link reads the same for every address', () => {
  const html = (email: string) => renderPage(<LinkRefusedPage view={sampleView(EVENT)} email={email} />);
  expect(html('ada@example.com').replaceAll('ada@', 'bob@')).toBe(html('bob@example.com'));
});

test('too many requests: when to try again, in words', () => {
  expect(textOf(<ErrorPage status={429} language="en" retryAfter={140} />)).toContain(
    'Try again in 3 minutes.',
  );
  expect(textOf(<ErrorPage status={429} language="fr" retryAfter={3600} />)).toContain(
    'Réessayez dans 1 heure.',
  );
});

test('a page that is back soon tries again by itself, when a GET asked for it', () => {
  const refresh = '<meta http-equiv="refresh" content="20"/>';
  expect(renderPage(<ErrorPage status={503} language="en" retryAfter={20} repeats />)).toContain(refresh);
  expect(renderPage(<ErrorPage status={503} language="en" retryAfter={20} />)).not.toContain(
    'http-equiv="refresh"',
  );
});
