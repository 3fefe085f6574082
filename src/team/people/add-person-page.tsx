import { LONGEST_INPUT } from '../../domain/address.ts';
import { type FormField, localizedText, MAX_FIELD_LENGTH, TICKED } from '../../domain/form-fields.ts';
import { LANGUAGES, languageFor } from '../../domain/locale.ts';
import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Checkbox, ErrorSummary, FieldRow, Select, TextArea, TextField } from '../parts/field.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

/** What the inputs of the event's own fields are called: `field0`, in the order of its form. */
export const OWN_FIELD = 'field';

export interface AddPersonPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  /** Of the registration form. A consent is nobody's to give but the person's own: it is left out. */
  readonly formFields: readonly FormField[];
  readonly locale: string;
  readonly values: Readonly<Record<string, string>>;
  /** Each with the id of its field. */
  readonly problems: readonly { readonly id: string; readonly message: string }[];
}

/** One person who is registered by hand. */
export function AddPersonPage({ frame, event, formFields, locale, values, problems }: AddPersonPageProps) {
  const people = `/team/events/${event.id}/people`;
  const field = (name: string) => ({
    ...{ name, value: values[name] ?? '' },
    error: problems.find(({ id }) => id === name)?.message,
  });
  return (
    <TeamLayout {...frame} title="Add person" section="events" event={event} width="narrow">
      <Card
        title="Add person"
        id="add-person"
        lead={event.isCancelled ? 'The event is cancelled: nobody can be registered any more.' : undefined}
      >
        {event.isCancelled ? (
          <ButtonRow>
            <ButtonLink href={people}>People</ButtonLink>
          </ButtonRow>
        ) : (
          <form className="form" method="post" action={`${people}/new`} noValidate>
            <ErrorSummary problems={problems} />
            <TextField {...field('email')} type="email" label="Email" required maxLength={LONGEST_INPUT} />
            <FieldRow>
              <TextField
                {...field('firstName')}
                label="First name"
                maxLength={200}
                dir="auto"
                required={false}
              />
              <TextField
                {...field('lastName')}
                label="Last name"
                maxLength={200}
                dir="auto"
                required={false}
              />
            </FieldRow>
            <Select
              {...field('locale')}
              label="Language"
              width="medium"
              options={languageOptions(locale)}
              hint="Of their mails and pages."
            />
            {formFields.map((one, index) => (
              <OwnField key={one.name} field={one} locale={locale} {...field(`${OWN_FIELD}${index}`)} />
            ))}
            <Checkbox
              name="sendConfirmation"
              label="Send the confirmation with their access link"
              checked={values.sendConfirmation === 'yes' && !event.isOver}
              disabled={event.isOver}
              hint={
                event.isOver
                  ? 'The event has ended, so no confirmation is sent.'
                  : 'Without it nobody is written to now. Reminders go out in any case.'
              }
            />
            <ButtonRow>
              <Button tone="primary">Add person</Button>
              <ButtonLink href={people}>Cancel</ButtonLink>
            </ButtonRow>
          </form>
        )}
      </Card>
    </TeamLayout>
  );
}

interface OwnFieldProps {
  readonly field: FormField;
  readonly locale: string;
  readonly name: string;
  readonly value: string;
  readonly error: string | undefined;
}

function OwnField({ field: { label, help, type, options }, locale, value, ...input }: OwnFieldProps) {
  const inEventLanguage = (text: FormField['label']) => localizedText(text, languageFor(locale));
  const shared = {
    ...{
      ...input,
      label: <bdi>{inEventLanguage(label)}</bdi>,
      hint: help && <bdi>{inEventLanguage(help)}</bdi>,
    },
    required: false,
  };
  switch (type) {
    case 'text':
      return <TextField {...shared} value={value} maxLength={MAX_FIELD_LENGTH} dir="auto" />;
    case 'textarea':
      return <TextArea {...shared} value={value} maxLength={MAX_FIELD_LENGTH} rows={3} />;
    case 'select':
      return (
        <Select
          {...shared}
          value={value}
          options={[
            { value: '', label: 'Not given' },
            ...options.map((option) => ({ value: option, label: option })),
          ]}
        />
      );
    case 'checkbox':
      return <Checkbox {...shared} value={TICKED} checked={value === TICKED} />;
    case 'consent':
      return null;
  }
}

function languageOptions(locale: string) {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return [
    { value: '', label: `The event’s: ${names.of(languageFor(locale)) ?? locale}` },
    ...LANGUAGES.map((tag) => ({ value: tag, label: names.of(tag) ?? tag })),
  ];
}
