import type { ReactNode } from 'react';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';
import { type AskedProof, ErrorSummary, SubmitButton } from '../event/form.tsx';
import { HostContact } from '../event/host-contact.tsx';
import { Proof } from '../limits/proof.tsx';

/** What the form of one's registration asks for. */
export type Intent = 'save' | 'cancel' | 'restore' | 'mail' | 'withdraw';

interface StepProps {
  readonly view: EventView;
  /** Where its form goes. */
  readonly action: string;
}

function IntentField({ intent }: { readonly intent: Intent }) {
  return <input type="hidden" name="intent" value={intent} />;
}

function EventPart({ view }: { readonly view: EventView }) {
  return (
    <div className="card__part">
      <EventHeading view={view} level={2} />
      <EventFacts view={view} />
    </div>
  );
}

/** Asks before a registration is cancelled: what opens links in mails cancels nothing. */
export function CancelPage({ view, action }: StepProps) {
  const copy = copyFor(view.language).registration;
  return (
    <EventLayout view={view} about={copy.cancelTitle} scripts={['local-time.js']}>
      <div className="card">
        <h1>{copy.cancelTitle}</h1>
        <p className="lead">{copy.cancelText}</p>
        <EventPart view={view} />
        <form className="form" method="post" action={action}>
          <IntentField intent="cancel" />
          <SubmitButton>{copy.cancel}</SubmitButton>
        </form>
        <p>
          <a className="link" href={action}>
            {copy.keep}
          </a>
        </p>
      </div>
    </EventLayout>
  );
}

/** Whoever cancelled may come back. `isOpen`: at once; else their own page asks first that it is them. */
export function CancelledRegistrationPage({
  view,
  action,
  isOpen,
  children,
}: StepProps & {
  readonly isOpen: boolean;
  /** Below its card. */
  readonly children?: ReactNode;
}) {
  const copy = copyFor(view.language).registration;
  return (
    <EventLayout view={view} about={copy.cancelledTitle} scripts={['local-time.js']}>
      <div className="card">
        <h1>{copy.cancelledTitle}</h1>
        <p className="lead">{copy.cancelledText}</p>
        <EventPart view={view} />
        {isOpen ? (
          <form className="form" method="post" action={action}>
            <IntentField intent="restore" />
            <SubmitButton>{copy.restore}</SubmitButton>
          </form>
        ) : (
          <p>
            <a className="button" href={action}>
              {copy.open}
            </a>
          </p>
        )}
        <HostContact view={view} />
      </div>
      {children}
    </EventLayout>
  );
}

export interface MailedLinkPageProps extends StepProps {
  /** `asks`: nothing was sent yet; `expired`: the link that was sent opens nothing any more. */
  readonly state: 'asks' | 'sent' | 'expired';
  readonly proof?: AskedProof;
}

/** Where the key could be guessed: nothing is shown before a link that is mailed was opened. */
export function MailedLinkPage({ view, action, state, proof }: MailedLinkPageProps) {
  const { registration: copy, linkRequested, registered } = copyFor(view.language);
  const title = state === 'sent' ? linkRequested.title : copy.mailTitle;
  const text = { asks: copy.mailText, sent: copy.mailSent, expired: copy.mailExpired }[state];
  return (
    <EventLayout
      view={view}
      about={title}
      scripts={['local-time.js', ...(proof ? (['proof.js'] as const) : [])]}
      styles={proof ? ['altcha.css'] : []}
    >
      <div className="card">
        <h1>{title}</h1>
        <p className="lead">{text}</p>
        {state === 'sent' ? <p className="quiet">{linkRequested.spam}</p> : null}
        <form className="form" method="post" action={action}>
          <IntentField intent="mail" />
          <ErrorSummary language={view.language} form="mail" state={proof ? { proof } : {}} />
          {proof ? <Proof view={view} {...proof} /> : null}
          <SubmitButton quiet={state === 'sent'}>
            {state === 'sent' ? registered.sendAgain : copy.mailSubmit}
          </SubmitButton>
        </form>
        <EventPart view={view} />
      </div>
    </EventLayout>
  );
}
