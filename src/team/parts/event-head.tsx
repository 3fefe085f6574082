import { permalink } from '../../domain/event.ts';
import { ButtonLink } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { people } from './counted.ts';
import type { TeamEvent } from './team-layout.tsx';

/** What the head of an event's pages shows beside the event itself. */
export interface EventHead {
  /** Where the public pages begin: `https://events.example.com`. */
  readonly publicUrl: string;
  /** How many are registered; null: they could not be counted in time. */
  readonly registered: number | null;
}

interface Props {
  readonly event: TeamEvent;
  readonly head: EventHead;
}

/** What is done with an event from all of its pages. Nobody can come to an event that is cancelled. */
export function EventActions({ event }: Pick<Props, 'event'>) {
  const path = `/team/events/${event.id}`;
  return (
    <>
      {event.isCancelled ? null : (
        <>
          <ButtonLink href={`${path}/people/new`}>Add person</ButtonLink>
          <ButtonLink href={`${path}/import`}>Import</ButtonLink>
        </>
      )}
      <ButtonLink href={`${path}/duplicate`}>Duplicate</ButtonLink>
    </>
  );
}

/** On every page of the event, with the way to where it is resumed. */
export function SendingPaused({ event }: Pick<Props, 'event'>) {
  return (
    <a className="tag tag--warning page-head__paused" href={`/team/events/${event.id}/mails`}>
      Sending is paused
    </a>
  );
}

/** `1,204 people registered`, with the way to them. */
export function RegisteredCount({ event, head: { registered } }: Props) {
  if (registered === null) return null;
  return (
    <>
      {' · '}
      <a
        className="page-head__count"
        id="registered-count"
        data-renewed-along=""
        href={`/team/events/${event.id}/people`}
      >
        {people(registered)} registered
      </a>
    </>
  );
}

/** The address that the team gives to people, with what is done with it. */
export function PublicLink({ event, head: { publicUrl } }: Props) {
  const address = permalink(publicUrl, event);
  return (
    <div className="public-link">
      <span className="public-link__address" dir="ltr">
        {address.replace(/^https?:\/\//, '')}
      </span>
      <CopyButton small text={address} label="Copy link of the public page">
        Copy link
      </CopyButton>
      <ButtonLink small href={address} label="View page: the public page of the event">
        View page
      </ButtonLink>
    </div>
  );
}
