import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { addEndpoint, openReceiver, openSending, verify } from '../support/webhooks.ts';

const app = await openApp();
const { send } = openSending(app);

describe('a registration', () => {
  it('is told to an endpoint, signed so that the library of Standard Webhooks accepts it', async () => {
    const receiver = await openReceiver();
    const { secret, path } = await addEndpoint(app, { url: receiver.url, events: ['registrant.*'] });
    const event = await app.event();
    const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      fields: { company: 'ACME' },
    });
    await send();
    expect(receiver.received).toHaveLength(1);
    const [told] = await receiver.got(1);
    if (!told) throw new Error('nothing came');
    const { accessKey, accessLink, ...shown } = person;
    expect(accessKey && accessLink).toBeTruthy();
    expect(verify(told, secret)).toEqual({
      type: 'registrant.created',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      sequence: expect.any(Number),
      data: shown,
    });
    const { items } = (await app.api('GET', `${path}/deliveries`)).json;
    expect(items).toMatchObject([
      { id: told.id, status: 'delivered', tries: 1, body: told.text, attempts: [{ status: 204 }] },
    ]);
  });
});
