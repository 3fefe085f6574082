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
    <TeamLayout {...frame} title="Reset access link" section="events" event={event} width="narrow">
      <Confirm
        title="Reset the access link of this person?"
        action={`/team/events/${event.id}/people/${person.id}/rotate-key`}
        submit={{ label: 'Reset access link' }}
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
          <li>Their registration ends, and their access link stops working.</li>
          <li>Mails to them that are not sent yet are cancelled.</li>
          <li>
            Erased permanently: name, email, access key, all fields, their source, and{' '}
            {mails === 0
              ? 'the content of mails'
              : mails === 1
                ? 'the content of 1 mail to them'
                : `the content of ${mails.toLocaleString('en')} mails to them`}
            .
          </li>
          <li>Kept: that someone was registered, and the number of mails. Counts do not change.</li>
        </ul>
        <p>This cannot be undone. They can register again with the same email.</p>
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
