import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { pauseSending, resumeSending } from '../../actions/pause-sending.ts';
import {
  sendTimedMailNow,
  skipTimedMail,
  undoSkippedTimedMail,
  type WhichTimedMail,
} from '../../actions/timed-mail-by-hand.ts';
import { listAnnouncements } from '../../db/announcement.ts';
import { listCustomTexts } from '../../db/custom-text.ts';
import { countEventMails, listMailRecipients } from '../../db/event-mails.ts';
import { allowing } from '../../db/pool.ts';
import { countByStatus } from '../../db/registrant.ts';
import { listTimedRecords } from '../../db/timed-mail.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../../domain/kinds.ts';
import { isTimedKind, timedDedupeKey, timedMail, timedMails } from '../../domain/schedule.ts';
import { obstacleTo } from '../../domain/timed-mail-state.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { announcementRows, canAnnounce } from '../announcements/announcement-rows.ts';
import { selectionQuery } from '../bulk/selection-query.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import type { NoticeName } from '../notices.ts';
import type { TeamNotice } from '../parts/team-layout.tsx';
import { act, type TeamEnv } from '../session.ts';
import { type MailPart, type MailsByState, mailName, mailsByState } from './mail-rows.ts';
import { MailsPage, recipientsPath } from './mails-page.tsx';
import { RecipientsPage } from './recipients-page.tsx';
import { SendNowPage } from './send-now-page.tsx';

/** Seconds between two looks: while mails go out, of an event with so many that counting them takes long, and otherwise. */
const LOOKS = { sending: 3, sendingMany: 15, ahead: 30 };
/** Counting so many mails takes a tenth of a second. */
const MANY = 100_000;
/** So many announcements the page shows. */
const LATEST = 5;
/** Recipients on a page. */
const PAGE = 100;

const minutes = z.coerce.number().int().min(0);
const recipientsQuery = z.object({
  status: z.enum(MESSAGE_STATUSES),
  part: z.union([z.literal('earlier'), minutes]).optional(),
  before: z.uuid().optional(),
});

/** One of an event's timed mails. */
const TIMED = '/team/events/:id/mails/:kind/:minutes{[0-9]+}';

/** An event's mails by state, and what the team does with them: skip a timed mail, send it now, pause. */
export function sendingRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/mails', async (c) =>
    showMails(c, await requireEvent(pool, c.req.param('id'))),
  );

  router.get('/team/events/:id/mails/:kind/people', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const kind = CUSTOMISABLE_KINDS.find((one) => one === c.req.param('kind'));
    const query = recipientsQuery.safeParse(c.req.query());
    if (!kind || !query.success) throw new AppError('not_found', 'There are no such mails.');
    const { status, part = null, before = null } = query.data;
    const found = await listMailRecipients(allowing(pool, 'slice'), {
      ...{ eventId: event.id, kind, status, before, limit: PAGE + 1 },
      ...dedupeKeysOf(event, kind, part),
    });
    const recipients = found.slice(0, PAGE);
    const last = recipients.at(-1);
    const path = { kind, part, status };
    const people = recipients.flatMap(({ registrantId, email }) => (email === null ? [] : registrantId));
    const ofThese = selectionQuery({
      ...{ scope: 'selected', registrantId: [...new Set(people)], q: '', emailStatus: [] },
    });
    const hasProblem = people.length > 0 && (status === 'bounced' || status === 'dropped');
    return sendPage(
      c,
      <RecipientsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        timeZone={event.timeZone}
        name={mailName(kind, part)}
        status={status}
        recipients={recipients}
        correctHref={hasProblem ? `/team/events/${event.id}/correct?${ofThese}` : null}
        first={before ? recipientsPath(event.id, path) : null}
        next={
          last && found.length > PAGE ? recipientsPath(event.id, { ...path, before: last.messageId }) : null
        }
      />,
    );
  });

  router.get(`${TIMED}/send-now`, async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return orExplain(c, event, async () => {
      const preview = await act(c, dependencies, (action) =>
        sendTimedMailNow(action, event.id, timedMailOf(c), { dryRun: true }),
      );
      return sendPage(
        c,
        <SendNowPage
          {...preview}
          frame={await frame(c)}
          event={teamEvent(event, 'mails', now())}
          timeZone={event.timeZone}
          now={now()}
          startsAt={event.startsAt}
          isPaused={event.sendingPausedAt !== null}
        />,
      );
    });
  });

  router.post(`${TIMED}/send-now`, (c) =>
    change(c, async (event) => {
      const { queued } = await act(c, dependencies, (action) =>
        sendTimedMailNow(action, event.id, timedMailOf(c), { dryRun: false }),
      );
      if (queued === 0) return noticeOf(c, 'reminder_for_nobody');
      return noticeOf(c, event.sendingPausedAt ? 'reminder_waits' : 'reminder_sent_now');
    }),
  );

  router.post(`${TIMED}/skip`, (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => skipTimedMail(action, event.id, timedMailOf(c)));
      return noticeOf(c, 'reminder_skipped');
    }),
  );

  router.post(`${TIMED}/undo-skip`, (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => undoSkippedTimedMail(action, event.id, timedMailOf(c)));
      return noticeOf(c, 'reminder_skip_undone');
    }),
  );

  router.post('/team/events/:id/sending/pause', (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => pauseSending(action, event.id));
      return 'sending_paused';
    }),
  );

  router.post('/team/events/:id/sending/resume', (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => resumeSending(action, event.id));
      return 'sending_resumed';
    }),
  );

  async function change(c: Context<TeamEnv>, work: (event: Event) => Promise<NoticeName>): Promise<Response> {
    const event = await requireEvent(pool, c.req.param('id'));
    return orExplain(c, event, async () => seeOther(c, `/team/events/${event.id}/mails`, await work(event)));
  }

  /** What cannot be done in the state that things are in is told above that state. */
  async function orExplain(
    c: Context<TeamEnv>,
    event: Event,
    work: () => Promise<Response>,
  ): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      return showMails(c, await requireEvent(pool, event.id), { tone: 'danger', text: error.message });
    }
  }

  async function showMails(c: Context<TeamEnv>, event: Event, refusal?: TeamNotice): Promise<Response> {
    const counted = allowing(pool, 'slice');
    const latest = { eventId: event.id, limit: LATEST, before: null };
    const [figures, records, texts, byStatus, around, announcements] = await Promise.all([
      countEventMails(counted, event.id),
      listTimedRecords(pool, event),
      listCustomTexts(pool, [event.id]),
      countByStatus(counted, event.id),
      frame(c),
      listAnnouncements(pool, latest).then((found) => announcementRows(dependencies, event, found)),
    ]);
    const nameOf = await nameActors(
      pool,
      records.flatMap(({ askedBy }) => askedBy ?? []),
    );
    const at = now();
    const mails = mailsByState(event, { figures, records, now: at });
    return sendPage(
      c,
      <MailsPage
        frame={refusal ? { ...around, notice: refusal } : around}
        event={teamEvent(event, 'mails', at)}
        timeZone={event.timeZone}
        mails={mails}
        now={at}
        pausedAt={event.sendingPausedAt}
        registered={[...byStatus.values()].reduce((sum, count) => sum + count, 0)}
        customised={texts.map(({ kind }) => kind)}
        may={(step, { timed }) => timed !== null && obstacleTo(step, timed, event, at) === null}
        askedBy={({ timed }) => (timed?.record?.askedBy ? nameOf(timed.record.askedBy) : null)}
        announcements={announcements}
        canAnnounce={canAnnounce(event, at)}
        refreshSeconds={looksAgainAfter(event, mails, at)}
      />,
      refusal ? 409 : 200,
    );
  }

  return router;
}

/** Throws `not_found`. */
function timedMailOf(c: Context): WhichTimedMail {
  const kind = c.req.param('kind') ?? '';
  const given = minutes.safeParse(c.req.param('minutes'));
  if (!isTimedKind(kind) || !given.success) throw new AppError('not_found', 'The event has no such mail.');
  return { kind, minutes: given.data };
}

/** A notice about a reminder says so; about another timed mail it says "mail". */
function noticeOf(c: Context, ofReminder: `reminder_${TimedNotice}`): NoticeName {
  return c.req.param('kind') === 'reminder'
    ? ofReminder
    : (ofReminder.replace('reminder_', 'timed_mail_') as `timed_mail_${TimedNotice}`);
}
type TimedNotice = 'skipped' | 'skip_undone' | 'sent_now' | 'waits' | 'for_nobody';

function dedupeKeysOf(
  event: Event,
  kind: CustomisableKind,
  part: MailPart,
): { only: string[] | null; but: string[] | null } {
  if (part === null || !isTimedKind(kind)) return { only: null, but: null };
  if (part !== 'earlier') return { only: [timedDedupeKey(timedMail(event, kind, part))], but: null };
  const present = timedMails(event).filter((mail) => mail.kind === kind);
  return { only: null, but: present.map(timedDedupeKey) };
}

/** Null: nothing will change by itself. */
function looksAgainAfter(event: Event, { ahead, goingOut, done }: MailsByState, now: Date): number | null {
  const total = [...ahead, ...goingOut, ...done].reduce((sum, row) => sum + row.total, 0);
  if (goingOut.length > 0) return total > MANY ? LOOKS.sendingMany : LOOKS.sending;
  const phase = eventPhase(event, now);
  return phase === 'upcoming' || phase === 'running' || ahead.length > 0 ? LOOKS.ahead : null;
}
