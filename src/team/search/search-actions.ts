/** What can be gone to from anywhere. */
interface SearchAction {
  readonly label: string;
  /** Within the event that the search was begun on, where there is one. */
  readonly path: string;
  readonly of: 'team' | 'admins' | 'event';
  /** Other words that it is looked for by. */
  readonly also?: string;
}

const ACTIONS: readonly SearchAction[] = [
  { of: 'event', path: 'overview', label: 'Overview', also: 'report funnel' },
  { of: 'event', path: 'people', label: 'People', also: 'registrants' },
  { of: 'event', path: 'people?emailStatus=bounced', label: 'People whose mail bounced' },
  { of: 'event', path: 'mails', label: 'Mails', also: 'reminders text' },
  { of: 'event', path: 'announcements', label: 'Announcements', also: 'news write to everybody' },
  { of: 'event', path: 'announcements/new', label: 'New announcement', also: 'write mail' },
  { of: 'event', path: 'import', label: 'Import people', also: 'csv upload' },
  { of: 'event', path: 'exports', label: 'Exports', also: 'csv excel download' },
  { of: 'event', path: 'overview#room', label: 'Open or close the room', also: 'doors' },
  { of: 'event', path: 'settings', label: 'Settings', also: 'reschedule cancel colour logo' },
  { of: 'team', path: '/team/events', label: 'Events' },
  { of: 'team', path: '/team/events/new', label: 'New event', also: 'create' },
  { of: 'team', path: '/team/audit', label: 'Audit log', also: 'history who' },
  { of: 'team', path: '/team/senders', label: 'Senders', also: 'from address domain spf dkim dmarc dns' },
  { of: 'team', path: '/team/data', label: 'Data of a person', also: 'privacy gdpr erase export personal' },
  { of: 'admins', path: '/team/members', label: 'Team', also: 'members invite' },
  { of: 'admins', path: '/team/api-keys', label: 'API keys', also: 'create key' },
  { of: 'admins', path: '/team/blocks', label: 'Blocks', also: 'block email domain' },
  { of: 'admins', path: '/team/webhooks', label: 'Webhooks', also: 'endpoints integrate deliveries' },
  { of: 'team', path: '/team/account', label: 'Account', also: 'sign out sessions' },
  { of: 'team', path: '/api/docs', label: 'API documentation', also: 'openapi' },
];

export interface FoundAction {
  readonly label: string;
  readonly href: string;
}

/** Those whose words begin with each word of `q`; all of them for an empty one. */
export function findActions(
  q: string,
  { isAdmin, eventId }: { readonly isAdmin: boolean; readonly eventId: string | null },
): FoundAction[] {
  const wanted = q.toLowerCase().split(/\s+/).filter(Boolean);
  return ACTIONS.filter(({ of, label, also = '' }) => {
    if ((of === 'admins' && !isAdmin) || (of === 'event' && !eventId)) return false;
    const words = `${label} ${also}`.toLowerCase().split(' ');
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  }).map(({ of, label, path }) => ({
    label,
    href: of === 'event' ? `/team/events/${eventId}/${path}` : path,
  }));
}
