import type { WebhookEndpoint } from '../../db/webhook-endpoint.ts';
import { MOST_ENDPOINTS } from '../../domain/webhook.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { EndpointHealth, eventTypesText } from './endpoint-health.tsx';

export interface EndpointRow extends WebhookEndpoint {
  readonly pending: number;
  readonly failed: number;
}

export interface WebhooksPageProps {
  readonly frame: TeamFrame;
  readonly endpoints: readonly EndpointRow[];
}

const COLUMNS: readonly Column<EndpointRow>[] = [
  {
    key: 'url',
    label: 'URL',
    isHeading: true,
    cell: ({ id, url }) => (
      <a className="address" href={`/team/webhooks/${id}`} dir="ltr">
        {url}
      </a>
    ),
  },
  { key: 'events', label: 'Event types', cell: ({ events }) => eventTypesText(events) },
  {
    key: 'health',
    label: 'State',
    cell: (endpoint) => <EndpointHealth endpoint={endpoint} />,
  },
  { key: 'pending', label: 'Pending', kind: 'number', cell: ({ pending }) => pending.toLocaleString('en') },
  { key: 'failed', label: 'Failed', kind: 'number', cell: ({ failed }) => failed.toLocaleString('en') },
];

/** Where programs are told what happens. Only for admins. */
export function WebhooksPage({ frame, endpoints }: WebhooksPageProps) {
  const add =
    endpoints.length < MOST_ENDPOINTS ? (
      <ButtonLink href="/team/webhooks/new" tone="primary">
        Add endpoint
      </ButtonLink>
    ) : null;
  return (
    <TeamLayout
      {...frame}
      title="Webhooks"
      section="webhooks"
      event={null}
      lead="Tell other programs what happens: who registered, which mail bounced, who joined."
      actions={endpoints.length > 0 ? add : null}
    >
      {endpoints.length > 0 ? (
        <Table label="Webhook endpoints" columns={COLUMNS} rows={endpoints} rowKey={({ id }) => id} />
      ) : (
        <Empty title="No endpoints yet" icon="link" action={add}>
          An endpoint is an address of a program of yours. Every request to it is signed.
        </Empty>
      )}
    </TeamLayout>
  );
}
