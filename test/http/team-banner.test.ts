import { expect, it } from 'vitest';
import { openBreaker } from '../../src/db/circuit-breaker.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

// What a server found out stands for some seconds: each has its own.
const [well, late, refused] = await Promise.all([openApp(), openApp(), openApp()]);

it('says nothing while mail goes out', async () => {
  const { text } = await (await signIn(well)).get('/team/events');
  expect(text).not.toMatch(/Mail is late|No mail goes out/);
});

it('says on every page that mail is late, and for how long', async () => {
  const event = await late.event();
  await late.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  late.clock.advance(5 * 60_000);
  const member = await signIn(late);
  for (const path of ['/team/events', `/team/events/${event.id}/people`, '/team/audit'])
    expect((await member.get(path)).text).toMatch(/Mail is late: .* 5 minutes\. /);
});

it('says that the mail server refuses us, in its words and as text', async () => {
  const now = refused.clock.now;
  const reason = '535 5.7.8 <b>wrong</b> password';
  await openBreaker(refused.pool, 'smtp', { scope: 'account', key: '', openedAt: now, reason, probeAt: now });
  const { text } = await (await signIn(refused)).get('/team/events');
  expect(text).toContain('No mail goes out: the mail server refuses us.');
  expect(text).toContain('535 5.7.8 &lt;b&gt;wrong&lt;/b&gt; password');
});
