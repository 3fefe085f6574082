import { copyFor } from '../../ui/copy/copy-for.ts';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';
import { SubmitButton } from '../event/form.tsx';

export interface UnsubscribePageProps {
  readonly view: EventView;
  /** First the page asks, because mail scanners open links; what was done can be undone. */
  readonly state: 'asks' | 'done' | 'undone';
}

/** Behind the unsubscribe link of a mail: asks, and after the form was sent, confirms. */
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
