import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

// Statements are made by functions, out of parts. To read them all, each function of `src/db` is called with a connection that notes what it is
// asked, and with values that are whatever is asked of them; what the sources say of a table shows whether any was missed.

/** A statement, and the file whose function asked for it. */
export interface ReadStatement {
  readonly file: string;
  readonly text: string;
}

/** How values are that no caller gave. */
interface Guise {
  /** What `ledger` is: of an event, or of the team. */
  readonly ledger: string | null;
  /** Whether values have each property that is looked for, and what it is. */
  readonly isThere: boolean;
  /** Whether statements find anything. */
  readonly finds: boolean;
}

const EVENT = '01980000-0000-7000-8000-000000000001';
const GUISES: readonly Guise[] = [
  { ledger: EVENT, isThere: true, finds: true },
  { ledger: null, isThere: true, finds: true },
  { ledger: EVENT, isThere: false, finds: true },
  { ledger: EVENT, isThere: true, finds: false },
];

/** The first parameter of whatever asks for statements. */
const TAKES_CONNECTION = /^(?:async )?function\*? ?\w*\(\s*(?:db|client|pool)\b/;
const MOST_ASKS = 20;

/** A value that is a number, a text, a list of one, a function and an object with all properties. */
function whatever(guise: Guise, depth = 0): unknown {
  const itself = () => whatever(guise, depth + 1);
  return new Proxy(() => undefined, {
    get(_, name) {
      if (name === Symbol.toPrimitive) return (hint: string) => (hint === 'string' ? EVENT : 100);
      if (name === Symbol.iterator) return [itself()][Symbol.iterator].bind([itself()]);
      if (name === 'then') return undefined;
      if (name === 'toJSON') return () => EVENT;
      if (name === 'length' || name === 'size') return 1;
      if (name === 'ledger') return guise.ledger;
      if (name === 'eventId' || name === 'id') return EVENT;
      const method = Reflect.get(Array.prototype, name);
      if (typeof method === 'function') return (...given: unknown[]) => method.apply([itself()], given);
      const said = Reflect.get(String.prototype, name);
      if (typeof said === 'function' && !(name in Object.prototype)) return said.bind('x');
      if (depth > 3) return null;
      return guise.isThere || depth === 0 ? itself() : null;
    },
    has: () => guise.isThere,
    apply: itself,
    construct: itself as () => object,
    // A proxy may have no more than its target has.
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}

/** Every statement that the exported functions of a folder's modules ask for. */
export async function readStatements(
  folder: string,
  /** What functions are called with that cannot make do with just anything. */
  given: Readonly<Record<string, readonly (readonly unknown[])[]>>,
): Promise<ReadStatement[]> {
  const statements: ReadStatement[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const exported: Readonly<Record<string, unknown>> = await import(resolve(folder, file));
    for (const [name, made] of Object.entries(exported)) {
      if (typeof made !== 'function' || !TAKES_CONNECTION.test(Function.prototype.toString.call(made)))
        continue;
      const calls = given[name]?.map((values) => ({ values, guise: GUISES[0] as Guise })) ?? [];
      for (const guise of GUISES)
        calls.push({ values: Array.from({ length: made.length + 2 }, () => whatever(guise)), guise });
      for (const { values, guise } of calls) {
        let asks = 0;
        const query = (asked: unknown) => {
          // What goes on until there is no more would go on for ever.
          if (++asks > MOST_ASKS) throw new Error('It asks too often.');
          const text = typeof asked === 'string' ? asked : Reflect.get(asked as object, 'text');
          if (typeof text === 'string') statements.push({ file, text });
          const rows = guise.finds ? [whatever(guise)] : [];
          return Object.assign(Promise.resolve({ rows, rowCount: rows.length }), {
            read: () => Promise.resolve([]),
          });
        };
        try {
          const result = await made({ query }, ...values);
          if (result && typeof result === 'object' && Symbol.asyncIterator in result) await result.next();
        } catch {
          // It cannot go on with just anything. What it asked for before is noted.
        }
      }
    }
  }
  return statements;
}

/** Where sources name one of the tables, and what follows there until something is put in. */
export function readMentions(
  folder: string,
  tables: ReadonlySet<string>,
): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), 'utf8');
      return [...source.matchAll(/\{schema\}\.([a-z_]+)\b(?![(.])[^`'$]{0,60}/g)].flatMap(
        ([text, table = '']) => (tables.has(table) ? [{ file, text }] : []),
      );
    });
}
