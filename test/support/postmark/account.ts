import type { PostmarkStandIn } from '../postmark-stand-in.ts';
import { type Answer, apiError, json } from './answers.ts';

/** Of postmarkapp.com/developer/api/webhooks-api. */
export interface StandInWebhook {
  readonly Url: string;
  readonly MessageStream: string;
  readonly Triggers: Readonly<Record<string, { readonly Enabled: boolean }>>;
}

/** What is set up at a server, of postmarkapp.com/developer/api/server-api, …/message-streams-api and …/webhooks-api. Undefined: another path. */
export function readAccount(
  standIn: PostmarkStandIn,
  path: string,
  query: URLSearchParams,
): Answer | undefined {
  if (path === '/server')
    return json(200, {
      ID: 1,
      Name: 'events',
      ServerLink: '',
      Color: 'blue',
      DeliveryType: standIn.deliveryType,
    });
  if (path === '/webhooks') {
    const stream = query.get('MessageStream');
    const Webhooks = standIn.webhooks.filter(
      ({ MessageStream }) => stream === null || MessageStream === stream,
    );
    return json(200, { Webhooks });
  }
  const [, id] = /^\/message-streams\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  if (!standIn.streams.has(id))
    return apiError(422, 1226, 'The message stream for the provided ID was not found.');
  const ArchivedAt = standIn.archived.has(id) ? '2026-01-01T00:00:00Z' : null;
  return json(200, { ID: id, ServerID: 1, Name: id, MessageStreamType: 'Transactional', ArchivedAt });
}

/** postmarkapp.com/developer/api/suppressions-api#delete-a-suppression. Undefined: another path. */
export function deleteSuppressions(standIn: PostmarkStandIn, path: string, body: Buffer): Answer | undefined {
  const [, stream] = /^\/message-streams\/([^/]+)\/suppressions\/delete$/.exec(path) ?? [];
  if (stream === undefined) return undefined;
  if (!standIn.streams.has(stream))
    return apiError(422, 1226, 'The message stream for the provided ID was not found.');
  const asked = JSON.parse(body.toString()) as { Suppressions: { EmailAddress: string }[] };
  const Suppressions = asked.Suppressions.map(({ EmailAddress }) => {
    // A complaint is the recipient's word.
    if (standIn.complained.has(EmailAddress))
      return {
        EmailAddress,
        Status: 'Failed',
        Message: 'You do not have the required authority to change this suppression.',
      };
    standIn.inactive.delete(EmailAddress);
    return { EmailAddress, Status: 'Deleted', Message: null };
  });
  return json(200, { Suppressions });
}
