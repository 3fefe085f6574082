import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { readMailboxUrl } from '../../src/domain/mailbox-url.ts';
import { MOST_BYTES } from '../../worker/bounce-mailbox/mailbox.ts';
import { readBounceMailbox } from '../../worker/maintenance/bounce-mailbox.ts';
import { openApp } from '../support/app.ts';
import { openDovecot, PASSWORD } from '../support/dovecot.ts';
import { findDovecot } from '../support/find-dovecot.ts';
import { openDelivery } from '../support/worker.ts';

const MAILS = 10_000;
const MIB = 2 ** 20;
const SAMPLED_EVERY_MS = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What the program holds, in bytes. */
function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe.skipIf(findDovecot() === null)('a bounce mailbox that nobody has read for long', async () => {
  const dovecot = await openDovecot();
  afterAll(() => dovecot.close());
  const app = await openApp({ MAIL_FROM: 'Events <events@events.example.com>' });

  it(`with ${MAILS} reports, large ones among them, is read whole, and memory does not grow with it`, async () => {
    const event = await app.event();
    const { rows } = await app.pool.query<{ id: string }>(
      `with registered as (
         insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
         select $1, 'r' || n || '@example.com', 'Ada', '', 'key' || n, $2 from generate_series(1, $3) as n
         returning id, email
       )
       insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, status_rank, transport,
         to_address, subject, accepted_at, status_at, claimed_at, due_at, expires_at, created_at)
       select $1, id, 'access_link', 'test', 'urgent', 'sent', 10, 'smtp', email, 'Your link', $2, $2, $2, $2,
         $2::timestamptz + interval '3 hours', $2 from registered
       returning id`,
      [event.id, app.clock.now, MAILS],
    );
    const fixture = readFileSync(
      new URL('../fixtures/bounces/postfix-unknown-user.eml', import.meta.url),
      'utf8',
    );
    const padding = 'x'
      .repeat(79)
      .concat('\n')
      .repeat(MOST_BYTES / 40);
    for (const [i, { id }] of rows.entries()) {
      const report = fixture.replaceAll('7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07', id);
      dovecot.deliver('many', i % 50 === 0 ? report + padding : report);
    }
    const settings = readMailboxUrl(
      `imaps://many:${encodeURIComponent(PASSWORD)}@localhost:${dovecot.tlsPort}`,
    );
    if ('fault' in settings) throw new Error(settings.fault);
    const context = {
      ...openDelivery(app, 'smtp://127.0.0.1:9'),
      config: { ...app.config, bounceMailbox: settings },
    };
    const { pool } = context;
    const bounced = async () => {
      const { rows: counts } = await pool.query<{ count: number }>(
        `select count(*) from {schema}.message where status = 'bounced'`,
      );
      return counts[0]?.count ?? 0;
    };
    const options = { signal: new AbortController().signal, ca: dovecot.ca };
    const before = held();
    let most = before;
    const sample = () => {
      most = Math.max(most, held());
    };
    const sampling = setInterval(sample, SAMPLED_EVERY_MS);
    // A slow machine needs more than one run.
    let known: number;
    do {
      known = await bounced();
      await readBounceMailbox(context, options);
    } while ((await bounced()) > known);
    clearInterval(sampling);
    expect(await bounced()).toBe(MAILS);
    expect(await dovecot.list('many')).toEqual([]);
    expect(await dovecot.list('many', 'Processed')).toHaveLength(MAILS);
    // A batch, and what reading it takes.
    expect((most - before) / MIB).toBeLessThan(48);
  });
});
