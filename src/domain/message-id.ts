const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * The id of the message that a `Message-ID` of ours names, with or without its brackets, whatever its domain (a sender may
 * have another by now) and even without one, where a program cut it off; null where it is another's.
 */
export function ourMessageId(messageId: string): string | null {
  const [, id] = OURS.exec(messageId.toLowerCase().replace(/\s+/g, '')) ?? [];
  return id ?? null;
}

const OURS = new RegExp(`^<?(${UUID.source})(?:@[^<>@]*)?>?$`);
