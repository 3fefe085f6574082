import type { WebhookEndpoint } from '../../db/webhook-endpoint.ts';
import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

interface ConfirmPageProps {
  readonly frame: TeamFrame;
  readonly endpoint: WebhookEndpoint;
}

/** Asks before an endpoint is deleted. */
export function DeleteEndpointPage({ frame, endpoint: { id, url } }: ConfirmPageProps) {
  const path = `/team/webhooks/${id}`;
  return (
    <TeamLayout {...frame} title="Delete an endpoint" section="webhooks" event={null} width="narrow">
      <Confirm
        title={`Delete the endpoint at ${new URL(url).host}?`}
        action={`${path}/delete`}
        submit={{ label: 'Delete the endpoint', tone: 'danger' }}
        cancelHref={path}
      >
        <p>Nothing more is sent to it, and the list of its deliveries goes with it. This cannot be undone.</p>
      </Confirm>
    </TeamLayout>
  );
}

/** Asks before a secret is rotated. */
export function RotateSecretPage({ frame, endpoint: { id, url } }: ConfirmPageProps) {
  const path = `/team/webhooks/${id}`;
  return (
    <TeamLayout {...frame} title="Rotate a secret" section="webhooks" event={null} width="narrow">
      <section className="card confirm" aria-labelledby="confirm-title">
        <h2 id="confirm-title">Rotate the secret of {new URL(url).host}?</h2>
        <div className="prose">
          <p>
            You get a new secret. For 24 hours requests are signed with both, so that your program can change
            over.
          </p>
        </div>
        {/* The answer is the new secret itself, which stands nowhere else: no redirect, as Turbo would want. */}
        <form className="form" method="post" action={`${path}/rotate`} data-turbo="false">
          <ButtonRow>
            <Button tone="primary">Rotate the secret</Button>
            <ButtonLink href={path}>Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </section>
    </TeamLayout>
  );
}
