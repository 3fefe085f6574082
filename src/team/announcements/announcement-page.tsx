import type { AnnouncementProgress } from '../../actions/announcement.ts';
import type { Announcement } from '../../db/announcement.ts';
import { PENDING, sentence, spoken, sum, sumOf, withToCome } from '../bulk/bulk-progress-page.tsx';
import { skipSentence } from '../bulk/skip-words.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { people } from '../parts/counted.ts';
import { LiveRegion } from '../parts/live-region.tsx';
import { Progress } from '../parts/progress.tsx';
import { StatusTally } from '../parts/status-tally.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import type { FieldLabels } from '../people/filter-words.ts';
import { keptRecipientWords } from './announcement-form.ts';
import { announcedPath, announcementPath, announcementsPath } from './announcement-paths.ts';
import { StateTag } from './announcement-table.tsx';
import { WrittenTexts } from './announcement-texts.tsx';

export interface AnnouncementPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly announcement: Announcement;
  readonly subject: string;
  /** As a person is called: an address, or the name of an API key. */
  readonly askedBy: string;
  readonly progress: AnnouncementProgress;
  readonly timeZone: string;
  /** What the form's fields are called, by name (`fieldLabels`). */
  readonly labels?: FieldLabels | undefined;
  readonly isPaused: boolean;
  /** Its time is after the event's end, which was moved. */
  readonly isTooLate: boolean;
  /** Whether another one can be written. */
  readonly canAnnounce: boolean;
  readonly refreshSeconds: number | null;
}

/** An announcement, and how far it came. */
export function AnnouncementPage(props: AnnouncementPageProps) {
  const { frame, event, announcement, subject, progress, timeZone, refreshSeconds } = props;
  const { state, toCome, leftOut } = progress;
  const path = announcementPath(event.id, announcement.id);
  const counts = withToCome(progress.byStatus, toCome);
  const total = sum(counts);
  const waiting = sumOf(counts, PENDING);
  const canCancel = state === 'scheduled' || state === 'sending';
  return (
    <TeamLayout
      {...frame}
      title={subject}
      section="events"
      event={event}
      width="narrow"
      refreshSeconds={refreshSeconds}
    >
      <p>
        <a href={announcementsPath(event.id)}>All announcements</a>
      </p>
      <Card
        title={subject}
        id="announcement"
        lead={
          <>
            By <bdi>{props.askedBy}</bdi>, <Time at={announcement.askedAt} timeZone={timeZone} />. To:{' '}
            {keptRecipientWords(announcement.filter, timeZone, props.labels)}
          </>
        }
      >
        <LiveRegion id="announcement-progress" every={refreshSeconds} announce={said(state, total, waiting)}>
          <p>
            <StateTag state={state} />{' '}
            {announcement.sendAt ? (
              <>
                {state === 'scheduled' ? 'Goes out' : 'Scheduled for'}{' '}
                <Time at={announcement.sendAt} timeZone={timeZone} exact />
              </>
            ) : null}
            {announcement.cancelledAt ? (
              <>
                Cancelled <Time at={announcement.cancelledAt} timeZone={timeZone} />
              </>
            ) : null}
          </p>
          {props.isTooLate && state === 'scheduled' ? (
            <p className="announcement-late">
              Its time is after the end of the event, which was rescheduled: it will not be sent. Cancel it
              and write another one.
            </p>
          ) : null}
          {state === 'scheduled' ? null : (
            <Progress
              label={waiting ? 'Sending' : 'Done'}
              value={total - waiting}
              max={total}
              sentence={sentence(counts, total, waiting)}
            />
          )}
          {total ? (
            <StatusTally
              label="Mails by status"
              counts={counts}
              href={(status) => announcedPath(event.id, announcement.id, { status })}
            />
          ) : null}
          {props.isPaused && waiting > 0 ? (
            <p>
              Sending is paused for this event. These mails wait until you{' '}
              <a href={`/team/events/${event.id}/mails`}>resume it</a>.
            </p>
          ) : null}
          {leftOut ? (
            <p className="quiet">
              {people(leftOut)} of those counted got no mail:{' '}
              {announcement.cancelledAt
                ? 'the announcement was cancelled before.'
                : 'they were removed or unsubscribed in the meantime.'}
            </p>
          ) : null}
          <div className="button-row">
            {canCancel ? (
              <ButtonLink id="cancel-announcement" href={`${path}/cancel`}>
                Cancel announcement…
              </ButtonLink>
            ) : null}
            {props.canAnnounce ? (
              <ButtonLink
                id="announce-again"
                href={`${announcementsPath(event.id)}/new?from=${announcement.id}`}
              >
                Use as a template
              </ButtonLink>
            ) : null}
          </div>
        </LiveRegion>
        {announcement.skipped.length ? (
          <section className="section" aria-labelledby="announcement-skipped">
            <h3 id="announcement-skipped">{people(sum(announcement.skipped))} skipped</h3>
            <ul className="skipped">
              {announcement.skipped.map(({ reason, count }) => (
                <li key={reason}>
                  <strong>{count.toLocaleString('en')}</strong> · {skipSentence(reason)}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <section className="section" aria-labelledby="announcement-text">
          <h3 id="announcement-text">Text</h3>
          <WrittenTexts texts={announcement.texts} />
        </section>
      </Card>
    </TeamLayout>
  );
}

function said(state: AnnouncementProgress['state'], total: number, waiting: number): string {
  if (state === 'scheduled') return 'Scheduled.';
  return total ? spoken(total - waiting, total) : '';
}

export interface CancelAnnouncementPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly id: string;
  readonly subject: string;
  /** How many mails would not be sent. */
  readonly waiting: number;
}

export function CancelAnnouncementPage(props: CancelAnnouncementPageProps) {
  const { frame, event, id, subject, waiting } = props;
  const path = announcementPath(event.id, id);
  return (
    <TeamLayout {...frame} title="Cancel announcement" section="events" event={event} width="narrow">
      <Confirm
        title="Cancel this announcement?"
        action={`${path}/cancel`}
        submit={waiting ? { label: 'Cancel announcement', tone: 'danger' } : null}
        cancelHref={path}
        cancelLabel={waiting ? 'Keep it' : 'Back'}
      >
        <p>
          <strong>
            <bdi>{subject}</bdi>
          </strong>
        </p>
        {waiting ? (
          <p>
            {people(waiting)} {waiting === 1 ? 'has' : 'have'} not been sent it yet and will not get it. What
            was sent cannot be taken back.
          </p>
        ) : (
          <p>All its mails are sent: there is nothing left to cancel.</p>
        )}
      </Confirm>
    </TeamLayout>
  );
}
