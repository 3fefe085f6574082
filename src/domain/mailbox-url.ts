/** Where a mailbox is, and who may open it. */
export interface MailboxSettings {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the start. `starttls`: before the password goes out. `offered`: STARTTLS where the server has it. */
  readonly encryption: 'tls' | 'starttls' | 'offered';
  readonly user: string;
  /** Null: none is named. */
  readonly password: string | null;
  /** The folder's name and those that it is in, outermost first. */
  readonly folder: readonly string[];
}

const FORM = 'imaps://user:password@host/folder';
const ENCODE =
  'write special characters of the user name, the password and the folder as %40 for @, %2F for /, %3A for :';

/**
 * What an address of the form `imaps://user:password@host:port/folder` (`imap://` for STARTTLS) says; or why it is none, as
 * the end of a sentence that begins with its name. Without a folder it is INBOX. A password crosses the network encrypted
 * only: to a host other than this machine `imap:` needs STARTTLS.
 */
export function readMailboxUrl(text: string): MailboxSettings | { readonly fault: string } {
  if (!/^imaps?:\/\//i.test(text))
    return { fault: `must be an address of the form ${FORM} (imap:// for STARTTLS)` };
  if (!URL.canParse(text)) return { fault: `must be an address of the form ${FORM}: ${ENCODE}` };
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (!hostname || search || hash) return { fault: `must be an address of the form ${FORM}: ${ENCODE}` };
  if (!username) return { fault: `must name a user and a password, as in ${FORM}` };
  const isTls = protocol === 'imaps:';
  try {
    const folder = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    return {
      // An IPv6 address stands in brackets in an URL, and without them everywhere else.
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port ? Number(port) : isTls ? 993 : 143,
      encryption: isTls ? 'tls' : isThisMachine(hostname) ? 'offered' : 'starttls',
      user: decodeURIComponent(username),
      password: password ? decodeURIComponent(password) : null,
      folder: folder.length > 0 ? folder : ['INBOX'],
    };
  } catch {
    return { fault: `has a % that begins no code: ${ENCODE}, %25 for %` };
  }
}

const isThisMachine = (host: string) => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host);
