import type { MessageStatus } from '../../domain/delivery/status.ts';

export function announcementsPath(eventId: string): string {
  return `/team/events/${eventId}/announcements`;
}

export function announcementPath(eventId: string, id: string): string {
  return `${announcementsPath(eventId)}/${id}`;
}

/** The page with those whose mail has the status. */
export function announcedPath(
  eventId: string,
  id: string,
  { status, before }: { readonly status: MessageStatus; readonly before?: string },
): string {
  const query = new URLSearchParams({ status, ...(before && { before }) });
  return `${announcementPath(eventId, id)}/people?${query}`;
}
