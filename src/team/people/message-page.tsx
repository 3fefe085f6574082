import { shownAddress } from '../../domain/address.ts';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import type { Message } from '../../domain/message.ts';
import { ButtonLink } from '../parts/button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { Section } from '../parts/section.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import type { PeopleEvent } from './person.ts';

export interface MessagePageProps {
  readonly frame: TeamFrame;
  readonly event: PeopleEvent;
  readonly message: Message;
  readonly content: { readonly subject: string; readonly text: string };
}

/** A mail as its recipient got it. */
export function MessagePage({ frame, event, message, content }: MessagePageProps) {
  const path = `/team/events/${event.id}/messages/${message.id}`;
  const at = (date: Date | null) =>
    date ? <Time at={date} timeZone={event.timeZone} show="second" /> : null;
  return (
    <TeamLayout {...frame} title="Mail" section="events" event={event}>
      <Section
        title="Mail"
        id="sent"
        actions={
          message.registrantId ? (
            <ButtonLink href={`/team/events/${event.id}/people?person=${message.registrantId}#pane`}>
              Back to person
            </ButtonLink>
          ) : undefined
        }
      >
        <DefinitionList
          items={[
            { term: 'Subject', value: <bdi dir="auto">{content.subject}</bdi> },
            { term: 'To', value: message.to ? <span dir="ltr">{shownAddress(message.to)}</span> : null },
            { term: 'Kind', value: MAIL_KINDS[message.kind].label },
            { term: 'Status', value: <StatusBadge status={message.status} /> },
            { term: 'Accepted by the mail server', value: at(message.acceptedAt) },
            { term: 'Message id', value: <code>{message.id}</code> },
          ]}
        />
      </Section>
      <Section title="HTML version" id="html">
        <iframe className="mail-frame" src={`${path}/frame`} title={`The mail “${content.subject}”`} />
      </Section>
      <Section title="Text version" id="text">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className="mail-text" dir="auto" tabIndex={0}>
          {content.text}
        </pre>
      </Section>
    </TeamLayout>
  );
}
