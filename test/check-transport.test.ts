import { describe, expect, it } from 'vitest';
import { lookAtTransport } from '../src/check-transport.ts';
import type { Logger } from '../src/log.ts';
import { openApp } from './support/app.ts';
import { openResend } from './support/resend.ts';
import { waitUntil } from './support/wait-for.ts';

const resend = await openResend();
const RESEND = { MAIL_TRANSPORT: 'resend', RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url };
const app = await openApp({ ...RESEND, MAIL_FROM: 'Events <events@studio.example>' });
const now = () => app.clock.now;

/** Looks as a process does at its start; `said`: its warnings, as they come. */
function look(config = app.config, pool = app.pool) {
  const said: string[] = [];
  const log = { warn: (_: unknown, message: string) => said.push(message) } as unknown as Logger;
  return { said, ...lookAtTransport({ config, pool, log, now }) };
}
const asked = () => resend.requests.filter(({ path }) => path === '/webhooks').length;

describe('the look at the provider’s set-up when processes start', () => {
  it('is one of all that start together, and warns of what does not fit', async () => {
    const all = [look(), look(), look()];
    await waitUntil(() => all.some(({ said }) => said.length >= 2));
    expect(asked()).toBe(1);
    expect(all.flatMap(({ said }) => said)).toEqual([
      expect.stringContaining('studio.example, the domain of MAIL_FROM, is not in the account'),
      expect.stringContaining('No webhook at Resend leads to'),
    ]);
  });

  it('is taken again after a while, and at once for other settings', async () => {
    const before = asked();
    app.clock.advance(10 * 60_000 + 1);
    const again = look();
    await waitUntil(() => again.said.length >= 2);
    const other = look({ ...app.config, publicUrl: 'https://other.example' });
    await waitUntil(() => other.said.length >= 2);
    expect(asked()).toBe(before + 2);
  });

  it('that the provider does not answer is a warning, and nothing more', async () => {
    app.clock.advance(3_600_000);
    resend.react = () => 'drop';
    const { said } = look();
    await waitUntil(() => said.length > 0);
    resend.react = () => undefined;
    expect(said).toEqual([expect.stringContaining('Resend cannot be asked')]);
  });

  it('is given up when the process stops', async () => {
    app.clock.advance(3_600_000);
    const held = Promise.withResolvers<undefined>();
    const before = resend.requests.length;
    let isAsked = false;
    resend.react = () => {
      isAsked = true;
      return held.promise;
    };
    const { said, stop } = look();
    await waitUntil(() => isAsked);
    stop();
    held.resolve(undefined);
    await waitUntil(() => resend.requests.length > before);
    resend.react = () => undefined;
    expect(said).toEqual([]);
  });

  it('asks no mail server: the circuit breaker tells what that says', async () => {
    const before = resend.requests.length;
    const { said } = look({ ...app.config, mailTransport: 'smtp' });
    // A look at Resend that begins later has ended, and this one would have.
    app.clock.advance(3_600_000);
    const later = look();
    await waitUntil(() => later.said.length >= 2);
    expect(said).toEqual([]);
    expect(resend.requests.length).toBeGreaterThan(before);
  });
});
