import type { ReactNode } from 'react';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { ErrorSummary } from '../parts/field.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventFields, type EventFormState } from './event-fields.tsx';

/** How all access links of the event were reset the last time. */
export interface LastRotation {
  readonly whenText: string;
  readonly rotated: number;
  readonly mails: number;
}

export interface SettingsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly state: EventFormState;
  readonly recentZones: readonly string[];
  readonly addressStart: string;
  /** The state of the event that the form was made of. */
  readonly version: string;
  readonly lastRotation: LastRotation | null;
}

/** What an event is, and what can be done with all of it. */
export function SettingsPage({ frame, event, state, version, lastRotation, ...fields }: SettingsPageProps) {
  const path = `/team/events/${event.id}/settings`;
  const frozen = event.isCancelled
    ? 'The event is cancelled, so it can no longer be changed.'
    : event.isOver
      ? 'The event has ended, so it can no longer be changed.'
      : null;
  return (
    <TeamLayout {...frame} title="Settings" section="events" event={event} width="narrow">
      <Card title="The event" id="event" lead={frozen ?? undefined}>
        <form className="form" method="post" action={path} noValidate>
          <HiddenFields values={{ version }} />
          <ErrorSummary problems={state.problems} />
          <EventFields state={state} exists disabled={frozen !== null} {...fields} />
          {frozen ? null : (
            <ButtonRow>
              <Button tone="primary">Save</Button>
            </ButtonRow>
          )}
        </form>
      </Card>
      <Card
        title="Access links"
        id="keys"
        lead="After a leak, give everyone a new link. The old links stop working immediately."
        actions={<ButtonLink href={`${path}/keys`}>Reset all access links</ButtonLink>}
      >
        {lastRotation ? <LastRotationText {...lastRotation} /> : null}
      </Card>
      {frozen ? null : (
        <Card
          title="Cancel the event"
          id="cancel"
          lead="The public page shows that it is cancelled, and reminders stop. This cannot be undone."
          actions={
            <ButtonLink href={`${path}/cancel`} tone="danger">
              Cancel the event
            </ButtonLink>
          }
        >
          {null}
        </Card>
      )}
    </TeamLayout>
  );
}

function LastRotationText({ whenText, rotated, mails }: LastRotation): ReactNode {
  const links = `${rotated.toLocaleString('en')} ${rotated === 1 ? 'link' : 'links'} stopped working`;
  const sent =
    mails === 0 ? 'no new one was mailed' : `${mails.toLocaleString('en')} new ones went out by mail`;
  return (
    <p>
      Last reset on {whenText}: {links}, {sent}.
    </p>
  );
}
