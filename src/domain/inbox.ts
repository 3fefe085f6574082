import { createHash } from 'node:crypto';

/** How providers lead several addresses into one inbox, beyond what stands after a `+`. The first domain is the one that the others are read as. */
const PROVIDERS: readonly {
  readonly domains: readonly string[];
  /** Characters before the `@` that make no difference. */
  readonly ignores?: RegExp;
  /** `anything@ada.DOMAIN` is `ada@DOMAIN`. */
  readonly hasSubdomains?: boolean;
}[] = [
  // https://support.google.com/mail/answer/7436150: not for domains of companies at Google, where dots count.
  { domains: ['gmail.com', 'googlemail.com'], ignores: /\./g },
  // https://proton.me/support/addresses-and-aliases
  { domains: ['proton.me', 'protonmail.com', 'pm.me', 'protonmail.ch'], ignores: /[._-]/g },
  { domains: ['icloud.com', 'me.com', 'mac.com'] },
  // https://yandex.com/support/mail: `-` and `.` are the same letter there, so neither tells two people apart.
  {
    domains: ['yandex.ru', 'yandex.com', 'ya.ru', 'yandex.by', 'yandex.kz', 'yandex.ua'],
    ignores: /[.-]/g,
  },
  // https://www.fastmail.help/hc/en-us/articles/360060591053: under each of its domains.
  { domains: ['fastmail.com'], hasSubdomains: true },
  { domains: ['fastmail.fm'], hasSubdomains: true },
];

const PROVIDER_OF = new Map(
  PROVIDERS.flatMap((provider) => provider.domains.map((domain) => [domain, provider] as const)),
);

/**
 * The inbox that an address (as `normalizeAddress` gives it) leads to, as one of its addresses: `A.Da+x@Googlemail.com` →
 * `ada@gmail.com`. What counts mails to one person counts by this. For comparing only, never to send to: where a
 * server takes `+` literally, two inboxes count as one.
 */
export function inboxOf(address: string): string {
  const at = address.lastIndexOf('@');
  const [whole, domain] = withoutSubdomain(
    address.slice(0, at).toLowerCase(),
    address.slice(at + 1).toLowerCase(),
  );
  const provider = PROVIDER_OF.get(domain);
  const before = whole.replace(/\+.*$/s, '') || whole;
  const local = (provider?.ignores && before.replace(provider.ignores, '')) || before;
  return `${local}@${provider?.domains[0] ?? domain}`;
}

function withoutSubdomain(local: string, domain: string): readonly [local: string, domain: string] {
  const [first = '', ...rest] = domain.split('.');
  const parent = rest.join('.');
  return PROVIDER_OF.get(parent)?.hasSubdomains ? [first, parent] : [local, domain];
}

/** What an inbox is known by where no address may stand. */
export function inboxHash(address: string): string {
  return createHash('sha256').update(inboxOf(address)).digest('hex');
}

/** The domain of an address and those above it, down to two parts: `a.example.com`, `example.com`. */
export function domainsOf(address: string): string[] {
  const parts = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return parts.slice(0, -1).map((_, i) => parts.slice(i).join('.'));
}
