import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { insertPicture } from '../../src/db/picture.ts';
import type { Event } from '../../src/domain/event.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
const ORIGIN = app.config.publicUrl;
const OWN = `/img/${'a'.repeat(64)}`;
const LOGO = `/img/${'b'.repeat(64)}`;
for (const path of [OWN, LOGO])
  await insertPicture(
    app.pool,
    { hash: path.slice(5), contentType: 'image/jpeg', width: 1200, height: 630, bytes: Buffer.from(path) },
    app.clock.now,
  );

async function head(changes: Partial<Record<keyof Event, unknown>> = {}) {
  const event = await app.event(changes);
  return headOf(event);
}

// biome-ignore lint/suspicious/noExplicitAny: as it came over the API
async function headOf(event: any) {
  const { text } = await app.request(`/e/${event.slug}`);
  const page = parse(text);
  const meta = (name: string) =>
    page
      .querySelectorAll('meta')
      .find((tag) => [tag.getAttribute('property'), tag.getAttribute('name')].includes(name))
      ?.getAttribute('content');
  const blocks = page.querySelectorAll('script[type="application/ld+json"]');
  expect(blocks).toHaveLength(1);
  return { event, text, meta, data: JSON.parse(blocks[0]?.innerHTML ?? '') };
}

describe('a shared link', () => {
  it('shows the cover, with its size', async () => {
    const { event, meta } = await head({ coverUrl: OWN, logoUrl: LOGO, hostName: 'Studio' });
    expect([
      meta('og:type'),
      meta('og:site_name'),
      meta('og:title'),
      meta('og:url'),
      meta('og:image'),
      meta('og:image:type'),
      meta('og:image:width'),
      meta('og:image:height'),
      meta('og:image:alt'),
      meta('twitter:card'),
    ]).toEqual([
      'website',
      'Studio',
      event.title,
      event.permalink,
      ORIGIN + OWN,
      'image/jpeg',
      '1200',
      '630',
      event.title,
      'summary_large_image',
    ]);
  });

  it('shows a cover that is elsewhere, of which no size is known', async () => {
    const coverUrl = 'https://example.com/cover.jpg';
    const { meta } = await head({ coverUrl });
    expect([meta('og:image'), meta('og:image:width'), meta('twitter:card')]).toEqual([
      coverUrl,
      undefined,
      'summary_large_image',
    ]);
  });

  it('shows the logo where there is no cover, and else nothing', async () => {
    const withLogo = await head({ logoUrl: LOGO });
    expect([
      withLogo.meta('og:image'),
      withLogo.meta('og:image:width'),
      withLogo.meta('twitter:card'),
    ]).toEqual([ORIGIN + LOGO, undefined, 'summary']);
    const without = await head();
    expect([without.meta('og:image'), without.meta('og:site_name')]).toEqual([
      undefined,
      new URL(ORIGIN).hostname,
    ]);
  });
});

describe('the data of an event', () => {
  it('says what schema.org asks for', async () => {
    const { event, data } = await head({
      ...{ title: 'Calm', description: 'One.\n\nTwo.', hostName: 'Studio', coverUrl: OWN, locale: 'fr' },
      ...{ startsAt: '2031-01-15T17:00:00Z', endsAt: '2031-07-15T18:30:00Z', timeZone: 'Europe/Paris' },
      roomUrl: 'https://meet.example/secret',
    });
    expect(data).toEqual({
      '@context': 'https://schema.org',
      '@type': 'Event',
      name: 'Calm',
      description: 'One. Two.',
      url: event.permalink,
      // In the event's own zone, summer time or not.
      startDate: '2031-01-15T18:00:00+01:00',
      endDate: '2031-07-15T20:30:00+02:00',
      inLanguage: 'fr',
      eventStatus: 'https://schema.org/EventScheduled',
      eventAttendanceMode: 'https://schema.org/OnlineEventAttendanceMode',
      location: { '@type': 'VirtualLocation', url: event.permalink },
      image: [ORIGIN + OWN],
      organizer: { '@type': 'Organization', name: 'Studio', url: event.permalink },
    });
  });

  it('leaves out what there is nothing to say of, and never names the room', async () => {
    const { text, data } = await head({
      roomUrl: 'https://meet.example/secret',
      replayUrl: 'https://video.example/1',
    });
    expect(Object.keys(data)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(description|image|organizer|offers)$/)]),
    );
    expect(text).not.toContain('meet.example');
  });

  it('says that the event is cancelled', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/cancel`);
    expect((await headOf(event)).data.eventStatus).toBe('https://schema.org/EventCancelled');
  });

  it('cannot end its block, whatever the team writes', async () => {
    const hostile = `</script><script>alert(1)</script><!-- <script> ]]> "'&amp; \u2028`;
    const { text, data, meta } = await head({ title: hostile, description: hostile, hostName: hostile });
    expect(data.name).toBe(meta('og:title'));
    expect(text).not.toContain('<script>alert');
    expect(text.match(/<script/g)?.length).toBe(text.match(/<\/script>/g)?.length);
  });
});
