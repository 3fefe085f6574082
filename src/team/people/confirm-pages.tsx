import { accessKeyVersion } from '../../domain/version.ts';
import { Confirm } from '../parts/confirm.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import type { PeopleEvent, Person } from './person.ts';
import { nameOf } from './person-texts.ts';

export interface PersonConfirmProps {
  readonly frame: TeamFrame;
  readonly event: PeopleEvent;
  readonly person: Person;
  /** How many mails were meant for them. */
  readonly mails: number;
  /** The view that the list had, as a query. */
  readonly back: string;
  readonly cancelHref: string;
}

/** Before somebody's link is made worthless. */
export function RotateKeyPage({ frame, event, person, back, cancelHref }: PersonConfirmProps) {
  return (
    <TeamLayout {...frame} title="Rotate key" section="events" event={event} width="narrow">
      <Confirm
        title="Give this person a new access key?"
        action={`/team/events/${event.id}/people/${person.id}/rotate-key`}
        submit={{ label: 'Rotate the key' }}
        hidden={{ back, version: accessKeyVersion(person) }}
        cancelHref={cancelHref}
      >
        <Who person={person} />
        <p>
          The link that they have lets nobody in any more from that moment on: its page offers to send the new
          one to their address. Mails that still wait bring the new link.
        </p>
        <p>Nothing is sent by this. Resend the access link afterwards if they need it now.</p>
      </Confirm>
    </TeamLayout>
  );
}

/** Before somebody is erased. */
export function RemovePersonPage({ frame, event, person, mails, back, cancelHref }: PersonConfirmProps) {
  return (
    <TeamLayout {...frame} title="Remove person" section="events" event={event} width="narrow">
      <Confirm
        title="Remove this person?"
        action={`/team/events/${event.id}/people/${person.id}/remove`}
        submit={{ label: 'Remove and erase', tone: 'danger' }}
        hidden={{ back }}
        cancelHref={cancelHref}
      >
        <Who person={person} />
        <ul>
          <li>Their registration ends: the access link lets nobody in any more.</li>
          <li>Mails to them that wait are not sent.</li>
          <li>
            Erased for good: name, address, access key, all fields, where they came from, and{' '}
            {mails === 0
              ? 'what mails say'
              : mails === 1
                ? 'what 1 mail to them says'
                : `what ${mails.toLocaleString('en')} mails to them say`}
            .
          </li>
          <li>
            What stays: that somebody was registered, and how many mails there were. Counts do not change.
          </li>
        </ul>
        <p>This cannot be taken back. The address may register again.</p>
      </Confirm>
    </TeamLayout>
  );
}

function Who({ person }: { readonly person: Person }) {
  const name = nameOf(person);
  return (
    <p className="confirm__who">
      <strong>
        <bdi dir="auto">{name}</bdi>
      </strong>
      {name === person.email ? null : (
        <>
          {' '}
          <span dir="ltr">{person.email}</span>
        </>
      )}
    </p>
  );
}
