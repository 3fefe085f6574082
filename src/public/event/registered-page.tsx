import type { WebCalendar } from '../../domain/calendar.ts';
import type { WrongDomain } from '../../domain/mail-domain.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Email, Sentence } from '../../ui/sentence.tsx';
import { Proof } from '../limits/proof.tsx';
import { AccessLinkForm } from './access-link-form.tsx';
import { ASKED_EMAIL, USE_EMAIL } from './email-suggestion.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';
import { ErrorSummary, Field, type FormState, hasProblems, SubmitButton } from './form.tsx';
import { SESSION_PARAMETER } from './registration-session.ts';

/** What the browser that registered is told, and nobody else. */
export interface OwnRegistered {
  /** As it was typed there. */
  readonly email: string;
  /** Whom the mail comes from: `Events <events@example.com>`. */
  readonly sender: string;
  /** Where the event is put into a calendar, without the personal link; null: it is on already. */
  readonly calendars: Readonly<Record<WebCalendar | 'file', string>> | null;
  /** What the DNS says of the domain of the address. `awaited`: it is being asked. */
  readonly domain: WrongDomain | 'awaited' | null;
  /** The page without a script looks again. */
  readonly refreshes: boolean;
  /** An address that was most likely meant. */
  readonly suggested: string | null;
  readonly isChanged: boolean;
  /** The form that changes the address, as it was sent. */
  readonly state: FormState;
  /** As it stands in the page's address; null: a cookie has it. */
  readonly session: string | null;
}

export interface RegisteredPageProps {
  readonly view: EventView;
  /** Null: it is not known who looks at it. */
  readonly own: OwnRegistered | null;
  /** The address was to be changed, by nobody who may. */
  readonly isExpired?: boolean;
}

/**
 * After registering. The link goes by mail only, or whoever registers somebody else's address would be let in with it. The address is
 * named to the browser that sent it, which learns nothing by that; nothing here tells whether it was registered before.
 */
export function RegisteredPage({ view, own, isExpired = false }: RegisteredPageProps) {
  const { registered, form } = copyFor(view.language);
  const isWrong = own !== null && hasProblems(own.state);
  const asksForProof = own?.state.proof !== undefined;
  return (
    <EventLayout
      view={view}
      about={isWrong || isExpired ? form.errorTitle(registered.title) : registered.title}
      scripts={[
        'local-time.js',
        'email-suggestion.js',
        ...(own?.domain === 'awaited' ? (['registered.js'] as const) : []),
        ...(asksForProof ? (['proof.js'] as const) : []),
      ]}
      styles={asksForProof ? ['altcha.css'] : []}
      head={
        own?.refreshes ? (
          <noscript>
            <meta httpEquiv="refresh" content="4" />
          </noscript>
        ) : null
      }
    >
      <div className="card">
        <Registered view={view} own={own} isExpired={isExpired} />
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
          {own?.calendars ? <Calendars view={view} calendars={own.calendars} /> : null}
        </div>
      </div>
      <section className="card card--quiet" aria-labelledby="not-there">
        <h2 id="not-there">{registered.notThere}</h2>
        {own ? (
          <>
            <p>
              <Sentence of={registered.spamFrom}>
                <bdi className="email">{own.sender}</bdi>
              </Sentence>
            </p>
            <form method="post" action={`${view.path}/access-link`}>
              <input type="hidden" name="email" defaultValue={own.email} />
              <input type="hidden" name={ASKED_EMAIL} defaultValue={own.email} />
              <SubmitButton quiet>{registered.sendAgain}</SubmitButton>
            </form>
            <ChangeAddress view={view} own={own} />
          </>
        ) : (
          <>
            <p>{registered.spam}</p>
            <AccessLinkForm view={view} submit={registered.sendAgain} quiet />
          </>
        )}
      </section>
      <p>
        <a className="link" href={view.path}>
          {registered.back}
        </a>
      </p>
    </EventLayout>
  );
}

/** That it worked, and what comes now: on the page, and where the form stood on another site. */
export function Registered({
  view,
  own = null,
  isExpired = false,
}: Pick<RegisteredPageProps, 'view' | 'isExpired'> & Partial<Pick<RegisteredPageProps, 'own'>>) {
  const { registered } = copyFor(view.language);
  return (
    <>
      <h1>{registered.title}</h1>
      {isExpired ? (
        <p className="notice notice--bad" role="alert">
          {registered.changeExpired}
        </p>
      ) : null}
      {own?.isChanged ? (
        <p className="notice notice--good" role="status">
          {registered.changed}
        </p>
      ) : null}
      <Sent view={view} own={own} />
      {own ? <DomainCheck view={view} own={own} /> : null}
      <p>{registered.keepIt}</p>
    </>
  );
}

function Sent({ view, own }: Pick<RegisteredPageProps, 'view' | 'own'>) {
  const { sent, sentRunning, sentTo, sentToRunning } = copyFor(view.language).registered;
  return (
    <p className="lead">
      {own ? (
        <Sentence of={view.isOn ? sentToRunning : sentTo}>
          <strong>
            <Email>{own.email}</Email>
          </strong>
        </Sentence>
      ) : view.isOn ? (
        sentRunning
      ) : (
        sent
      )}
    </p>
  );
}

interface OwnProps {
  readonly view: EventView;
  readonly own: OwnRegistered;
}

/** Where no mail can arrive it says so at once. A script looks again until it is known. */
function DomainCheck({ view, own: { domain, email, suggested, session } }: OwnProps) {
  const { registered, suggestion } = copyFor(view.language);
  const wrong = domain === 'awaited' ? null : domain;
  return (
    <div aria-live="polite" data-domain-check={domain === 'awaited' ? 'awaited' : wrong ? 'wrong' : 'fine'}>
      {wrong ? (
        <div className="notice notice--bad">
          <p>
            <Sentence of={registered.wrongDomain[wrong]}>
              <strong>
                <Email>{email.slice(email.lastIndexOf('@') + 1)}</Email>
              </strong>
            </Sentence>
          </p>
          {suggested ? (
            <form className="notice__form" method="post" action={`${view.path}/registered`}>
              <input type="hidden" name={USE_EMAIL} defaultValue={suggested} />
              {session ? <input type="hidden" name={SESSION_PARAMETER} defaultValue={session} /> : null}
              <p>
                <Sentence of={suggestion.question}>
                  <strong>
                    <Email>{suggested}</Email>
                  </strong>
                </Sentence>
              </p>
              <button type="submit" className="button button--small">
                <span>
                  <Sentence of={suggestion.use}>
                    <Email>{suggested}</Email>
                  </Sentence>
                </span>
              </button>
            </form>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Calendars({ view, calendars }: Pick<OwnProps, 'view'> & Pick<OwnRegistered, 'calendars'>) {
  const { waiting, registered } = copyFor(view.language);
  if (!calendars) return null;
  return (
    <div className="calendars">
      <h3 className="calendars__title">{waiting.addToCalendar}</h3>
      <ul className="calendars__list">
        {(['google', 'outlook', 'file'] as const).map((name) => (
          <li key={name}>
            <a
              className="button button--small button--quiet"
              href={calendars[name]}
              {...(name !== 'file' && { target: '_blank', rel: 'noopener noreferrer' })}
            >
              {registered.calendars[name]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Opens by itself where the address is known to be wrong, and while something in it needs attention. */
function ChangeAddress({ view, own: { domain, state, session, suggested } }: OwnProps) {
  const { registered } = copyFor(view.language);
  const isOpen =
    hasProblems(state) || state.suggestion !== undefined || (domain !== null && domain !== 'awaited');
  const shown = state.values ? state : { ...state, values: { email: suggested ?? '' } };
  return (
    <details className="change-address" data-change-address open={isOpen}>
      <summary>{registered.wrongAddress}</summary>
      <form className="form" method="post" action={`${view.path}/registered`}>
        <ErrorSummary language={view.language} form="change" state={state} />
        <p>{registered.changeIntro}</p>
        <Field language={view.language} form="change" name="email" state={shown} />
        {session ? <input type="hidden" name={SESSION_PARAMETER} defaultValue={session} /> : null}
        {state.proof ? <Proof view={view} {...state.proof} /> : null}
        <SubmitButton>{registered.change}</SubmitButton>
      </form>
    </details>
  );
}
