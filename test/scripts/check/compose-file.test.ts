import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { composeProblems } from '../../../scripts/check/compose-file.ts';

const FILE = readFileSync(fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url)), 'utf8');

/** A file of one service with these lines, and whatever else is asked for. */
const service = (...lines: string[]) =>
  ['services:', '  web:', ...lines.map((line) => `    ${line}`)].join('\n');

it('finds nothing wrong with the compose file of this project', () => {
  expect(composeProblems(FILE)).toEqual([]);
});

it('notices one wrong line in the compose file of this project', () => {
  expect(FILE).toContain('command: [worker]');
  expect(composeProblems(FILE.replace('command: [worker]', 'comand: [worker]'))).toEqual([
    'services.worker has an unknown key "comand"',
  ]);
});

it.each([
  [
    'a test item with a colon that YAML takes for a mapping',
    service('image: a', 'healthcheck:', '  test:', '    - CMD', '    - node', '    - ok ? 0 : 1'),
    'services.web.healthcheck.test.2 must be string',
  ],
  ['an unknown key', service('image: a', 'prots: [1]'), 'services.web has an unknown key "prots"'],
  ['a value of the wrong kind', service('image: [a]'), 'services.web.image must be string'],
  ['an unknown key of the file', 'service: {}', 'the file has an unknown key "service"'],
  ['a service without image and build', service('command: [a]'), 'services.web has neither image nor build'],
  [
    'a condition that does not exist',
    service('image: a', 'depends_on: { web: { condition: service_ready } }'),
    'services.web.depends_on.web.condition must be one of service_started, service_healthy, service_completed_successfully',
  ],
  [
    'a dependency that is not there',
    service('image: a', 'depends_on: [database]'),
    'services.web.depends_on names a service that is not there: database',
  ],
  [
    'waiting for the health of a service that has no healthcheck',
    service('image: a', 'depends_on: { web: { condition: service_healthy } }'),
    'services.web.depends_on waits until web is healthy, and web has no healthcheck',
  ],
  [
    'a volume that is not there',
    service('image: a', 'volumes: [data:/data, ./here:/there]'),
    'services.web.volumes names a volume that is not there: data',
  ],
  [
    'a healthcheck of no known form',
    service('image: a', 'healthcheck: { test: [node, x] }'),
    'services.web.healthcheck.test must begin with CMD, CMD-SHELL or NONE',
  ],
  [
    'a time that is none',
    service('image: a', 'stop_grace_period: 15 seconds'),
    'services.web.stop_grace_period must be a duration, for example 1m30s',
  ],
  [
    'a size that is none',
    service('image: a', 'deploy: { resources: { limits: { memory: much } } }'),
    'services.web.deploy.resources.limits.memory must be a size, for example 512m',
  ],
])('refuses %s, with its path and why', (_, text, problem) => {
  expect(composeProblems(text)).toEqual([problem]);
});

it('says at which line a file is not YAML', () => {
  expect(composeProblems('services:\n  web: [a')).toEqual([
    expect.stringMatching(/ at line 2, column \d+:$/),
  ]);
});

it('takes durations, sizes and values from the environment as Docker does', () => {
  const lines = ['image: a', 'stop_grace_period: 1m30.5s', 'mem_limit: 512mb', `shm_size: \${SHM:-64m}`];
  expect(composeProblems(service(...lines, 'healthcheck: { test: "true", interval: 500ms }'))).toEqual([]);
});

it('merges what <<: brings', () => {
  expect(composeProblems(`x-app: &app { image: a }\n${service('<<: *app')}`)).toEqual([]);
});
