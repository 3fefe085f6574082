import type { ApiScope } from '../../domain/api-key.ts';
import { ButtonLink, ButtonRow } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { CopyValue } from '../parts/copy-button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

export interface ApiKeyMadePageProps {
  readonly frame: TeamFrame;
  readonly name: string;
  readonly apiKey: string;
  readonly scopes: readonly ApiScope[];
  /** The member's address; null: nobody's. */
  readonly owner: string | null;
  /** A command that tries it. */
  readonly example: string;
}

/** Shows a new key, this once. */
export function ApiKeyMadePage({ frame, name, apiKey, scopes, owner, example }: ApiKeyMadePageProps) {
  return (
    <TeamLayout {...frame} title="Key created" section="api_keys" event={null} width="narrow">
      <p className="notice notice--info" role="status">
        Copy it now: it is shown only once. Anyone who has it can use it.
      </p>
      <PlainCard>
        <DefinitionList
          stacked
          items={[
            { term: 'Key', value: <CopyValue text={apiKey} label="Copy the key" /> },
            { term: 'Name', value: <bdi>{name}</bdi> },
            { term: 'Scopes', value: scopes.join(', ') },
            { term: 'Owner', value: owner ? <bdi>{owner}</bdi> : 'Nobody' },
            { term: 'Try it', value: <CopyValue text={example} label="Copy the command" /> },
          ]}
        />
      </PlainCard>
      <ButtonRow>
        <ButtonLink href="/team/api-keys">I have copied it</ButtonLink>
      </ButtonRow>
    </TeamLayout>
  );
}
