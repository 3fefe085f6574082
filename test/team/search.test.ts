import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const admin = await signIn(app, { role: 'admin' });
const member = await signIn(app);

const linksOf = (text: string) =>
  [...text.slice(text.indexOf('id="search-results"')).matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);

describe('a search from anywhere', () => {
  it('finds events by title and page URL, people of all events, and pages', async () => {
    const [calm, loud] = [
      await app.event({ title: 'Calm zebras' }),
      await app.event({ title: 'Loud zebras' }),
    ];
    const person = { email: 'zora@zebra.example', firstName: 'Zora', lastName: 'Née' };
    const { json } = await app.api('POST', `/events/${loud.id}/registrants`, person);
    const found = linksOf((await member.get('/team/search?q=ZEBRA')).text);
    expect(new Set(found)).toEqual(
      new Set([
        `/team/events/${loud.id}`,
        `/team/events/${calm.id}`,
        `/team/events/${loud.id}/people/${json.id}`,
      ]),
    );
    expect(linksOf((await member.get('/team/search?q=n%C3%A9e')).text)).toContain(
      `/team/events/${loud.id}/people/${json.id}`,
    );
    expect(linksOf((await member.get(`/team/search?q=set&event=${calm.id}`)).text)).toEqual([
      `/team/events/${calm.id}/settings`,
    ]);
  });

  it('of two letters looks for no people, and says so; of nothing lists what there is', async () => {
    const { text } = await member.get('/team/search?q=qq');
    expect(text).toContain('Nothing matches “qq”.');
    expect(text).toContain('Type three letters to find people.');
    expect(linksOf((await member.get('/team/search')).text)).toContain('/team/events/new');
  });

  it('leads only admins to what is theirs', async () => {
    expect(linksOf((await admin.get('/team/search?q=block')).text)).toEqual(['/team/blocks']);
    expect(linksOf((await member.get('/team/search?q=block')).text)).toEqual([]);
  });
});
