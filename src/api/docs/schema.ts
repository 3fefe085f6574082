import type { ApiDocument, Schema } from './document.ts';

/** The name of the shared schema that `schema` refers to, or null when it is written out in place. */
export function refName(schema: Schema): string | null {
  return schema.$ref?.split('/').at(-1) ?? null;
}

/** The schema itself where `schema` is a reference; what is not found is an empty schema: anything. */
export function resolve(schema: Schema, document: ApiDocument): Schema {
  const name = refName(schema);
  return name ? (document.components?.schemas?.[name] ?? {}) : schema;
}

/** The alternatives of a schema, null aside, and whether null is one of them. */
export function alternatives(schema: Schema): {
  readonly nullable: boolean;
  readonly options: readonly Schema[];
} {
  const united = schema.anyOf ?? schema.oneOf;
  if (united) {
    const options = united.filter((option) => option.type !== 'null');
    return { nullable: options.length < united.length, options };
  }
  if (schema.enum?.includes(null) || (Array.isArray(schema.type) && schema.type.includes('null'))) {
    const types = [schema.type]
      .flat()
      .filter((type): type is string => type !== undefined && type !== 'null');
    const rest = schema.enum ? { ...schema, enum: schema.enum.filter((value) => value !== null) } : schema;
    return { nullable: true, options: types.map((type) => ({ ...rest, type })) };
  }
  return { nullable: false, options: [schema] };
}

export interface Row {
  /** Dotted from the top: `counts.registrants`, `items[].id`. */
  readonly path: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** The fields of an object, those of objects within it included, until a shared schema is met. */
export function rows(schema: Schema, document: ApiDocument, prefix = ''): Row[] {
  const { properties, required } = merged(resolve(schema, document), document);
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const own = { path, required: required?.includes(name) ?? false, schema: property };
    return [own, ...inner(property, path, document)];
  });
}

function inner(schema: Schema, path: string, document: ApiDocument): Row[] {
  const option = alternatives(schema).options[0] ?? schema;
  if (refName(option)) return [];
  if (option.items) return inner(option.items, `${path}[]`, document);
  return option.properties || option.allOf ? rows(option, document, `${path}.`) : [];
}

/** An `allOf` as the one object that it means. */
export function merged(schema: Schema, document: ApiDocument): Schema {
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  const parts = [...allOf.map((part) => merged(resolve(part, document), document)), own];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required ?? []),
  };
}

/** What a value must keep to, in words: `3 to 64 characters`, `at most 200`. */
export function limits(schema: Schema): string[] {
  const option = alternatives(schema).options[0] ?? schema;
  return [
    range(option.minLength, option.maxLength, 'characters'),
    range(option.minimum, option.maximum, ''),
    range(option.minItems, option.maxItems, 'items'),
    (schema.default ?? '') === '' ? '' : `default ${JSON.stringify(schema.default)}`,
  ].filter(Boolean);
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  // Integers come with the bounds of exact doubles, which nobody needs to be told.
  const least = from === undefined || Math.abs(from) >= Number.MAX_SAFE_INTEGER ? undefined : from;
  const most = to === undefined || Math.abs(to) >= Number.MAX_SAFE_INTEGER ? undefined : to;
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return `at least ${least} ${unit}`.trim();
  return (least ? `${least} to ${most} ${unit}` : `at most ${most} ${unit}`).trim();
}
