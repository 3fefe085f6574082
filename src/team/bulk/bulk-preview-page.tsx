import type { RegistrantFilter } from '../../domain/registrant-filter.ts';
import type { SuppressionReason } from '../../domain/suppression.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { links, people } from '../parts/counted.ts';
import { PersonName } from '../parts/person-name.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { type FieldLabels, filterWords } from '../people/filter-words.ts';
import { peoplePath, personPath } from './people-path.ts';
import { type SkippedFor, skipSentence, suppressedForWords } from './skip-words.ts';

export interface SkippedPerson {
  readonly registrantId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly suppressedFor: SuppressionReason | null;
}

export interface SkippedGroup {
  readonly reason: SkippedFor;
  readonly count: number;
  /** The first of them; fewer than `count` where there are many, or where nobody is known. */
  readonly first: readonly SkippedPerson[];
}

export interface BulkPreviewPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly filter: RegistrantFilter;
  /** The event's, on whose clock times are said. */
  readonly timeZone: string;
  /** What the form's fields are called, by name (`fieldLabels`). */
  readonly labels?: FieldLabels | undefined;
  /** Whether people were picked one by one: otherwise all are meant that the filter shows. */
  readonly isPicked: boolean;
  readonly queued: number;
  readonly skipped: readonly SkippedGroup[];
  /** Where the emails of those skipped are corrected. */
  readonly correctHref: string;
  /** Sending is paused, and these mails wait until it goes on. */
  readonly waits: boolean;
  /** What the form sends again when it is confirmed. */
  readonly hidden: Readonly<Record<string, string | readonly string[]>>;
}

/** Who gets the link and who does not, before anything is sent. */
export function BulkPreviewPage({ frame, event, queued, skipped, hidden, ...props }: BulkPreviewPageProps) {
  const meant = skipped.reduce((sum, { count }) => sum + count, queued);
  const title = queued ? `Send the access link to ${people(queued)}?` : 'No link to send';
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} width="narrow">
      <Confirm
        title={title}
        action={`/team/events/${event.id}/resend`}
        hidden={{ ...hidden, confirmed: '1' }}
        submit={queued ? { label: `Send ${links(queued)}` } : null}
        cancelHref={peoplePath(event.id, props.filter)}
        cancelLabel={queued ? 'Cancel' : 'Back to the list'}
      >
        <Meant {...props} meant={meant} />
        {queued ? (
          <p>
            {queued === 1
              ? 'One mail with the personal access link goes'
              : 'Each gets one mail with the personal access link. The mails go'}{' '}
            {props.waits ? 'out' : 'out at once and cannot be called back'}
            {props.waits ? ' as soon as sending is resumed: it is paused for this event' : ''}.
          </p>
        ) : null}
        {skipped.length ? (
          <>
            <h3>
              {people(meant - queued)} {meant - queued === 1 ? 'is' : 'are'} skipped
            </h3>
            <ul className="skipped">
              {skipped.map((group) => (
                <Group key={group.reason} {...group} eventId={event.id} correctHref={props.correctHref} />
              ))}
            </ul>
          </>
        ) : null}
      </Confirm>
    </TeamLayout>
  );
}

function Meant({
  isPicked,
  filter,
  timeZone,
  labels,
  meant,
}: Pick<BulkPreviewPageProps, 'isPicked' | 'filter' | 'timeZone' | 'labels'> & { readonly meant: number }) {
  if (isPicked) return <p>You selected {people(meant)}.</p>;
  const words = filterWords(filter, timeZone, labels);
  if (words.length === 0) return <p>That is everybody who is registered: {people(meant)}.</p>;
  return (
    <>
      <p>That is everybody whom the filter shows: {people(meant)}.</p>
      <ul>
        {words.map(({ part, phrase }) => (
          <li key={`${part} ${phrase}`}>
            <bdi>{firstLarge(phrase)}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

function firstLarge(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function Group({
  reason,
  count,
  first,
  eventId,
  correctHref,
}: SkippedGroup & { readonly eventId: string; readonly correctHref: string | null }) {
  const more = count - first.length;
  return (
    <li>
      <p>
        <strong>{count.toLocaleString('en')}</strong> · {skipSentence(reason)}
      </p>
      {first.length ? (
        <ul className="skipped__people">
          {first.map((person) => (
            <li key={person.registrantId}>
              <PersonName
                name={`${person.firstName} ${person.lastName}`}
                email={person.email}
                href={personPath(eventId, person.registrantId)}
                withEmail
              />
              {person.suppressedFor ? (
                <span className="quiet">{suppressedForWords(person.suppressedFor)}</span>
              ) : null}
            </li>
          ))}
          {more > 0 ? <li className="quiet">and {more.toLocaleString('en')} more</li> : null}
        </ul>
      ) : null}
      {reason === 'suppressed' && correctHref ? (
        <p>
          <ButtonLink small href={correctHref}>
            Correct {count === 1 ? 'this email' : 'these emails'}…
          </ButtonLink>
        </p>
      ) : null}
    </li>
  );
}

export interface BulkRefusedPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly title: string;
  readonly filter: RegistrantFilter;
  /** Why, and what to do. */
  readonly sentence: string;
}

/** Nothing can be sent: the event is over, or too many were meant at once. */
export function BulkRefusedPage({ frame, event, title, filter, sentence }: BulkRefusedPageProps) {
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} width="narrow">
      <section className="card" aria-labelledby="refused-title">
        <h2 id="refused-title">{title}</h2>
        <p>{sentence}</p>
        <p>
          <ButtonLink href={peoplePath(event.id, filter)}>Back to the list</ButtonLink>
        </p>
      </section>
    </TeamLayout>
  );
}
