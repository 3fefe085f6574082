import { Hono } from 'hono';
import { z } from 'zod';
import { type EventMailQuery, listEventMails } from '../../db/event-mails.ts';
import { allowing } from '../../db/pool.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import { reminderDedupeKey } from '../../domain/schedule.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, type TeamDependencies, teamEvent } from '../frame.ts';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import type { TeamEnv } from '../session.ts';
import { EARLIER, reminderName, sentMailsPath } from './mail-rows.ts';
import { SentMailsPage } from './sent-mails-page.tsx';

const PAGE = 100;
const position = z.tuple([z.uuid()]);

/** The mails behind a count: of a kind, of one reminder, in one status. */
export function sentMailsRoutes({ pool, now, frame }: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/mails/:kind/messages', async (c) => {
    const kind = CUSTOMISABLE_KINDS.find((one) => one === c.req.param('kind'));
    if (!kind) throw new AppError('not_found', 'There is no such kind of mail.');
    const event = await requireEvent(pool, c.req.param('id'));
    const asked = c.req.query('status');
    const status = MESSAGE_STATUSES.find((one) => one === asked) ?? null;
    if (asked !== undefined && status === null)
      throw new AppError('not_found', 'There is no such status of a mail.');
    const reminder = readReminder(c.req.query('reminder'));
    const cursor = readCursor(c.req.query('cursor'), position);
    const found = await listEventMails(allowing(pool, 'slice'), {
      ...{ eventId: event.id, kind, status, dedupeKeys: dedupeKeysOf(event, kind, reminder) },
      ...{ limit: PAGE + 1, before: cursor?.[0] ?? null },
    });
    const mails = found.slice(0, PAGE);
    const last = mails.at(-1);
    const path = sentMailsPath(
      event.id,
      { kind, reminder: reminder === null ? null : String(reminder) },
      status,
    );
    return sendPage(
      c,
      <SentMailsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        timeZone={event.timeZone}
        name={reminder === null ? MAIL_KINDS[kind].label : reminderName(reminder)}
        statusName={status && STATUS_WORDS[status]}
        mails={mails}
        first={cursor ? path : null}
        next={last && found.length > PAGE ? withCursor(path, writeCursor([last.id])) : null}
      />,
    );
  });

  return router;
}

/** Minutes before the start, or `earlier`: of times that the event has no more. */
function readReminder(text: string | undefined): number | typeof EARLIER | null {
  if (text === undefined) return null;
  if (text === EARLIER) return EARLIER;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new AppError('not_found', 'There is no such reminder.');
}

function dedupeKeysOf(
  event: Event,
  kind: CustomisableKind,
  reminder: number | typeof EARLIER | null,
): EventMailQuery['dedupeKeys'] {
  if (kind !== 'reminder' || reminder === null) return null;
  return reminder === EARLIER
    ? { keys: event.reminderMinutes.map((minutes) => reminderDedupeKey(event, minutes)), negated: true }
    : { keys: [reminderDedupeKey(event, reminder)], negated: false };
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
}
