import { Hono } from 'hono';
import { z } from 'zod';
import { listApiKeys } from '../../db/api-key.ts';
import { AUDIT_ACTIONS, type AuditEntry, listAudit } from '../../db/audit.ts';
import { findEvents, listEvents } from '../../db/event.ts';
import { findRegistrants } from '../../db/registrant.ts';
import { listTeamMembers } from '../../db/team-member.ts';
import { shownAddress } from '../../domain/address.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors, OPERATOR_KEY } from '../actors.ts';
import type { TeamDependencies } from '../frame.ts';
import { readerZone } from '../reader-clock.ts';
import type { TeamEnv } from '../session.ts';
import { type AuditFilter, AuditPage, type AuditRow } from './audit-page.tsx';

const PAGE = 50;
/** As many events as a list to choose from bears. */
const MOST_EVENTS = 200;

// What somebody typed into the address is left out where it cannot be meant.
const filterShape = z.object({
  actor: z.string().refine(isActor).catch(''),
  action: z.enum(['', ...AUDIT_ACTIONS]).catch(''),
  event: z.union([z.literal(''), z.uuid()]).catch(''),
  from: z.union([z.literal(''), z.iso.date()]).catch(''),
  to: z.union([z.literal(''), z.iso.date()]).catch(''),
});

function isActor(text: string): boolean {
  const [kind = '', id] = text.split(/:(.*)/s);
  if (kind === 'api_key' || kind === 'team_member') return z.guid().safeParse(id).success;
  if (kind === 'database_role') return /^\P{Cc}{1,63}$/u.test(id ?? '');
  return text === 'operator' || text === 'recipient' || text === 'visitor';
}

/** When `day` (`2027-01-15`), or `later` days after it, begins on a clock of the zone; null: UTC. */
function startOfDay(day: string, timeZone: string | null, later = 0): Date {
  const start = Temporal.PlainDate.from(day)
    .add({ days: later })
    .toZonedDateTime(timeZone ?? 'UTC');
  return new Date(start.epochMilliseconds);
}

/** What the team did, to look through. */
export function auditRoutes({ pool, frame }: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.get('/team/audit', async (c) => {
    const filter = filterShape.parse(c.req.query());
    const zone = readerZone(c);
    const before = readCursor(c.req.query('cursor'), z.tuple([z.uuid()]))?.[0] ?? null;
    const [found, actors, events, shownFrame] = await Promise.all([
      listAudit(pool, {
        actor: filter.actor || null,
        action: filter.action || null,
        eventId: filter.event || null,
        from: filter.from ? startOfDay(filter.from, zone) : null,
        // The whole of the last day.
        until: filter.to ? startOfDay(filter.to, zone, 1) : null,
        limit: PAGE + 1,
        before,
      }),
      actorOptions(filter.actor),
      eventOptions(filter.event),
      frame(c),
    ]);
    const entries = found.slice(0, PAGE);
    const last = entries.at(-1);
    return sendPage(
      c,
      <AuditPage
        {...{ filter, actors, events }}
        frame={shownFrame}
        rows={await nameAll(entries)}
        older={last && found.length > PAGE ? address(filter, writeCursor([last.id])) : null}
        newest={before ? address(filter, null) : null}
      />,
    );
  });

  async function nameAll(entries: readonly (AuditEntry & { id: string })[]): Promise<AuditRow[]> {
    const ids = (of: (entry: AuditEntry) => string | null) => [
      ...new Set(entries.flatMap((entry) => of(entry) ?? [])),
    ];
    const about = ({ detail }: AuditEntry) => [
      ...(detail.memberId ? [`team_member:${detail.memberId}`] : []),
      ...(detail.keyId ? [`api_key:${detail.keyId}`] : []),
    ];
    const [nameOf, events, registrants] = await Promise.all([
      nameActors(
        pool,
        entries.flatMap((entry) => [entry.actor, ...about(entry)]),
      ),
      findEvents(
        pool,
        ids(({ eventId }) => eventId),
      ),
      findRegistrants(
        pool,
        ids(({ registrantId }) => registrantId),
      ),
    ]);
    const titles = new Map(events.map(({ id, title }) => [id, title]));
    const people = new Map(registrants.map((one) => [one.id, nameOfPerson(one)]));
    return entries.map((entry) => ({
      ...entry,
      actorName: nameOf(entry.actor),
      eventTitle: titles.get(entry.eventId ?? '') ?? null,
      registrantName: people.get(entry.registrantId ?? '') ?? null,
      memberName: entry.detail.memberId ? nameOf(`team_member:${entry.detail.memberId}`) : null,
      keyName: entry.detail.keyId ? inSentence(nameOf(`api_key:${entry.detail.keyId}`)) : null,
    }));
  }

  /** Members and keys of now, whoever has none of their own, and whom the filter names. */
  async function actorOptions(chosen: string) {
    const [members, keys] = await Promise.all([listTeamMembers(pool), listApiKeys(pool)]);
    const actors = [
      ...members.map(({ id }) => `team_member:${id}`),
      ...keys.map(({ id }) => `api_key:${id}`),
      ...[OPERATOR_KEY, 'operator', 'recipient', 'visitor'],
    ];
    const all = chosen && !actors.includes(chosen) ? [chosen, ...actors] : actors;
    const nameOf = await nameActors(pool, all);
    return all.map((value) => ({ value, label: nameOf(value) }));
  }

  async function eventOptions(chosen: string) {
    const latest = await listEvents(pool, { limit: MOST_EVENTS, after: null });
    const missing = chosen && !latest.some(({ id }) => id === chosen) ? await findEvents(pool, [chosen]) : [];
    return [...missing, ...latest].map(({ id, title }) => ({ value: id, label: title }));
  }

  return router;
}

function nameOfPerson({
  firstName,
  lastName,
  email,
}: {
  firstName: string;
  lastName: string;
  email: string;
}) {
  return `${firstName} ${lastName}`.trim() || shownAddress(email);
}

function inSentence(name: string): string {
  return name.replace(/^The /, 'the ');
}

function address(filter: AuditFilter, cursor: string | null): string {
  const query = new URLSearchParams(Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, v]) => v));
  return `/team/audit${query.size ? `?${query}` : ''}`;
}
