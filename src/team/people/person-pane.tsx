import { LONGEST_INPUT } from '../../domain/address.ts';
import { columnLabel } from '../../domain/columns.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { fieldLabels } from '../../domain/form-fields.ts';
import { registrantVersion } from '../../domain/version.ts';
import { Button, HiddenFields, PostButton } from '../parts/button.tsx';
import { CopyButton, CopyValue } from '../parts/copy-button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { TextField } from '../parts/field.tsx';
import { LiveRegion, lookEvery } from '../parts/live-region.tsx';
import { Pane } from '../parts/pane.tsx';
import { Section } from '../parts/section.tsx';
import { StatusBadge, Tag } from '../parts/status-badge.tsx';
import { Time } from '../parts/time.tsx';
import { domainProblem } from './domain-words.ts';
import { isTrouble, reasonWords, suppressionWords } from './mail-words.ts';
import { closedPanePath, type PeopleView, viewQuery } from './people-view.ts';
import {
  type PeopleEvent,
  type Person,
  type PersonDetails,
  type PersonField,
  type RefusedForm,
  sendsNothing,
} from './person.ts';
import { PersonAnswers } from './person-answers.tsx';
import { PersonForm } from './person-form.tsx';
import { PersonMenu } from './person-menu.tsx';
import { PersonSteps } from './person-steps.tsx';
import { accessInformation, nameOf, registeredByText, technicalDetails } from './person-texts.ts';
import { PersonTimeline } from './person-timeline.tsx';
import { PersonVisits, placesText } from './person-visits.tsx';

export interface PersonPaneProps {
  readonly details: PersonDetails;
  readonly refused: RefusedForm | null;
  readonly event: PeopleEvent;
  readonly view: PeopleView;
}

/** All about one person, and how to correct what is wrong. */
export function PersonPane({ details, refused, event: anyEvent, view }: PersonPaneProps) {
  const { person, suppressions, providerLift, mails, suggestedEmail, steps } = details;
  const event = { ...anyEvent, sendsNothing: sendsNothing(anyEvent, person) };
  const path = `/team/events/${event.id}/people/${person.id}`;
  const hidden = { back: viewQuery(view) };
  const version = registrantVersion(person);
  const every = lookEvery(mails.some(({ status }) => statusRow(status).pending !== null));
  return (
    <Pane
      title={<bdi dir="auto">{nameOf(person)}</bdi>}
      closeHref={closedPanePath(event.id, view)}
      lead={
        <LiveRegion id="person-status" every={every}>
          <p className="person-lead">
            {person.cancelledAt ? <Tag tone="warning">Cancelled</Tag> : null}
            <StatusBadge status={person.emailStatus ?? 'none'} />
            <span className="person-lead__address" dir="ltr">
              {person.email}
            </span>
          </p>
        </LiveRegion>
      }
      actions={
        <>
          {person.cancelledAt ? (
            <PostButton action={`${path}/restore`} hidden={hidden} small>
              Restore
            </PostButton>
          ) : null}
          {event.sendsNothing ? null : (
            <PostButton action={`${path}/resend`} hidden={hidden} small>
              Resend access link
            </PostButton>
          )}
          <CopyButton text={accessInformation(person, event)} small>
            Copy access information
          </CopyButton>
          <PersonMenu person={person} event={event} view={view} />
        </>
      }
    >
      <Trouble details={details} refused={refused} event={event} view={view} />
      {suppressions.length > 0 ? (
        <Section title="Blocked" id="held-back" level={3}>
          <ul className="person-suppressions">
            {suppressions.map(({ id, reason, scope, createdAt }) => (
              <li key={id}>
                {suppressionWords(reason, scope)}{' '}
                <span className="quiet">
                  <Time at={createdAt} timeZone={event.timeZone} />
                </span>
              </li>
            ))}
          </ul>
          <PostButton action={`${path}/lift`} hidden={hidden} small>
            Allow mail to this address
          </PostButton>
        </Section>
      ) : null}
      {providerLift && suppressions.length === 0 ? (
        <Section title="Blocked by the mail provider" id="provider-block" level={3}>
          <p>
            {providerLift.isOver
              ? 'Mail to this address is allowed here, but the mail provider did not take it off its own list. It says: '
              : 'Mail to this address is allowed here. The mail provider could not be asked yet, and is asked again by itself. What happened: '}
            <bdi dir="auto">{providerLift.error}</bdi>
          </p>
          <PostButton action={`${path}/lift`} hidden={hidden} small>
            Ask the provider again
          </PostButton>
        </Section>
      ) : null}
      <Section title="Profile" id="edit" level={3}>
        {suggestedEmail && !asksForEmail(person) ? (
          <form className="person-hint" method="post" action={path}>
            <HiddenFields
              values={{ ...hidden, form: 'edit', version, email: suggestedEmail, ...sendsTo(event) }}
            />
            <p>
              Did you mean <strong dir="ltr">{suggestedEmail}</strong>?
            </p>
            <Button small>{event.sendsNothing ? 'Correct the email' : 'Correct and send the link'}</Button>
          </form>
        ) : null}
        <PersonForm
          person={person}
          event={event}
          action={path}
          hidden={hidden}
          refused={refused?.form === 'edit' ? refused : null}
        />
      </Section>
      <PersonAnswers person={person} event={event} />
      {steps.length > 0 ? (
        <Section title="Registration" id="registration" level={3}>
          <PersonSteps
            steps={steps}
            registeredAt={person.registeredAt}
            timeZone={event.timeZone}
            labels={fieldLabels(event)}
          />
        </Section>
      ) : null}
      <Section title="Mails" id="mails" level={3}>
        <LiveRegion id="person-mails" every={every}>
          <PersonTimeline
            eventId={event.id}
            timeZone={event.timeZone}
            mails={mails}
            answersBackTo={event.answersMails ? viewQuery(view) : null}
          />
        </LiveRegion>
      </Section>
      <Section title="Visits" id="visits" level={3}>
        <LiveRegion id="person-visits" every={every}>
          <PersonVisits visits={details.visits} timeZone={event.timeZone} />
        </LiveRegion>
      </Section>
      <Section
        title="Technical information"
        id="technical"
        level={3}
        actions={
          <CopyButton text={technicalDetails(person, event)} small>
            Copy technical details
          </CopyButton>
        }
      >
        <TechnicalInformation details={details} event={event} />
      </Section>
    </Pane>
  );
}

/** Why mail does not arrive; for a bounced address the one field and the one button that correct it. */
function Trouble({ details, refused, event, view }: PersonPaneProps) {
  const { person, mails, suggestedEmail } = details;
  const { emailStatus } = person;
  const wrongDomain = domainProblem(person);
  if (!isTrouble(emailStatus) && !wrongDomain) return null;
  const error = mails.find(({ status }) => status === emailStatus)?.error ?? null;
  const why = wrongDomain
    ? `${wrongDomain}, so no mail arrives there.`
    : isTrouble(emailStatus)
      ? reasonWords(emailStatus, error, person.email)
      : '';
  const refusal = refused?.form === 'correct' ? refused : null;
  const version = refusal?.version ?? registrantVersion(person);
  const field: PersonField = 'email';
  return (
    <section
      className={`trouble trouble--${emailStatus === 'dropped' ? 'warning' : 'bad'}`}
      aria-labelledby="trouble"
    >
      <h3 id="trouble">{why}</h3>
      {error && error !== why ? (
        <p className="trouble__said">
          The server said: <q dir="auto">{error}</q>
        </p>
      ) : null}
      {asksForEmail(person) ? (
        <form className="trouble__form" method="post" action={`/team/events/${event.id}/people/${person.id}`}>
          <HiddenFields values={{ back: viewQuery(view), form: 'correct', version, ...sendsTo(event) }} />
          <TextField
            name={field}
            id="correct-email"
            type="email"
            label="Correct email"
            hint={suggestedEmail ? `Did they mean ${suggestedEmail}?` : undefined}
            value={refusal?.values.email ?? suggestedEmail ?? person.email}
            error={refusal?.problems.email}
            maxLength={LONGEST_INPUT}
            required
          />
          <Button tone="primary">{event.sendsNothing ? 'Save' : 'Save and send the link'}</Button>
          {event.sendsNothing ? <p className="quiet">{event.sendsNothing}</p> : null}
        </form>
      ) : null}
    </section>
  );
}

/** Whether another email is the only remedy. */
function asksForEmail(person: Person): boolean {
  return person.emailStatus === 'bounced' || domainProblem(person) !== null;
}

function sendsTo(event: PeopleEvent): Readonly<Record<string, string>> {
  return event.sendsNothing ? {} : { resend: 'yes' };
}

function TechnicalInformation({ details, event }: Pick<PersonPaneProps, 'details' | 'event'>) {
  const { person, technical, mayHaveJoined } = details;
  const at = (date: Date | null) =>
    date ? <Time at={date} timeZone={event.timeZone} show="second" /> : null;
  const foreign = (text: string | null) => (text ? <bdi dir="auto">{text}</bdi> : null);
  return (
    <DefinitionList
      stacked
      items={[
        {
          term: columnLabel('accessLink'),
          value: <CopyValue text={person.accessLink} label="Copy the access link" />,
        },
        {
          term: columnLabel('accessKey'),
          value: <CopyValue text={person.accessKey} label="Copy the access key" />,
        },
        { term: columnLabel('registeredAt'), value: at(person.registeredAt) },
        { term: columnLabel('linkOpenedAt'), value: at(person.linkOpenedAt) },
        {
          term: columnLabel('joinedAt'),
          value: person.joinedAt || !mayHaveJoined ? at(person.joinedAt) : 'Not certain: see the visits',
        },
        ...(person.joinedFrom > 0
          ? [{ term: columnLabel('joinedFrom'), value: placesText(person.joinedFrom) }]
          : []),
        ...(person.cancelledAt ? [{ term: columnLabel('cancelledAt'), value: at(person.cancelledAt) }] : []),
        { term: columnLabel('emailStatusAt'), value: at(person.emailStatusAt) },
        ...Object.entries(technical).map(([key, value]) => ({
          term: columnLabel(key),
          value: foreign(key === 'registeredBy' ? registeredByText(value) : value),
        })),
        { term: 'Registrant id', value: <CopyValue text={person.id} label="Copy the registrant id" /> },
        { term: 'Event id', value: <CopyValue text={event.id} label="Copy the event id" /> },
      ]}
    />
  );
}
