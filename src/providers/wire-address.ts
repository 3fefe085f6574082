import { domainToASCII } from 'node:url';

/** An address that cannot stand in a header or an SMTP command. `message` quotes it. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

// Longer ones exist nowhere (RFC 5321, 4.5.3.1), and would not fit into a line.
const LONGEST_ADDRESS = 320;

/** An address as headers and commands carry it: its domain in ASCII (RFC 5891). Throws AddressError. */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 1 || !domain || address.length > LONGEST_ADDRESS || !/^[^\p{Cc}\s<>]+$/u.test(address))
    throw new AddressError(`Not an address: ${JSON.stringify(address.slice(0, LONGEST_ADDRESS))}`);
  // What is no domain name (an address literal, say) is left to the server's judgement.
  return isAscii(domain) ? address : `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
