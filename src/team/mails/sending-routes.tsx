import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { pauseSending, resumeSending } from '../../actions/pause-sending.ts';
import { sendReminderNow, skipReminder, undoSkippedReminder } from '../../actions/reminder-by-hand.ts';
import { listCustomTexts } from '../../db/custom-text.ts';
import { countEventMails, listMailRecipients } from '../../db/event-mails.ts';
import { allowing } from '../../db/pool.ts';
import { countByStatus } from '../../db/registrant.ts';
import { listReminderRuns } from '../../db/reminder.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS } from '../../domain/kinds.ts';
import { obstacleTo } from '../../domain/reminder-state.ts';
import { reminderDedupeKey } from '../../domain/schedule.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
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
/** Recipients on a page. */
const PAGE = 100;

const minutes = z.coerce.number().int().min(1);
const recipientsQuery = z.object({
  status: z.enum(MESSAGE_STATUSES),
  reminder: z.union([z.literal('earlier'), minutes]).optional(),
  before: z.uuid().optional(),
});

/** An event's mails by state, and what the team does with them: skip a reminder, send it now, pause. */
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
    const { status, reminder: part = null, before = null } = query.data;
    const found = await listMailRecipients(allowing(pool, 'slice'), {
      ...{ eventId: event.id, kind, status, before, limit: PAGE + 1 },
      ...dedupeKeysOf(event, part),
    });
    const recipients = found.slice(0, PAGE);
    const last = recipients.at(-1);
    const path = { kind, part, status };
    const people = recipients.flatMap(({ registrantId, email }) => (email === null ? [] : registrantId));
    const ofThese = selectionQuery({
      picked: [...new Set(people)],
      filter: {},
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

  router.get('/team/events/:id/reminders/:minutes/send-now', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return orExplain(c, event, async () => {
      const preview = await act(c, dependencies, (action) =>
        sendReminderNow(action, event.id, minutesOf(c), { dryRun: true }),
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

  router.post('/team/events/:id/reminders/:minutes/send-now', (c) =>
    change(c, async (event) => {
      const { queued } = await act(c, dependencies, (action) =>
        sendReminderNow(action, event.id, minutesOf(c), { dryRun: false }),
      );
      if (queued === 0) return 'reminder_for_nobody';
      return event.sendingPausedAt ? 'reminder_waits' : 'reminder_sent_now';
    }),
  );

  router.post('/team/events/:id/reminders/:minutes/skip', (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => skipReminder(action, event.id, minutesOf(c)));
      return 'reminder_skipped';
    }),
  );

  router.post('/team/events/:id/reminders/:minutes/undo-skip', (c) =>
    change(c, async (event) => {
      await act(c, dependencies, (action) => undoSkippedReminder(action, event.id, minutesOf(c)));
      return 'reminder_skip_undone';
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
    const [figures, records, texts, byStatus, around] = await Promise.all([
      countEventMails(counted, event.id),
      listReminderRuns(pool, { eventId: event.id, startsAt: event.startsAt }),
      listCustomTexts(pool, [event.id]),
      countByStatus(counted, event.id),
      frame(c),
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
        may={(step, { reminder }) => reminder !== null && obstacleTo(step, reminder, event, at) === null}
        askedBy={({ reminder }) => (reminder?.record?.askedBy ? nameOf(reminder.record.askedBy) : null)}
        refreshSeconds={looksAgainAfter(event, mails, at)}
      />,
      refusal ? 409 : 200,
    );
  }

  return router;
}

/** Throws `not_found`. */
function minutesOf(c: Context): number {
  const given = minutes.safeParse(c.req.param('minutes'));
  if (!given.success) throw new AppError('not_found', 'The event has no such reminder.');
  return given.data;
}

function dedupeKeysOf(event: Event, part: MailPart): { only: string[] | null; but: string[] | null } {
  if (part === null) return { only: null, but: null };
  if (part !== 'earlier') return { only: [reminderDedupeKey(event, part)], but: null };
  return { only: null, but: event.reminderMinutes.map((one) => reminderDedupeKey(event, one)) };
}

/** Null: nothing will change by itself. */
function looksAgainAfter(event: Event, { ahead, goingOut, done }: MailsByState, now: Date): number | null {
  const total = [...ahead, ...goingOut, ...done].reduce((sum, row) => sum + row.total, 0);
  if (goingOut.length > 0) return total > MANY ? LOOKS.sendingMany : LOOKS.sending;
  const phase = eventPhase(event, now);
  return phase === 'upcoming' || phase === 'running' ? LOOKS.ahead : null;
}
