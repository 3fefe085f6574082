import { z } from 'zod';
import type { Sent } from './send.ts';
import { MAIL_DOMAIN } from './send.ts';

const mailShape = z.object({
  ID: z.string(),
  From: z.object({ Name: z.string(), Address: z.string() }),
  Subject: z.string(),
  HTML: z.string(),
  Text: z.string(),
  ReplyTo: z.array(z.object({ Address: z.string() })).nullable(),
  ListUnsubscribe: z.object({
    Links: z.array(z.string()).nullable(),
    Errors: z.string(),
    HeaderPost: z.string(),
  }),
  Attachments: z.array(z.object({ FileName: z.string(), ContentType: z.string() })).nullable(),
});
const listShape = z.object({
  messages_count: z.number(),
  messages: z.array(z.object({ ID: z.string(), MessageID: z.string() })),
});
const headersShape = z.record(z.string(), z.array(z.string()));
const htmlCheckShape = z.object({ Total: z.object({ Supported: z.number() }) });

/** A mail as it arrived. */
export interface Received {
  readonly mail: z.infer<typeof mailShape>;
  readonly headers: z.infer<typeof headersShape>;
  /** Of a hundred; null where the inbox cannot say. */
  readonly htmlCheck: number | null;
}

const PAGE = 500;

/** What is done with the inbox, over Mailpit's API. */
export function inboxOf(httpUrl: string) {
  const url = (path: string) => new URL(path, httpUrl);
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(url(path));
    if (!answer.ok) throw new Error(`The inbox answered ${answer.status} to ${path}.`);
    return answer.json();
  };
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url(path), { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The inbox answered ${answer.status} to ${method} ${path}.`);
  };

  /** The inbox's ids of these messages, newest first. */
  async function find(messageIds: readonly string[]): Promise<Map<string, string[]>> {
    const wanted = new Map(messageIds.map((id) => [`${id}@${MAIL_DOMAIN}`, id]));
    const found = new Map<string, string[]>();
    for (let start = 0, all = 1; start < all; start += PAGE) {
      const page = listShape.parse(await get(`/api/v1/messages?start=${start}&limit=${PAGE}`));
      all = page.messages_count;
      for (const { ID, MessageID } of page.messages) {
        const id = wanted.get(MessageID);
        if (id) found.set(id, [...(found.get(id) ?? []), ID]);
      }
    }
    return found;
  }

  return {
    find,

    /** Samples of an earlier run: these take their places. */
    async remove(messageIds: readonly string[]): Promise<void> {
      const IDs = [...(await find(messageIds)).values()].flat();
      // Without any it would delete all that there is.
      if (IDs.length > 0) await send('DELETE', '/api/v1/messages', { IDs });
    },

    async read(id: string): Promise<Received> {
      const path = `/api/v1/message/${id}`;
      const htmlCheck = await get(`${path}/html-check`).catch(() => null);
      return {
        mail: mailShape.parse(await get(path)),
        headers: headersShape.parse(await get(`${path}/headers`)),
        htmlCheck: htmlCheck === null ? null : htmlCheckShape.parse(htmlCheck).Total.Supported,
      };
    },

    /** Adds the state to the tags that the mail came with. */
    async tag(id: string, { sample }: Sent): Promise<void> {
      await send('PUT', '/api/v1/tags', { IDs: [id], Tags: [sample.kind, sample.language, sample.state] });
    },
  };
}
