import { LANGUAGES } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { AccessLinkForm } from './access-link-form.tsx';
import { Cover } from './cover.tsx';
import { Description } from './description.tsx';
import { OtherEvents } from './event-cards.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventHeadData } from './event-head-data.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';
import { type FormState, hasProblems } from './form.tsx';
import { HostContact } from './host-contact.tsx';
import { RegistrationForm } from './registration-form.tsx';

export interface EventPageProps {
  readonly view: EventView;
  /** The registration form as it was sent, when something in it was wrong. */
  readonly registration?: FormState;
  /** The same for the "send me my link" form. */
  readonly accessLink?: FormState;
  /** Where to go from one that is over. */
  readonly others?: readonly EventView[];
}

/** The permalink: what the event is, how to register, and how to get a lost link again. */
export function EventPage({ view, registration = {}, accessLink = {}, others = [] }: EventPageProps) {
  const copy = copyFor(view.language);
  const open = view.isRegistrationOpen;
  const asksForProof = view.leadsSomewhere && (registration.proof ?? accessLink.proof) !== undefined;
  const wrong = hasProblems(registration) || hasProblems(accessLink);
  return (
    <EventLayout
      view={wrong ? { ...view, title: copy.form.errorTitle(view.title) } : view}
      width="wide"
      indexed
      scripts={[
        'local-time.js',
        ...(view.leadsSomewhere ? (['email-suggestion.js'] as const) : []),
        ...(asksForProof ? (['proof.js'] as const) : []),
      ]}
      styles={asksForProof ? ['altcha.css'] : []}
      cover="own"
      head={<EventHeadData view={view} />}
      footer={<LanguageLinks view={view} />}
    >
      <div className="event">
        <div className="event__lead">
          <Cover view={view} shape="large" />
          <EventHeading view={view} />
          <EventFacts view={view} />
          {open && view.description ? (
            <a className="button event__jump" href="#register">
              {copy.register.jump}
            </a>
          ) : null}
          {open ? null : (
            <p className="notice">
              {view.phase === 'cancelled' ? copy.register.cancelled : copy.register.ended}
            </p>
          )}
        </div>
        <div className="event__text">
          <Description view={view} />
          <HostContact view={view} />
        </div>
        {view.leadsSomewhere ? (
          <div className="event__forms">
            {open ? (
              <section className="card" id="register" aria-labelledby="register-heading">
                <h2 id="register-heading">{copy.register.heading}</h2>
                {view.isOn ? <p className="notice notice--good">{copy.register.running}</p> : null}
                <RegistrationForm view={view} state={registration} />
              </section>
            ) : null}
            <SendLink view={view} state={accessLink} />
          </div>
        ) : null}
        <OtherEvents language={view.language} events={others} />
      </div>
    </EventLayout>
  );
}

/** "Send me my link"; once the room has closed, to what was recorded in it. */
function SendLink({ view, state }: { readonly view: EventView; readonly state: FormState }) {
  const { sendLink, replay } = copyFor(view.language);
  const { heading, intro } = view.phase === 'ended' ? replay : sendLink;
  return (
    <section className="card card--quiet" id="send-link" aria-labelledby="send-link-heading">
      <h2 id="send-link-heading">{heading}</h2>
      <p>{intro}</p>
      <AccessLinkForm view={view} state={state} quiet={view.isRegistrationOpen} />
    </section>
  );
}

/** The same page in the other languages. */
function LanguageLinks({ view }: { readonly view: EventView }) {
  return (
    <footer className="footer">
      {LANGUAGES.filter((language) => language !== view.language).map((language) => (
        <a key={language} href={`${view.path}?lang=${language}`} lang={language} hrefLang={language}>
          {copyFor(language).languageName}
        </a>
      ))}
    </footer>
  );
}
