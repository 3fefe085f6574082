import { shownAddress } from '../../domain/address.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Time } from '../parts/time.tsx';
import { AnswerMenu } from './answer-menu.tsx';
import { eventCustomTexts, eventDetail } from './mail-words.ts';
import type { PersonMail } from './person.ts';

export interface PersonTimelineProps {
  readonly eventId: string;
  readonly timeZone: string;
  readonly mails: readonly PersonMail[];
  /** In development mails can be answered: the view to come back to. Null: not here. */
  readonly answersBackTo?: string | null;
}

/** Every mail to one person, newest first, and what became of it. */
export function PersonTimeline({ eventId, timeZone, mails, answersBackTo = null }: PersonTimelineProps) {
  if (mails.length === 0) return <p className="quiet">No mail was meant for this person yet.</p>;
  return (
    <ol className="timeline">
      {mails.map((mail) => (
        <li key={mail.id} className="timeline__mail">
          <div className="timeline__head">
            <h4>{MAIL_KINDS[mail.kind].label}</h4>
            <StatusBadge status={mail.status} />
          </div>
          <p className="timeline__to">
            to <span dir="ltr">{mail.to ? shownAddress(mail.to) : <Nothing />}</span>
          </p>
          {mail.error ? (
            <p className="timeline__error" dir="auto">
              {mail.error}
            </p>
          ) : null}
          <ol className="timeline__events">
            {mail.events.map((event, i) => {
              const words = eventCustomTexts(event.type, event.detail);
              const detail = eventDetail(event.detail);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same may be told twice at one instant
                <li key={i}>
                  <Time at={event.occurredAt} timeZone={timeZone} show="second" zoneless />
                  <span>
                    {words}
                    {detail && detail !== mail.error && detail !== words ? (
                      <span className="timeline__detail" dir="auto">
                        {detail}
                      </span>
                    ) : null}
                  </span>
                </li>
              );
            })}
            {statusRow(mail.status).pending === 'waiting' ? (
              <li>
                <Time at={mail.dueAt} timeZone={timeZone} show="second" zoneless />
                <span>Sending shortly</span>
              </li>
            ) : null}
          </ol>
          {answersBackTo !== null && mail.acceptedAt ? (
            <AnswerMenu
              action={`/team/events/${eventId}/messages/${mail.id}/answer`}
              subject={mail.subject ?? MAIL_KINDS[mail.kind].label}
              back={answersBackTo}
            />
          ) : null}
          {mail.subject === null ? null : (
            <p>
              <a
                href={`/team/events/${eventId}/messages/${mail.id}`}
                aria-label={`View mail: ${mail.subject}`}
              >
                View mail
              </a>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
