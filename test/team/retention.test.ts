import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp({ ERASE_AFTER_DAYS: '90' });
const member = await signIn(app);
const DAY = 86_400_000;
const ID = '00000000-0000-4000-8000-000000000000';

const at = (days: number) => new Date(app.clock.now.getTime() + days * DAY);
const day = (when: Date) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Paris' }).format(when);
/** An event that ended so many days ago, with somebody registered for it. */
async function ended(days: number, more: Record<string, unknown> = {}) {
  const times = { startsAt: at(-days - 0.1).toISOString(), endsAt: at(-days).toISOString() };
  const event = await app.event({ ...times, ...more });
  await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  return event;
}
const page = async (id: string, tab: string) => (await member.get(`/team/events/${id}/${tab}`)).text;
const plain = (html: string) => html.replace(/<[^>]+>/g, '').replaceAll('&#x27;', '’');
const daysOf = async (id: string) => (await app.api('GET', `/events/${id}`)).json.eraseAfterDays;

testGuards(
  app,
  member,
  [
    ['GET', `/team/events/${ID}/report.csv`],
    ['POST', `/team/events/${ID}/settings/data`],
  ],
  { eraseAfterDays: '30' },
);

describe('the days until people are erased', () => {
  it('stand in the settings, with what the site does otherwise, and an empty field is that', async () => {
    const { id } = await app.event();
    const path = `/team/events/${id}/settings`;
    const form = {
      title: 'Calm',
      slug: `calm-${id}`,
      timeZone: 'Europe/Paris',
      startsAt: '2032-01-15T18:00',
      endsAt: '2032-01-15T19:00',
      step: 'move',
    };
    expect(plain(await page(id, 'settings'))).toContain('Leave empty for what this site uses: 90.');
    expect((await member.submit(path, { ...form, eraseAfterDays: ' 30 ' })).status).toBe(303);
    expect(await daysOf(id)).toBe(30);
    expect(await page(id, 'settings')).toMatch(/name="eraseAfterDays"[^>]*value="30"/);
    for (const wrong of ['0', '-5', '1.5', 'soon', '36501']) {
      const { status, text } = await member.submit(path, { ...form, eraseAfterDays: wrong });
      expect([wrong, status]).toEqual([wrong, 422]);
      expect(plain(text)).toMatch(/Days until people are erased must be (from 1 to 36,500|whole days)\./);
    }
    expect((await member.submit(path, { ...form, eraseAfterDays: '' })).status).toBe(303);
    expect(await daysOf(id)).toBe(null);
  });

  it.each([
    ['has ended', async () => ended(10)],
    [
      'was cancelled',
      async () => {
        const event = await app.event();
        await app.api('POST', `/events/${event.id}/cancel`);
        return event;
      },
    ],
  ])('are changed of an event that %s, which is otherwise frozen', async (_, make) => {
    const { id } = await make();
    const path = `/team/events/${id}/settings/data`;
    const saved = await member.post(path, { eraseAfterDays: '200' });
    expect([saved.status, saved.headers.get('location')]).toEqual([
      303,
      `/team/events/${id}/settings?notice=event_saved#data`,
    ]);
    expect(await daysOf(id)).toBe(200);
    const wrong = await member.post(path, { eraseAfterDays: 'never' });
    expect(wrong.status).toBe(422);
    expect(plain(wrong.text)).toContain('Days until people are erased must be whole days.');
    expect(wrong.text).toMatch(/name="eraseAfterDays"[^>]*value="never"/);
    expect((await app.api('PATCH', `/events/${id}`, { eraseAfterDays: 300 })).json.eraseAfterDays).toBe(300);
    const refused = await app.api('PATCH', `/events/${id}`, { eraseAfterDays: 0 });
    expect([refused.status, refused.json.errors]).toEqual([
      422,
      [{ path: 'eraseAfterDays', message: 'must be from 1 to 36,500' }],
    ]);
  });

  it('are all that changes of a cancelled event', async () => {
    const { id } = await app.event();
    await app.api('POST', `/events/${id}/cancel`);
    for (const more of [{ title: 'Another' }, { title: 'Another', eraseAfterDays: 5 }])
      expect((await app.api('PATCH', `/events/${id}`, more)).status).toBe(409);
  });
});

describe('an event’s pages', () => {
  it('say when its people will be erased, a month before', async () => {
    const far = await ended(59);
    expect(await page(far.id, 'overview')).not.toContain('will be erased');
    const near = await ended(61);
    const text = await page(near.id, 'overview');
    expect(plain(text)).toContain(`People will be erased on ${day(at(29))}. The numbers stay.`);
    expect(text).toContain(`href="/team/events/${near.id}/settings#data"`);
    expect(text).toContain(`href="/team/events/${near.id}/exports"`);
    // The team was not told: a week is left in any case.
    const late = await ended(1_000);
    expect(plain(await page(late.id, 'overview'))).toContain(`People will be erased on ${day(at(7))}.`);
    expect((await app.api('GET', `/events/${late.id}/report`)).json.erasure).toEqual({
      ...{ dueAt: at(-910).toISOString(), toldAt: null, begunAt: null, erasedAt: null, erased: 0 },
    });
    const nobody = await app.event({ startsAt: at(-81).toISOString(), endsAt: at(-80).toISOString() });
    expect(await page(nobody.id, 'overview')).not.toContain('will be erased');
  });

  it('say when they were, keep the numbers and lead to nobody', async () => {
    const { id } = await ended(400);
    const report = (await app.api('GET', `/events/${id}/report`)).json;
    const kept = {
      ...report,
      cancelled: 3,
      problems: 2,
      domains: 1,
      funnel: { ...report.funnel, registered: 41 },
    };
    await app.pool.query(
      `update {schema}.registrant set email = null, access_key = null, erased_at = now() where event_id = $1`,
      [id],
    );
    await app.pool.query(
      `insert into {schema}.event_retention (event_id, begun_at, erased_at, people_until, erased, report) values ($1, $2, $2, $2, 41, $3)`,
      [id, at(-5), kept],
    );
    const overview = await page(id, 'overview');
    expect(plain(overview)).toContain(`People were erased on ${day(at(-5))}. The numbers stay.`);
    expect(overview).toContain('<span class="funnel__count">41</span>');
    const body = overview.slice(overview.indexOf('class="overview"'), overview.indexOf('</main>'));
    expect(body).not.toMatch(/href="[^"]*\/people/);
    expect(plain(await page(id, 'people'))).toContain(`People were erased on ${day(at(-5))}`);
    expect((await app.api('GET', `/events/${id}/report`)).json.erasure).toMatchObject({
      erasedAt: at(-5).toISOString(),
      erased: 41,
    });
    await app.pool.query('update {schema}.event_retention set erased_at = null where event_id = $1', [id]);
    expect(plain(await page(id, 'overview'))).toContain('People are being erased. The numbers stay.');
  });
});
