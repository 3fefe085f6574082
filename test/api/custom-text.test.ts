import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CUSTOMISABLE_KINDS } from '../../src/domain/kinds.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);

const WORDS = {
  subject: 'Seats are ready: {{eventTitle}}',
  introduction: '{{#if firstName}}Dear {{firstName}},{{else}}Dear guest,{{/if}} we look forward to you.',
  signature: 'Warmly,\n{{hostName}}',
};

async function eventWith(person: Record<string, unknown> = {}) {
  const event = await app.event({ hostName: 'Ada Lovelace' });
  const path = `/events/${event.id}`;
  const { json } = await app.api('POST', `${path}/registrants`, {
    email: `${randomUUID()}@example.com`,
    firstName: 'Grace',
    ...person,
  });
  const messageId = async () => (await app.api('GET', `${path}/registrants/${json.id}`)).json.messages[0].id;
  return { event, path, registrant: json, messageId: await messageId() };
}

const words = (path: string, kind = 'confirmation') => `${path}/words/${kind}`;
const deliver = (id: string) => deliverMessages(delivery, [{ id, jobId: randomUUID() }]);
const content = async (id: string) => (await app.api('GET', `/messages/${id}/content`)).json;

describe('the team’s own words', () => {
  it('are said by mails that no worker has taken yet; the others stay as they were', async () => {
    const { path, messageId, registrant } = await eventWith();
    await deliver(messageId);
    const before = await content(messageId);
    expect((await app.api('PUT', words(path), WORDS)).json).toMatchObject({ kind: 'confirmation', ...WORDS });
    expect(await content(messageId)).toEqual(before);

    const { json } = await app.api('POST', `${path}/registrants`, { email: `${randomUUID()}@example.com` });
    const [second] = (await app.api('GET', `${path}/registrants/${json.id}`)).json.messages;
    await deliver(second.id);
    const after = await content(second.id);
    expect(after.subject).toBe('Seats are ready: Designing calm software');
    expect(after.text).toContain('Dear guest, we look forward to you.');
    expect(after.html).toContain('Dear guest, we look forward to you.');
    expect(after.text).toContain('Warmly,\nAda Lovelace');
    expect(after.html).toContain('Ada Lovelace');

    const other = await app.api('POST', `${path}/registrants/${registrant.id}/resend`);
    await deliver(other.json.messageId);
    expect((await content(other.json.messageId)).subject).toBe('Your link to Designing calm software');
  });

  it('are said in their language; all other languages have a text of their own, or the default', async () => {
    const { path, event } = await eventWith();
    await app.api('PUT', words(path), { subject: 'For everybody' });
    const german = await app.api('PUT', words(path), { language: 'de', subject: 'Auf Deutsch' });
    expect(german.json).toMatchObject({ kind: 'confirmation', language: 'de', subject: 'Auf Deutsch' });
    const subjectIn = async (locale: string | null) => {
      const email = `${randomUUID()}@example.com`;
      const { json } = await app.api('POST', `${path}/registrants`, { email, locale });
      const [message] = (await app.api('GET', `${path}/registrants/${json.id}`)).json.messages;
      await deliver(message.id);
      return (await content(message.id)).subject;
    };
    expect(await subjectIn('de-AT')).toBe('Auf Deutsch');
    expect(await subjectIn('fr')).toBe('For everybody');
    expect(await subjectIn(null)).toBe('For everybody');
    expect((await app.api('PUT', words(path), { language: 'xx' })).status).toBe(422);
    const { json: seen } = await app.api('POST', `${words(path)}/preview`, { language: 'de' });
    expect([seen.subject, seen.html.includes('lang="de"')]).toEqual(['Auf Deutsch', true]);
    expect((await app.api('DELETE', `${words(path)}?language=fr`)).status).toBe(404);
    expect((await app.api('DELETE', words(path))).status).toBe(204);
    expect(await subjectIn('fr')).toMatch(/^C'est noté/);
    expect(await subjectIn('de')).toBe('Auf Deutsch');
    expect((await app.api('DELETE', `${words(path)}?language=de`)).status).toBe(204);
    expect((await app.api('GET', `/events/${event.id}/words`)).json.items).toEqual([]);
  });

  it('are listed, changed in part, and taken back', async () => {
    const { path } = await eventWith();
    await app.api('PUT', words(path), WORDS);
    await app.api('PUT', words(path, 'reminder'), { subject: 'Soon: {{eventTitle}}' });
    const { items, variables } = (await app.api('GET', `${path}/words`)).json;
    expect(items).toMatchObject([
      { kind: 'confirmation', ...WORDS },
      { kind: 'reminder', subject: 'Soon: {{eventTitle}}', introduction: null, signature: null },
    ]);
    expect(variables.confirmation).toContain('firstName');
    expect(variables.reminder).toContain('startsIn');
    expect(variables.event_cancelled).not.toContain('accessLink');
    expect((await app.api('DELETE', words(path))).status).toBe(204);
    expect((await app.api('DELETE', words(path))).status).toBe(404);
    expect((await app.api('GET', `${path}/words`)).json.items).toHaveLength(1);
  });

  it('can be seen with a real registrant before they are saved, through the code that sends', async () => {
    const { path, registrant, messageId } = await eventWith({ locale: 'fr' });
    const { status, json } = await app.api('POST', `${words(path)}/preview`, {
      ...WORDS,
      registrantId: registrant.id,
    });
    expect(status).toBe(200);
    expect(json.text).toContain('Dear Grace, we look forward to you.');
    expect((await app.api('GET', `${path}/words`)).json.items).toEqual([]);
    await app.api('PUT', words(path), WORDS);
    await deliver(messageId);
    expect(await content(messageId)).toEqual(json);
    // What is left out is as saved, and null is ours.
    const ours = await app.api('POST', `${words(path)}/preview`, { introduction: null });
    expect(ours.json.subject).toBe('Seats are ready: Designing calm software');
    expect(ours.json.text).not.toContain('we look forward');
  });

  it.each(CUSTOMISABLE_KINDS)('%s can be seen, with our words and with theirs', async (kind) => {
    const { path } = await eventWith();
    for (const body of [{}, WORDS]) {
      const { status, json } = await app.api('POST', `${words(path, kind)}/preview`, body);
      expect(status).toBe(200);
      expect(`${json.subject}${json.html}${json.text}`).not.toMatch(/\{\{|undefined|NaN|\[object/);
    }
  });

  it.each([
    ['subject', 'Hello {{frist}}'],
    ['introduction', '{{#each people}}x{{/each}}'],
    ['introduction', '{{{firstName}}}'],
    ['introduction', '{{> partial}}'],
    ['introduction', '{{#if firstName}} never ends'],
    ['introduction', 'Buy at https://elsewhere.example now'],
    ['signature', 'x'.repeat(10_001)],
    ['subject', 'Two\nlines'],
  ])('%s %j is refused, with where and why, and nothing is saved', async (field, source) => {
    const { path } = await eventWith();
    for (const [method, url] of [
      ['PUT', words(path)],
      ['POST', `${words(path)}/preview`],
    ] as const) {
      const { status, json } = await app.api(method, url, { [field]: source });
      expect(status).toBe(422);
      expect(json.errors[0]).toMatchObject({ path: field, message: expect.stringMatching(/.{10}/) });
    }
    expect((await app.api('GET', `${path}/words`)).json.items).toEqual([]);
  });

  it('of an event, a kind or a registrant that is not there', async () => {
    const { path } = await eventWith();
    const empty = await app.event();
    expect((await app.api('PUT', words(`/events/${randomUUID()}`), WORDS)).status).toBe(404);
    expect((await app.api('GET', `/events/${randomUUID()}/words`)).status).toBe(404);
    expect((await app.api('PUT', words(path, 'sign_in'), WORDS)).status).toBe(422);
    expect((await app.api('POST', `${words(path)}/preview`, { registrantId: randomUUID() })).status).toBe(
      404,
    );
    expect((await app.api('POST', `${words(`/events/${empty.id}`)}/preview`, {})).status).toBe(409);
  });
});
