import { copyFor } from './copy/copy-for.ts';
import type { EventView } from './event-view.ts';
import { EventFacts } from './parts/event-facts.tsx';
import { EventHeading } from './parts/event-heading.tsx';
import { EventLayout } from './parts/event-layout.tsx';
import { SubmitButton } from './parts/form.tsx';

export interface StopRemindersPageProps {
  readonly view: EventView;
  /** Whether it has been done; before, the page asks, because mail scanners open links. */
  readonly done: boolean;
}

/** Behind the "stop reminders" link of a mail: asks, and after the form was sent, confirms. */
export function StopRemindersPage({ view, done }: StopRemindersPageProps) {
  const copy = copyFor(view.language).stopReminders;
  const title = done ? copy.doneTitle : copy.title;
  return (
    <EventLayout view={view} about={title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{title}</h1>
        <p className="lead">{done ? copy.done : copy.explanation}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
        </div>
        {done ? null : (
          // No action: the form posts to the address it was opened at, the token in it included.
          <form className="form" method="post">
            <SubmitButton>{copy.submit}</SubmitButton>
          </form>
        )}
      </div>
    </EventLayout>
  );
}
