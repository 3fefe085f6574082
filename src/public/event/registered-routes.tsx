import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { COPY } from '../../../emails/copy/languages.ts';
import { hostLine } from '../../../emails/parts/calendar-entry.ts';
import { requestAddressChange } from '../../actions/changed-address.ts';
import { eventMailbox } from '../../actions/event-sender.ts';
import { findEvent } from '../../db/event.ts';
import { findDomain } from '../../db/mail-domain.ts';
import { transaction } from '../../db/pool.ts';
import { addressHash, shownAddress } from '../../domain/address.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { type CalendarEvent, calendarFile, calendarMethod, webCalendarPage } from '../../domain/calendar.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, eventPhase, isRegistrationOpen, permalink } from '../../domain/event.ts';
import { address } from '../../domain/input.ts';
import { domainOf, wrongDomain } from '../../domain/mail-domain.ts';
import { suggestShownAddress } from '../../domain/suggested-address.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { formState, readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { createProofOfWork } from '../limits/proof-of-work.ts';
import { createStrangerLimits, ProofWanted } from '../limits/strangers.ts';
import { viewFor } from '../visitor.ts';
import { emailToAskAbout, withChosenEmail } from './asked-email.ts';
import { CancelledPage } from './cancelled-page.tsx';
import { EndedPage } from './ended-page.tsx';
import type { FormState } from './form.tsx';
import { type OwnRegistered, RegisteredPage } from './registered-page.tsx';
import {
  type CarriedSession,
  createRegistrationSessions,
  SESSION_PARAMETER,
} from './registration-session.ts';
import { shownSender } from './shown-sender.ts';

const changeForm = z.object({ email: address });
/** A page without a script looks again so long after the registration was sent. */
const REFRESHES_MS = 20_000;

/**
 * The thank-you page. Only the browser that sent the registration sees the address, and may correct it. Whatever is done here is the same whoever
 * is registered already.
 */
export function registeredRoutes(dependencies: AppDependencies) {
  const { config, pool, boss, limits, now } = dependencies;
  const router = new Hono<AppEnv>();
  const sessions = createRegistrationSessions(dependencies);
  const strangers = createStrangerLimits(dependencies, createProofOfWork(dependencies));

  router.use('/e/:slug/registered', async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
    // Its address may carry the session.
    c.header('Referrer-Policy', 'no-referrer');
  });

  router.get('/e/:slug/registered', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    return registeredPage(c, event, sessions.read(c, event), {
      isChanged: c.req.query('done') === 'changed',
    });
  });

  /** The event for a calendar of one's own, before the mail with the personal link is there. */
  router.get('/e/:slug/registered.ics', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const session = sessions.read(c, event);
    // The entry that the mail brings has the registrant's id, too, and takes this one's place.
    const uid = session?.requestId ?? event.id;
    c.header('Cache-Control', 'no-store');
    c.header('Content-Disposition', `attachment; filename="${event.slug}.ics"`);
    return c.body(calendarFile(...entryOf(c, event, uid), config.mailFrom), 200, {
      'content-type': `text/calendar; charset=utf-8; method=${calendarMethod(event)}`,
    });
  });

  router.post('/e/:slug/registered', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const form = withChosenEmail(await readForm(c));
    const session = sessions.read(c, event, form);
    if (!session) return registeredPage(c, event, null, { isExpired: true, status: 403 });
    if (!isRegistrationOpen(event, now()))
      return registeredPage(c, event, session, { status: HTTP_STATUS.conflict as 409 });
    const result = changeForm.safeParse({ email: form.email ?? '' });
    const suggestion = emailToAskAbout(form);
    const typed: FormState = {
      ...formState(form, result.error ?? new z.ZodError([]), ['email']),
      ...(suggestion && { suggestion }),
    };
    if (!result.success || suggestion)
      return registeredPage(c, event, session, { state: typed, status: 422 });
    const { email } = result.data;
    const answer = () =>
      sessions.answer(
        c,
        event,
        { ...session, email },
        { inAddress: session.inAddress !== null, done: 'changed' },
      );
    if (addressHash(email) === addressHash(session.email)) return answer();
    await limits.addressChanges.take(session.requestId);
    try {
      const asked = { event, email, proof: form.altcha };
      const { mayRemind, priority } = await strangers.register(c, asked);
      const change = { eventId: event.id, email, mayRemind, replaces: session.requestId };
      await transaction(pool, (db) => requestAddressChange({ db, boss, now: now() }, change, { priority }));
      return answer();
    } catch (error) {
      if (!(error instanceof ProofWanted)) throw error;
      const waitSeconds = error.retryAfter ?? 1;
      c.header('Retry-After', String(waitSeconds));
      const state = { ...typed, proof: { waitSeconds, wasSent: true } };
      return registeredPage(c, event, session, { state, status: 429 });
    }
  });

  async function registeredPage(
    c: Context<AppEnv>,
    event: Event,
    session: CarriedSession | null,
    {
      isChanged = false,
      isExpired = false,
      state = {},
      status = 200,
    }: {
      readonly isChanged?: boolean;
      readonly isExpired?: boolean;
      readonly state?: FormState;
      readonly status?: 200 | 403 | 409 | 422 | 429;
    } = {},
  ): Promise<Response> {
    const view = viewFor(c, dependencies, event);
    if (view.phase === 'cancelled') return sendPage(c, <CancelledPage view={view} />, status);
    if (view.phase === 'ended') return sendPage(c, <EndedPage view={view} />, status);
    const own = session && (await ownOf(c, event, session, { isChanged, state }));
    return sendPage(c, <RegisteredPage {...{ view, own, isExpired }} />, status);
  }

  async function ownOf(
    c: Context<AppEnv>,
    event: Event,
    session: CarriedSession,
    said: Pick<OwnRegistered, 'isChanged' | 'state'>,
  ): Promise<OwnRegistered> {
    const { email, at, inAddress, requestId } = session;
    const known = await findDomain(pool, domainOf(email));
    const domain = !known || known.isAwaited ? 'awaited' : wrongDomain(known.status);
    const query = inAddress === null ? '' : `?${new URLSearchParams({ [SESSION_PARAMETER]: inAddress })}`;
    const entry = entryOf(c, event, requestId);
    return {
      ...said,
      ...{ email: shownAddress(email), domain, session: inAddress },
      sender: shownSender(await eventMailbox(pool, config, event)),
      refreshes: domain === 'awaited' && now().getTime() - at.getTime() < REFRESHES_MS,
      suggested: suggestShownAddress(email),
      calendars:
        eventPhase(event, now()) === 'upcoming'
          ? {
              google: webCalendarPage('google', ...entry),
              outlook: webCalendarPage('outlook', ...entry),
              file: `/e/${event.slug}/registered.ics${query}`,
            }
          : null,
    };
  }

  /** What a calendar is told of the event: its page in the place of the personal link, which comes by mail. */
  function entryOf(c: Context<AppEnv>, event: Event, uid: string) {
    const { language } = viewFor(c, dependencies, event);
    const description = [copyFor(language).registered.linkByMail, event.description]
      .filter(Boolean)
      .join('\n\n');
    const shown: CalendarEvent = { ...event, description };
    const link = permalink(config.publicUrl, event);
    return [shown, { uid, link, hostLine: hostLine(COPY[language], event.hostName) }] as const;
  }

  async function requireEvent(slug: string): Promise<Event> {
    const event = await findEvent(pool, { slug: slugIn(slug) });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    return event;
  }

  return router;
}
