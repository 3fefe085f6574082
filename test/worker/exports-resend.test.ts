import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { reconciler } from '../../worker/maintenance/reconciler.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { exportsOf, readCsv, registerBytes } from '../support/exports.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@events.example.test>' });
const exports = exportsOf(app);
const resend = await openResend();
const { context } = openResendDelivery(app, resend);

const deliver = (ids: readonly string[]) =>
  deliverMessages(
    context,
    ids.map((id) => ({ id, jobId: randomUUID() })),
  );
const calls = () => resend.requests.filter(({ method }) => method === 'POST');
const accepted = (messageId: string) => resend.accepted.filter(({ tags }) => tags.message_id === messageId);

async function exported(body: Record<string, unknown> = {}) {
  const event = await app.event();
  await exports.register(event.id, [{ email: `${randomUUID()}@example.com` }]);
  return { event, ...(await exports.made(event.id, { to: `${randomUUID()}@example.com`, ...body })) };
}

it('an attached export goes alone, with its file and what it is; links share a call', async () => {
  const [csv, xlsx] = [await exported(), await exported({ format: 'xlsx' })];
  const large = await app.event();
  await registerBytes(app, large.id, 7_100_000);
  const [one, two] = [
    await exports.made(large.id, { to: 'one@example.com' }),
    await exports.made(large.id, { to: 'two@example.com' }),
  ];
  await deliver([csv, one, xlsx, two].map(({ messageId }) => messageId));
  expect(
    calls()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/emails', '/emails', '/emails/batch']);
  const [mail] = accepted(csv.messageId);
  expect(mail?.attachments).toMatchObject([
    { filename: expect.stringMatching(/-registrants-.*\.csv$/), contentType: 'text/csv; charset=utf-8' },
  ]);
  const file = Buffer.from(mail?.attachments[0]?.content ?? '', 'base64');
  expect(file.equals(await exports.bytes(csv.link))).toBe(true);
  expect(mail?.tags).toEqual({
    message_id: csv.messageId,
    kind: 'registrants_export',
    event_id: csv.event.id,
  });
  expect(accepted(xlsx.messageId)[0]?.attachments).toMatchObject([
    {
      filename: expect.stringMatching(/\.xlsx$/),
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    },
  ]);
  for (const { messageId, link, id } of [one, two]) {
    expect(accepted(messageId)[0]).toMatchObject({ attachments: [], text: expect.stringContaining(link) });
    expect((await exports.get(id)).status).toBe('sent');
  }
});

it('whose answer was lost, and whose data changed meanwhile, is looked up and sent once', async () => {
  const { event, id, messageId } = await exported();
  resend.react = () => 'drop-after';
  await deliver([messageId]);
  resend.react = () => undefined;
  expect(await exports.get(id)).toMatchObject({ status: 'running' });
  await exports.register(event.id, [{ email: 'meanwhile@example.com' }]);
  app.clock.advance(15_000);
  const before = resend.requests.length;
  await deliver([messageId]);
  expect(resend.requests[before]).toMatchObject({ method: 'POST', path: '/emails', status: 409 });
  expect(resend.requests.slice(before + 1).map(({ method }) => method)).not.toContain('POST');
  expect(accepted(messageId)).toHaveLength(1);
  expect((await exports.get(id)).status).toBe('sent');
  const { json } = await app.api('GET', `/messages/${messageId}`);
  expect(json.providerMessageId).toBe(accepted(messageId)[0]?.id);
});

it('whose call never arrived is sent with the data of the second attempt', async () => {
  const { event, messageId } = await exported({ columns: ['email'] });
  resend.react = () => 'drop';
  await deliver([messageId]);
  resend.react = () => undefined;
  await exports.register(event.id, [{ email: 'in-time@example.com' }]);
  app.clock.advance(15_000);
  await deliver([messageId]);
  const [mail, ...others] = accepted(messageId);
  expect(others).toEqual([]);
  const file = Buffer.from(mail?.attachments[0]?.content ?? '', 'base64');
  expect(readCsv(file).map(({ email }) => email)).toContain('in-time@example.com');
});

it('of which nothing was heard is asked about, although it belongs to no registrant', async () => {
  const { id, messageId } = await exported();
  await deliver([messageId]);
  for (const mail of accepted(messageId)) mail.lastEvent = 'delivered';
  app.clock.advance(16 * 60_000);
  await runService(context, reconciler);
  expect((await app.api('GET', `/messages/${messageId}`)).json).toMatchObject({
    status: 'delivered',
    registrantId: null,
  });
  expect((await exports.get(id)).status).toBe('sent');
});
