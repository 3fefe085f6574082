import { afterAll, describe, expect, it } from 'vitest';
import { UNDO_MS } from '../../src/actions/access-link.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp();
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);
const member = await signIn(app);

async function register(eventId: string) {
  const person = { email: `${crypto.randomUUID()}@example.com`, firstName: 'Ada', sendConfirmation: false };
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, person);
  return { ...(json as { id: string; email: string }), path: `/team/events/${eventId}/people/${json.id}` };
}

/** What a notice's Undo posts, taken from the page that shows it. */
async function undoOn(location: string | null) {
  const { text } = await member.get(location ?? '');
  const [, form = ''] = /<div class="toast .*?(<form.*?<\/form>)/s.exec(text) ?? [];
  const [, action = ''] = /action="([^"]+)"/.exec(form) ?? [];
  const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('&amp;', '&'),
  ]);
  return { text, action, values: Object.fromEntries(fields) as Record<string, string> };
}

/** The ids that the answer's address names, as an Undo posts them. */
function idsOf({ headers }: { readonly headers: Headers }): Record<string, string> {
  const { searchParams } = new URL(headers.get('location') ?? '', 'http://x');
  const named = (name: string) => searchParams.get(`notice.${name}`) ?? '';
  return { message: named('message'), removal: named('removal') };
}

const noticeOf = (location: string | null) => new URL(location ?? '', 'http://x').searchParams.get('notice');
const statusesOf = async (id: string) =>
  (await app.api('GET', `/messages?registrantId=${id}`)).json.items.map(
    ({ status }: { status: string }) => status,
  );

describe('a link that a member sends', () => {
  it('waits for seconds, and is not sent when it is taken back; the next one is sent', async () => {
    const event = await app.event();
    const person = await register(event.id);
    const sent = await member.post(`${person.path}/resend`, { back: 'sort=name' });
    const { text, action, values } = await undoOn(sent.headers.get('location'));
    expect(text).toContain('Link sent to Ada');
    expect(action).toBe(`${person.path}/resend/undo`);
    expect(values).toMatchObject({ back: 'sort=name' });
    const undone = await member.post(action, values);
    expect(undone.headers.get('location')).toBe(
      `/team/events/${event.id}/people?sort=name&notice=resend_undone#row-${person.id}`,
    );
    expect(await statusesOf(person.id)).toEqual(['not_sent']);
    // It was not sent: so it does not count as the one of this minute.
    const again = await member.post(`${person.path}/resend`);
    expect(noticeOf(again.headers.get('location'))).toBe('link_resent');
    app.clock.advance(UNDO_MS);
    await waitFor(async () => expect(await statusesOf(person.id)).toEqual(['sent', 'not_sent']));
    const late = await member.post(action, idsOf(again));
    expect(noticeOf(late.headers.get('location'))).toBe('resend_gone');
  });

  it('of somebody else is not taken back', async () => {
    const event = await app.event();
    const [ada, grace] = [await register(event.id), await register(event.id)];
    const sent = await member.post(`${ada.path}/resend`);
    const { values } = await undoOn(sent.headers.get('location'));
    expect((await member.post(`${grace.path}/resend/undo`, values)).status).toBe(404);
    expect((await member.post(`${ada.path}/resend/undo`, { message: 'x' })).status).toBe(404);
    expect(await statusesOf(ada.id)).toEqual(['queued']);
  });
});

describe('a person whom a member removes', () => {
  it('is removed within seconds; twice is once', async () => {
    const event = await app.event();
    const person = await register(event.id);
    const [first, second] = [
      await member.post(`${person.path}/remove`),
      await member.post(`${person.path}/remove`),
    ];
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    await waitFor(async () =>
      expect((await app.api('GET', `/events/${event.id}/registrants/${person.id}`)).status).toBe(404),
    );
    const late = await member.post(`${person.path}/remove/undo`, idsOf(first));
    expect(noticeOf(late.headers.get('location'))).toBe('removal_gone');
    const { text } = await member.get(`/team/audit?event=${event.id}`);
    expect(text).toContain(member.email);
  });

  it('stays where it is taken back, and can be removed later', async () => {
    const event = await app.event();
    const [stays, goes] = [await register(event.id), await register(event.id)];
    const removed = await member.post(`${stays.path}/remove`);
    const { text, action, values } = await undoOn(removed.headers.get('location'));
    expect(text).toContain('Ada is removed.');
    expect(noticeOf((await member.post(action, values)).headers.get('location'))).toBe('removal_undone');
    // A removal that was begun later has ended: the one before would have, too.
    await member.post(`${goes.path}/remove`);
    const isThere = async ({ id }: { id: string }) =>
      (await app.api('GET', `/events/${event.id}/registrants/${id}`)).status === 200;
    await waitFor(async () => expect(await isThere(goes)).toBe(false));
    expect(await isThere(stays)).toBe(true);
    await member.post(`${stays.path}/remove`);
    await waitFor(async () => expect(await isThere(stays)).toBe(false));
  });
});
