import type { Outcome } from '../../domain/delivery/outcome.ts';
import { type Attachment, base64Of, checkAttachment } from '../attachment.ts';
import { type CalendarOptions, outgoingFile } from '../calendar.ts';
import { mailHeaders } from '../mail-headers.ts';
import type { OutgoingMail } from '../provider.ts';
import { needsSmtpUtf8, wireAddress, wireMailbox } from '../wire-address.ts';
import { METADATA } from './webhook.ts';

/** In bytes, of a mail with its files, and of a call (postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails). */
const LARGEST_MAIL = 10_000_000;
const LARGEST_CALL = 50_000_000;
/** What a call's id is kept under: mails are found by it, a whole call at a time. */
export const CALL_METADATA = 'call_id';

export interface PayloadOptions extends CalendarOptions {
  /** In development mails carry `X-Tags`, as over SMTP. */
  readonly tags: boolean;
  readonly messageStream: string;
  readonly callId: string;
}

/** A call's body, how many mails it has, and, by their places among all, what became of those that are not in it. */
export interface Payload {
  readonly body: string;
  readonly count: number;
  readonly leftOut: ReadonlyMap<number, Outcome>;
}

/** Writes as many of the mails as fit into a call. One that cannot be written, or is too large, keeps back no other. */
export function writePayload(mails: readonly OutgoingMail[], options: PayloadOptions): Payload {
  const leftOut = new Map<number, Outcome>();
  const written: string[] = [];
  // The brackets around all.
  let bytes = 2;
  for (const [index, mail] of mails.entries()) {
    const one = writeMail(mail, options);
    if (typeof one !== 'string') {
      leftOut.set(index, one);
      continue;
    }
    const size = Buffer.byteLength(one) + 1;
    if (bytes + size > LARGEST_CALL) {
      leftOut.set(index, { type: 'not_attempted', error: 'The call was full: it goes out in the next.' });
      continue;
    }
    bytes += size;
    written.push(one);
  }
  return { body: `[${written.join(',')}]`, count: written.length, leftOut };
}

function writeMail(mail: OutgoingMail, options: PayloadOptions): string | Outcome {
  let to: string;
  try {
    to = wireAddress(mail.to);
  } catch (error) {
    return { type: 'bounced', error: (error as Error).message };
  }
  if (needsSmtpUtf8(to))
    return { type: 'failed', error: 'Postmark takes no address with other than ASCII before the @.' };
  try {
    const written = JSON.stringify(postmarkMail(mail, to, options));
    if (Buffer.byteLength(written) <= LARGEST_MAIL) return written;
    return { type: 'failed', error: 'The mail is larger than the 10 MB that Postmark takes.' };
  } catch (error) {
    return { type: 'failed', error: `The mail could not be written: ${(error as Error).message}` };
  }
}

/**
 * A mail as Postmark's API takes it (postmarkapp.com/developer/api/email-api). Its metadata comes back with every webhook, and it is
 * found by it.
 */
function postmarkMail(
  mail: OutgoingMail,
  to: string,
  { from: site, tags, messageStream, callId, calendarMethod }: PayloadOptions,
) {
  const from = mail.from ?? site;
  const headers = {
    ...mailHeaders(mail, { from, tags }),
    // Else it puts an id of its own in place of ours.
    'X-PM-KeepID': 'true',
  };
  return {
    From: wireMailbox(from),
    To: to,
    ...(mail.replyTo && { ReplyTo: wireAddress(mail.replyTo) }),
    Subject: mail.subject,
    HtmlBody: mail.html,
    TextBody: mail.text,
    MessageStream: messageStream,
    Tag: mail.kind,
    // Of links the server's own setting would count where a mail does not say.
    TrackOpens: false,
    TrackLinks: 'None',
    Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
    Metadata: {
      [METADATA]: mail.messageId,
      [CALL_METADATA]: callId,
      kind: mail.kind,
      ...(mail.eventId && { event_id: mail.eventId }),
    },
    ...(mail.hasAttachments && {
      Attachments: mail.attachments.map((file) =>
        postmarkAttachment(outgoingFile(file, mail.to, { from, calendarMethod })),
      ),
    }),
  };
}

function postmarkAttachment(attachment: Attachment) {
  checkAttachment(attachment);
  const { filename, contentType } = attachment;
  return { Name: filename, Content: base64Of(attachment), ContentType: contentType };
}
