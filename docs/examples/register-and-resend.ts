/** Registers somebody, and sends the access link again to everybody whose mail bounced: `node register-and-resend.ts URL API_KEY EVENT_ID EMAIL`. */
import { AccessMailError, createClient, everyItem, ok } from 'access-mail-client';

const [url = '', apiKey = '', id = '', email = ''] = process.argv.slice(2);
const client = createClient({ url, apiKey });
const event = { path: { id } };

try {
  const person = await ok(client.POST('/events/{id}/registrants', { params: event, body: { email } }));
  console.log(`${person.email} is registered: ${person.accessLink}`);
} catch (error) {
  if (!(error instanceof AccessMailError && error.type === 'urn:access-mail:invalid-input')) throw error;
  for (const { path, message } of error.errors) console.log(`${path} ${message}`);
}

const bounced = everyItem((cursor) =>
  ok(
    client.GET('/events/{id}/registrants', {
      params: { ...event, query: { emailStatus: 'bounced', limit: 200, ...(cursor && { cursor }) } },
    }),
  ),
);
for await (const { email, suggestedEmail } of bounced)
  console.log(suggestedEmail ? `${email} bounced: ${suggestedEmail} may be meant.` : `${email} bounced.`);

const { queued } = await ok(
  client.POST('/events/{id}/resend', { params: event, body: { emailStatus: ['bounced'] } }),
);
console.log(`${queued} links are on their way.`);
