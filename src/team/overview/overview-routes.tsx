import { type Context, Hono } from 'hono';
import { copyEvent } from '../../actions/event.ts';
import { eventMailbox } from '../../actions/event-sender.ts';
import { countAtWrongDomains } from '../../db/mail-domain.ts';
import { countedFields } from '../../db/report.ts';
import { findErasure } from '../../db/retention.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, permalink } from '../../domain/event.ts';
import { shownErasure } from '../../domain/retention.ts';
import { createEventReports } from '../../http/event-reports.ts';
import { readForm } from '../../http/forms.ts';
import { sendReportCsv } from '../../http/report-csv.ts';
import { sendPage } from '../../http/send-page.ts';
import { roomState } from '../doors/room-state.ts';
import type { EventFormState } from '../events/event-fields.tsx';
import { copyFormOf, readCopyForm, withErrors } from '../events/read-event-form.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { DuplicatePage } from './duplicate-page.tsx';
import { itText } from './it-text.ts';
import { OverviewPage } from './overview-page.tsx';

const MOST_WARNINGS = 3;

/** An event in a picture; its own address leads there. */
export function overviewRoutes(dependencies: TeamDependencies) {
  const { config, pool, reads, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  const reports = createEventReports({ reads, now });

  router.get('/team/events/:id', async (c) => {
    const { id } = await requireEvent(pool, c.req.param('id'));
    return c.redirect(`/team/events/${id}/overview`, 303);
  });

  router.get('/team/events/:id/overview', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const at = now();
    const [around, { report, silent }, erasure, atWrongDomains] = await Promise.all([
      frame(c),
      reports.read(event.id),
      findErasure(pool, event.id, config.eraseAfterDays),
      countAtWrongDomains(pool, event.id),
    ]);
    const from = await eventMailbox(pool, config, event);
    return sendPage(
      c,
      <OverviewPage
        frame={around}
        event={teamEvent(event, 'overview', at)}
        timeZone={event.timeZone}
        permalink={permalink(config.publicUrl, event)}
        room={roomState(event, at)}
        hasRoom={event.roomUrl !== null}
        report={report}
        atWrongDomains={atWrongDomains}
        countedFields={countedFields(event)}
        erasure={shownErasure(event, erasure, at)}
        silent={silent.slice(0, MOST_WARNINGS).map((company) => ({
          ...company,
          itText: itText(company, { ...event, from, publicUrl: config.publicUrl }),
        }))}
      />,
    );
  });

  router.get('/team/events/:id/report.csv', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return sendReportCsv(event, (await reports.read(event.id)).report, now());
  });

  router.get('/team/events/:id/duplicate', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return duplicatePage(c, event, copyFormOf(event, now()));
  });

  router.post('/team/events/:id/duplicate', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { input, state } = readCopyForm(await readForm(c), event);
    if (!input) return duplicatePage(c, event, state, 422);
    try {
      const { id } = await act(c, dependencies, (action) => copyEvent(action, event.id, input));
      return seeOther(c, `/team/events/${id}/overview`, 'event_copied');
    } catch (error) {
      if (!(error instanceof AppError) || error.errors.length === 0) throw error;
      return duplicatePage(c, event, withErrors(state, error.errors), HTTP_STATUS[error.code]);
    }
  });

  async function duplicatePage(
    c: Context<TeamEnv>,
    event: Event,
    state: EventFormState,
    status = 200,
  ): Promise<Response> {
    return sendPage(
      c,
      <DuplicatePage
        frame={await frame(c)}
        event={teamEvent(event, 'overview', now())}
        timeZone={event.timeZone}
        addressStart={`${config.publicUrl}/e/`}
        state={state}
      />,
      status as 200,
    );
  }

  return router;
}
