import type { ApiDocument, Media, Schema } from './document.ts';
import { alternatives, merged, resolve } from './schema.ts';

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '3f8a4c1e-9d27-4b60-8e15-6a2c7d90b3f4',
  'date-time': '2027-01-15T17:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
};

/** How deep an example goes: a schema may contain itself. */
const DEEPEST = 6;

/** An example of what `media` carries, as indented JSON: its own where it gives one, else made from its schema. */
export function exampleJson(media: Media, document: ApiDocument): string {
  return JSON.stringify(media.example ?? exampleOf(media.schema ?? {}, document), null, 2);
}

/** The shortest body that a request may have: what is required, or one field where nothing is. */
export function requestJson(media: Media, document: ApiDocument): string {
  const schema = merged(resolve(media.schema ?? {}, document), document);
  const names = Object.keys(schema.properties ?? {});
  const sent = schema.required?.length ? schema.required : names.slice(0, 1);
  const whole = media.example ?? schema.example ?? exampleObject(schema, document, 0, sent);
  return JSON.stringify(whole, null, 2);
}

/** A value that fits `schema`: examples where given, null where nothing is needed, an ellipsis for free text. */
export function exampleOf(schema: Schema, document: ApiDocument, depth = 0): unknown {
  const whole = merged(resolve(schema, document), document);
  const given = whole.example ?? whole.examples?.[0] ?? whole.const ?? whole.default;
  if (given !== undefined) return given;
  const { nullable, options } = alternatives(whole);
  if (nullable || depth > DEEPEST) return null;
  const option = options[0] ?? {};
  if (option !== whole) return exampleOf(option, document, depth + 1);
  if (whole.enum) return whole.enum[0];
  if (whole.items) return [exampleOf(whole.items, document, depth + 1)];
  if (whole.type === 'object') return exampleObject(whole, document, depth);
  if (whole.type === 'integer' || whole.type === 'number') return Math.max(0, whole.minimum ?? 0);
  if (whole.type === 'boolean') return true;
  return BY_FORMAT[whole.format ?? ''] ?? '…';
}

function exampleObject(
  { properties = {} }: Schema,
  document: ApiDocument,
  depth: number,
  names: readonly string[] = Object.keys(properties),
): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => [name, exampleOf(properties[name] ?? {}, document, depth + 1)]),
  );
}
