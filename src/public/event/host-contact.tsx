import { shownAddress } from '../../domain/address.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';

export interface HostContactProps {
  readonly view: EventView;
  /** What one may want from the host; absent: "Questions?". */
  readonly reason?: string;
}

/** Whom to ask, where the event names an address; nothing otherwise. */
export function HostContact({ view, reason }: HostContactProps) {
  if (!view.replyTo) return null;
  const { details } = copyFor(view.language);
  return (
    <p className="quiet">
      {reason ?? details.questions} {details.writeTo}{' '}
      {/* An address that begins with digits would fall apart in a text from right to left. */}
      <a href={mailto(view.replyTo)} dir="ltr">
        {shownAddress(view.replyTo)}
      </a>
    </p>
  );
}

/** RFC 6068: everything but the `@` percent-encoded, so that an address cannot add headers. */
function mailto(address: string): string {
  return `mailto:${encodeURIComponent(address).replace('%40', '@')}`;
}
