import { Layout } from '../../ui/layout.tsx';

export interface StartPageProps {
  /** The event to register for; null: there is none yet. */
  readonly event: { readonly title: string; readonly path: string } | null;
  /** Where all mails arrive. */
  readonly inboxUrl: string;
  /** The member that `npm start` made; null: the team has others. */
  readonly sampleMember: string | null;
}

/** In development, what there is to try, in the order in which one tries it. */
export function StartPage({ event, inboxUrl, sampleMember }: StartPageProps) {
  return (
    <Layout language="en" title="access-mail" width="narrow">
      <h1>Try access-mail</h1>
      <p className="lead">It runs on this computer. No mail leaves it.</p>
      <ol className="start-steps">
        <li className="card">
          <h2>Register</h2>
          {event ? (
            <>
              <p>Register for the event with any email address.</p>
              <p>
                <a className="button" href={event.path}>
                  <bdi>{event.title}</bdi>
                </a>
              </p>
            </>
          ) : (
            <p>There is no event yet. Sign in below and create one.</p>
          )}
        </li>
        <li className="card">
          <h2>See the mail</h2>
          <p>
            The confirmation arrives in the inbox. Open the event from it, or answer it as a mail server
            would: no such mailbox, full, spam.
          </p>
          <p>
            <a className="button button--quiet" href={inboxUrl}>
              Open the inbox
            </a>
          </p>
        </li>
        <li className="card">
          <h2>Sign in</h2>
          <p>See who registered, what became of each mail, and send links again.</p>
          {sampleMember ? (
            <form method="post" action="/team/sign-in">
              <input type="hidden" name="email" value={sampleMember} />
              <button className="button button--quiet" type="submit">
                Sign in as {sampleMember}
              </button>
              <p className="quiet">The sign-in link comes to the inbox.</p>
            </form>
          ) : (
            <p>
              <a className="button button--quiet" href="/team/sign-in">
                Sign in
              </a>
            </p>
          )}
        </li>
        <li className="card">
          <h2>Use the API</h2>
          <p>Copy a command from the API docs, and put in the API key that the terminal shows.</p>
          <p>
            <a className="button button--quiet" href="/api/docs">
              Open the API docs
            </a>
          </p>
        </li>
      </ol>
      <p className="quiet">
        In production this address shows the events that you list there: switch on “List on the start page” in
        an event’s settings.
      </p>
    </Layout>
  );
}
