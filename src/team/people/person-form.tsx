import { LONGEST_INPUT } from '../../domain/address.ts';
import { registrantVersion } from '../../domain/version.ts';
import { Button, HiddenFields } from '../parts/button.tsx';
import { Checkbox, FieldRow, Select, TextField } from '../parts/field.tsx';
import { languageOptions } from '../parts/language-options.ts';
import { zoneOptions } from '../parts/zone-options.ts';
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
  const locale = values.locale ?? person.locale ?? '';
  const zone = values.timeZone ?? person.timeZone ?? '';
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
        <Select
          name="locale"
          label="Language"
          value={locale}
          error={problems.locale}
          options={[{ value: '', label: 'Default language of the event' }, ...languageOptions(locale)]}
        />
        <Select
          name="timeZone"
          label="Time zone"
          value={zone}
          error={problems.timeZone}
          options={[{ value: '', label: 'Time zone of the event' }, ...zoneOptions([zone], event.startsAt)]}
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
