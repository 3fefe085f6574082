import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Figures } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorSummary, TextField } from '../parts/field.tsx';
import { Section } from '../parts/section.tsx';
import { Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

const TITLE = 'Data of a person';

export interface FindDataPageProps {
  readonly frame: TeamFrame;
  /** What is in the form. */
  readonly email: string;
  readonly error: string | null;
}

/** Asks whose data is meant. */
export function FindDataPage({ frame, email, error }: FindDataPageProps) {
  return (
    <TeamLayout {...frame} title={TITLE} section={null} event={null} width="narrow">
      <Card id="find" title="Find everything held of an email">
        <p>
          Over all events: registrations, mails, and what was done with them. It can be downloaded, and
          erased.
        </p>
        <form className="form" method="post" action="/team/data" noValidate>
          <ErrorSummary problems={error ? [{ id: 'email', message: error }] : []} />
          <TextField
            name="email"
            label="Email"
            value={email}
            error={error}
            width="medium"
            maxLength={1_000}
            dir="ltr"
            required
          />
          <ButtonRow>
            <Button tone="primary">Find</Button>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}

export interface DataRow {
  readonly id: string;
  readonly eventId: string;
  readonly eventTitle: string;
  readonly timeZone: string;
  readonly registeredAt: Date;
  readonly isCancelled: boolean;
  readonly mails: number;
}

export interface HeldDataPageProps {
  readonly frame: TeamFrame;
  /** Null: nothing is held. */
  readonly held: {
    readonly email: string;
    /** `/team/data/…`, for the pages beneath it. */
    readonly path: string;
    readonly registrations: readonly DataRow[];
    readonly mails: number;
    readonly suppressions: number;
    readonly auditEntries: number;
  } | null;
  /** What was typed to confirm the erasure, and what is wrong with it. */
  readonly typed: string;
  readonly error: string | null;
}

const COLUMNS: readonly Column<DataRow>[] = [
  {
    key: 'event',
    label: 'Event',
    isHeading: true,
    cell: ({ id, eventId, eventTitle, isCancelled }) => (
      <>
        <a href={`/team/events/${eventId}/people/${id}`}>
          <bdi dir="auto">{eventTitle}</bdi>
        </a>{' '}
        {isCancelled ? <Tag tone="warning">Cancelled</Tag> : null}
      </>
    ),
  },
  {
    key: 'registered',
    label: 'Registered',
    kind: 'nowrap',
    cell: ({ registeredAt, timeZone }) => <Time at={registeredAt} timeZone={timeZone} />,
  },
  { key: 'mails', label: 'Mails', kind: 'nowrap', cell: ({ mails }) => mails.toLocaleString('en') },
];

/** What is held of one email, as a file, and its end. */
export function HeldDataPage({ frame, held, typed, error }: HeldDataPageProps) {
  if (!held)
    return (
      <TeamLayout {...frame} title={TITLE} section={null} event={null} width="narrow">
        <Empty
          title="Nothing is held of this email"
          action={<ButtonLink href="/team/data">Look for another email</ButtonLink>}
        >
          Nobody is registered with it, and no mail to it is kept. It may have been erased.
        </Empty>
      </TeamLayout>
    );
  return (
    <TeamLayout
      {...frame}
      title={TITLE}
      section={null}
      event={null}
      lead={<bdi dir="ltr">{held.email}</bdi>}
      actions={<ButtonLink href="/team/data">Another email</ButtonLink>}
    >
      <Section
        id="held"
        title="Held of this email"
        actions={
          <ButtonLink href={`${held.path}/download`} download>
            Download all of it
          </ButtonLink>
        }
        lead="The file holds everything but access keys and links, as JSON. The audit log notes the download."
      >
        <Figures
          items={[
            {
              term: held.registrations.length === 1 ? 'registration' : 'registrations',
              value: held.registrations.length,
            },
            { term: held.mails === 1 ? 'mail' : 'mails', value: held.mails.toLocaleString('en') },
            { term: held.auditEntries === 1 ? 'audit entry' : 'audit entries', value: held.auditEntries },
            { term: held.suppressions === 1 ? 'mail block' : 'mail blocks', value: held.suppressions },
          ]}
        />
        {held.registrations.length > 0 ? (
          <Table label="Registrations" columns={COLUMNS} rows={held.registrations} rowKey={({ id }) => id} />
        ) : null}
      </Section>
      <Confirm
        title="Erase everywhere"
        action={`${held.path}/erase`}
        submit={{ label: 'Erase everywhere', tone: 'danger' }}
        cancelHref="/team/data"
        fields={
          <>
            <ErrorSummary problems={error ? [{ id: 'email', message: error }] : []} />
            <TextField
              name="email"
              label="Type the email to confirm"
              value={typed}
              error={error}
              width="medium"
              maxLength={1_000}
              dir="ltr"
              required
            />
          </>
        }
      >
        <ul>
          <li>Every registration with this email is removed from its event. Access links stop working.</li>
          <li>Mails that are not sent yet are cancelled, and the content of all others is erased.</li>
          <li>Kept: counts, and an unreadable code where mail to this email is blocked.</li>
        </ul>
        <p>This cannot be undone.</p>
      </Confirm>
    </TeamLayout>
  );
}
