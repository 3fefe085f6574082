import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { ErrorSummary } from '../parts/field.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventFields, type EventFormState } from './event-fields.tsx';

export interface NewEventPageProps {
  readonly frame: TeamFrame;
  readonly state: EventFormState;
  readonly recentZones: readonly string[];
  readonly addressStart: string;
  /** Nobody has said which zone is meant: that of the browser will do. */
  readonly prefersBrowserZone: boolean;
}

export function NewEventPage({ frame, state, prefersBrowserZone, ...fields }: NewEventPageProps) {
  return (
    <TeamLayout
      {...frame}
      title="New event"
      section="events"
      event={null}
      width="narrow"
      scripts={prefersBrowserZone ? ['event-form.js'] : []}
    >
      <PlainCard>
        <form className="form" method="post" action="/team/events/new" noValidate>
          <ErrorSummary problems={state.problems} />
          <EventFields state={state} {...fields} />
          <ButtonRow>
            <Button tone="primary">Create event</Button>
            <ButtonLink href="/team/events">Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </PlainCard>
    </TeamLayout>
  );
}
