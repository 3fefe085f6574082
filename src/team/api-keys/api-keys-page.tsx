import { API_SCOPES, type ApiScope, SCOPE_MEANINGS } from '../../domain/api-key.ts';
import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { CheckboxGroup, ErrorSummary, RadioGroup, TextField } from '../parts/field.tsx';
import { Section } from '../parts/section.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  /** The address of the member whose it is; null: nobody's. */
  readonly owner: string | null;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export interface ApiKeyFormValues {
  readonly name: string;
  readonly scopes: readonly string[];
  /** `me` or `nobody` */
  readonly owner: string;
}

export interface ApiKeysPageProps {
  readonly frame: TeamFrame;
  readonly keys: readonly ApiKeyRow[];
  readonly values: ApiKeyFormValues;
  /** By field: `name`, `scopes`, `owner`. */
  readonly errors: Readonly<Record<string, string>>;
}

const COLUMNS: readonly Column<ApiKeyRow>[] = [
  { key: 'name', label: 'Name', isHeading: true, cell: ({ name }) => <bdi>{name}</bdi> },
  {
    key: 'owner',
    label: 'Owner',
    cell: ({ owner }) => (owner ? <bdi className="address">{owner}</bdi> : 'Nobody'),
  },
  { key: 'scopes', label: 'Scopes', cell: ({ scopes }) => scopes.join(', ') },
  {
    key: 'made',
    label: 'Created',
    kind: 'nowrap',
    cell: ({ createdAt }) => <Time at={createdAt} timeZone="UTC" show="date" />,
  },
  {
    key: 'used',
    label: 'Last used',
    kind: 'nowrap',
    cell: ({ lastUsedAt }) =>
      lastUsedAt ? <Time at={lastUsedAt} timeZone="UTC" /> : <span className="quiet">Never</span>,
  },
];

/** The API keys in force, and a form for one more. Only for admins. */
export function ApiKeysPage({ frame, keys, values, errors }: ApiKeysPageProps) {
  return (
    <TeamLayout
      {...frame}
      title="API keys"
      section="api_keys"
      event={null}
      lead={
        <>
          For programs that do what these pages do. <a href="/api/docs">How the API works</a>
        </>
      }
    >
      <Section id="keys" title="Active keys">
        {keys.length > 0 ? (
          <Table
            label="API keys"
            columns={COLUMNS}
            rows={keys}
            rowKey={({ id }) => id}
            actions={({ id, name }) => (
              <ButtonLink small href={`/team/api-keys/${id}/revoke`} label={`Revoke ${name}`}>
                Revoke
              </ButtonLink>
            )}
          />
        ) : (
          <Empty title="No keys yet">Programs need a key to use the API.</Empty>
        )}
      </Section>
      <Card id="new" title="Create a key">
        {/* The answer is the new key itself, which stands nowhere else: no redirect, as Turbo would want. */}
        <form className="form" method="post" action="/team/api-keys" data-turbo="false">
          <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
          <TextField
            name="name"
            label="Name"
            hint="What uses the key, for example “website” or “CRM”."
            value={values.name}
            error={errors.name}
            maxLength={100}
            dir="auto"
            width="medium"
            required
          />
          <CheckboxGroup
            name="scopes"
            legend="Scopes"
            values={values.scopes}
            error={errors.scopes}
            options={API_SCOPES.map((scope) => ({ value: scope, label: scope, hint: SCOPE_MEANINGS[scope] }))}
          />
          <RadioGroup
            name="owner"
            legend="Owner"
            value={values.owner}
            error={errors.owner}
            options={[
              {
                value: 'nobody',
                label: 'Nobody',
                hint: 'Stays active when members leave. Its exports can go to any address.',
              },
              {
                value: 'me',
                label: 'Me',
                hint: 'Revoked when you leave the team. Its exports go to team members only.',
              },
            ]}
          />
          <ButtonRow>
            <Button tone="primary">Create key</Button>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}
