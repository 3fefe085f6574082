import type { CreateEmailOptions } from 'resend';
import { type Attachment, base64Of, checkAttachment } from '../attachment.ts';
import { type CalendarOptions, outgoingFile } from '../calendar.ts';
import { mailHeaders } from '../mail-headers.ts';
import type { OutgoingMail } from '../provider.ts';
import { wireAddress, wireMailbox } from '../wire-address.ts';

interface ResendMailOptions extends CalendarOptions {
  /** In development mails carry `X-Tags`, as over SMTP. */
  readonly tags: boolean;
  /** Whether its files are attached: not in a call for many. */
  readonly attach: boolean;
}

/**
 * A mail as Resend's API takes it. The same mail gives the same bytes, at whatever time: no date, nothing random. Its
 * tags come back with every webhook, so that one that is here before our own record of the call finds its message.
 */
export function resendMail(
  mail: OutgoingMail,
  { from: site, tags, attach, calendarMethod }: ResendMailOptions,
): CreateEmailOptions {
  const from = mail.from ?? site;
  return {
    from: wireMailbox(from),
    to: [wireAddress(mail.to)],
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    ...(mail.replyTo && { replyTo: [wireAddress(mail.replyTo)] }),
    headers: mailHeaders(mail, { from, tags }),
    tags: [
      { name: 'message_id', value: mail.messageId },
      { name: 'kind', value: mail.kind },
      ...(mail.eventId ? [{ name: 'event_id', value: mail.eventId }] : []),
    ],
    // Its API knows no other alternatives than text and html: an invitation is attached, too.
    ...(attach && {
      attachments: mail.attachments.map((file) =>
        resendAttachment(outgoingFile(file, mail.to, { from, calendarMethod })),
      ),
    }),
  };
}

function resendAttachment(attachment: Attachment) {
  checkAttachment(attachment);
  const { filename, contentType } = attachment;
  return { filename, content: base64Of(attachment), contentType };
}
