import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { ErrorSummary } from '../parts/field.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventFields, type EventFormState, type SenderChoice } from './event-fields.tsx';
import { EventPreview } from './event-preview.tsx';

export interface NewEventPageProps {
  readonly frame: TeamFrame;
  readonly state: EventFormState;
  readonly recentZones: readonly string[];
  readonly addressStart: string;
  /** ERASE_AFTER_DAYS. */
  readonly siteEraseAfterDays: number | null;
  readonly senders: SenderChoice;
  readonly now: Date;
  /** Nobody has chosen a zone: that of the browser is taken. */
  readonly prefersBrowserZone: boolean;
}

const FORM = 'event-form';

/** One screen: title, time and room; the rest under "More"; the public page and the mail beside it. */
export function NewEventPage({ frame, state, prefersBrowserZone, ...fields }: NewEventPageProps) {
  return (
    <TeamLayout
      {...frame}
      title="New event"
      section="events"
      event={null}
      scripts={['preview.js', 'event-form.js', 'form-fields.js', 'end-follows.js', 'picture-field.js']}
    >
      <div className="with-preview">
        <PlainCard>
          <form
            className="form"
            id={FORM}
            method="post"
            action="/team/events/new"
            encType="multipart/form-data"
            noValidate
            data-event-form
            data-end-follows
            data-browser-zone={prefersBrowserZone ? '' : undefined}
            data-previews=""
          >
            <ErrorSummary problems={state.problems} />
            <EventFields action="/team/events/new" state={state} {...fields} />
            <ButtonRow>
              <Button tone="primary">Create event</Button>
              <ButtonLink href="/team/events">Cancel</ButtonLink>
            </ButtonRow>
          </form>
        </PlainCard>
        <EventPreview path="/team/events/new/preview" form={FORM} />
      </div>
    </TeamLayout>
  );
}
