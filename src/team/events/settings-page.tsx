import type { ReactNode } from 'react';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { ErrorSummary } from '../parts/field.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import type { EmbedCode } from './embed-fields.tsx';
import { EraseAfterDaysField, EventFields, type EventFormState, type SenderChoice } from './event-fields.tsx';
import { EventPreview } from './event-preview.tsx';

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
  readonly now: Date;
  /** As it is saved. */
  readonly hasRoom: boolean;
  /** The state of the event that the form was made of. */
  readonly version: string;
  readonly lastRotation: LastRotation | null;
  /** ERASE_AFTER_DAYS. */
  readonly siteEraseAfterDays: number | null;
  readonly embedCode: EmbedCode;
  readonly senders: SenderChoice;
}

const FORM = 'event-form';

/** What an event is, and what can be done with all of it. */
export function SettingsPage(props: SettingsPageProps) {
  const { frame, event, hasRoom } = props;
  const path = `/team/events/${event.id}/settings`;
  const frozen = event.isCancelled ? 'The event is cancelled. It cannot be changed.' : null;
  const cards = <Cards {...props} path={path} frozen={frozen} />;
  return (
    <TeamLayout
      {...frame}
      title="Settings"
      section="events"
      event={event}
      width={frozen ? 'narrow' : 'wide'}
      scripts={
        frozen ? [] : ['preview.js', 'event-form.js', 'form-fields.js', 'end-follows.js', 'picture-field.js']
      }
    >
      {hasRoom || frozen || event.isOver ? null : <NoRoomYet />}
      {frozen ? (
        cards
      ) : (
        <div className="with-preview">
          <div className="settings-cards">{cards}</div>
          <EventPreview path={`${path}/preview`} form={FORM} />
        </div>
      )}
    </TeamLayout>
  );
}

function NoRoomYet() {
  return (
    <div className="notice notice--warning">
      <p className="notice__title">No room yet</p>
      <p>
        When the room opens, registrants see a page that asks them to wait for the room.{' '}
        <a href="#roomUrl">Add the link to the room</a>, and they join automatically.
      </p>
    </div>
  );
}

interface CardsProps extends SettingsPageProps {
  readonly path: string;
  /** Why nothing can be changed; null: it can. */
  readonly frozen: string | null;
}

function Cards({ path, event, frozen, state, version, lastRotation, ...rest }: CardsProps) {
  const { recentZones, addressStart, siteEraseAfterDays, senders, now, embedCode } = rest;
  const ended = event.isOver
    ? 'The event has ended. You can still add a replay, or give it a later end.'
    : null;
  return (
    <>
      <Card title="Event" id="event" lead={frozen ?? ended ?? undefined}>
        <form
          className="form"
          id={FORM}
          method="post"
          action={path}
          encType="multipart/form-data"
          noValidate
          data-event-form
          data-end-follows
          data-previews=""
        >
          <HiddenFields values={{ version }} />
          {frozen ? null : <ErrorSummary problems={state.problems} />}
          <EventFields
            action={path}
            {...{ state, recentZones, addressStart, siteEraseAfterDays, senders, now, embedCode }}
            exists
            disabled={frozen !== null}
          />
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
        lead="If links have leaked, give everyone a new one. The old links stop working at once."
        actions={<ButtonLink href={`${path}/keys`}>Reset all access links</ButtonLink>}
      >
        {lastRotation ? <LastRotationText {...lastRotation} /> : null}
      </Card>
      {frozen ? <DataCard {...{ path, state, siteEraseAfterDays }} /> : null}
      {frozen || ended ? null : (
        <Card
          title="Cancel the event"
          id="cancel"
          lead="Its page says that it is cancelled, and its reminders stop. This cannot be undone."
          actions={
            <ButtonLink href={`${path}/cancel`} tone="danger">
              Cancel the event
            </ButtonLink>
          }
        >
          {null}
        </Card>
      )}
    </>
  );
}

/** Of an event that is over: how long its people are kept is all that still changes. */
function DataCard({
  path,
  state,
  siteEraseAfterDays,
}: Pick<CardsProps, 'path' | 'state' | 'siteEraseAfterDays'>) {
  return (
    <Card title="Data" id="data">
      <form className="form" method="post" action={`${path}/data`} noValidate>
        <ErrorSummary problems={state.problems} />
        <EraseAfterDaysField {...{ state, siteEraseAfterDays }} />
        <ButtonRow>
          <Button tone="primary">Save</Button>
        </ButtonRow>
      </form>
    </Card>
  );
}

function LastRotationText({ whenText, rotated, mails }: LastRotation): ReactNode {
  const links = `${rotated.toLocaleString('en')} ${rotated === 1 ? 'link' : 'links'} stopped working`;
  const sent =
    mails === 0
      ? 'no new link was mailed'
      : `${mails.toLocaleString('en')} new ${mails === 1 ? 'link was' : 'links were'} mailed`;
  return (
    <p>
      Last reset on {whenText}: {links}, {sent}.
    </p>
  );
}
