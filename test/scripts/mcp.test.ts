import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMcpServer, type Paths } from '../../scripts/mcp/server.ts';
import { createAccessMailClient } from '../../src/client/client.ts';
import { keyWith } from '../support/api-keys.ts';
import { API_KEY, openApp } from '../support/app.ts';

const app = await openApp();
const event = await app.event({ title: 'Calm software' });
const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, {
  ...{ email: 'ada@gmial.com', firstName: 'Ada' },
});

/** An assistant whose server has this API key. */
async function open(apiKey = API_KEY, fetch = (request: Request) => app.fetch(request.url, request)) {
  const client = createAccessMailClient<Paths>({ url: app.config.publicUrl, apiKey, fetch, tries: 1 });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createMcpServer(client, '0').connect(ours);
  const assistant = new Client({ name: 'assistant', version: '0' });
  await assistant.connect(theirs);
  onTestFinished(() => assistant.close());
  return {
    assistant,
    async call(name: string, args: Record<string, unknown> = {}) {
      const { content, isError } = (await assistant.callTool({ name, arguments: args })) as {
        readonly content: readonly { readonly text: string }[];
        readonly isError?: boolean;
      };
      const text = content[0]?.text ?? '';
      return isError ? { error: text } : { found: JSON.parse(text) };
    },
  };
}

const of = { eventId: event.id, registrantId: person.id };

describe('an assistant', () => {
  it('finds a person over all events, and no key that opens the room', async () => {
    const { call } = await open();
    const { found } = await call('find_person', { text: 'ada' });
    expect(found).toMatchObject([{ id: person.id, email: 'ada@gmial.com', eventTitle: 'Calm software' }]);
    expect(JSON.stringify(found)).not.toContain(person.accessKey);
    expect((await call('find_person', { text: 'grace', eventId: event.id })).found).toEqual([]);
  });

  it('is told why no mail came and what to do', async () => {
    const { call } = await open();
    const { found } = await call('why_no_mail', of);
    expect(found).toMatchObject({
      suggestedEmail: 'ada@gmail.com',
      whatToDo: 'Ask whether ada@gmail.com is meant, and correct the email.',
      mails: [{ kind: 'confirmation', status: 'queued', meaning: expect.stringMatching(/\.$/) }],
    });
    expect(JSON.stringify(found)).not.toContain(person.accessKey);
  });

  it('sends the link again', async () => {
    const { call } = await open();
    const { found } = await call('resend_access_link', of);
    expect((await app.api('GET', `/messages/${found.messageId}`)).json).toMatchObject({
      kind: 'access_link',
    });
    expect((await call('find_events', { text: 'calm' })).found).toMatchObject([
      { id: event.id, registrants: 1 },
    ]);
    expect((await call('event_report', { eventId: event.id })).found.funnel).toMatchObject({ registered: 1 });
  });

  it('can do what the key may, and hears what it may not', async () => {
    const { authorization } = await keyWith(app, ['read']);
    const { call } = await open(authorization.replace('Bearer ', ''));
    expect((await call('why_no_mail', of)).found).toBeDefined();
    expect((await call('resend_access_link', of)).error).toMatch(/send/);
    const { call: stranger } = await open('no key of ours, and long enough for one');
    expect((await stranger('find_events')).error).toMatch(/API key/);
  });

  it('hears that nothing is there, that an id is none, and that the server is away', async () => {
    const { call } = await open();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await call('why_no_mail', { ...of, registrantId: nobody })).error).toMatch(/^No registrant/);
    expect((await call('why_no_mail', { ...of, registrantId: 'ada' })).error).toMatch(/registrantId/);
    const { call: away } = await open(API_KEY, () => Promise.reject(new TypeError('fetch failed')));
    expect((await away('find_events')).error).toBe(
      'access-mail could not be reached. Is it running, and is its address right?',
    );
  });

  it('is told which tools change something', async () => {
    const { assistant } = await open();
    const { tools } = await assistant.listTools();
    const changing = tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name);
    expect(changing).toEqual(['resend_access_link']);
    expect(tools.every(({ description, inputSchema }) => description && inputSchema)).toBe(true);
  });
});
