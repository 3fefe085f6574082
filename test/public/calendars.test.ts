import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp({ MAIL_FROM: 'Studio <events@münchen.example>' });
const HOUR = 3_600_000;

async function registered(event: Record<string, unknown> = {}) {
  const made = await app.event({ hostName: 'Ada', description: 'Bring tea.', ...event });
  const { json } = await app.api('POST', `/events/${made.id}/registrants`, {
    email: 'ana@x.example',
    locale: 'de',
  });
  const { pathname, search } = new URL(json.accessLink);
  const to = (page: string) => `${pathname.replace('/live', page)}${search}`;
  return { event: made, link: json.accessLink as string, file: to('/calendar.ics'), web: to('/calendar') };
}

const unfold = (text: string) => text.replaceAll('\r\n ', '');
const compact = (at: string) => at.replace(/[-:]|\.\d+/g, '');

it('the file says who it is with and where, and reminds', async () => {
  const { link, file } = await registered();
  const text = unfold((await app.request(file)).text);
  expect(text).toContain(`\r\nDESCRIPTION:${link}\\n\\nBring tea.\\n\\nMit: Ada\r\n`);
  expect(text).toContain(`\r\nLOCATION:${link}\r\n`);
  expect(text).toContain('\r\nTRIGGER:-PT10M\r\n');
});

it('the file says a key of four digits, in the language of the page', async () => {
  const { link, file } = await registered({ keyStyle: 'digits' });
  const [, key = ''] = /key=(\d{4})$/.exec(link) ?? [];
  const text = unfold((await app.request(file)).text);
  expect(text).toContain(`\r\nDESCRIPTION:${link}\\nIhr Code: ${key}\\n\\nBring tea.`);
});

it('a file has an organiser whether or not the event takes answers, and is cancelled with the same', async () => {
  const ours = '\r\nORGANIZER;CN="Studio":mailto:events@xn--mnchen-3ya.example\r\n';
  const { event, file } = await registered();
  expect(unfold((await app.request(file)).text)).toContain(ours);
  await app.api('POST', `/events/${event.id}/cancel`);
  const cancelled = unfold((await app.request(file)).text);
  expect(cancelled).toContain('\r\nMETHOD:CANCEL\r\n');
  expect(cancelled).toContain(ours);
  const answered = unfold((await app.request((await registered({ replyTo: 'host@x.example' })).file)).text);
  expect(answered).toMatch(/\r\nORGANIZER;CN="?Ada"?:mailto:host@x\.example\r\n/i);
});

describe('a link to a calendar on the web', () => {
  it.each([
    ['google', 'https://calendar.google.com', 'text'],
    ['outlook', 'https://outlook.live.com', 'subject'],
  ])(
    'to %s leads to its page with the time of now, after a move to the new one',
    async (calendar, origin, title) => {
      const { event, web } = await registered({ title: 'Calm software' });
      const open = async () => {
        const { status, headers } = await app.request(`${web}&to=${calendar}`);
        expect([status, headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
          303,
          'no-referrer',
          'no-store',
        ]);
        return new URL(headers.get('location') ?? '');
      };
      const before = await open();
      expect([before.origin, before.searchParams.get(title)]).toEqual([origin, 'Calm software']);
      expect(compact(decodeURIComponent(before.search))).toContain(compact(event.startsAt));
      const startsAt = new Date(Date.parse(event.startsAt) + 24 * HOUR).toISOString();
      const endsAt = new Date(Date.parse(event.endsAt) + 24 * HOUR).toISOString();
      expect((await app.api('PATCH', `/events/${event.id}`, { startsAt, endsAt })).status).toBe(200);
      const after = decodeURIComponent((await open()).search);
      expect(compact(after)).toContain(compact(startsAt));
      expect(compact(after)).not.toContain(compact(event.startsAt));
    },
  );

  it('is found in what mail programs make of it, and leads nowhere else', async () => {
    const { web } = await registered();
    for (const link of [
      `${web}&amp;to=google`,
      `${web.replace('&', '&amp;')}&amp;amp;to=Google.`,
      `${web}&to=3Dgoogle`,
      `${web}&to%3Dgoogle`,
    ]) {
      const { status, headers } = await app.request(link);
      expect([link, status, headers.get('location')?.startsWith('https://calendar.google.com/')]).toEqual([
        link,
        303,
        true,
      ]);
    }
    for (const to of ['', '&to=', '&to=https://evil.example', '&to=google.evil']) {
      const location = (await app.request(`${web}${to}`)).headers.get('location');
      expect(location).toMatch(
        to === '&to=google.evil' ? /^https:\/\/calendar\.google\.com\// : /^\/e\/[^/]+\/calendar\.ics\?/,
      );
    }
  });

  it('asks for the right key as every personal link does, and shows why there is nothing to add', async () => {
    const { event, web } = await registered();
    expect((await app.request(`${web.replace(/key=./, 'key=_')}&to=google`)).status).toBe(403);
    await app.api('POST', `/events/${event.id}/cancel`);
    expect((await app.request(`${web}&to=google`)).status).toBe(200);
  });
});
