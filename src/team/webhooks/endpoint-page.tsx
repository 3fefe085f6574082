import type { WebhookDelivery } from '../../db/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../db/webhook-endpoint.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../domain/webhook.ts';
import { PostButton } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Menu, MenuForm, MenuLine, MenuLink } from '../parts/menu.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import { Segments } from '../parts/segments.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { DeliveryTag, deliveryWord, EndpointHealth, eventTypesText } from './endpoint-health.tsx';

export interface EndpointPageProps {
  readonly frame: TeamFrame;
  readonly endpoint: WebhookEndpoint;
  /** Titles of the events that it is for; null: all. */
  readonly eventTitles: readonly string[] | null;
  readonly pending: number;
  readonly failed: number;
  readonly deliveries: readonly WebhookDelivery[];
  /** In which the listed deliveries are; null: in any. */
  readonly state: DeliveryState | null;
  readonly newest: string | null;
  readonly older: string | null;
}

/** Seconds after which the list is looked at again while something is on its way. */
const LOOK_SECONDS = 3;

/** One endpoint, how it goes with it, and what was sent to it. Only for admins. */
export function EndpointPage(props: EndpointPageProps) {
  const { frame, endpoint, eventTitles, pending, failed, deliveries, state, newest, older } = props;
  const path = `/team/webhooks/${endpoint.id}`;
  const isOn = endpoint.switchedOffAt === null;
  const every = isOn && deliveries.some((one) => one.state === 'pending') ? LOOK_SECONDS : null;
  const columns: readonly Column<WebhookDelivery>[] = [
    {
      key: 'type',
      label: 'Type',
      isHeading: true,
      cell: ({ id, type }) => <a href={`${path}/deliveries/${id}`}>{type}</a>,
    },
    {
      key: 'at',
      label: 'When',
      kind: 'nowrap',
      cell: ({ occurredAt }) => <Time at={occurredAt} timeZone="UTC" show="second" />,
    },
    { key: 'state', label: 'State', kind: 'nowrap', cell: (delivery) => <DeliveryTag {...delivery} /> },
    { key: 'answer', label: 'Answer', cell: ({ attempts }) => <LastAnswer attempts={attempts} /> },
    { key: 'tries', label: 'Tries', kind: 'number', cell: ({ tries }) => tries },
  ];
  return (
    <TeamLayout
      {...frame}
      title="Endpoint"
      lead={<bdi>{new URL(endpoint.url).host}</bdi>}
      section="webhooks"
      event={null}
      refreshSeconds={every}
      actions={
        <>
          {isOn ? (
            <PostButton action={`${path}/test`} tone="primary">
              Send a test
            </PostButton>
          ) : (
            <PostButton action={`${path}/switch`} hidden={{ enabled: 'yes' }} tone="primary">
              Switch on again
            </PostButton>
          )}
          <Menu name="More actions for this endpoint" label="More actions" isButton>
            <MenuLink href={`${path}/edit`} icon="pencil">
              Edit
            </MenuLink>
            <MenuLink href={`${path}/rotate`} icon="key">
              Rotate secret…
            </MenuLink>
            {isOn ? (
              <MenuForm action={`${path}/switch`} icon="pause">
                Switch off
              </MenuForm>
            ) : null}
            <MenuLine />
            <MenuLink href={`${path}/delete`} icon="trash" tone="danger">
              Delete…
            </MenuLink>
          </Menu>
        </>
      }
    >
      <PlainCard>
        <DefinitionList
          items={[
            { term: 'URL', value: <bdi className="address">{endpoint.url}</bdi> },
            {
              term: 'State',
              value: <EndpointHealth endpoint={endpoint} />,
            },
            { term: 'Event types', value: eventTypesText(endpoint.events) },
            { term: 'Events', value: eventTitles ? eventTitles.join(', ') : 'All' },
            { term: 'Access links', value: endpoint.includeAccessLinks ? 'Included' : 'Not included' },
          ]}
        />
      </PlainCard>
      <Section
        id="deliveries"
        title="Deliveries"
        lead="Of the last 14 days, with the answers."
        actions={
          failed > 0 && isOn ? (
            <PostButton action={`${path}/replay-failed`}>
              {failed === 1
                ? 'Send the failed one again'
                : `Send ${failed.toLocaleString('en')} failed again`}
            </PostButton>
          ) : null
        }
      >
        <Segments
          label="State"
          items={[
            { label: 'All', href: path, current: state === null },
            ...DELIVERY_STATES.map((value) => ({
              ...{ label: deliveryWord(value), href: `${path}?status=${value}`, current: value === state },
              ...(value === 'pending' && { count: pending }),
              ...(value === 'failed' && { count: failed }),
            })),
          ]}
        />
        <LiveRegion id="delivery-list" every={every}>
          {deliveries.length > 0 ? (
            <>
              <Table label="What was sent" columns={columns} rows={deliveries} rowKey={({ id }) => id} />
              <Pager
                label="Deliveries"
                sentence={`${deliveries.length} ${deliveries.length === 1 ? 'delivery' : 'deliveries'}${older ? ' on this page' : ''}`}
                previous={newest}
                next={older}
                words={{ previous: 'Newest', next: 'Older' }}
              />
            </>
          ) : (
            <Empty title={state ? 'No deliveries in this state' : 'Nothing sent yet'}>
              {state ? null : 'A test shows whether requests arrive.'}
            </Empty>
          )}
        </LiveRegion>
      </Section>
    </TeamLayout>
  );
}

function LastAnswer({ attempts }: Pick<WebhookDelivery, 'attempts'>) {
  const last = attempts.at(-1);
  if (!last) return <span className="quiet">Not sent yet</span>;
  return <bdi>{last.status === null ? last.error : `${last.status}, ${last.ms} ms`}</bdi>;
}
