import { LONGEST_INPUT } from '../../domain/address.ts';
import { registrantVersion } from '../../domain/version.ts';
import { Button, HiddenFields } from '../parts/button.tsx';
import { Checkbox, FieldRow, TextField } from '../parts/field.tsx';
import type { PeopleEvent, Person, RefusedForm } from './person.ts';

export interface PersonFormProps {
  readonly person: Person;
  readonly event: PeopleEvent;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly refused: RefusedForm | null;
}

/** What of a person can be changed. */
export function PersonForm({ person, event, action, hidden, refused }: PersonFormProps) {
  const values = refused?.values ?? {};
  const problems = refused?.problems ?? {};
  const version = refused?.version ?? registrantVersion(person);
  return (
    <form className="form" method="post" action={action}>
      <HiddenFields values={{ ...hidden, form: 'edit', version }} />
      <TextField
        name="email"
        type="email"
        label="Email"
        value={values.email ?? person.email}
        error={problems.email}
        maxLength={LONGEST_INPUT}
        required
      />
      <FieldRow>
        <TextField
          name="firstName"
          label="First name"
          value={values.firstName ?? person.firstName}
          error={problems.firstName}
          maxLength={200}
          dir="auto"
        />
        <TextField
          name="lastName"
          label="Last name"
          value={values.lastName ?? person.lastName}
          error={problems.lastName}
          maxLength={200}
          dir="auto"
        />
      </FieldRow>
      <FieldRow>
        <TextField
          name="locale"
          label="Language"
          hint="For example en or fr-CA. Leave empty to use the event’s."
          value={values.locale ?? person.locale}
          error={problems.locale}
          maxLength={35}
          dir="ltr"
        />
        <TextField
          name="timeZone"
          label="Time zone"
          hint="For example Europe/Paris. Leave empty to use the event’s."
          value={values.timeZone ?? person.timeZone}
          error={problems.timeZone}
          maxLength={64}
          dir="ltr"
        />
      </FieldRow>
      {event.sendsNothing ? null : (
        <Checkbox name="resend" id="edit-resend" label="Send the access link if the email changes" checked />
      )}
      <div>
        <Button>Save</Button>
      </div>
    </form>
  );
}
