import { copyFor } from './copy/copy-for.ts';
import type { EventView } from './event-view.ts';
import { EventFacts } from './parts/event-facts.tsx';
import { EventHeading } from './parts/event-heading.tsx';
import { EventLayout } from './parts/event-layout.tsx';
import { SubmitButton } from './parts/form.tsx';

export interface UnsubscribePageProps {
  readonly view: EventView;
  /** First the page asks, because mail scanners open links; what was done can be undone. */
  readonly state: 'asks' | 'done' | 'undone';
}

/** Behind the "stop reminders" link of a mail: asks, and after the form was sent, confirms. */
export function UnsubscribePage({ view, state }: UnsubscribePageProps) {
  const copy = copyFor(view.language).unsubscribe;
  const { title, text } = {
    asks: { title: copy.title, text: copy.explanation },
    done: { title: copy.doneTitle, text: copy.done },
    undone: { title: copy.undoneTitle, text: copy.undone },
  }[state];
  return (
    <EventLayout view={view} about={title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{title}</h1>
        <p className="lead">{text}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
        </div>
        {/* No action: the form posts to the address it was opened at, the token in it included. */}
        <form className="form" method="post">
          {state === 'done' ? <input type="hidden" name="undo" value="1" /> : null}
          <SubmitButton>{state === 'done' ? copy.undo : copy.submit}</SubmitButton>
        </form>
      </div>
    </EventLayout>
  );
}
