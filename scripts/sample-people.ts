import { type CompiledTemplate, compileTemplate } from '../emails/engine/compile.ts';
import { mergeSubject } from '../emails/engine/merge.ts';
import { recipientVariables } from '../emails/engine/variables.ts';
import { applyEvents, keepEvents } from '../src/actions/apply-delivery-events.ts';
import type { Config } from '../src/config.ts';
import { storeTemplate } from '../src/db/compiled-template.ts';
import { claim, type Ending, recordAcceptances, recordEndings, recordRetries } from '../src/db/delivery.ts';
import type { ToldEvent } from '../src/db/delivery-event.ts';
import { countRegistrants, lockEvent } from '../src/db/event.ts';
import { insertMessage } from '../src/db/message.ts';
import { createPool, type Db, transaction } from '../src/db/pool.ts';
import { insertRegistrant } from '../src/db/registrant.ts';
import { newAccessKey } from '../src/domain/access-link.ts';
import type { Event } from '../src/domain/event.ts';
import { type LinkKind, MAIL_KINDS } from '../src/domain/kinds.ts';
import { languageFor } from '../src/domain/locale.ts';
import { withPublicPictures } from '../src/domain/picture.ts';
import type { Registrant } from '../src/domain/registrant.ts';
import { SAMPLE_PEOPLE, type SampleMailStory, type SamplePerson } from './sample-people-stories.ts';

/** Of no worker that runs. */
const WORKER_ID = '00000000-0000-4000-8000-000000000000';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Registers forty invented people for the event, with what became of their mails: in the tables, as if it had happened, since no
 * history of days can be made in seconds. Only where nobody has ever registered for it. Nothing is sent.
 */
export async function ensureSamplePeople(config: Config, eventId: string, now: Date): Promise<void> {
  const pool = createPool(config.database, { max: 2, onError: () => undefined });
  try {
    const told = await transaction(pool, async (db) => {
      const event = await lockEvent(db, eventId);
      if (!event || (await countRegistrants(db, [eventId])).get(eventId)?.registrants !== 0) return [];
      const told: ToldEvent[] = [];
      const templates = new Map<string, Promise<CompiledTemplate>>();
      for (const [index, person] of SAMPLE_PEOPLE.entries())
        told.push(...(await addPerson(db, { config, event, now, templates }, person, index)));
      return told;
    });
    if (told.length === 0) return;
    // By the way of everything that is reported: statuses, blocked addresses and email statuses follow.
    const context = { pool, now, ownAddresses: config.ownAddresses };
    await applyEvents(context, await keepEvents(context, told));
  } finally {
    await pool.end();
  }
}

interface Scene {
  readonly templates: Map<string, Promise<CompiledTemplate>>;
  readonly config: Config;
  readonly event: Event;
  readonly now: Date;
}

/** Returns what was reported of their mails. */
async function addPerson(db: Db, scene: Scene, person: SamplePerson, index: number): Promise<ToldEvent[]> {
  const { event, now } = scene;
  const registeredAt = new Date(now.getTime() - person.hoursAgo * HOUR - index * 97 * SECOND);
  const registrant = await insertRegistrant(db, {
    ...{ eventId: event.id, email: person.email, firstName: person.firstName, lastName: person.lastName },
    ...{ locale: person.locale, timeZone: person.timeZone, registeredAt },
    consents: [],
    fields: person.company ? { Company: person.company } : {},
    source: person.source ? { utmSource: person.source } : {},
    technical: { registeredBy: person.source ? 'form' : 'import' },
    accessKey: newAccessKey(event.keyStyle),
  });
  if (!registrant) throw new Error(`Two of the invented people have the address ${person.email}.`);
  const told: ToldEvent[] = [];
  for (const story of person.mails) {
    const at =
      story.minutesAgo === undefined
        ? new Date(registeredAt.getTime() + (story.minutesLater ?? 0) * MINUTE)
        : new Date(now.getTime() - story.minutesAgo * MINUTE);
    told.push(...(await addMail(db, { ...scene, registrant, at }, story)));
  }
  return told;
}

interface Mailed extends Scene {
  readonly registrant: Registrant;
  readonly at: Date;
}

async function addMail(
  db: Db,
  mailed: Mailed,
  { kind, ends, reported = [] }: SampleMailStory,
): Promise<ToldEvent[]> {
  const { event, registrant, now, at } = mailed;
  const later = (seconds: number) => new Date(at.getTime() + seconds * SECOND);
  const id = await insertMessage(db, {
    ...{ eventId: event.id, registrantId: registrant.id, kind, expiresAt: event.endsAt },
    ...{ createdAt: at, dueAt: at },
    dedupeKey: kind === 'confirmation' ? 'registration' : `sample ${at.toISOString()}`,
    priority: MAIL_KINDS[kind].priority,
  });
  if (!id) throw new Error('A mail of the sample is there already.');
  const key = { ledger: event.id, id };
  if (ends?.status === 'not_sent') {
    await end(db, { ...key, ...ends }, later(2));
    return [];
  }
  const attempt = await claimMail(db, id, kind, { ...mailed, at: later(1) });
  if (ends?.status === 'waiting')
    await recordRetries(
      db,
      [
        {
          ...{ ...key, attempt, error: ends.error, dueAt: new Date(now.getTime() + 30 * MINUTE) },
          ...{ uncertain: false, spent: true, newCall: true },
        },
      ],
      later(3),
    );
  else if (ends) await end(db, { ...key, ...ends }, later(3));
  else await recordAcceptances(db, [{ ...key, providerMessageId: null }], later(2), null);
  return reported.map(({ type, secondsLater, said }, index) => ({
    ...{ source: 'sample', sourceId: `${id} ${index}`, type, messageId: id, providerMessageId: null },
    occurredAt: later(secondsLater),
    detail: said ? { diagnostic: said } : {},
  }));
}

/** Settles what the mail says and claims it, as a worker does. Returns the number of the attempt. */
async function claimMail(
  db: Db,
  id: string,
  kind: LinkKind,
  { config: { publicUrl, postalAddress }, event, registrant, templates, at }: Mailed,
): Promise<number> {
  const language = languageFor(registrant.locale, event.locale);
  const key = `${kind} ${language}`;
  const compiling =
    templates.get(key) ??
    compileTemplate({ kind, language, event: withPublicPictures(event, publicUrl), postalAddress });
  templates.set(key, compiling);
  const template = await compiling;
  await storeTemplate(db, template);
  const variables = recipientVariables(kind, { event, registrant, publicUrl });
  const mail = {
    ...{
      ledger: event.id,
      id,
      toAddress: registrant.email,
      templateHash: template.hash,
      variables,
      batchId: null,
      attempts: 0,
    },
    registrant: { ...registrant, isCancelled: registrant.cancelledAt !== null },
    subject: mergeSubject(template, variables),
    sender: null,
  };
  const claimed = await claim(db, [mail], { workerId: WORKER_ID, transport: 'smtp', now: at });
  return claimed.get(id) ?? 1;
}

async function end(db: Db, ending: Ending, at: Date): Promise<void> {
  await recordEndings(db, [ending], at, at);
}
