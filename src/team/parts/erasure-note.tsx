import type { ShownErasure } from '../../domain/retention.ts';
import type { TeamEvent } from './team-layout.tsx';

/** `3 March 2027`, in the event's time zone. */
export function dayText(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at);
}

/** What becomes, or became, of the event's people. */
export function ErasureNote({
  event,
  timeZone,
  erasure,
}: {
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly erasure: ShownErasure;
}) {
  const path = `/team/events/${event.id}`;
  if (erasure.type === 'begun')
    return <div className="notice">People are being erased. The numbers stay.</div>;
  if (erasure.type === 'done')
    return (
      <div className="notice">People were erased on {dayText(erasure.at, timeZone)}. The numbers stay.</div>
    );
  return (
    <div className="notice notice--warning">
      People will be erased on {dayText(erasure.at, timeZone)}. The numbers stay.{' '}
      <a href={`${path}/exports`}>Export them before</a>, or{' '}
      <a href={`${path}/settings#data`}>keep them longer</a>.
    </div>
  );
}
