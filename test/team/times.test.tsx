import { expect, test } from 'vitest';
import { relativeTime } from '../../src/team/parts/relative-time.browser.ts';
import { Time, ZoneNote } from '../../src/team/parts/time.tsx';
import { type ReaderClock, ReaderClockContext } from '../../src/ui/reader-clock.ts';
import { renderPage } from '../../src/ui/render.tsx';
import { describeInBrowser } from '../support/browser.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';
import { waitUntil } from '../support/wait-for.ts';

const NOW = new Date('2027-01-13T15:00:00Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [59_000, 'just now'],
  [-30_000, 'just now'],
  [MINUTE, '1 min ago'],
  [59 * MINUTE + 59_000, '59 min ago'],
  [HOUR, '1 h ago'],
  [DAY - 1, '23 h ago'],
  [DAY, '1 day ago'],
  [7 * DAY - 1, '6 days ago'],
  [7 * DAY, null],
  [-2 * MINUTE, null],
])('a time %i ms ago is %s', (ms, text) => {
  expect(relativeTime(ago(ms), NOW)).toBe(text);
});

function written(time: React.ReactElement, timeZone: string | null = null): string {
  const clock: ReaderClock = { now: NOW, timeZone };
  return renderPage(<ReaderClockContext value={clock}>{time}</ReaderClockContext>);
}

test('a recent time is relative, with the exact time on hover and for programs', () => {
  const html = written(<Time at={ago(2 * MINUTE)} timeZone="Europe/Paris" />, 'Asia/Tokyo');
  expect(html).toContain('>2 min ago</time>');
  expect(html).toContain('dateTime="2027-01-13T14:58:00.000Z"');
  expect(html).toContain('title="Wednesday, 13 January 2027 at 23:58:00 GMT+9"');
  expect(html).toContain('data-relative="13 Jan 2027, 23:58"');
});

test('a time is in the reader’s zone where that is known, else in its own and says so', () => {
  const time = <Time at={ago(8 * DAY)} timeZone="Europe/Paris" />;
  expect(written(time, 'Asia/Tokyo')).toContain('>6 Jan 2027, 00:00</time>');
  expect(written(time)).toContain('>5 Jan 2027, 16:00 CET</time>');
});

test('a time to come, a compared one and one to the second are never relative', () => {
  expect(written(<Time at={ago(-3 * HOUR)} timeZone="UTC" />)).toContain('>13 Jan 2027, 18:00 UTC</time>');
  expect(written(<Time at={ago(MINUTE)} timeZone="UTC" exact />)).toContain('>13 Jan 2027, 14:59 UTC</time>');
  expect(written(<Time at={ago(MINUTE)} timeZone="UTC" show="second" zoneless />)).toContain(
    '>13 Jan 2027, 14:59:00</time>',
  );
});

test('the page says once which clock its times are read by', () => {
  const note = <ZoneNote elsewise="the event’s time zone" />;
  expect(written(note, 'America/New_York')).toContain(
    'Times are in your time zone, America/New York (GMT-5).',
  );
  expect(written(note)).toContain('Times are in the event’s time zone.');
});

describeInBrowser('in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const used = useBrowser(team);

  test('pages are written by the clock of the browser, from the second on', async () => {
    const page = await used.openAt('/team/audit', { timezoneId: 'Asia/Tokyo' });
    expect(await page.textContent('.zone-note')).toBe('Times are in UTC.');
    await page.goto('/team/account');
    expect(await page.textContent('.zone-note')).toBe('Times are in your time zone, Asia/Tokyo (GMT+9).');
    expect(await page.getAttribute('table time', 'title')).toMatch(/ GMT\+9$/);
    expect(team.complaints).toEqual([]);
  });

  test('days of the audit log are those of the reader’s clock', async () => {
    const { cookie, id } = await signIn(app);
    await app.pool.query(
      `insert into {schema}.audit_entry (at, actor, action, detail) values ('2026-05-01T20:00:00Z', $1, 'signed_out', '{}')`,
      [`team_member:${id}`],
    );
    const shows = async (day: string, zone: string) => {
      const path = `/team/audit?from=${day}&to=${day}&action=signed_out`;
      const { text } = await app.request(path, {
        headers: { cookie: `${cookie}; time_zone=${zone}` },
      });
      return text.includes('dateTime="2026-05-01T20:00:00.000Z"');
    };
    expect([await shows('2026-05-01', 'UTC'), await shows('2026-05-02', 'UTC')]).toEqual([true, false]);
    expect([await shows('2026-05-01', 'Asia/Tokyo'), await shows('2026-05-02', 'Asia/Tokyo')]).toEqual([
      false,
      true,
    ]);
  });

  test('a zone that is none is not believed', async () => {
    const { cookie } = await signIn(app);
    for (const zone of ['Mars/Olympus', '+02:00', '%3Cscript%3E', 'x'.repeat(3000)]) {
      const answer = await app.fetch('/team/account', {
        headers: { cookie: `${cookie}; time_zone=${zone}` },
      });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('Times are in UTC.');
    }
  });

  test('a relative time goes on while the page is open', async () => {
    const page = await used.open();
    await page.clock.install();
    await page.goto('/team/account');
    expect(await page.textContent('time[data-relative]')).toBe('just now');
    await page.clock.runFor(5 * MINUTE);
    await waitUntil(async () => (await page.textContent('time[data-relative]')) === '5 min ago');
    await page.clock.runFor(9 * DAY);
    await waitUntil(async () =>
      /^\d+ \w+ \d{4}, \d\d:\d\d/.test((await page.textContent('time[data-relative]')) ?? ''),
    );
  });
});
