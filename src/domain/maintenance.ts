/** What runs beside the mails, again and again; each name is also that of its queue and of its series in the metrics. */
export const MAINTENANCE_SERVICES = [
  'rescuer',
  'reminder-catch-up',
  'event-matcher',
  'reconciler',
  'bounce-mailbox',
  'cleaner',
  'mail-domains',
  'retention',
  'sender-check',
  'digests',
  'alerts',
] as const;
export type ServiceName = (typeof MAINTENANCE_SERVICES)[number];
