/** A delivery report (RFC 3464) as a relay sends it back: nobody has that address. */
export function bounceReport(mail: {
  readonly messageId: string;
  readonly to: string;
  readonly from: string;
}): string {
  const { messageId, to, from } = mail;
  const domain = from.slice(from.indexOf('@') + 1);
  const boundary = `report-${messageId}`;
  return [
    `From: MAILER-DAEMON@mail.${domain}`,
    `To: ${from}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; mail.${domain}`,
    '',
    `Final-Recipient: rfc822; ${to}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user here',
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    '',
    `From: ${from}`,
    `To: ${to}`,
    `Message-ID: <${messageId}@${domain}>`,
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
