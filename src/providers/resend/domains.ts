import type { Resend } from 'resend';

/** A record that Resend wants, by its whole name. */
export interface ResendRecord {
  readonly purpose: 'SPF' | 'DKIM';
  readonly type: 'TXT' | 'CNAME' | 'MX';
  /** As Resend writes it: without the domain that somebody registered. */
  readonly name: string;
  readonly value: string;
}

/** What Resend says of a domain. */
export type ResendDomain =
  | {
      readonly type: 'found';
      readonly status: string;
      readonly records: readonly ResendRecord[];
      /** What it does to mails from there. */
      readonly tracking: { readonly opens: boolean; readonly clicks: boolean };
    }
  | { readonly type: 'missing' }
  /** The key may send, and read nothing. */
  | { readonly type: 'restricted' }
  | { readonly type: 'unknown'; readonly reason: string };

const ANSWER_MS = 5_000;
const PAGE = 100;
/** Of domains: nobody has more. */
const MOST_PAGES = 10;

/**
 * Asks Resend about domains (resend.com/docs/api-reference/domains/list-domains). Where the key may only send, it answers
 * `restricted_api_key`. Never rejects.
 */
export function createResendDomains({
  resendApiKey,
  resendBaseUrl,
}: {
  readonly resendApiKey: string | null;
  readonly resendBaseUrl: string | null;
}): (domain: string) => Promise<ResendDomain> {
  const signal = () => ({ signal: AbortSignal.timeout(ANSWER_MS) });
  const failed = ({ name, message }: { readonly name: string; readonly message: string }): ResendDomain =>
    name === 'restricted_api_key' ? { type: 'restricted' } : { type: 'unknown', reason: message || name };

  return async (domain) => {
    try {
      const sdk = await import('resend');
      const resend = new sdk.Resend(
        resendApiKey ?? 're_none',
        resendBaseUrl ? { baseUrl: resendBaseUrl } : {},
      );
      let after: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const { data, error } = await resend.domains.list({ limit: PAGE, ...(after && { after }) }, signal());
        if (error) return failed(error);
        const found = data.data.find(({ name }) => name.toLowerCase() === domain);
        if (found) return await details(resend, found.id, found.status);
        after = data.data.at(-1)?.id;
        if (!data.has_more || !after) return { type: 'missing' };
      }
      return { type: 'missing' };
    } catch (error) {
      return { type: 'unknown', reason: error instanceof Error ? error.message : String(error) };
    }
  };

  async function details(resend: Resend, id: string, listed: string): Promise<ResendDomain> {
    const { data, error } = await resend.domains.get(id, signal());
    const none = { opens: false, clicks: false };
    if (error) return { type: 'found', status: listed, records: [], tracking: none };
    const records = (data.records ?? []).flatMap((record): ResendRecord[] => {
      if (record.record !== 'SPF' && record.record !== 'DKIM') return [];
      const { record: purpose, type, name, value } = record;
      return [{ purpose, type, name, value: value.replace(/^"(.*)"$/s, '$1') }];
    });
    const tracking = { opens: data.open_tracking ?? false, clicks: data.click_tracking ?? false };
    return { type: 'found', status: data.status, records, tracking };
  }
}
