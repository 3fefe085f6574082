import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);

async function register(eventId: string, changes: Record<string, unknown> = {}) {
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, {
    email: 'ada@example.com',
    ...changes,
  });
  return json as { id: string; email: string; accessKey: string; accessLink: string };
}

async function bounce(id: string, error = '550 5.1.1 <x>: User unknown', status = 'bounced') {
  await app.pool.query(`update message set status = $3, error = $2 where registrant_id = $1`, [
    id,
    error,
    status,
  ]);
  await app.pool.query(`update registrant set email_status = $2, email_status_at = now() where id = $1`, [
    id,
    status,
  ]);
}

async function messagesOf(registrantId: string) {
  return (await app.api('GET', `/messages?registrantId=${registrantId}`)).json.items;
}

/** The addresses in the order of the table. */
function addresses(html: string): string[] {
  return [...html.matchAll(/people__address" dir="ltr" title="([^"]+)"/g)].map(([, address = '']) => address);
}

describe('the list', () => {
  it('says that nobody is registered yet', async () => {
    const event = await app.event();
    const { status, text } = await member.get(`/team/events/${event.id}/people`);
    expect(status).toBe(200);
    expect(text).toContain('Nobody is registered yet');
    expect(text).toContain(`href="${event.permalink}"`);
  });

  it('shows everybody with status, reason and last mail, and leaves out who was removed', async () => {
    const event = await app.event();
    const bounced = await register(event.id, { firstName: 'Ada', lastName: 'Lovelace' });
    await bounce(bounced.id);
    const gone = await register(event.id, { email: 'gone@example.com' });
    await app.api('DELETE', `/events/${event.id}/registrants/${gone.id}`);
    await register(event.id, { email: 'new@example.com', sendConfirmation: false });
    const { text } = await member.get(`/team/events/${event.id}/people`);
    expect(addresses(text).sort()).toEqual(['ada@example.com', 'new@example.com']);
    expect(text).toContain('There is no mailbox with this address.');
    expect(text).toContain('Confirmation');
    expect(text).toContain('2 people');
    expect(text).toMatch(/value="bounced"\/><span>Bounced<\/span><span class="chip__count">1</);
    expect(text).toMatch(/value="none"\/><span>No mail yet<\/span><span class="chip__count">1</);
  });

  it('finds, filters, sorts and pages both ways', async () => {
    const event = await app.event();
    await app.pool.query(
      `insert into registrant (event_id, email, first_name, last_name, access_key, email_status, registered_at)
       select $1, 'p' || lpad(n::text, 3, '0') || '@example.com', 'Ann' || n, 'Zed', 'abcd',
         case when n % 10 = 0 then 'bounced' end, now() - n * interval '1 minute'
       from generate_series(1, 120) n`,
      [event.id],
    );
    const path = `/team/events/${event.id}/people`;
    const next = (html: string) => /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    const previous = (html: string) => /href="([^"]+)" rel="prev"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    const first = (await member.get(`${path}?sort=email`)).text;
    expect(addresses(first)).toHaveLength(50);
    expect(previous(first)).toBeUndefined();
    const second = (await member.get(next(first) ?? '')).text;
    const third = (await member.get(next(second) ?? '')).text;
    expect([...addresses(first), ...addresses(second), ...addresses(third)]).toEqual(
      Array.from({ length: 120 }, (_, i) => `p${String(i + 1).padStart(3, '0')}@example.com`),
    );
    expect(next(third)).toBeUndefined();
    const back = (await member.get(previous(third) ?? '')).text;
    expect(addresses(back)).toEqual(addresses(second));
    const start = (await member.get(previous(back) ?? '')).text;
    expect(addresses(start)).toEqual(addresses(first));
    expect(previous(start)).toBeUndefined();
    expect(addresses((await member.get(path)).text)[0]).toBe('p001@example.com');

    const bounced = (await member.get(`${path}?emailStatus=bounced&q=ann1&sort=email`)).text;
    expect(addresses(bounced)).toEqual(['010', '100', '110', '120'].map((n) => `p${n}@example.com`));
    expect(bounced).toContain('4 people match');
    expect(bounced).toMatch(/name="scope"[^>]* value="matching"|value="matching"[^>]* name="scope"/);
    expect((await member.get(`${path}?q=nobody`)).text).toContain('Nobody matches');
    expect((await member.get(`${path}?q=%00%ff&sort=x&direction=y&emailStatus=z&person=1`)).status).toBe(200);
    expect((await member.get(`${path}?cursor=nonsense`)).status).toBe(422);
  });

  it('finds names in any script, with and without accents, and short ones where words begin', async () => {
    const event = await app.event();
    const names = [
      ['Jürgen', 'Müller'],
      ['山田', '太郎'],
      ['محمد', 'علي'],
      ['Bo', "O'Brien"],
    ];
    for (const [i, [firstName, lastName]] of names.entries())
      await register(event.id, { email: `${i}@example.com`, firstName, lastName });
    const found = async (q: string) =>
      addresses((await member.get(`/team/events/${event.id}/people?q=${encodeURIComponent(q)}`)).text);
    expect(await found('muller')).toEqual(['0@example.com']);
    expect(await found('MÜLLER')).toEqual(['0@example.com']);
    expect(await found('田')).toEqual(['1@example.com']);
    expect(await found('محمد')).toEqual(['2@example.com']);
    expect(await found('bo')).toEqual(['3@example.com']);
    expect(await found('rg')).toEqual([]);
  });

  it('writes hostile names as words', async () => {
    const event = await app.event();
    const script = '<script>alert(1)</script>';
    const { id } = await register(event.id, {
      firstName: script,
      lastName: '"><img src=x>',
      fields: { [script]: script },
    });
    const { text } = await member.get(
      `/team/events/${event.id}/people?person=${id}&q=${encodeURIComponent(script)}`,
    );
    expect(text).not.toMatch(/<script>|<img/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});
