const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of the message that a `Message-ID` of ours names, with or without its brackets; null where it is another's.
 * `domain`: that of MAIL_FROM.
 */
export function ourMessageId(messageId: string, domain: string): string | null {
  const [, local = '', of = ''] = /^\s*<?([^<>@\s]+)@([^<>@\s]+)>?\s*$/.exec(messageId.toLowerCase()) ?? [];
  return of === domain.toLowerCase() && UUID.test(local) ? local : null;
}
