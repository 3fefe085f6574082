import { describe, expect, it } from 'vitest';
import { addressHash } from '../../src/domain/address.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);

async function registered(email = 'ada@example.com') {
  const event = await app.event();
  const body = { email, firstName: 'Ada', sendConfirmation: false };
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, body);
  return {
    ...{ event, id: json.id as string },
    path: `/team/events/${event.id}/people/${json.id}`,
    pane: `/team/events/${event.id}/people?person=${json.id}`,
    now: async () => (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json,
    kinds: async () =>
      (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items.map(
        ({ kind }: { kind: string }) => kind,
      ),
  };
}
const noticeOf = ({ headers }: { readonly headers: Headers }) =>
  new URL(headers.get('location') ?? '', 'http://x').searchParams.get('notice');

describe('the team and a cancellation', () => {
  it('cancels from the pane, sees by whom and when, and restores with the confirmation', async () => {
    const { path, pane, id, now, kinds } = await registered();
    expect((await member.get(pane)).text).toContain(`formAction="${path}/cancel"`);
    const cancelled = await member.post(`${path}/cancel`, { back: `person=${id}` });
    expect([cancelled.status, noticeOf(cancelled)]).toEqual([303, 'registration_cancelled']);
    expect((await now()).cancelledAt).toBe(app.clock.now.toISOString());
    const { text } = await member.get(pane);
    expect(text).toContain(`formAction="${path}/restore"`);
    expect(text).toMatch(new RegExp(`Cancelled by <bdi>${member.email}</bdi>`));
    expect(text).toContain('<span class="tag tag--warning">Cancelled</span>');
    expect(text).not.toContain(`action="${path}/resend"`);
    const restored = await member.post(`${path}/restore`, { back: `person=${id}` });
    expect([noticeOf(restored), (await now()).cancelledAt, await kinds()]).toEqual([
      ...['registration_restored_mailed', null],
      ['confirmation'],
    ]);
    expect((await member.get(pane)).text).toContain('Restored by');
    expect((await member.get('/team/audit')).text).toContain('cancelled the registration of');
  });

  it('takes a cancellation back at once, without a mail', async () => {
    const { path, now, kinds } = await registered();
    const cancelled = await member.post(`${path}/cancel`);
    const { text } = await member.get(cancelled.headers.get('location') ?? '');
    const [, form = ''] = /<div class="toast .*?(<form.*?<\/form>)/s.exec(text) ?? [];
    expect(form).toContain(`action="${path}/restore"`);
    expect(form).toContain('name="quiet" value="yes"');
    const undone = await member.post(`${path}/restore`, { quiet: 'yes' });
    expect([noticeOf(undone), (await now()).cancelledAt, await kinds()]).toEqual([
      ...['registration_restored', null],
      [],
    ]);
  });

  it('sends no link to whoever cancelled, one by one or to many, and says why', async () => {
    const { event, path, id, kinds } = await registered();
    await member.post(`${path}/cancel`);
    const refused = await member.post(`${path}/resend`);
    expect([refused.status, refused.text.includes('restore the registration first')]).toEqual([409, true]);
    const preview = await member.post(`/team/events/${event.id}/resend`, {
      scope: 'selected',
      registrantId: id,
    });
    const { text } =
      preview.status === 303 ? await member.get(preview.headers.get('location') ?? '') : preview;
    expect(text).toContain('They cancelled: they get only what they ask for.');
    expect(await kinds()).toEqual([]);
  });

  it('sees a cancellation of the registrant’s own', async () => {
    const { event, id, pane } = await registered();
    const { accessKey } = (await app.api('GET', `/events/${event.id}/registrants/${id}`)).json;
    await app.form(`/e/${event.slug}/registration?email=ada%40example.com&key=${accessKey}`, {
      intent: 'cancel',
    });
    expect((await member.get(pane)).text).toContain('Cancelled by <bdi>the registrant</bdi>');
  });
});

describe('the page of a person’s data', () => {
  it('finds an email however it is written, says what is held, and keeps it out of addresses', async () => {
    const { event } = await registered('grace@example.com');
    await registered('grace@example.com');
    const found = await member.post('/team/data', { email: ' Grace@Example.com ' });
    const to = `/team/data/${addressHash('grace@example.com')}`;
    expect([found.status, found.headers.get('location')]).toEqual([303, to]);
    const { text } = await member.get(to);
    expect(text).toContain('grace@example.com');
    expect(text).toContain(event.title);
    expect(text).toMatch(/<dt>registrations<\/dt><dd>2<\/dd>/);
    const refused = await member.post('/team/data', { email: 'ada' });
    expect([refused.status, refused.text.includes('Enter an email address')]).toEqual([422, true]);
    const nobody = await member.get(`/team/data/${addressHash('nobody@example.com')}`);
    expect([nobody.status, nobody.text.includes('Nothing is held of this email')]).toEqual([404, true]);
    expect((await member.get('/team/data/abc')).status).toBe(404);
  });

  it('hands out the file of the API, and notes it without the email', async () => {
    await registered('file@example.com');
    const { status, headers, text } = await member.get(
      `/team/data/${addressHash('file@example.com')}/download`,
    );
    expect([status, headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="personal-data.json"',
    ]);
    const { json } = await app.api('GET', '/registrants/data?email=file@example.com');
    expect(JSON.parse(text)).toEqual(json);
    const [, entry] = (await app.api('GET', '/audit?limit=2')).json.items;
    expect(entry).toMatchObject({ action: 'person_data_read', actor: `team_member:${member.id}` });
    expect(JSON.stringify(entry)).not.toContain('file@');
    expect((await member.get(`/team/data/${'0'.repeat(64)}/download`)).status).toBe(404);
  });

  it('erases everywhere once the email is typed', async () => {
    await registered('zoe.erased@example.com');
    const path = `/team/data/${addressHash('zoe.erased@example.com')}`;
    for (const email of ['', 'zoe', 'other@example.com']) {
      const refused = await member.post(`${path}/erase`, { email });
      expect([refused.status, refused.text.includes('to confirm')]).toEqual([422, true]);
    }
    const erased = await member.post(`${path}/erase`, { email: 'Zoe.Erased@example.com' });
    expect([erased.status, noticeOf(erased)]).toEqual([303, 'person_erased']);
    expect(await tablesWith(app, ['zoe.erased'])).toEqual([]);
    expect((await member.get(path)).status).toBe(404);
  });

  it('is for members who are signed in', async () => {
    for (const path of [
      '/team/data',
      `/team/data/${'0'.repeat(64)}`,
      `/team/data/${'0'.repeat(64)}/download`,
    ]) {
      const { status, headers } = await app.request(path);
      expect([status, headers.get('location')?.startsWith('/team/sign-in')]).toEqual([303, true]);
    }
  });
});
