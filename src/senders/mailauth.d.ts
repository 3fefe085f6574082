// The parts of mailauth that it does not describe itself.

declare module 'mailauth/lib/dmarc/get-dmarc-record.js' {
  interface DmarcRecord {
    readonly p?: string;
    readonly sp?: string;
    readonly np?: string;
    readonly adkim?: string;
    readonly aspf?: string;
    /** The record as it stands in the DNS. */
    readonly rr: string;
    /** Whether it is that of the organisational domain. */
    readonly isOrgRecord: boolean;
    readonly recordDomain: string;
  }
  type Resolver = (name: string, type: string) => Promise<unknown[]>;
  /** The record that applies to a domain; false: none. Rejects where the DNS does not answer. */
  const getDmarcRecord: ((domain: string, resolver: Resolver) => Promise<DmarcRecord | false>) & {
    /** Null: neither a valid policy nor an address to report to. */
    getPolicyTags(record: DmarcRecord): { readonly p: string; readonly sp?: string } | null;
  };
  export default getDmarcRecord;
}

declare module 'mailauth/lib/tools.js' {
  type Resolver = (name: string, type: string) => Promise<unknown[]>;
  /** The key of a DKIM record. Rejects with a `code` that says what is wrong with it. */
  function getPublicKey(
    type: 'DKIM',
    name: string,
    minBitLength: number,
    resolver: Resolver,
    options?: { readonly strict?: boolean; readonly hashAlgo?: string },
  ): Promise<{ readonly modulusLength?: number; readonly keyType: string; readonly testing: boolean }>;
  const tools: { readonly getPublicKey: typeof getPublicKey };
  export default tools;
}
