import type { Mailbox } from '../config.ts';
import { asciiDomain } from '../domain/address.ts';

/** An address that cannot stand in a header or an SMTP command. `message` quotes it. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

// Longer ones exist nowhere (RFC 5321, 4.5.3.1), and would not fit into a line.
const LONGEST_ADDRESS = 320;
/** What stands without quotes (RFC 5321, 4.1.2; beyond ASCII RFC 6531, 3.3): words between single dots. */
const DOT_STRING = /^[^\s"(),.:;<>@[\]\\]+(?:\.[^\s"(),.:;<>@[\]\\]+)*$/;
const QUOTED_STRING = /^"(?:[^"\\]|\\.)*"$/;

/**
 * An address as headers and commands carry it: its domain in ASCII (RFC 5891), and in quotes what the grammar allows in no
 * other way, as in `"ana."@docomo.example`. Throws AddressError.
 */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
  if (!local || !domain || address.length > LONGEST_ADDRESS || !/^[^\p{Cc}\s<>]+$/u.test(address))
    throw new AddressError(`Not an address: ${JSON.stringify(address.slice(0, LONGEST_ADDRESS))}`);
  // What is no domain name (an address literal, say) is left to the server's judgement.
  const written = DOT_STRING.test(local) || QUOTED_STRING.test(local) ? local : quote(local);
  return `${written}@${isAscii(domain) ? domain : asciiDomain(domain)}`;
}

/** `"Name" <address>`, or the address alone. */
export function wireMailbox({ name, address }: Mailbox): string {
  const written = wireAddress(address);
  return name ? `"${name.replace(/["\\]/g, '\\$&')}" <${written}>` : written;
}

/** Whether an address as it travels needs a server that takes more than ASCII before the `@` (RFC 6531). */
export function needsSmtpUtf8(wire: string): boolean {
  return !isAscii(wire);
}

function quote(local: string): string {
  return `"${local.replace(/["\\]/g, '\\$&')}"`;
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
