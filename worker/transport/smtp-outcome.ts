import type { Outcome } from './transport.ts';

// Enhanced status codes (RFC 3463) that say the recipient's address is bad, whatever else is right.
const ABOUT_THE_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);

/** What an error of nodemailer means: its `responseCode` is the server's, without one the connection failed. */
export function smtpOutcome(error: unknown): Outcome {
  const e = error as {
    code?: string;
    command?: string;
    response?: string;
    responseCode?: number;
    message?: string;
  };
  const said = (e.response ?? e.message ?? String(error)).slice(0, 500);
  const status = e.responseCode ?? 0;
  if (e.code === 'EENVELOPE' && !status) return { type: 'bounced', error: said };
  if (status < 500) return { type: 'retry', error: said };
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[1];
  const atRecipient = e.command === 'RCPT TO';
  if (enhanced ? ABOUT_THE_ADDRESS.has(enhanced) || (atRecipient && enhanced === '5.5.0') : atRecipient)
    return { type: 'bounced', error: said };
  // Who we are and what we may is for an operator to mend, and then the mail is still wanted: 5.7.x, authentication.
  if (enhanced?.startsWith('5.7.') || e.code === 'EAUTH' || status === 530 || status === 535)
    return { type: 'retry', error: said };
  return { type: 'failed', error: said };
}
