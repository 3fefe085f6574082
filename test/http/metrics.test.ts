import { expect, it } from 'vitest';
import { type BreakerScope, openBreaker } from '../../src/db/circuit-breaker.ts';
import { foldCounters, saveCounters } from '../../src/db/worker-counter.ts';
import { METRICS, type Metric, PREFIX } from '../../src/domain/metrics.ts';
import { createDeliveryMetrics, readSeries } from '../../src/operations/delivery-metrics.ts';
import { openApp } from '../support/app.ts';
import { parseMetrics } from '../support/metrics.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp();

async function metrics(query = ''): Promise<Map<string, number>> {
  const { status, text, headers } = await app.request(`/metrics${query}`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain');
  return parseMetrics(text).values;
}

/** What a worker that has counted this writes to the database. */
async function counted(change: (metrics: ReturnType<typeof createDeliveryMetrics>) => void) {
  const worker = createDeliveryMetrics();
  change(worker);
  return Object.fromEntries(await readSeries(worker.registry));
}

it('tells of all mail how long the oldest waits, by priority, and what waits in the queues', async () => {
  const event = await app.event();
  await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  app.clock.advance(90_000);
  const values = await metrics('?scope=cluster');
  expect(values.get('access_mail_oldest_due_message_seconds{priority="urgent"}')).toBeCloseTo(90);
  expect(values.get('access_mail_oldest_due_message_seconds{priority="bulk"}')).toBe(0);
  expect(values.get('access_mail_circuit_breakers_open{scope="account"}')).toBe(0);
  // A count that takes long comes with a later answer.
  await waitFor(async () => {
    const later = await metrics('?scope=cluster');
    expect(later.get('access_mail_pending_messages{priority="urgent"}')).toBe(1);
    expect(later.get('access_mail_pending_messages{priority="bulk"}')).toBe(0);
    expect(later.get('access_mail_queue_jobs{queue="deliver-urgent"}')).toBe(1);
  });
});

it('adds up what workers without a port counted, those that are gone included', async () => {
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
  const gone = await counted((worker) => {
    for (let i = 0; i < 5; i++) worker.count('accepted', 'bulk');
    worker.observe('send', 'bulk', 0.05);
    worker.observe('send', 'bulk', 3);
  });
  const running = await counted((worker) => {
    worker.count('accepted', 'bulk');
    worker.count('accepted', 'urgent');
    worker.add('reconciled', 7);
  });
  await saveCounters(app.pool, a, gone, new Date(0));
  await saveCounters(app.pool, b, running, app.clock.now);
  const expectSums = async () => {
    const values = await metrics('?scope=cluster');
    expect(values.get('access_mail_messages_accepted_total{priority="bulk"}')).toBe(6);
    expect(values.get('access_mail_messages_accepted_total{priority="urgent"}')).toBe(1);
    expect(values.get('access_mail_messages_reconciled_total')).toBe(7);
    expect(values.get('access_mail_message_send_seconds_bucket{le="0.1",priority="bulk"}')).toBe(1);
    expect(values.get('access_mail_message_send_seconds_bucket{le="10",priority="bulk"}')).toBe(2);
    expect(values.get('access_mail_message_send_seconds_bucket{le="+Inf",priority="bulk"}')).toBe(2);
    expect(values.get('access_mail_message_send_seconds_count{priority="bulk"}')).toBe(2);
    expect(values.get('access_mail_message_send_seconds_sum{priority="bulk"}')).toBeCloseTo(3.05);
    expect(values.get('access_mail_message_send_seconds_count{priority="urgent"}')).toBe(0);
  };
  await expectSums();
  await foldCounters(app.pool, new Date(1000));
  await expectSums();
  await saveCounters(app.pool, b, { ...running, access_mail_messages_reconciled_total: 8 }, app.clock.now);
  await foldCounters(app.pool, new Date(1000));
  expect((await metrics('?scope=cluster')).get('access_mail_messages_reconciled_total')).toBe(8);
});

/** What version 0.2.0 exported and what is called otherwise now: its series, and the series that they are told from. */
const FORMER_SERIES = [
  ...[
    ['accepted_total', 'messages_accepted_total'],
    ['retried_total', 'messages_retried_total'],
    ['bounced_total', 'messages_bounced_total'],
    ['failed_total', 'messages_failed_total'],
    ['not_sent_total', 'messages_not_sent_total'],
    ['unknown_total', 'messages_outcome_unknown_total'],
    ['possible_duplicates_total', 'messages_possibly_duplicated_total'],
    ['refused_total', 'sender_rejections_total'],
    ['dropped_total', 'messages_dropped_total'],
    ['send_seconds_sum', 'message_send_seconds_sum'],
    ['send_seconds_count', 'message_send_seconds_count'],
    ['record_seconds_sum', 'message_record_seconds_sum'],
    ['record_seconds_count', 'message_record_seconds_count'],
    ['oldest_due_seconds', 'oldest_due_message_seconds'],
    ['outstanding_messages', 'pending_messages'],
  ].flatMap(([former, name]) => [
    [`${former}{lane="now"}`, `${name}{priority="urgent"}`],
    [`${former}{lane="bulk"}`, `${name}{priority="bulk"}`],
  ]),
  ...['send', 'record'].flatMap((what) =>
    ['0.005', '0.02', '0.1', '0.5', '2', '10', '30', '+Inf'].flatMap((le) => [
      [
        `${what}_seconds_bucket{le="${le}",lane="now"}`,
        `message_${what}_seconds_bucket{le="${le}",priority="urgent"}`,
      ],
      [
        `${what}_seconds_bucket{le="${le}",lane="bulk"}`,
        `message_${what}_seconds_bucket{le="${le}",priority="bulk"}`,
      ],
    ]),
  ),
  ['looked_up_total', 'messages_reconciled_total'],
  ['repaired_total', 'reconciliation_repaired_total'],
  ['not_found_total', 'reconciliation_not_found_total'],
  ['transport_refused', 'circuit_breakers_open{scope="account"}'],
].map((names) => names.map((name) => PREFIX + name));

it('tells everything that was renamed under its former name and labels as well, each once and marked as deprecated', async () => {
  await app.api('POST', `/events/${(await app.event()).id}/registrants`, { email: 'renamed@example.com' });
  const many = await counted((worker) => {
    worker.count('unknown', 'urgent');
    worker.count('refused', 'bulk');
    worker.observe('record', 'urgent', 0.3);
    worker.add('not_found', 3);
  });
  await saveCounters(app.pool, crypto.randomUUID(), many, app.clock.now);
  await waitFor(async () =>
    expect((await metrics('?scope=cluster')).has('access_mail_pending_messages{priority="urgent"}')).toBe(
      true,
    ),
  );
  const { values, types, help } = parseMetrics((await app.request('/metrics?scope=cluster')).text);
  for (const [former = '', name = ''] of FORMER_SERIES)
    expect([former, values.get(former)]).toEqual([former, values.get(name) ?? Number.NaN]);
  expect(values.get('access_mail_record_seconds_bucket{le="0.5",lane="now"}')).toBe(1);
  expect(values.get('access_mail_not_found_total')).toBe(3);
  const deprecated = [...help].filter(([, text]) => text.startsWith('Deprecated')).map(([name]) => name);
  const family = (series: string) =>
    series.replace(/\{.*/, '').replace(/(?<=_seconds)_(bucket|sum|count)$/, '');
  expect(new Set(deprecated)).toEqual(new Set(FORMER_SERIES.map(([former = '']) => family(former))));
  for (const [former = '', name = ''] of FORMER_SERIES)
    expect(types.get(family(former))).toBe(types.get(family(name)));
  // A sum over a family counts nothing twice: one label for one thing.
  for (const series of values.keys())
    expect([series, /lane=/.test(series) && /priority=/.test(series)]).toEqual([series, false]);
  const inOldFamilies = [...values.keys()].filter((series) => deprecated.includes(family(series)));
  expect(new Set(inOldFamilies)).toEqual(new Set(FORMER_SERIES.map(([former]) => former)));
});

it('tells how many circuit breakers are open by their scope, and 1 under the former name while no mail goes out', async () => {
  const told = async () => {
    const values = await metrics('?scope=cluster');
    const scopes = ['account', 'recipient_domain', 'event', 'sender_domain'];
    return [
      ...scopes.map((scope) => values.get(`access_mail_circuit_breakers_open{scope="${scope}"}`)),
      values.get('access_mail_transport_refused'),
    ];
  };
  const open = (provider: string, scope: BreakerScope, key: string) => {
    const at = app.clock.now;
    return openBreaker(app.pool, provider, { scope, key, openedAt: at, reason: '550', probeAt: at });
  };
  await open('smtp', 'recipient_domain', 'example.com');
  await open('smtp', 'recipient_domain', 'example.org');
  await open('smtp', 'event', crypto.randomUUID());
  await waitFor(async () => expect(await told()).toEqual([0, 2, 1, 0, 0]));
  await open('smtp', 'account', '');
  await open('resend', 'account', '');
  await open('resend', 'sender_domain', 'studio.example');
  await waitFor(async () => expect(await told()).toEqual([2, 2, 1, 1, 1]));
});

it('tells of a server nothing but what it did itself, so that the sum over servers is true', async () => {
  const own = parseMetrics((await app.request('/metrics')).text);
  const cluster = parseMetrics((await app.request('/metrics?scope=cluster')).text);
  const rows: readonly Metric[] = METRICS;
  const named = (from: (row: Metric) => boolean) =>
    rows
      .filter(from)
      .flatMap(({ name, formerly }) => [name, ...(formerly ? [formerly.name] : [])])
      .map((name) => PREFIX + name);
  const ours = [...own.types.keys()].filter((name) => name.startsWith(PREFIX));
  expect(ours.toSorted()).toEqual(named(({ from }) => from.includes('server')).toSorted());
  expect([...cluster.types.keys()].toSorted()).toEqual(
    named(({ from }) => from === 'cluster' || from === 'worker').toSorted(),
  );
  expect(own.types.has('process_cpu_seconds_total')).toBe(true);
  expect(own.types.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
});

it('has a help text for every metric, and no counter that is a gauge', async () => {
  for (const scope of ['own', 'cluster']) {
    const { types, help, values } = parseMetrics((await app.request(`/metrics?scope=${scope}`)).text);
    expect([...types.keys()].filter((name) => !help.get(name))).toEqual([]);
    for (const [name, type] of types)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    const named = [...values.keys()].map((series) => series.replace(/\{.*/, ''));
    const unknown = named.filter(
      (name) => !types.has(name) && !types.has(name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect(unknown).toEqual([]);
  }
});

it('counts requests by the pattern of their route, their method and the class of their status', async () => {
  const event = await app.event({ slug: 'a-secret-slug' });
  await app.request('/e/a-secret-slug');
  await app.request('/e/a-secret-slug/live?email=ada%40example.com&key=a-secret-key');
  await app.request('/e/another-slug');
  await app.api('GET', `/events/${event.id}`);
  await app.api('POST', `/events/${event.id}/registrants`, { email: 'not an address' });
  await app.request('/nothing/a-secret-path');
  await app.request('/healthz', { method: 'POST' });
  await app.request('/e/a-secret-slug', { method: 'HEAD' });
  const { values, text } = parseMetrics((await app.request('/metrics')).text);
  const count = (method: string, route: string, status: string) =>
    values.get(
      `access_mail_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`,
    );
  expect(count('GET', '/e/:slug', '2xx')).toBe(1);
  expect(count('GET', '/e/:slug', '4xx')).toBe(1);
  expect(count('HEAD', '/e/:slug', '2xx')).toBe(1);
  expect(count('GET', '/e/:slug/live', '4xx')).toBe(1);
  expect(count('GET', '/api/v1/events/:id', '2xx')).toBe(1);
  expect(count('POST', '/api/v1/events/:id/registrants', '4xx')).toBe(1);
  expect(count('GET', 'unmatched', '4xx')).toBe(1);
  expect(count('POST', 'unmatched', '4xx')).toBe(1);
  for (const secret of ['secret', 'another-slug', event.id, '@']) expect(text).not.toContain(secret);
});

it('makes no series for methods that somebody invents', async () => {
  for (const method of ['BREW', 'PROPFIND']) await app.request('/healthz', { method });
  const { values } = parseMetrics((await app.request('/metrics')).text);
  const series = [...values.keys()].filter((name) => name.includes('_seconds_count{method="other"'));
  expect(series).toEqual([
    'access_mail_http_request_duration_seconds_count{method="other",route="unmatched",status="4xx"}',
  ]);
});

it('knows no other scope', async () => {
  const { status, json } = await app.request('/metrics?scope=everything');
  expect([status, json.detail]).toEqual([400, 'scope must be own or cluster.']);
});

it('holds no address and no key', async () => {
  for (const scope of ['own', 'cluster'])
    expect((await app.request(`/metrics?scope=${scope}`)).text).not.toContain('@');
});
