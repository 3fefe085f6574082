import { parseSync } from 'libpg-query';

/** The tables that may be partitioned and sharded by event. */
export const LEDGER_TABLES: ReadonlySet<string> = new Set([
  'message',
  'delivery_event',
  'batch',
  'registrant',
  'registrant_search',
  'registrant_facet',
  'visit',
]);

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a statement names of a table: `alias.event_id`, or `event_id` alone. */
interface Column {
  readonly alias: string | null;
  readonly name: string;
}

/** A ledger's table in one query level, under its name there. */
interface Named {
  readonly table: string;
  readonly alias: string;
}

/**
 * The tables of the registrants' ledger that a statement reads or changes rows of without saying of which event: in its query level
 * nothing that must hold compares `event_id` of the table with a value, or with a column of something that is of one event itself. It asks Postgres's
 * own parser.
 */
export function tablesWithoutEvent(statement: string): string[] {
  const { stmts } = parseSync(statement) as { stmts: readonly { stmt: unknown }[] };
  const found: string[] = [];
  for (const { stmt } of stmts) visit(stmt, found);
  return found;
}

function visit(node: unknown, found: string[]): void {
  if (Array.isArray(node)) for (const one of node) visit(one, found);
  if (!isObject(node) || Array.isArray(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (!isObject(value)) continue;
    if (key === 'SelectStmt' || key === 'larg' || key === 'rarg') level(value, list(value.fromClause), found);
    if (key === 'UpdateStmt') level(value, [{ RangeVar: value.relation }, ...list(value.fromClause)], found);
    if (key === 'DeleteStmt') level(value, [{ RangeVar: value.relation }, ...list(value.usingClause)], found);
    if (key === 'InsertStmt') insertion(value, found);
    visit(value, found);
  }
}

/** One query level: its tables, and the conditions that each of its rows fulfils. */
function level(statement: Json, from: readonly unknown[], found: string[]): void {
  const tables: Named[] = [];
  const conditions: unknown[] = [...conjuncts(statement.whereClause)];
  const joinedBy: (readonly string[])[] = [];
  for (const item of from) collect(item, tables, conditions, joinedBy);
  const bound = new Set<string>();
  const isOfLevel = (alias: string) => tables.some((one) => one.alias === alias);
  const pairs = conditions.flatMap((condition) => comparisons(condition));
  // A column without a table's name is of the only table that has one.
  const aliasOf = ({ alias, name }: Column) =>
    name === 'event_id' ? (alias ?? (tables.length === 1 ? (tables[0]?.alias ?? null) : null)) : null;
  for (let before = -1; before < bound.size; ) {
    before = bound.size;
    for (const [column, other] of pairs)
      for (const [one, against] of [
        [column, other],
        [other, column],
      ] as const) {
        const alias = isColumn(one) ? aliasOf(one) : null;
        if (!alias || !isOfLevel(alias)) continue;
        const opposite = isColumn(against) ? against.alias : null;
        if (opposite === alias || (opposite !== null && isOfLevel(opposite) && !bound.has(opposite)))
          continue;
        // A column without a table's name is a variable of a function, or of something that is no table of a ledger.
        bound.add(alias);
      }
    for (const aliases of joinedBy)
      if (aliases.some((alias) => !isOfLevel(alias) || bound.has(alias)))
        for (const alias of aliases) bound.add(alias);
  }
  for (const { table, alias } of tables) if (!bound.has(alias)) found.push(table);
}

function isColumn(value: Column | 'value'): value is Column {
  return value !== 'value';
}

function collect(
  item: unknown,
  tables: Named[],
  conditions: unknown[],
  joinedBy: (readonly string[])[],
): readonly string[] {
  if (!isObject(item)) return [];
  if (isObject(item.RangeVar)) {
    const { relname, schemaname, alias } = item.RangeVar;
    const named = isObject(alias) ? String(alias.aliasname) : String(relname);
    if (schemaname !== undefined && LEDGER_TABLES.has(String(relname)))
      tables.push({ table: String(relname), alias: named });
    return [named];
  }
  if (isObject(item.JoinExpr)) {
    const { larg, rarg, quals, usingClause } = item.JoinExpr;
    conditions.push(...conjuncts(quals));
    const aliases = [larg, rarg].flatMap((side) => collect(side, tables, conditions, joinedBy));
    const names = list(usingClause).map((one) => (isObject(one) ? textOf(one) : null));
    if (names.includes('event_id')) joinedBy.push(aliases);
    return aliases;
  }
  const [range] = Object.values(item);
  return isObject(range) && isObject(range.alias) ? [String(range.alias.aliasname)] : [];
}

/** Parts of a condition that all must hold. */
function conjuncts(condition: unknown): readonly unknown[] {
  if (!isObject(condition)) return [];
  if (isObject(condition.BoolExpr) && condition.BoolExpr.boolop === 'AND_EXPR')
    return list(condition.BoolExpr.args).flatMap((one) => conjuncts(one));
  return [condition];
}

/** What a condition says to be equal: a column, or a value. */
function comparisons(condition: unknown): readonly (readonly [Column | 'value', Column | 'value'])[] {
  if (!isObject(condition)) return [];
  if (isObject(condition.A_Expr)) {
    const { kind, name, lexpr, rexpr } = condition.A_Expr;
    const operator = list(name).map((one) => (isObject(one) ? textOf(one) : null))[0];
    if (operator !== '=' || (kind !== 'AEXPR_OP' && kind !== 'AEXPR_OP_ANY' && kind !== 'AEXPR_IN'))
      return [];
    const [left, right] = [rowOf(lexpr), rowOf(rexpr)];
    return left.length === right.length
      ? left.map((one, i) => [operand(one), operand(right[i])] as const)
      : left.map((one) => [operand(one), 'value'] as const);
  }
  if (isObject(condition.SubLink) && condition.SubLink.subLinkType === 'ANY_SUBLINK')
    // What the query returns is of its own level.
    return rowOf(condition.SubLink.testexpr).map((one) => [operand(one), 'value'] as const);
  return [];
}

function rowOf(expression: unknown): readonly unknown[] {
  return isObject(expression) && isObject(expression.RowExpr) ? list(expression.RowExpr.args) : [expression];
}

function operand(expression: unknown): Column | 'value' {
  if (!isObject(expression)) return 'value';
  if (isObject(expression.TypeCast)) return operand(expression.TypeCast.arg);
  if (!isObject(expression.ColumnRef)) return 'value';
  const names = list(expression.ColumnRef.fields).map((one) => (isObject(one) ? textOf(one) : null));
  const [last, alias] = names.reverse();
  return { alias: alias ?? null, name: last ?? '*' };
}

function textOf(node: Json): string | null {
  return isObject(node.String) ? String(node.String.sval) : null;
}

/** New rows name their event, and what they may be in conflict with as well. */
function insertion({ relation, cols, onConflictClause }: Json, found: string[]): void {
  const table = isObject(relation) ? String(relation.relname) : '';
  if (!LEDGER_TABLES.has(table)) return;
  const columns = list(cols).map((one) =>
    isObject(one) && isObject(one.ResTarget) ? one.ResTarget.name : null,
  );
  if (columns.length > 0 && !columns.includes('event_id')) found.push(table);
  const infer = isObject(onConflictClause) ? onConflictClause.infer : null;
  if (!isObject(infer)) return;
  const keys = list(infer.indexElems).map((one) =>
    isObject(one) && isObject(one.IndexElem) ? one.IndexElem.name : null,
  );
  if (!keys.includes('event_id')) found.push(table);
}
