import { loadModule, parsePlPgSQLSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { databaseForFile } from '../support/database.ts';
import { LEDGER_TABLES, tablesWithoutEvent } from '../support/event-in-statement.ts';
import { readMentions, readStatements } from '../support/read-statements.ts';

const REASON = /\/\* every event: \w+ \*\//;
const EVENT = '01980000-0000-7000-8000-000000000001';
const AT = new Date(0);

const WANTED = {
  ...{ eventId: EVENT, kind: 'reminder', selection: {}, quietSince: AT, registeredBefore: AT },
  newTimes: { startsAt: AT, endsAt: AT },
};
const FORM = { id: EVENT, timeZone: 'UTC', startsAt: AT, doorsOpenMinutes: 0, openedAt: null };

/** What functions are called with that cannot make do with just anything. */
const GIVEN: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  countWanted: [[WANTED]],
  listSkipped: [[WANTED, 3]],
  insertSlice: [[WANTED, { dedupeKey: 'x', about: null }]],
  countPeople: [[{ ...FORM, formFields: [{ name: 'a', type: 'select' }] }, { after: null }]],
  findPeople: [['ada', 10]],
  copyCsv: [
    [
      {
        ...{ eventId: EVENT, filteredBy: null, liveUrl: 'https://events.example' },
        columns: [{ known: 'email' }, { known: 'lastMail' }],
      },
    ],
  ],
};

/** As Postgres is sent it: with the schemas' names. */
const named = (text: string) => text.replaceAll('{schema}', 'mail').replaceAll('{jobs}', 'jobs');
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** What is wrong with a statement. */
function faults(text: string): string[] {
  const tables = tablesWithoutEvent(named(text));
  if (!REASON.test(text)) return tables.map((table) => `${table} without its event: ${oneLine(text)}`);
  return tables.length > 0 ? [] : [`a reason that nothing needs: ${oneLine(text)}`];
}

const database = await databaseForFile();
const pool = createPool(database.config, { max: 1, limit: 'short', onError: () => undefined });
beforeAll(async () => {
  await loadModule();
  return () => pool.end();
});

describe('a statement over the registrants’ ledger names the event, or says why it cannot', () => {
  it('in the sources, and none of their statements is left out', async () => {
    const statements = (await readStatements('src/db', GIVEN)).filter(({ text }) =>
      text.includes('{schema}'),
    );
    const texts = statements.map(({ text }) => oneLine(text));
    const mentions = ['src', 'worker'].flatMap((folder) => readMentions(folder, LEDGER_TABLES));
    expect(mentions.length).toBeGreaterThan(120);
    expect(mentions.filter(({ text }) => !texts.some((one) => one.includes(oneLine(text))))).toEqual([]);
    expect([...new Set(statements.flatMap(({ text }) => faults(text)))]).toEqual([]);
  });

  it('in the functions of the database', async () => {
    const { rows } = await pool.query<{ name: string; language: string; source: string }>(
      `select proname as name, lanname as language, pg_get_functiondef(pg_proc.oid) as source
       from pg_proc join pg_language on pg_language.oid = prolang
       where pronamespace = '{schema}'::regnamespace and lanname in ('sql', 'plpgsql') and prokind = 'f'
         and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`,
    );
    const found = rows.flatMap(({ name, language, source }) =>
      (language === 'plpgsql' ? plpgsqlStatements(source) : sqlStatements(source)).flatMap((text) =>
        faults(text).map((fault) => `${name}: ${fault}`),
      ),
    );
    expect(rows.length).toBeGreaterThan(40);
    expect(found).toEqual([]);
  });

  it('in the views', async () => {
    const { rows } = await pool.query<{ definition: string }>(
      `select pg_get_viewdef(oid) as definition from pg_class where relkind = 'v' and relnamespace = '{schema}'::regnamespace`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap(({ definition }) => faults(definition))).toEqual([]);
  });

  it('in its keys: every unique index of its tables has the event, and so has every reference among them', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `select pg_get_indexdef(indexrelid) as name from pg_index join pg_class on pg_class.oid = indrelid
       where indisunique and relnamespace = '{schema}'::regnamespace and relname = any($1)
         and not exists (
           select from pg_attribute where attrelid = indrelid and attnum = any(indkey) and attname = 'event_id')
       union all
       select conname || ': ' || pg_get_constraintdef(pg_constraint.oid) from pg_constraint join pg_class on pg_class.oid = confrelid
       where contype = 'f' and relnamespace = '{schema}'::regnamespace and relname = any($1)
         and not exists (
           select from pg_attribute where attrelid = confrelid and attnum = any(confkey) and attname = 'event_id')`,
      [[...LEDGER_TABLES]],
    );
    expect(rows).toEqual([]);
  });
});

describe('a statement is refused', () => {
  it.each([
    ['that names an id alone', 'select from {schema}.message where id = $1', ['message']],
    [
      'whose table is joined by its id',
      'select from {schema}.message join {schema}.registrant on registrant.id = registrant_id where message.event_id = $1',
      ['registrant'],
    ],
    [
      'that compares the events of two tables, and says neither',
      'select from {schema}.message join {schema}.registrant on registrant.event_id = message.event_id',
      ['message', 'registrant'],
    ],
    [
      'whose event is only one of several ways',
      'select from {schema}.message where event_id = $1 or provider_message_id = $2',
      ['message'],
    ],
    [
      'whose subquery names no event',
      'select from {schema}.registrant where event_id = $1 and exists (select from {schema}.visit where registrant_id = registrant.id)',
      ['visit'],
    ],
    ['that changes rows', `update {schema}.message set status = 'sent' where id = any($1)`, ['message']],
    [
      'that changes rows by what it has selected',
      `with due as (select id from {schema}.message where event_id = $1) update {schema}.message set held = false
       from due where message.id = due.id`,
      ['message'],
    ],
    ['that deletes rows', 'delete from {schema}.visit where registrant_id = $1', ['visit']],
    [
      'whose part of a union names no event',
      'select id from {schema}.message where event_id = $1 union all select id from {schema}.registrant where id = $2',
      ['registrant'],
    ],
    [
      'whose conflict is found without the event',
      'insert into {schema}.message (event_id, id) values ($1, $2) on conflict (id) do nothing',
      ['message'],
    ],
    ['whose new rows are of no event', 'insert into {schema}.batch (id) values ($1)', ['batch']],
  ])('%s', (_, text, tables) => {
    expect(tablesWithoutEvent(named(text)).toSorted()).toEqual(tables);
  });

  it('inside a function as well', () => {
    const source = `create function mail.f(one uuid) returns void language plpgsql as $$
      begin
        if exists (select from mail.registrant where id = one) then
          update mail.message set held = false where event_id = one and id = one;
        end if;
      end $$`;
    expect(plpgsqlStatements(source).flatMap((text) => faults(text))).toEqual([
      expect.stringContaining('registrant without its event'),
    ]);
  });

  it('that gives a reason and needs none', () => {
    expect(faults('select from {schema}.message where event_id = $1 /* every event: due */')).toHaveLength(1);
  });
});

/** The statements and expressions of a function, as PL/pgSQL reads them. */
function plpgsqlStatements(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { query, parseMode } = node as { query?: unknown; parseMode?: unknown };
    if (typeof query === 'string')
      found.push(parseMode === 0 ? query : `select ${query.replace(/^\s*[\w.[\]]+\s*:?=\s*/, '')}`);
    for (const one of Object.values(node)) visit(one);
  };
  visit(parsePlPgSQLSync(source));
  return found;
}

/** The body of a function in SQL, whichever way it was written. */
function sqlStatements(source: string): string[] {
  const [, quoted] = /\bAS (\$\w*\$)([\s\S]*)\1/.exec(source)?.slice(1) ?? [];
  if (quoted !== undefined) return [quoted];
  const [, returned] = /\n\s*RETURN ([\s\S]*)$/.exec(source) ?? [];
  if (returned !== undefined) return [`select ${returned}`];
  const [, block] = /\bBEGIN ATOMIC([\s\S]*)\bEND\s*$/.exec(source) ?? [];
  return block === undefined ? [] : [block];
}
