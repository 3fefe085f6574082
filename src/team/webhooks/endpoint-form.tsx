import { typesOf, WEBHOOK_GROUPS } from '../../domain/webhook.ts';
import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import {
  Checkbox,
  CheckboxGroup,
  ErrorSummary,
  type Option,
  RadioGroup,
  TextField,
} from '../parts/field.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

export interface EndpointFormValues {
  readonly url: string;
  /** Types and `registrant.*`. */
  readonly events: readonly string[];
  /** `all` or `some` */
  readonly which: string;
  readonly eventIds: readonly string[];
  readonly includeAccessLinks: boolean;
}

export interface EndpointFormPageProps {
  readonly frame: TeamFrame;
  /** Null: a new one. */
  readonly id: string | null;
  readonly values: EndpointFormValues;
  /** By field: `url`, `events`, `eventIds`. */
  readonly errors: Readonly<Record<string, string>>;
  /** Events to choose from. */
  readonly choices: readonly Option[];
}

const GROUP_WORDS: Readonly<Record<(typeof WEBHOOK_GROUPS)[number], string>> = {
  registrant: 'Registrants',
  message: 'Mails to registrants',
  event: 'Events',
  export: 'Exports',
};

/** Adds an endpoint, or changes one. */
export function EndpointFormPage({ frame, id, values, errors, choices }: EndpointFormPageProps) {
  const path = id === null ? '/team/webhooks/new' : `/team/webhooks/${id}/edit`;
  const title = id === null ? 'Add an endpoint' : 'Edit endpoint';
  return (
    <TeamLayout {...frame} title={title} section="webhooks" event={null} width="narrow">
      <PlainCard>
        {/* The answer to a new one is its secret, which stands nowhere else: no redirect, as Turbo would want. */}
        <form
          className="form webhook-form"
          method="post"
          action={path}
          data-turbo={id === null ? 'false' : undefined}
          noValidate
        >
          <ErrorSummary
            problems={Object.entries(errors).map(([field, message]) => ({ id: field, message }))}
          />
          <TextField
            name="url"
            type="url"
            label="URL"
            hint="Of your program, on the public internet. Requests are posted to it."
            placeholder="https://example.com/hooks"
            value={values.url}
            error={errors.url}
            maxLength={2_000}
            required
          />
          <div className="webhook-form__types" id="events">
            {WEBHOOK_GROUPS.map((group, i) => (
              <CheckboxGroup
                key={group}
                id={`events-${group}`}
                name="events"
                legend={GROUP_WORDS[group]}
                values={values.events}
                error={i === 0 ? errors.events : null}
                options={[
                  { value: `${group}.*`, label: 'All, and those to come' },
                  ...typesOf(group).map((type) => ({ value: type, label: type })),
                ]}
              />
            ))}
          </div>
          {choices.length > 0 ? (
            <>
              <RadioGroup
                name="which"
                legend="Of which events"
                value={values.which}
                options={[
                  { value: 'all', label: 'All, and those to come' },
                  { value: 'some', label: 'Some' },
                ]}
              />
              <div className="webhook-form__events">
                <CheckboxGroup
                  name="eventIds"
                  legend="Events"
                  values={values.eventIds}
                  error={errors.eventIds}
                  options={choices}
                />
              </div>
            </>
          ) : null}
          <Checkbox
            name="includeAccessLinks"
            label="Include access links"
            hint="Whoever reads the requests can then enter as the registrants. Leave this off unless your program sends links itself."
            checked={values.includeAccessLinks}
          />
          <ButtonRow>
            <Button tone="primary">{id === null ? 'Add endpoint' : 'Save'}</Button>
            <ButtonLink href={id === null ? '/team/webhooks' : `/team/webhooks/${id}`}>Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </PlainCard>
    </TeamLayout>
  );
}
