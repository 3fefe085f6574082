import { afterAll, expect, it } from 'vitest';
import { signedLink } from '../../src/domain/signed-id.ts';
import { openApp } from '../support/app.ts';
import { everyText } from '../support/every-text.ts';
import { exportsOf, HELD_ADDRESS, holdingExports, registerBytes } from '../support/exports.ts';
import { isReady, killAllParts, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp();
const exports = exportsOf(app);
const mailServer = await openAnsweringServer();
const holding = await holdingExports(app);
afterAll(killAllParts);

it('a worker killed in the middle of an export: another makes it, one mail goes out, and no log holds its link', async () => {
  const env = {
    ...app.databaseEnv,
    SMTP_URL: mailServer.url,
    APP_SECRET: app.config.appSecret,
    LOG_LEVEL: 'trace',
  };
  const [http, victim] = await Promise.all([startPart('server', env), startPart('worker', env)]);
  await Promise.all([isReady(http), victim.saysThat('worker ready')]);
  const event = await app.event();
  await registerBytes(app, event.id, 8_000_000);
  await exports.register(event.id, [{ email: HELD_ADDRESS }]);
  await app.pool.query(
    `update {schema}.registrant set registered_at = now() + interval '1 day' where email = $1`,
    [HELD_ADDRESS],
  );

  const letGo = await holding.hold();
  const to = 'killed@example.com';
  const { id } = (await exports.ask(event.id, { to })).json;
  await holding.waiting();
  await victim.kill();
  expect(await exports.get(id)).toMatchObject({ status: 'running', messageId: null });
  await letGo();
  // Its heartbeat was last heard of long ago: waiting for that would take no less than ten seconds.
  await app.pool.query(
    `update {jobs}.job set heartbeat_on = now() - interval '1 minute' where name = 'export'`,
  );
  const next = await startPart('worker', env);
  const sent = () => mailServer.taken.filter((mail) => mail.to === to);
  await waitFor(() => expect(sent()).not.toEqual([]));
  await waitFor(async () => expect((await exports.get(id)).status).toBe('sent'));
  expect(await exports.get(id)).toMatchObject({ rows: 81, attached: false });
  const { rows } = await app.pool.query('select attempts from {schema}.export where id = $1', [id]);
  expect(rows).toEqual([{ attempts: 2 }]);

  const link = signedLink(http.url, app.config.appSecret, 'export', id);
  const answer = await fetch(link);
  expect([answer.status, (await answer.text()).split('\r\n').length]).toEqual([200, 83]);
  expect((await fetch(`${link.slice(0, -1)}~`)).status).toBe(404);
  await next.stop();
  await http.stop();
  expect(sent()).toHaveLength(1);
  const token = new URL(link).pathname.slice('/x/'.length);
  expect(http.output()).toContain('/x/:token');
  for (const text of [http.output(), victim.output(), next.output(), await everyText(app.pool)])
    expect(text).not.toContain(token);
  for (const text of [http.output(), victim.output(), next.output()]) expect(text).not.toContain(to);
});
