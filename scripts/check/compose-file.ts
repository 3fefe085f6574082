import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { parseDocument } from 'yaml';

type Mapping = Readonly<Record<string, unknown>>;

// The schema uses `deprecated` and loose unions, which ajv's strict mode takes for slips.
const ajv = new Ajv2020({ allErrors: true, strict: false });
const isCompose = ajv.compile(
  JSON.parse(readFileSync(new URL('compose-spec.json', import.meta.url), 'utf8')),
);

const DURATION = {
  pattern: /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/,
  message: 'must be a duration, for example 1m30s',
};
const BYTES = { pattern: /^\d+(\.\d+)?\s?[kmgtp]?i?b?$/i, message: 'must be a size, for example 512m' };

/** What the schema calls a string and Compose reads as more than that. `*` is one part of a path. */
const FORMATS: readonly (readonly [path: string, format: typeof DURATION])[] = [
  ['services.*.stop_grace_period', DURATION],
  ['services.*.healthcheck.interval', DURATION],
  ['services.*.healthcheck.timeout', DURATION],
  ['services.*.healthcheck.start_period', DURATION],
  ['services.*.healthcheck.start_interval', DURATION],
  ['services.*.mem_limit', BYTES],
  ['services.*.shm_size', BYTES],
  ['services.*.deploy.resources.limits.memory', BYTES],
  ['services.*.deploy.resources.reservations.memory', BYTES],
];

/**
 * What is wrong with a compose file, one line each: where (`services.server.healthcheck.test.3`), then why. Empty
 * where Docker Compose would take it: valid YAML, the specification's schema, and services that are whole.
 */
export function composeProblems(text: string): string[] {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0) return document.errors.map(({ message }) => message.split('\n')[0] ?? '');
  const file: unknown = document.toJS();
  if (!isCompose(file)) return schemaProblems(isCompose.errors ?? []);
  return [...formatProblems(file), ...serviceProblems(file)];
}

/**
 * A union fails once for each of its forms: what lies deepest says what was meant. One line a service. An unknown key lies
 * below the mapping that its error names, but a key whose value is wrong may be reported as unknown, too.
 */
function schemaProblems(errors: readonly ErrorObject[]): string[] {
  const depth = (error: ErrorObject) => error.instancePath.split('/').length + (unknownKey(error) ? 0.5 : 0);
  const bySubject = Map.groupBy(errors, ({ instancePath }) => instancePath.split('/').slice(0, 3).join('/'));
  return [...bySubject.values()].map((group) => {
    const [error] = group.toSorted((a, b) => depth(b) - depth(a));
    return error ? describe(error) : '';
  });
}

function unknownKey({ params }: ErrorObject): string | undefined {
  return params.additionalProperty ?? params.unevaluatedProperty;
}

function describe(error: ErrorObject): string {
  const { instancePath, keyword, params, message } = error;
  const path = instancePath.split('/').slice(1).map(unescapePointer).join('.') || 'the file';
  const key = unknownKey(error);
  if (key) return `${path} has an unknown key "${key}"`;
  if (keyword === 'enum') return `${path} must be one of ${params.allowedValues.join(', ')}`;
  return `${path} ${message}`;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function formatProblems(file: unknown): string[] {
  return FORMATS.flatMap(([path, { pattern, message }]) =>
    valuesAt(file, path.split('.')).flatMap(([found, value]) =>
      isInterpolated(value) || pattern.test(String(value)) ? [] : [`${found.join('.')} ${message}`],
    ),
  );
}

/** The values that a path with `*` leads to, each with the path that it was found at. */
function valuesAt(value: unknown, path: readonly string[]): [path: string[], value: unknown][] {
  const [first, ...rest] = path;
  if (first === undefined) return [[[], value]];
  if (!isMapping(value)) return [];
  const keys = first === '*' ? Object.keys(value) : first in value ? [first] : [];
  return keys.flatMap((key) =>
    valuesAt(value[key], rest).map(([found, leaf]): [string[], unknown] => [[key, ...found], leaf]),
  );
}

/** `${NAME}` stands for a value that only whoever runs it knows. */
function isInterpolated(value: unknown): boolean {
  return typeof value === 'string' && value.includes('${');
}

function serviceProblems(file: unknown): string[] {
  const { services, volumes } = file as { services?: Record<string, Mapping>; volumes?: Mapping };
  return Object.entries(services ?? {}).flatMap(([name, service]) => {
    const at = `services.${name}`;
    return [
      ...(service.image || service.build || service.provider ? [] : [`${at} has neither image nor build`]),
      ...dependencyProblems(at, service.depends_on, services ?? {}),
      ...volumeProblems(at, service.volumes, volumes ?? {}),
      ...healthcheckProblems(at, service.healthcheck),
    ];
  });
}

function dependencyProblems(at: string, dependsOn: unknown, services: Record<string, Mapping>): string[] {
  const conditions = Array.isArray(dependsOn)
    ? dependsOn.map((name: string): [string, Mapping] => [name, {}])
    : Object.entries((dependsOn ?? {}) as Record<string, Mapping>);
  return conditions.flatMap(([name, { condition, required }]) => {
    const service = services[name];
    if (!service)
      return required === false ? [] : [`${at}.depends_on names a service that is not there: ${name}`];
    // An image may bring a check of its own, but none of those we start does.
    if (condition === 'service_healthy' && !service.healthcheck)
      return [`${at}.depends_on waits until ${name} is healthy, and ${name} has no healthcheck`];
    return [];
  });
}

function volumeProblems(at: string, mounts: unknown, volumes: Mapping): string[] {
  return (Array.isArray(mounts) ? mounts : []).flatMap((mount: string | Mapping) => {
    const source = typeof mount === 'string' ? mount.split(':')[0] : mount.type === 'volume' && mount.source;
    const isNamed = typeof source === 'string' && /^[a-zA-Z0-9]/.test(source);
    return isNamed && !(source in volumes)
      ? [`${at}.volumes names a volume that is not there: ${source}`]
      : [];
  });
}

function healthcheckProblems(at: string, healthcheck: unknown): string[] {
  const test = isMapping(healthcheck) && healthcheck.test;
  if (!Array.isArray(test) || ['CMD', 'CMD-SHELL', 'NONE'].includes(test[0])) return [];
  return [`${at}.healthcheck.test must begin with CMD, CMD-SHELL or NONE`];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
