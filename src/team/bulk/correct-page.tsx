import type { RegistrantFilter } from '../../domain/registrant-filter.ts';
import type { SuppressionReason } from '../../domain/suppression.ts';
import { Button, ButtonLink, HiddenFields } from '../parts/button.tsx';
import { people } from '../parts/counted.ts';
import { Empty } from '../parts/empty.tsx';
import { TextField } from '../parts/field.tsx';
import { Pager } from '../parts/pager.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { peoplePath, personPath } from './people-path.ts';
import { suppressedForWords } from './skip-words.ts';

export interface CorrectRow {
  readonly registrantId: string;
  readonly firstName: string;
  readonly lastName: string;
  /** As people know it. */
  readonly email: string;
  readonly suppressedFor: SuppressionReason | null;
  /** `The domain gmial.com does not exist`; null: nothing is known against it. */
  readonly domainProblem: string | null;
  readonly suggested: string | null;
  readonly version: string;
  /** What was typed, where the form comes back; null: the suggestion. */
  readonly typed: string | null;
  readonly ticked: boolean;
  readonly error: string | null;
}

export interface CorrectPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly filter: RegistrantFilter;
  /** This page's own query: the form comes back to it. */
  readonly query: string;
  readonly rows: readonly CorrectRow[];
  /** How many there are on all pages, and how many of them have a suggestion. */
  readonly total: number;
  readonly suggested: number;
  /** The form comes back with those that were refused. */
  readonly isAgain: boolean;
  /** Whether each gets the link: not where the event is over. */
  readonly sends: boolean;
  readonly first: string | null;
  readonly next: string | null;
  /** Where the next page begins, as the form says it; empty: nowhere. */
  readonly nextPosition: string;
}

/** The emails of people whom no mail reaches: old and new side by side, to be corrected at once. */
export function CorrectPage(props: CorrectPageProps) {
  const { frame, event, rows, filter, sends } = props;
  const title = 'Correct emails';
  const ticked = rows.filter((row) => row.ticked).length;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} scripts={['correct.js']}>
      <section className="section" aria-labelledby="correct-title">
        <div className="section__head">
          <h2 id="correct-title">{title}</h2>
          <p className="section__lead">
            <Lead {...props} />
          </p>
        </div>
        {rows.length === 0 ? (
          <Empty
            title="Nothing to correct"
            action={<ButtonLink href={peoplePath(event.id, filter)}>Back to people</ButtonLink>}
          >
            Mail reaches everybody in this selection, as far as is known.
          </Empty>
        ) : (
          <form
            className="correct"
            id="corrections"
            method="post"
            action={`/team/events/${event.id}/corrections`}
          >
            <HiddenFields values={{ back: props.query, next: props.nextPosition }} />
            <Table
              id="correct"
              label="Emails to correct"
              rows={rows}
              rowKey={({ registrantId }) => registrantId}
              select={{
                name: 'tick',
                form: 'corrections',
                value: ({ registrantId }) => registrantId,
                label: (row) => `Correct the email of ${nameOf(row)}`,
                isSelected: (row) => row.ticked,
              }}
              columns={[
                {
                  key: 'name',
                  label: 'Name',
                  isHeading: true,
                  cell: (row) => (
                    <PersonName
                      name={`${row.firstName} ${row.lastName}`}
                      email={row.email}
                      href={personPath(event.id, row.registrantId)}
                      clip
                    />
                  ),
                },
                {
                  key: 'old',
                  label: 'Old email',
                  cell: ({ email, suppressedFor, domainProblem }) => (
                    <>
                      <div className="correct__old" dir="ltr">
                        {email}
                      </div>
                      <div className="quiet correct__why">
                        {domainProblem ??
                          (suppressedFor ? suppressedForWords(suppressedFor) : 'a mail bounced')}
                      </div>
                    </>
                  ),
                },
                { key: 'new', label: 'New email', cell: (row) => <NewEmail row={row} /> },
              ]}
            />
            <div className="correct__bar" data-selection="correct" data-one="person" data-many="people">
              <div className="button-row">
                <Button tone="primary">
                  <span>
                    {sends ? 'Correct & send' : 'Correct'} <span data-correct-count>{ticked || ''}</span>
                  </span>
                </Button>
                <ButtonLink href={peoplePath(event.id, filter)}>Cancel</ButtonLink>
              </div>
              <Pager
                label="Emails to correct"
                sentence={`${rows.length.toLocaleString('en')} of ${people(props.total)}`}
                previous={props.first}
                next={props.next}
                words={{ previous: 'First page', next: 'Skip to the next' }}
              />
            </div>
          </form>
        )}
      </section>
    </TeamLayout>
  );
}

function Lead({ rows, suggested, isAgain, sends, total }: CorrectPageProps) {
  if (rows.length === 0) return 'Here you correct the emails of people whom no mail reaches.';
  const then = sends
    ? 'Each gets the access link at the new email.'
    : 'The event is over: no access link is sent.';
  if (isAgain) return `These were not corrected. ${then}`;
  return `Mail does not reach ${people(total)}; for ${suggested.toLocaleString('en')} a correct email is suggested. ${then}`;
}

function NewEmail({ row }: { readonly row: CorrectRow }) {
  return (
    <>
      <HiddenFields values={{ registrantId: row.registrantId, version: row.version }} />
      <div data-correct-row>
        <TextField
          name="email"
          id={`email-${row.registrantId}`}
          type="email"
          label={`New email of ${nameOf(row)}`}
          labelHidden
          value={row.typed ?? row.suggested ?? row.email}
          maxLength={320}
          error={row.error}
        />
      </div>
    </>
  );
}

function nameOf({ firstName, lastName, email }: CorrectRow): string {
  return `${firstName} ${lastName}`.trim() || email;
}
