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
          The key stops working immediately. This cannot be undone. Links to exports that were requested with
          it stop working.
        </p>
        <p>
          Its scopes are {scopes.join(', ')}, its owner is {owner ? <bdi>{owner}</bdi> : 'nobody'}, and it{' '}
          {lastUsedAt ? `was last used on ${timeText(lastUsedAt, 'UTC')}` : 'was never used'}.
        </p>
      </Confirm>
    </TeamLayout>
  );
}
