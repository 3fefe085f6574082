import { Confirm } from '../parts/confirm.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { timeText } from '../parts/time.tsx';
import type { ApiKeyRow } from './api-keys-page.tsx';

/** Asks before a key is revoked. */
export function RevokeKeyPage({ frame, apiKey }: { readonly frame: TeamFrame; readonly apiKey: ApiKeyRow }) {
  const { id, name, owner, scopes, lastUsedAt } = apiKey;
  return (
    <TeamLayout {...frame} title="Revoke a key" section="api_keys" event={null} width="narrow">
      <Confirm
        title={`Revoke the key “${name}”?`}
        action={`/team/api-keys/${id}/revoke`}
        submit={{ label: 'Revoke the key', tone: 'danger' }}
        cancelHref="/team/api-keys"
      >
        <p>
          Whatever uses it is refused from then on, and it cannot be brought back. Exports that were asked for
          with it open no more.
        </p>
        <p>
          It may {scopes.join(', ')}, belongs to {owner ? <bdi>{owner}</bdi> : 'nobody'}, and{' '}
          {lastUsedAt ? `was last used on ${timeText(lastUsedAt, 'UTC')}` : 'was never used'}.
        </p>
      </Confirm>
    </TeamLayout>
  );
}
