import type { AcceptedMail, PostmarkStandIn } from '../postmark-stand-in.ts';
import { type Answer, apiError, json } from './answers.ts';
import { bareAddress } from './mail.ts';

const MOST_IN_ANSWER = 500;
/** "Count + Offset cannot exceed 10,000 messages." */
const FARTHEST = 10_000;

/** What may be read, of postmarkapp.com/developer/api/messages-api and …/bounce-api. */
export function readBack(standIn: PostmarkStandIn, path: string, query: URLSearchParams): Answer {
  if (path === '/messages/outbound') return search(standIn, query);
  const [, id] = /^\/messages\/outbound\/([^/]+)\/details$/.exec(path) ?? [];
  if (id !== undefined) return details(standIn, decodeURIComponent(id));
  const [, bounce] = /^\/bounces\/(\d+)$/.exec(path) ?? [];
  if (bounce !== undefined) return readBounce(standIn, Number(bounce));
  return apiError(404, 0, 'Not found.');
}

function search({ accepted, now, listedAfterMs }: PostmarkStandIn, query: URLSearchParams): Answer {
  const count = Number(query.get('count') ?? Number.NaN);
  const offset = Number(query.get('offset') ?? Number.NaN);
  if (!(count >= 1 && count <= MOST_IN_ANSWER && offset >= 0 && count + offset <= FARTHEST))
    return apiError(422, 700, 'The `count` and `offset` parameters are required, and have limits.');
  const stream = query.get('messagestream') ?? 'outbound';
  const metadata = [...query].flatMap(([name, value]) => {
    const [, key] = /^metadata_(.+)$/.exec(name) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
  const listed = accepted.filter(
    (mail) =>
      mail.at + listedAfterMs <= now() &&
      mail.messageStream === stream &&
      metadata.every(([key, value]) => mail.metadata[key] === value),
  );
  // The newest come first.
  listed.reverse();
  return json(200, {
    TotalCount: listed.length,
    Messages: listed.slice(offset, offset + count).map(shown),
  });
}

function details({ accepted }: PostmarkStandIn, id: string): Answer {
  const index = accepted.findIndex((mail) => mail.id === id);
  const mail = accepted[index];
  if (!mail) return apiError(422, 701, 'This message was not found.');
  const Recipient = bareAddress(mail.to);
  return json(200, {
    ...shown(mail),
    TextBody: mail.text,
    HtmlBody: mail.html,
    Body: '',
    MessageEvents: mail.events.map((event, i) => ({
      Recipient,
      Type: event.Type,
      ReceivedAt: new Date(mail.at + i).toISOString(),
      Details:
        event.Type === 'Bounced'
          ? { Summary: event.bounce.Details, BounceID: bounceId(index, i) }
          : { DeliveryMessage: 'smtp;250 2.0.0 OK' },
    })),
  });
}

/** A bounce is known by its mail's place and its own among the events. */
const bounceId = (mail: number, event: number) => (mail + 1) * 1_000 + event;

function readBounce({ accepted }: PostmarkStandIn, id: number): Answer {
  const event = accepted[Math.floor(id / 1_000) - 1]?.events[id % 1_000];
  if (event?.Type !== 'Bounced') return apiError(422, 1001, 'The bounce was not found.');
  const { Type, Details } = event.bounce;
  return json(200, {
    ID: id,
    Type,
    Details,
    Description: `It is a ${Type}.`,
    Inactive: Type === 'HardBounce',
  });
}

function shown({ id, messageStream, to, at, from, subject, metadata, tag }: AcceptedMail) {
  return {
    Tag: tag,
    MessageID: id,
    MessageStream: messageStream,
    To: [{ Email: bareAddress(to), Name: null }],
    Recipients: [bareAddress(to)],
    ReceivedAt: new Date(at).toISOString(),
    From: from,
    Subject: subject,
    Attachments: [],
    Status: 'Sent',
    TrackOpens: false,
    TrackLinks: 'None',
    Metadata: metadata,
    Sandboxed: false,
  };
}
