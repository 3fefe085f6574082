/** Mail services that are known by the name of their SMTP server, and what of theirs an SPF record includes. */
const RELAYS: readonly { readonly host: RegExp; readonly name: string; readonly include: string }[] = [
  { host: /^email-smtp\.[a-z0-9-]+\.amazonaws\.com$/, name: 'Amazon SES', include: 'amazonses.com' },
  { host: /^smtp\.sendgrid\.net$/, name: 'SendGrid', include: 'sendgrid.net' },
  { host: /^smtp\.(?:eu\.)?mailgun\.org$/, name: 'Mailgun', include: 'mailgun.org' },
  { host: /^smtp(?:-broadcasts)?\.postmarkapp\.com$/, name: 'Postmark', include: 'spf.mtasv.net' },
  { host: /^smtp(?:-relay)?\.gmail\.com$/, name: 'Google Workspace', include: '_spf.google.com' },
  {
    host: /^smtp\.office365\.com$|\.mail\.protection\.outlook\.com$/,
    name: 'Microsoft 365',
    include: 'spf.protection.outlook.com',
  },
  { host: /^in-v3\.mailjet\.com$/, name: 'Mailjet', include: 'spf.mailjet.com' },
  { host: /^smtp(?:-relay)?\.brevo\.com$/, name: 'Brevo', include: 'spf.brevo.com' },
  { host: /^smtp\.fastmail\.com$/, name: 'Fastmail', include: 'spf.messagingengine.com' },
  { host: /^smtp\.sparkpostmail\.com$/, name: 'SparkPost', include: 'sparkpostmail.com' },
  { host: /^mail\.gandi\.net$/, name: 'Gandi', include: '_mailcust.gandi.net' },
  { host: /^mail\.infomaniak\.com$/, name: 'Infomaniak', include: 'spf.infomaniak.ch' },
];

export type Relay = (typeof RELAYS)[number];

export function relayOf(host: string): Relay | null {
  return RELAYS.find((relay) => relay.host.test(host.toLowerCase())) ?? null;
}
