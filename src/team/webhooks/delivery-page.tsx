import type { WebhookDelivery } from '../../db/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../db/webhook-endpoint.ts';
import { PostButton } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Section } from '../parts/section.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { DeliveryTag } from './endpoint-health.tsx';

export interface DeliveryPageProps {
  readonly frame: TeamFrame;
  readonly endpoint: WebhookEndpoint;
  readonly delivery: WebhookDelivery;
  /** As it is sent. */
  readonly body: string;
}

const LOOK_SECONDS = 2;

/** One delivery: what is sent, and what each try was answered. */
export function DeliveryPage({ frame, endpoint, delivery, body }: DeliveryPageProps) {
  const path = `/team/webhooks/${endpoint.id}`;
  const isOn = endpoint.switchedOffAt === null;
  const every = isOn && delivery.state === 'pending' ? LOOK_SECONDS : null;
  const tries = delivery.attempts.toReversed();
  return (
    <TeamLayout
      {...frame}
      title={delivery.type}
      section="webhooks"
      event={null}
      refreshSeconds={every}
      lead={
        <>
          A delivery to <a href={path}>{new URL(endpoint.url).host}</a>
        </>
      }
      actions={
        isOn ? (
          <PostButton action={`${path}/deliveries/${delivery.id}/replay`} tone="primary">
            Send again
          </PostButton>
        ) : null
      }
    >
      <LiveRegion id="delivery" every={every}>
        <PlainCard>
          <DefinitionList
            items={[
              { term: 'State', value: <DeliveryTag {...delivery} /> },
              {
                term: 'Next try',
                value: delivery.state === 'pending' && isOn ? <NextTry {...delivery} /> : null,
              },
              { term: 'webhook-id', value: <code>{delivery.id}</code> },
              { term: 'Happened', value: <Time at={delivery.occurredAt} timeZone="UTC" show="second" /> },
            ]}
          />
        </PlainCard>
        <Section id="tries" title="Tries">
          {tries.length > 0 ? (
            <ol className="webhook-tries" reversed>
              {tries.map((attempt) => (
                <li key={`${attempt.at} ${attempt.ms}`} className="card">
                  <p className="webhook-tries__head">
                    <strong>{attempt.status ?? 'No answer'}</strong>
                    <span className="quiet">
                      <Time at={new Date(attempt.at)} timeZone="UTC" show="second" />, {attempt.ms} ms
                    </span>
                  </p>
                  {attempt.error ? <p>{attempt.error}</p> : null}
                  {attempt.answer ? (
                    <pre className="webhook-text" dir="ltr">
                      {attempt.answer}
                    </pre>
                  ) : null}
                </li>
              ))}
            </ol>
          ) : (
            <Empty title="Not sent yet" />
          )}
        </Section>
      </LiveRegion>
      <Section
        id="body"
        title="Body"
        lead={
          endpoint.includeAccessLinks
            ? 'Access links are added when it is sent, and are not kept.'
            : undefined
        }
        actions={<CopyButton text={body} small label="Copy the body" />}
      >
        <pre className="webhook-text card" dir="ltr">
          {JSON.stringify(JSON.parse(body), null, 2)}
        </pre>
      </Section>
    </TeamLayout>
  );
}

function NextTry({ tries, nextAt }: WebhookDelivery) {
  return tries === 0 ? 'Shortly' : <Time at={nextAt} timeZone="UTC" show="second" />;
}
