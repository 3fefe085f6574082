import { z } from 'zod';
import { type Finding, findingsOf } from '../../domain/finding.ts';
import { clockFindings, isSameUrl, unreachableHook, WITHOUT_HOOK } from '../check-parts.ts';
import type { ProviderCheckContext } from '../provider.ts';
import { createPostmarkApi, type PostmarkAnswer } from './api.ts';
import { errorCodeOf } from './errors.ts';

const transport = findingsOf('Transport');
const stream = findingsOf('Message stream');
const hook = findingsOf('Webhook');

const said = z.looseObject({ Message: z.string().catch('') });
const server = z.looseObject({ Name: z.string().catch(''), DeliveryType: z.string().catch('Live') });
const messageStream = z.looseObject({ ArchivedAt: z.string().nullish().catch(null) });
const trigger = z.looseObject({ Enabled: z.boolean().catch(false) }).catch({ Enabled: false });
const webhooks = z.looseObject({
  Webhooks: z.array(
    z.looseObject({
      Url: z.string(),
      Triggers: z.looseObject({ Bounce: trigger, Delivery: trigger, SpamComplaint: trigger }),
    }),
  ),
});
/** Without these we know too late that an address does not exist, or that a person complained. */
const WANTED_TRIGGERS = ['Delivery', 'Bounce', 'SpamComplaint'] as const;
/** "Bad or missing API token." */
const BAD_TOKEN = 10;
/** "The 'MessageStream' provided does not exist on this server.", by its own route and in others. */
const NO_SUCH_STREAM = 1_226;

/** Whether Postmark takes the token, sends in earnest, has the message stream, and tells us what becomes of mails. */
export async function checkPostmark({
  config,
  now,
  signal,
}: ProviderCheckContext): Promise<readonly Finding[]> {
  const { postmark, postmarkWebhook, publicUrl } = config;
  if (!postmark)
    return [transport.error('POSTMARK_SERVER_TOKEN is not set.', 'Set it to the API token of a server.')];
  const request = createPostmarkApi(postmark);
  const ask = (path: string) => request({ method: 'GET', path }, signal);
  const asked = await ask('/server');
  const token = tokenFinding(asked);
  const clock =
    asked.type === 'answered' ? clockFindings('Postmark', asked.headers.date, now()) : ([] as const);
  if (token.level === 'error') return [token, ...clock];
  const [ofStream, ofHook] = await Promise.all([
    ask(`/message-streams/${encodeURIComponent(postmark.messageStream)}`),
    ask(`/webhooks?${new URLSearchParams({ MessageStream: postmark.messageStream })}`),
  ]);
  return [
    token,
    streamFinding(postmark.messageStream, ofStream),
    hookFinding(ofHook, { publicUrl, isSetUp: postmarkWebhook !== null }),
    ...clock,
  ];
}

function wordsOf(asked: PostmarkAnswer): string {
  if (asked.type !== 'answered') return asked.error;
  const { status, body } = asked;
  const { data } = said.safeParse(body);
  return data?.Message || `HTTP ${status}`;
}

function tokenFinding(asked: PostmarkAnswer): Finding {
  if (asked.type === 'answered' && (asked.status === 401 || errorCodeOf(asked.body) === BAD_TOKEN))
    return transport.error(
      `Postmark refuses the server token: ${wordsOf(asked)}`,
      'Set POSTMARK_SERVER_TOKEN to a token of the server’s page “API Tokens”.',
    );
  const read = asked.type === 'answered' && asked.status === 200 ? server.safeParse(asked.body) : null;
  if (!read?.success)
    return transport.error(
      `Postmark cannot be asked: ${wordsOf(asked)}`,
      'See that this machine may connect to api.postmarkapp.com (or POSTMARK_BASE_URL), and look at status.postmarkapp.com.',
    );
  const { Name, DeliveryType } = read.data;
  if (DeliveryType === 'Sandbox')
    return transport.error(
      `The Postmark server “${Name}” is a sandbox: it takes mails and delivers none.`,
      'Make a live server at postmarkapp.com, and set POSTMARK_SERVER_TOKEN to its token.',
    );
  return transport.ok(`Postmark takes the token of the server “${Name}”.`);
}

function streamFinding(id: string, asked: PostmarkAnswer): Finding {
  const isMissing =
    asked.type === 'answered' && (asked.status === 404 || errorCodeOf(asked.body) === NO_SUCH_STREAM);
  if (isMissing)
    return stream.error(
      `The server has no message stream “${id}”: Postmark refuses every mail.`,
      'Set POSTMARK_MESSAGE_STREAM to the ID that one of its streams shows under “Settings”.',
    );
  const read = asked.type === 'answered' && asked.status === 200 ? messageStream.safeParse(asked.body) : null;
  if (!read?.success)
    return stream.warning(
      `Postmark does not tell of the stream “${id}”: ${wordsOf(asked)}`,
      'Run this again.',
    );
  if (read.data.ArchivedAt)
    return stream.error(
      `The message stream “${id}” is archived: Postmark refuses every mail.`,
      'Restore it at postmarkapp.com, or set POSTMARK_MESSAGE_STREAM to another one.',
    );
  return stream.ok(`Mails leave by the message stream “${id}”.`);
}

function hookFinding(
  asked: PostmarkAnswer,
  { publicUrl, isSetUp }: { readonly publicUrl: string; readonly isSetUp: boolean },
): Finding {
  const unreachable = unreachableHook('Postmark', publicUrl);
  if (unreachable) return unreachable;
  const wanted = `${publicUrl}/webhooks/postmark`;
  const read = asked.type === 'answered' && asked.status === 200 ? webhooks.safeParse(asked.body) : null;
  if (!read?.success)
    return hook.warning(
      `Postmark does not tell its webhooks: ${wordsOf(asked)}`,
      'Run this again in a minute.',
    );
  const found = read.data.Webhooks.find(({ Url }) => isSameUrl(Url, wanted));
  if (!found)
    return hook.warning(
      `No webhook of the message stream leads to ${wanted}: ${WITHOUT_HOOK}.`,
      'Add it under “Webhooks” of the stream, with a user name and a password, and set POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD to these.',
    );
  if (!isSetUp)
    return hook.error(
      'POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD are not set: all that Postmark’s webhook tells is refused.',
      'Set them to what the webhook at Postmark has as user name and password.',
    );
  const missing = WANTED_TRIGGERS.filter((name) => !found.Triggers[name].Enabled);
  if (missing.length > 0)
    return hook.warning(
      `Postmark’s webhook does not tell of ${missing.join(', ')}.`,
      'Tick these events at the webhook.',
    );
  return hook.ok(`Postmark tells ${wanted} what becomes of mails.`);
}
