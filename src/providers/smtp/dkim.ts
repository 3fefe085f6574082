import Dkim from 'nodemailer/lib/dkim';
import type { DkimSigner } from '../../domain/dkim.ts';

/**
 * The mail with its signature in front (RFC 6376, `relaxed/relaxed`): of the very bytes that leave, but for the dots at line starts,
 * which are doubled on the way and taken off again. It covers every header that a receiver shows or acts on, the two of RFC 8058 among
 * them. `mail`: lines that end in CR LF.
 */
export async function signMail(mail: Buffer, { domain, selector, privateKey }: DkimSigner): Promise<Buffer> {
  const signed = new Dkim({ domainName: domain, keySelector: selector, privateKey }).sign(mail);
  const chunks: Buffer[] = [];
  for await (const chunk of signed) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
