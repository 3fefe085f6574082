import { accessLink } from './access-link.tsx';
import { confirmation } from './confirmation.tsx';
import type { Mail, MailKind } from './mail.ts';
import { selfServeLink } from './self-serve-link.tsx';

/**
 * Every kind of mail: its component, subject, text part and the recipient's values that it takes. To add one:
 * its sentences in `copy/` (a language that lacks one does not compile), its file here, and a line below.
 */
export const mails: Readonly<Record<MailKind, Mail>> = {
  confirmation,
  access_link: accessLink,
  self_serve_link: selfServeLink,
};
