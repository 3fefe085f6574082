import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);

it('an address that no page has is answered to a member with the navigation, and to nobody else', async () => {
  for (const path of ['/team/nothing', '/team/events/none/nothing/at/all']) {
    const { status, text } = await member.get(path);
    expect(status).toBe(404);
    expect(text).toContain('<h1>Page not found</h1>');
    expect(text).toContain('href="/team/events"');
    expect(text).toContain(`Account of ${member.email}`);
    expect((await app.request(path)).status).toBe(303);
  }
});

it('a page that is asked for in another way says so, and names the way', async () => {
  const { status, text, headers } = await member.post('/team/audit', {});
  expect([status, headers.get('allow')]).toEqual([405, 'GET']);
  expect(text).toContain('This address takes GET only.');
  expect(text).toContain('href="/team/events"');
});
