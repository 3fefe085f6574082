import type { ReactNode } from 'react';
import { accentPath } from '../../ui/accent.ts';
import { assetPath } from '../../ui/assets.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Layout } from '../../ui/layout.tsx';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import type { EventView } from '../event/event-view.ts';
import { type FormState, hasProblems } from '../event/form.tsx';
import { Registered } from '../event/registered-page.tsx';
import { RegistrationForm } from '../event/registration-form.tsx';
import type { EmbedFrame } from './embed.ts';

export interface EmbedPageProps {
  readonly view: EventView;
  readonly frame: EmbedFrame;
  /** The registration form as it was sent, when something in it was wrong. */
  readonly registration?: FormState;
}

/** The registration form alone, for a frame on another site: what the event is, when, and the form. */
export function EmbedPage({ view, frame, registration = {} }: EmbedPageProps) {
  const copy = copyFor(view.language);
  const asksForProof = view.isRegistrationOpen && registration.proof !== undefined;
  const title = copy.register.registerFor(view.title);
  return (
    <EmbedLayout
      {...{ view, frame, asksForProof }}
      asksForEmail={view.isRegistrationOpen}
      title={hasProblems(registration) ? copy.form.errorTitle(title) : title}
    >
      <EmbedHead view={view} level={1} />
      {view.isRegistrationOpen ? (
        <>
          {view.isOn ? <p className="notice notice--good">{copy.register.running}</p> : null}
          <RegistrationForm
            view={view}
            state={registration}
            framedAction={`${view.path}/embed${frame.search}`}
          />
        </>
      ) : (
        <p className="notice">{view.phase === 'cancelled' ? copy.register.cancelled : copy.register.ended}</p>
      )}
      <OtherWindowLinks view={view} />
    </EmbedLayout>
  );
}

/** In the form's place once it was sent. */
export function EmbedRegisteredPage({ view, frame }: Omit<EmbedPageProps, 'registration'>) {
  const { registered } = copyFor(view.language);
  return (
    <EmbedLayout view={view} frame={frame} title={`${registered.title} · ${view.title}`}>
      {/* Whoever sent the form hears of it: the script puts the focus here. */}
      <div className="embed__answer" role="status" tabIndex={-1} data-answer>
        <Registered view={view} />
      </div>
      <div className="card__part">
        <EmbedHead view={view} level={2} />
      </div>
      <div className="embed__answer">
        <p className="quiet">
          <strong>{registered.notThere}</strong> {registered.spam}
        </p>
      </div>
      <OtherWindowLinks view={view} />
    </EmbedLayout>
  );
}

/** Where no site may show the form yet: for whoever builds the site, and the way on for everybody else. */
export function NoSiteYetPage({ view }: { readonly view: EventView }) {
  const { origin } = new URL(view.permalink);
  return (
    <Layout language="en" title={`Embed · ${view.title}`} color={view.color}>
      <div className="card">
        <h1>No site may show this form yet</h1>
        <p className="lead">
          This is the registration form of “<bdi>{view.title}</bdi>” for other sites. So far, none may show
          it.
        </p>
        <p>
          To show it on your site, sign in to <a href={`${origin}/team/events`}>the team’s pages</a>, open the
          event’s Settings, and add the site’s address (like https://www.example.com) to “Allowed sites” under
          Embed. The snippet to copy stands there, too.
        </p>
        <p>
          <a className="link" href={view.path}>
            Register on the event’s page
          </a>
        </p>
      </div>
    </Layout>
  );
}

function EmbedHead({ view, level }: { readonly view: EventView; readonly level: 1 | 2 }) {
  return (
    <div className="embed__head">
      <EventHeading view={view} level={level} />
      <EventFacts view={{ ...view, hostName: null }} />
    </div>
  );
}

/** All other pages refuse to be shown in the frame. */
function OtherWindowLinks({ view }: { readonly view: EventView }) {
  const { details, sendLink } = copyFor(view.language);
  const links = [
    ...(view.leadsSomewhere ? [{ href: `${view.path}#send-link`, text: sendLink.heading }] : []),
    { href: view.path, text: details.about },
  ];
  return (
    <p className="embed__links">
      {links.map(({ href, text }) => (
        <a key={href} className="link" href={href} target="_blank" rel="noopener">
          {text}
        </a>
      ))}
    </p>
  );
}

interface EmbedLayoutProps {
  readonly view: EventView;
  readonly frame: EmbedFrame;
  readonly title: string;
  readonly asksForProof?: boolean;
  readonly asksForEmail?: boolean;
  readonly children: ReactNode;
}

/** A document without what stands around a page of ours: the site around the frame has its own. Its ground is the site's. */
function EmbedLayout({
  view,
  frame,
  title,
  asksForProof = false,
  asksForEmail = false,
  children,
}: EmbedLayoutProps) {
  const { theme, origins, isAlone } = frame;
  const accent = view.color ? accentPath(view.color, theme) : null;
  return (
    <html lang={view.language} dir={copyFor(view.language).direction}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme ?? 'light dark'} />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href={assetPath('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath(theme ? `style-${theme}.css` : 'style.css')} />
        {asksForProof ? <link rel="stylesheet" href={assetPath('altcha.css')} /> : null}
        {accent ? <link rel="stylesheet" href={accent} /> : null}
        <script type="module" src={assetPath('local-time.js')} />
        {asksForEmail ? <script type="module" src={assetPath('email-suggestion.js')} /> : null}
        {asksForProof ? <script type="module" src={assetPath('proof.js')} /> : null}
        <script type="module" src={assetPath('embed-frame.js')} />
      </head>
      <body className={isAlone ? 'body--embed body--alone' : 'body--embed'} data-origins={origins.join(' ')}>
        <main className="embed card">{children}</main>
      </body>
    </html>
  );
}
