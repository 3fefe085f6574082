import type { AnnouncementTexts } from '../../domain/announcement.ts';
import { Group, type SkippedGroup } from '../bulk/bulk-preview-page.tsx';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { people } from '../parts/counted.ts';
import { DateTimeField, ErrorSummary, RadioGroup } from '../parts/field.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { PreviewFrame } from '../preview/preview-frame.tsx';
import { announcementsPath } from './announcement-paths.ts';
import { WrittenTexts } from './announcement-texts.tsx';

export interface ReviewPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly texts: AnnouncementTexts;
  readonly recipients: string;
  readonly queued: number;
  readonly skipped: readonly SkippedGroup[];
  /** What the form carries on: the texts, whom it goes to, its token. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly when: 'now' | 'later';
  /** As typed. */
  readonly sendAt: string;
  /** The zone of that time, as people call it. */
  readonly zone: string;
  /** The last moment at which it can be sent, on the same clock. */
  readonly latest: string;
  readonly sendAtError: string | null;
  readonly isPaused: boolean;
}

const FORM = 'review';

/** Who gets the announcement and who does not, before anything is sent. */
export function ReviewPage(props: ReviewPageProps) {
  const { frame, event, queued, skipped, sendAtError } = props;
  const path = announcementsPath(event.id);
  const title = queued ? `Send to ${people(queued)}?` : 'Nobody would get this announcement';
  const left = skipped.reduce((sum, { count }) => sum + count, 0);
  return (
    <TeamLayout
      {...frame}
      title={title}
      section="events"
      event={event}
      // Its form answers with a page, not with a way to one.
      scripts={['preview.js']}
    >
      <div className="with-preview">
        <div>
          <Card title={title} id="review-title">
            <form className="form" id={FORM} method="post" action={path} noValidate data-preview-first="">
              <HiddenFields values={props.hidden} />
              <ErrorSummary
                problems={sendAtError ? [{ id: 'sendAt', message: `Time: ${sendAtError}` }] : []}
              />
              <div className="field">
                <p className="field__label">To</p>
                <p>
                  <bdi>{props.recipients}</bdi>
                </p>
              </div>
              {left ? (
                <div className="field">
                  <p className="field__label">
                    {people(left)} {left === 1 ? 'is' : 'are'} skipped
                  </p>
                  <ul className="skipped">
                    {skipped.map((group) => (
                      <Group key={group.reason} {...group} eventId={event.id} correctHref={null} />
                    ))}
                  </ul>
                </div>
              ) : null}
              {queued ? (
                <>
                  <RadioGroup
                    name="when"
                    legend="When"
                    value={props.when}
                    options={[
                      { value: 'now', label: 'Now' },
                      { value: 'later', label: 'At a time' },
                    ]}
                  />
                  <div className="announcement-when">
                    <DateTimeField
                      name="sendAt"
                      label="Time"
                      value={props.sendAt}
                      max={props.latest}
                      hint={`Time zone: ${props.zone}. Before the event ends.`}
                      error={sendAtError}
                    />
                  </div>
                  <p className="field__hint">
                    {props.isPaused ? (
                      <strong>Sending is paused for this event: the mails wait until you resume. </strong>
                    ) : null}
                    People who register from now on do not get it. You can cancel it: mails that were not sent
                    by then are not sent.
                  </p>
                </>
              ) : (
                <p>
                  {left
                    ? 'All of them are skipped. Select other people.'
                    : 'Nobody is registered who matches. Select other people.'}
                </p>
              )}
              <ButtonRow>
                {queued ? <Button tone="primary">Send to {people(queued)}</Button> : null}
                <Button formAction={`${path}/new`}>Edit</Button>
                <ButtonLink href={path}>Cancel</ButtonLink>
              </ButtonRow>
            </form>
          </Card>
        </div>
        <section className="with-preview__aside" aria-labelledby="preview-title">
          <h2 id="preview-title">Preview</h2>
          <PreviewFrame
            name="preview"
            title="The mail, as the chosen person would get it"
            path={`${path}/preview`}
            form={FORM}
          />
        </section>
        {Object.keys(props.texts.byLanguage).length > 0 ? (
          <div>
            <Card title="Texts" id="written">
              <WrittenTexts texts={props.texts} />
            </Card>
          </div>
        ) : null}
      </div>
    </TeamLayout>
  );
}

export interface RefusedPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  /** Why nothing is announced any more. */
  readonly sentence: string;
}

export function AnnouncingRefusedPage({ frame, event, sentence }: RefusedPageProps) {
  const title = 'No announcement can be sent';
  return (
    <TeamLayout {...frame} title={title} section="events" event={event} width="narrow">
      <Card title={title} id="refused">
        <p>{sentence}</p>
        <ButtonRow>
          <ButtonLink href={announcementsPath(event.id)}>All announcements</ButtonLink>
        </ButtonRow>
      </Card>
    </TeamLayout>
  );
}
