import { EVENT_FIELD_LABELS, type EventFormState, WhenField } from '../events/event-fields.tsx';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { ErrorSummary, FieldRow, TextField } from '../parts/field.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

export interface DuplicatePageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  /** `https://…/e/` */
  readonly addressStart: string;
  readonly state: EventFormState;
}

/** A new event like this one: only its time is asked for. */
export function DuplicatePage({ frame, event, timeZone, addressStart, state }: DuplicatePageProps) {
  const { values, problems, turns } = state;
  const path = `/team/events/${event.id}`;
  const errorOf = (name: string) => problems.find(({ id }) => id === name)?.message;
  const { shownStartsAt = '', shownEndsAt = '' } = values;
  return (
    <TeamLayout
      {...frame}
      title="Duplicate"
      section="events"
      event={event}
      width="narrow"
      scripts={['end-follows.js']}
    >
      <Card
        title="Duplicate this event"
        id="duplicate"
        lead="The new event gets the settings, texts and reminders of this one. People and the replay are not copied."
      >
        <form className="form" method="post" action={`${path}/duplicate`} noValidate data-end-follows>
          <HiddenFields values={{ shownStartsAt, shownEndsAt }} />
          <ErrorSummary problems={problems} />
          <FieldRow>
            <WhenField
              {...{
                name: 'startsAt',
                label: EVENT_FIELD_LABELS.startsAt,
                value: values.startsAt ?? '',
                disabled: false,
              }}
              {...{ error: errorOf('startsAt'), turns: turns.startsAt, turn: values.startsAtTurn }}
            />
            <WhenField
              {...{
                name: 'endsAt',
                label: EVENT_FIELD_LABELS.endsAt,
                value: values.endsAt ?? '',
                disabled: false,
              }}
              {...{ error: errorOf('endsAt'), turns: turns.endsAt, turn: values.endsAtTurn }}
            />
          </FieldRow>
          <p className="field__hint">
            Times are in {timeZone.replaceAll('_', ' ')}. The end moves with the start.
          </p>
          <TextField
            name="slug"
            label={EVENT_FIELD_LABELS.slug}
            value={values.slug}
            error={errorOf('slug')}
            required={false}
            maxLength={80}
            dir="ltr"
            hint={`The end of ${addressStart}… Leave empty to make it from the title.`}
          />
          <ButtonRow>
            <Button tone="primary">Create the event</Button>
            <ButtonLink href={`${path}/overview`}>Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}
