import type { MailRecipient } from '../../db/event-mails.ts';
import type { MessageStatus } from '../../domain/delivery/status.ts';
import { personPath } from '../bulk/people-path.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pager } from '../parts/pager.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { Section } from '../parts/section.tsx';
import { STATUS_MEANINGS, STATUS_WORDS } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface RecipientsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  /** Of the mail: "Reminder, 1 hour before". */
  readonly name: string;
  readonly status: MessageStatus;
  /** Latest mail first. */
  readonly recipients: readonly MailRecipient[];
  /** Where the emails of those on this page are corrected; null: mail reaches them. */
  readonly correctHref: string | null;
  readonly first: string | null;
  readonly next: string | null;
}

/** Whose mail of a kind has a status. */
export function RecipientsPage(props: RecipientsPageProps) {
  const { frame, event, name, status, recipients, timeZone, first, next, correctHref } = props;
  const title = `${name}: ${STATUS_WORDS[status]}`;
  const mails = `${recipients.length.toLocaleString('en')} ${recipients.length === 1 ? 'mail' : 'mails'}`;
  return (
    <TeamLayout {...frame} title={title} section="events" event={event}>
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <Section
        title={title}
        id="recipients"
        lead={STATUS_MEANINGS[status]}
        actions={correctHref ? <ButtonLink href={correctHref}>Correct emails…</ButtonLink> : undefined}
      >
        {recipients.length === 0 ? (
          <Empty title="Nobody any more">The status of these mails has changed since.</Empty>
        ) : (
          <>
            <Table
              label="Recipients"
              rows={recipients}
              rowKey={({ messageId }) => messageId}
              columns={[
                {
                  key: 'name',
                  label: 'Name',
                  isHeading: true,
                  cell: ({ registrantId, firstName, lastName, email }) => (
                    <PersonName
                      name={`${firstName} ${lastName}`}
                      email={email}
                      {...(email !== null && { href: personPath(event.id, registrantId) })}
                      withEmail
                      clip
                    />
                  ),
                },
                {
                  key: 'at',
                  label: 'When',
                  kind: 'nowrap',
                  cell: ({ at, messageId }) => (
                    <a href={`/team/events/${event.id}/messages/${messageId}`}>
                      <Time at={at} timeZone={timeZone} />
                    </a>
                  ),
                },
              ]}
            />
            <Pager
              label="Recipients"
              sentence={first || next ? `${mails} on this page` : mails}
              previous={first}
              next={next}
              words={{ previous: 'First page', next: 'Next' }}
            />
          </>
        )}
      </Section>
    </TeamLayout>
  );
}
