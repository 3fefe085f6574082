import { type Context, Hono } from 'hono';
import { copyEvent } from '../../actions/event.ts';
import { allowing } from '../../db/pool.ts';
import { listSilentDomains } from '../../db/report.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, permalink } from '../../domain/event.ts';
import { isFreeMailDomain } from '../../domain/free-mail.ts';
import { createEventReports } from '../../http/event-reports.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import type { EventFormState } from '../events/event-fields.tsx';
import { copyFormOf, readCopyForm, withErrors } from '../events/read-event-form.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { DuplicatePage } from './duplicate-page.tsx';
import { itText } from './it-text.ts';
import { OverviewPage } from './overview-page.tsx';

/** So many people of one company: fewer may all just have opened nothing. */
const A_COMPANY = 5;
/** Whoever had a mail for so long has seen it. */
const SEEN_MS = 60 * 60_000;
const MOST_WARNINGS = 3;

/** An event in a picture; its own address leads there. */
export function overviewRoutes(dependencies: TeamDependencies) {
  const { config, pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  const reports = createEventReports(pool);

  router.get('/team/events/:id', async (c) => {
    const { id } = await requireEvent(pool, c.req.param('id'));
    return c.redirect(`/team/events/${id}/overview`, 303);
  });

  router.get('/team/events/:id/overview', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const [around, report] = await Promise.all([frame(c), reports.read(event.id)]);
    return sendPage(
      c,
      <OverviewPage
        frame={around}
        event={teamEvent(event, 'overview', now())}
        timeZone={event.timeZone}
        permalink={permalink(config.publicUrl, event)}
        report={report}
        // Where no mail program ever told of an opened mail, nobody's silence says anything.
        silent={report.funnel.opened > 0 ? await silentCompanies(event) : []}
      />,
    );
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

  async function silentCompanies(event: Event) {
    const before = new Date(now().getTime() - SEEN_MS);
    const found = await listSilentDomains(allowing(pool, 'slice'), event.id, { least: A_COMPANY, before });
    const about = { ...event, from: config.mailFrom, publicUrl: config.publicUrl };
    return found
      .filter(({ domain }) => !isFreeMailDomain(domain))
      .slice(0, MOST_WARNINGS)
      .map((company) => ({ ...company, itText: itText(company, about) }));
  }

  return router;
}
