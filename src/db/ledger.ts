import type { Ledger } from '../domain/message.ts';

/** Why a statement asks for rows of all events. `test/db/event-in-every-statement.test.ts` refuses one over a ledger's tables that neither names its event nor says why. */
const REASONS = {
  named_without_event:
    'Only an id of ours, or a provider’s, is known: an index finds it, and tells the event.',
  of_an_address: 'An address may be registered for any event: an index of addresses finds it.',
  due: 'What waits is looked for, whosever it is: an index holds just that, and it is little.',
  of_all_events: 'The page or list shows all events.',
  kept_for_a_while: 'What is too old is deleted, whosever it is.',
  after_a_migration: 'Each row is written anew.',
} as const;

/** A comment in a statement: it asks for rows of all events, since … */
export function everyEvent(reason: keyof typeof REASONS): string {
  return `/* every event: ${reason} */`;
}

/**
 * The tables of a ledger, for statements that are the same over both: over the registrants' messages, whose tables may be
 * partitioned by event, and over the team's. $1 of each such statement is the ledger.
 */
export interface LedgerTables {
  readonly isTeam: boolean;
  /** The messages, by the name `message`. */
  readonly message: string;
  /** A condition over `message`: it is in the ledger. */
  readonly inLedger: string;
  /** What was told about the messages, by the name `told`. */
  readonly told: string;
  /** The same over `told`. */
  readonly toldInLedger: string;
  /** To insert what was told: the table with the first columns of its key, and their values. */
  readonly toldInto: string;
  readonly toldKey: string;
  /** The same of the calls that messages were handed over in, by the name `batch`; `batchKey` reads a call `b` as JSON. */
  readonly batch: string;
  readonly batchInLedger: string;
  readonly batchInto: string;
  readonly batchKey: string;
}

const OF_EVENT: LedgerTables = {
  isTeam: false,
  message: '{schema}.message',
  inLedger: 'message.event_id = $1',
  told: '{schema}.delivery_event as told',
  toldInLedger: 'told.event_id = $1',
  toldInto: '{schema}.delivery_event (event_id, message_id',
  toldKey: '$1::uuid, ',
  batch: '{schema}.batch',
  batchInLedger: 'batch.event_id = $1',
  batchInto: '{schema}.batch (event_id, id, event_ids',
  batchKey: `$1::uuid, (b->>'id')::uuid, array(select jsonb_array_elements_text(b->'eventIds')::uuid)`,
};

const OF_TEAM: LedgerTables = {
  isTeam: true,
  message: '{schema}.team_message as message',
  inLedger: '$1::uuid is null',
  told: '{schema}.team_delivery_event as told',
  toldInLedger: '$1::uuid is null',
  toldInto: '{schema}.team_delivery_event (message_id',
  toldKey: '',
  batch: '{schema}.team_batch as batch',
  batchInLedger: '$1::uuid is null',
  batchInto: '{schema}.team_batch (id',
  batchKey: `(b->>'id')::uuid`,
};

export function tablesOf(ledger: Ledger): LedgerTables {
  return ledger === null ? OF_TEAM : OF_EVENT;
}

/**
 * A query for the keys of what is due in both ledgers, in these tables of theirs: first what is the longest `by` this column, at most `limit` (a parameter).
 * `where`: a condition over either table.
 */
export function dueInBoth(
  [ofEvents, ofTeam]: readonly [string, string],
  { by, where, limit }: { readonly by: string; readonly where: string; readonly limit: string },
): string {
  const first = (ledger: string, table: string) =>
    `(select ${ledger} as ledger, id, ${by} from ${table} where ${where} order by ${by} limit ${limit})`;
  return `select ledger, id from ( ${everyEvent('due')}
      ${first('event_id', ofEvents)} union all ${first('null', ofTeam)}
    ) as due order by ${by} limit ${limit}`;
}
