import type { Rescheduling } from '../../actions/event.ts';
import type { MailCounts } from '../../actions/fan-out.ts';
import type { KeyReset } from '../../db/key-reset.ts';
import type { Event } from '../../domain/event.ts';
import type { AnsweredChange } from '../../domain/form-changes.ts';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { people } from '../parts/counted.ts';
import { DefinitionList } from '../parts/definition-list.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Progress } from '../parts/progress.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EventWhen, eventWhenText } from './event-when.tsx';
import { NotifyChoice } from './skipped.tsx';

interface ConfirmPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
}

export interface MovePageProps extends ConfirmPageProps {
  readonly before: Event;
  readonly after: Event;
  /** With everybody written to who can be. */
  readonly rescheduling: Rescheduling;
  /** The form, to be sent again. */
  readonly values: Readonly<Record<string, string>>;
  readonly isPast: boolean;
}

/** New times are about to be saved. */
export function MovePage({ frame, event, before, after, rescheduling, values, isPast }: MovePageProps) {
  const path = `/team/events/${event.id}/settings`;
  const { reminders } = rescheduling;
  return (
    <TeamLayout {...frame} title="Reschedule the event" section="events" event={event} width="narrow">
      <section className="card confirm" aria-labelledby="confirm-title">
        <h2 id="confirm-title">Reschedule the event?</h2>
        <DefinitionList
          items={[
            { term: 'Old time', value: <EventWhen event={before} /> },
            { term: 'New time', value: <strong>{eventWhenText(after)}</strong> },
          ]}
        />
        <div className="prose">
          {isPast ? (
            <p>
              The new end is in the past: the event will have ended, and no mail will be sent for it
              {after.followUps ? ' but follow-ups whose time is still ahead' : ''}.
            </p>
          ) : null}
          <p>{remindersText(reminders)}</p>
          <p>The public page and calendar files change immediately.</p>
        </div>
        <form className="form" method="post" action={path}>
          <HiddenFields values={values} />
          <NotifyChoice counts={rescheduling} whom="everyone who was told the old time" />
          <ButtonRow>
            <Button tone="primary" name="step" value="move">
              Reschedule
            </Button>
            <Button name="step" value="edit" formNoValidate>
              Edit
            </Button>
            <ButtonLink href={path}>Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </section>
    </TeamLayout>
  );
}

function remindersText({ moved, tooLate }: Rescheduling['reminders']): string {
  const parts = [
    moved === 0
      ? 'No reminder moves to a new time.'
      : `${moved} ${moved === 1 ? 'reminder moves' : 'reminders move'} to the new time.`,
    tooLate === 0
      ? ''
      : `${tooLate} ${tooLate === 1 ? 'reminder' : 'reminders'} will not be sent: ${tooLate === 1 ? 'its' : 'their'} new time is in the past.`,
  ];
  return parts.join(' ').trim();
}

export interface AnswersPageProps extends ConfirmPageProps {
  /** What the fields are called, by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly answered: readonly AnsweredChange[];
  /** The names that fields get, by those that they have. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The form, to be sent again. */
  readonly values: Readonly<Record<string, string>>;
}

/** Fields are about to be changed that people have answered. */
export function AnswersPage({ frame, event, labels, answered, renamed, values }: AnswersPageProps) {
  const path = `/team/events/${event.id}/settings`;
  return (
    <TeamLayout {...frame} title="Change the registration form" section="events" event={event} width="narrow">
      <section className="card confirm" aria-labelledby="confirm-title">
        <h2 id="confirm-title">Change fields that people have answered?</h2>
        <ul className="confirm__list">
          {answered.map(({ name, change, answers }) => {
            const next = renamed.get(name);
            const count = answers === 1 ? '1 answer stays' : `${answers.toLocaleString('en')} answers stay`;
            return (
              <li key={name}>
                <strong>
                  <bdi>{labels.get(name) ?? name}</bdi>
                </strong>
                {next === undefined ? (
                  <>: {CHANGE_WORDS[change](count)}</>
                ) : (
                  <>
                    : gets the name <bdi>{next}</bdi>, and begins there without answers. {count} under the
                    name <bdi>{name}</bdi>.
                  </>
                )}
              </li>
            );
          })}
        </ul>
        <div className="prose">
          <p>
            No answer is deleted. Answers that no field asks for stay as further fields: on People, in exports
            and over the API, under the field’s name. A consent stays with the words that were agreed to, and
            can be withdrawn as before.
          </p>
        </div>
        <form className="form" method="post" action={path}>
          <HiddenFields values={{ ...values, answers: 'seen' }} />
          <ButtonRow>
            <Button tone="primary">Save</Button>
            <Button name="step" value="edit" formNoValidate>
              Edit
            </Button>
            <ButtonLink href={path}>Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </section>
    </TeamLayout>
  );
}

const CHANGE_WORDS: Readonly<Record<AnsweredChange['change'], (count: string) => string>> = {
  removed: (count) => `is removed. ${count}.`,
  type: (count) => `gets another type. ${count} as before, and may not fit it.`,
  options: (count) => `loses options. ${count} with an option that is removed.`,
};

export interface CancelPageProps extends ConfirmPageProps {
  readonly counts: MailCounts;
  /** Reminders, a nudge and follow-ups that would still go out. */
  readonly remindersAhead: number;
  readonly othersAhead: number;
  /** Of the event as this page shows it. */
  readonly version: string;
}

/** The event is about to be cancelled. */
export function CancelPage({ frame, event, counts, remindersAhead, othersAhead, version }: CancelPageProps) {
  const path = `/team/events/${event.id}/settings`;
  const registered = counts.skipped.reduce((sum, { count }) => sum + count, counts.mails);
  return (
    <TeamLayout {...frame} title="Cancel the event" section="events" event={event} width="narrow">
      <Confirm
        title={`Cancel the event for ${people(registered)}?`}
        action={`${path}/cancel`}
        hidden={{ version }}
        submit={{ label: 'Cancel the event', tone: 'danger' }}
        cancelHref={path}
        cancelLabel="Keep the event"
        fields={<NotifyChoice counts={counts} whom="everyone who is registered" />}
      >
        <p>
          Its page and every access link say that it is cancelled. Queued mails are not sent
          {remindersAhead > 0
            ? `, nor ${remindersAhead === 1 ? 'is the reminder' : `are the ${remindersAhead} reminders`} still to come`
            : ''}
          {othersAhead > 0 ? '. No nudge or follow-up goes out' : ''}. This cannot be undone.
        </p>
      </Confirm>
    </TeamLayout>
  );
}

export interface RotateKeysPageProps extends ConfirmPageProps {
  readonly counts: MailCounts;
  /** Why no mail can go out; null: it can. */
  readonly noMail: string | null;
  /** Of the links that would be reset. */
  readonly version: string;
}

/** All access links are about to be reset. */
export function RotateKeysPage({ frame, event, counts, noMail, version }: RotateKeysPageProps) {
  const path = `/team/events/${event.id}/settings`;
  const registered = counts.skipped.reduce((sum, { count }) => sum + count, counts.mails);
  const links = registered === 1 ? '1 link' : `${registered.toLocaleString('en')} links`;
  return (
    <TeamLayout {...frame} title="Reset all access links" section="events" event={event} width="narrow">
      <Confirm
        title={
          registered === 0 ? 'Nobody is registered yet' : `Reset the access links of ${people(registered)}?`
        }
        action={`${path}/keys`}
        hidden={{ version }}
        submit={registered === 0 ? null : { label: 'Reset all access links', tone: 'danger' }}
        cancelHref={path}
        cancelLabel={registered === 0 ? 'Back' : 'Cancel'}
        fields={
          registered === 0 || noMail ? null : (
            <NotifyChoice counts={counts} whom="everyone, with the new link" />
          )
        }
      >
        {registered === 0 ? (
          <p>Once somebody has registered, their access link can be reset here.</p>
        ) : (
          <p>
            {links} {registered === 1 ? 'stops' : 'stop'} working at once. Anyone who opens an old link can
            have the new one mailed to the registered address. Links to exports are revoked, since the files
            hold the old links.
          </p>
        )}
        {noMail && registered > 0 ? <p>{noMail}</p> : null}
      </Confirm>
    </TeamLayout>
  );
}

export interface KeyResetPageProps extends ConfirmPageProps {
  readonly reset: KeyReset;
  readonly refreshSeconds: number;
}

/** All access links are being reset. */
export function KeyResetPage({ frame, event, reset, refreshSeconds }: KeyResetPageProps) {
  const { replaced, total, notify } = reset;
  const title = 'Resetting all access links';
  return (
    <TeamLayout {...{ ...frame, title, event, refreshSeconds }} section="events" width="narrow">
      <Card
        title={title}
        id="key-reset"
        lead="The old links no longer work. Anyone who asks for their link gets the new one."
        actions={<ButtonLink href={`/team/events/${event.id}/settings`}>Settings</ButtonLink>}
      >
        <LiveRegion id="key-reset-progress" every={refreshSeconds} announce={spokenProgress(replaced, total)}>
          <Progress
            label="Making new links"
            value={Math.min(replaced, total)}
            max={total}
            sentence={`${Math.min(replaced, total).toLocaleString('en')} of ${people(total)} have their new link.`}
          />
        </LiveRegion>
        <p className="quiet">
          {notify
            ? 'Everyone is sent their new link as soon as all links are made.'
            : 'No mails are sent. Exports can be requested once all links are made.'}
        </p>
      </Card>
    </TeamLayout>
  );
}

function spokenProgress(done: number, total: number): string {
  return `${Math.floor((4 * done) / total) * 25} percent of the links are made`;
}
