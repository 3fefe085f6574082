/** What a message is for. */
export const KINDS = [
  'confirmation',
  'reminder',
  'access_link',
  'self_serve_link',
  'event_updated',
  'event_cancelled',
  'registrants_export',
  'sign_in',
] as const;
export type Kind = (typeof KINDS)[number];

/** `now`: a person is waiting; it always overtakes `bulk`. */
export const LANES = ['now', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export const MESSAGE_STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'deferred',
  'bounced',
  'complained',
  'dropped',
  'failed',
  'unknown',
  'not_sent',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
