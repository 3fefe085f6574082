import { describe, expect, it } from 'vitest';
import { lookUpDueDomains } from '../../worker/mail-domains/look-up.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { pageText } from '../support/page-text.ts';
import { signIn } from '../support/team.ts';
import { openDelivery } from '../support/worker.ts';

const dns = await openDnsServer({
  'gmail.com': { mx: [[5, 'mx.gmail.com']] },
  'takes-none.example': { mx: [[0, '']] },
});
const app = await openApp({ DNS_SERVERS: dns.address });
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const member = await signIn(app);

async function eventWith(...emails: readonly string[]) {
  const event = await app.event();
  const people = [];
  for (const email of emails)
    people.push((await app.api('POST', `/events/${event.id}/registrants`, { email })).json);
  await lookUpDueDomains(worker);
  return { event, people, path: `/team/events/${event.id}` };
}

describe('emails at domains that take no mail', () => {
  it('stand on the People page at once, with what is wrong, and lead to their correction', async () => {
    const { path } = await eventWith('maria@gmial.com', 'ada@gmail.com', 'bob@takes-none.example');
    const { text } = await member.get(`${path}/people`);
    const words = pageText(text);
    expect(words).toContain('2 people have emails at domains that do not exist or accept no mail.');
    expect(words).toContain('The domain gmial.com does not exist');
    expect(words).toContain('The domain takes-none.example does not accept mail');
    expect(words).not.toContain('The domain gmail.com');
    const [, filtered = ''] = /href="([^"]*emailDomainStatus[^"]*)">Show them/.exec(text) ?? [];
    const shown = pageText((await member.get(filtered.replaceAll('&amp;', '&'))).text);
    expect(shown).toContain('Email domain does not exist or does not accept mail');
    expect(shown).toContain('2 people match');
    expect(shown).not.toContain('ada@gmail.com');
    const [, correct = ''] = /href="([^"]*\/correct\?[^"]*)"/.exec(text) ?? [];
    const page = await member.get(correct.replaceAll('&amp;', '&'));
    expect(pageText(page.text)).toContain('maria@gmial.com The domain gmial.com does not exist');
    expect(page.text).toContain('value="maria@gmail.com"');
  });

  it('are counted on the overview', async () => {
    const { path } = await eventWith('maria@gmial.com', 'ada@gmail.com');
    expect(pageText((await member.get(`${path}/overview`)).text)).toContain(
      '1 person at an email domain that does not exist or accepts no mail',
    );
  });

  it('are corrected in the pane with one button, which sends the link', async () => {
    const { event, path, people } = await eventWith('maria@gmial.com');
    const [maria] = people;
    const pane = await member.get(`${path}/people?person=${maria.id}`);
    expect(pageText(pane.text)).toContain('The domain gmial.com does not exist, so no mail arrives there.');
    expect(pageText(pane.text)).toContain('Did they mean maria@gmail.com?');
    const form = /<form class="trouble__form"[^>]*>.*?<\/form>/s.exec(pane.text)?.[0] ?? '';
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
    );
    const answer = await member.post(`${path}/people/${maria.id}`, {
      ...Object.fromEntries(hidden),
      email: 'maria@gmail.com',
    });
    expect(answer.status).toBe(303);
    await lookUpDueDomains(worker);
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${maria.id}`);
    expect(json).toMatchObject({ email: 'maria@gmail.com', emailDomainStatus: 'ok' });
    expect(json.messages[0]).toMatchObject({ kind: 'access_link', status: 'queued' });
    expect(pageText((await member.get(`${path}/people`)).text)).not.toContain('accept no mail');
  });

  it('of whoever cancelled are nobody’s concern', async () => {
    const { event, path, people } = await eventWith('maria@gmial.com');
    await app.api('POST', `/events/${event.id}/registrants/${people[0].id}/cancel`);
    expect(pageText((await member.get(`${path}/people`)).text)).not.toContain('accept no mail');
  });
});
