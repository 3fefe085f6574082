import type { WebhookEndpoint } from '../../db/webhook-endpoint.ts';
import type { DeliveryState, SwitchedOffWhy } from '../../domain/webhook.ts';
import { Tag } from '../parts/status-badge.tsx';
import { Time } from '../parts/time.tsx';

const OFF_WORDS: Readonly<Record<SwitchedOffWhy, string>> = {
  by_hand: 'Switched off by your team.',
  gone: 'Switched off because it answered 410 Gone.',
  failing: 'Switched off because nothing was delivered for three days.',
};

/** How it goes with an endpoint: in a word, and in a sentence. */
export function EndpointHealth({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  return (
    <div className="webhook-state">
      <HealthTag endpoint={endpoint} />
      <p>
        <HealthSentence endpoint={endpoint} />
      </p>
    </div>
  );
}

function HealthTag({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  if (endpoint.switchedOffWhy) return <Tag tone="bad">Switched off</Tag>;
  if (endpoint.failingSince) return <Tag tone="warning">Failing</Tag>;
  return endpoint.lastSuccessAt ? <Tag tone="good">Working</Tag> : <Tag>Nothing sent yet</Tag>;
}

function HealthSentence({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const { switchedOffWhy, failingSince, lastSuccessAt, lastFailure } = endpoint;
  if (switchedOffWhy) return OFF_WORDS[switchedOffWhy];
  if (failingSince)
    return (
      <>
        No delivery succeeded since <Time at={failingSince} timeZone="UTC" exact />. Last failure:{' '}
        <bdi>{lastFailure}</bdi>
      </>
    );
  if (lastSuccessAt)
    return (
      <>
        Last delivery: <Time at={lastSuccessAt} timeZone="UTC" />
      </>
    );
  return 'Send a test to try it.';
}

const DELIVERY: Readonly<Record<DeliveryState, readonly [string, 'good' | 'bad' | undefined]>> = {
  pending: ['Pending', undefined],
  delivered: ['Delivered', 'good'],
  failed: ['Failed', 'bad'],
};

export function DeliveryTag({ state, tries }: { readonly state: DeliveryState; readonly tries: number }) {
  if (state === 'pending' && tries > 0) return <Tag tone="warning">Retrying</Tag>;
  const [word, tone] = DELIVERY[state];
  return tone ? <Tag tone={tone}>{word}</Tag> : <Tag>{word}</Tag>;
}

export function deliveryWord(state: DeliveryState): string {
  return DELIVERY[state][0];
}

/** What an endpoint asked for. */
export function eventTypesText(events: readonly string[]): string {
  return events.includes('*') ? 'Everything' : events.join(', ');
}
