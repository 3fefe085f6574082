export interface ListUnsubscribe {
  readonly Header: string;
  readonly Links: readonly string[];
  readonly Errors: string;
  readonly HeaderPost: string;
}

/** The List-Unsubscribe header (RFC 2369, RFC 8058) taken apart, with Mailpit's complaints about it. */
export function readListUnsubscribe(header: string, post: string): ListUnsubscribe {
  if (!header) return { Header: '', Links: [], Errors: '', HeaderPost: '' };
  const written = header.replaceAll(/\([^)]*\)/g, '').trim();
  const inBrackets = [...written.matchAll(/<([^>]*)>/g)].map((match) => match[1] ?? '');
  const links: string[] = [];
  const errors: string[] = [];
  if (inBrackets.length === 0) errors.push(`"${written}" no valid unsubscribe links found`);
  else if (!/^<.*>$/s.test(written)) errors.push(`"${written}" should be enclosed in <>`);
  else if (inBrackets.length > 2)
    errors.push(`"${written}" should include a maximum of one email and one HTTP link`);
  else if (!/^<[^>]*>(\s*,\s*<[^>]*>)*$/.test(written))
    errors.push(`"${written}" <> should be split with a comma and optional spaces`);
  else {
    for (const link of inBrackets) {
      const scheme = /^mailto:[a-z0-9]/i.test(link)
        ? 'mailto'
        : /^https?:\/\/[a-z0-9]/i.test(link)
          ? 'http'
          : null;
      if (/\s/.test(link)) errors.push(`"${link}" should not contain spaces`);
      else if (!scheme) errors.push(`"${link}" should start with either http(s):// or mailto:`);
      else if (links.some((other) => other.startsWith(scheme)))
        errors.push(`"${link}" should only contain one ${scheme === 'http' ? 'HTTP link' : 'mailto:'}`);
      else links.push(link);
    }
  }
  return { Header: header, Links: links, Errors: errors.join(', '), HeaderPost: post };
}
