import { accessKeyVersion } from '../../domain/version.ts';
import { Confirm } from '../parts/confirm.tsx';
import { RadioGroup } from '../parts/field.tsx';
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

export interface RotateKeyPageProps extends PersonConfirmProps {
  /** Whether a mail with the new link may go to this person. */
  readonly getsMail: boolean;
}

/** Before somebody's link stops working. */
export function RotateKeyPage({ frame, event, person, back, cancelHref, getsMail }: RotateKeyPageProps) {
  return (
    <TeamLayout {...frame} title="Reset access link" section="events" event={event} width="narrow">
      <Confirm
        title="Reset the access link of this person?"
        action={`/team/events/${event.id}/people/${person.id}/rotate-key`}
        submit={{ label: 'Reset access link' }}
        hidden={{ back, version: accessKeyVersion(person) }}
        cancelHref={cancelHref}
        fields={
          event.sendsNothing ? null : (
            <RadioGroup
              name="notify"
              legend="Mail"
              value={getsMail ? 'yes' : 'no'}
              hint={getsMail ? undefined : 'They get no mail: the address bounced, or its owner wants none.'}
              options={[
                { value: 'yes', label: 'Send them the new link', disabled: !getsMail },
                { value: 'no', label: 'Send nothing' },
              ]}
            />
          )
        }
      >
        <Who person={person} />
        <p>
          Their link stops working at once. Whoever opens it is offered the new one by mail, to the registered
          address. Mails that are not sent yet bring the new link.
        </p>
        {event.sendsNothing ? <p>{event.sendsNothing}</p> : null}
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
