/** What is read of a schema in the description. */
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

/** What is read of the OpenAPI description. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/**
 * What an answer holds that its description does not name, by path: what the database knows and nobody meant to show.
 * `path`: behind `/api/v1`.
 */
export function undescribed(
  description: Description,
  { method, path, status, json }: { method: string; path: string; status: number; json: unknown },
): string[] {
  const segments = path.replace(/\?.*/, '').split('/');
  const fits = (template: string) => {
    const own = template.split('/');
    return (
      own.length === segments.length && own.every((one, i) => one.startsWith('{') || one === segments[i])
    );
  };
  // A path without a parameter comes before one with.
  const [template] = Object.keys(description.paths)
    .filter(fits)
    .sort((a, b) => a.split('{').length - b.split('{').length);
  const operation = template ? description.paths[template]?.[method.toLowerCase()] : undefined;
  const schema = operation?.responses[status]?.content?.['application/json']?.schema;
  const found = new Set<string>();
  if (schema) walk(json, [schema], '');
  return [...found];

  function walk(value: unknown, schemas: readonly Schema[], at: string): void {
    const all = schemas.flatMap(branches);
    if (Array.isArray(value)) {
      const items = all.flatMap(({ items }) => items ?? []);
      for (const one of value) walk(one, items, `${at}[]`);
    } else if (value !== null && typeof value === 'object') {
      const isOpen = all.some(
        ({ properties, additionalProperties: more }) => !properties && more === undefined,
      );
      const others = all.flatMap(({ additionalProperties: more }) => (more === true ? {} : more || []));
      for (const [name, inner] of Object.entries(value)) {
        const named = all.flatMap(({ properties }) => properties?.[name] ?? []);
        const known = named.length > 0 ? named : others;
        if (known.length > 0) walk(inner, known, `${at}.${name}`);
        else if (!isOpen) found.add(`${at}.${name}`);
      }
    }
  }

  function branches(schema: Schema): Schema[] {
    if (schema.$ref)
      return branches(description.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
    return inner.length > 0 ? inner.flatMap(branches).concat(schema.properties ? [schema] : []) : [schema];
  }
}
