import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { cancelEventOf, changeEvent, createEvent } from '../../actions/event.ts';
import { countMails } from '../../actions/fan-out.ts';
import { rotateKeys } from '../../actions/rotate-keys.ts';
import { countKeyRotations, listAudit } from '../../db/audit.ts';
import { countRegistrants } from '../../db/event.ts';
import { countEventLists, EVENT_LISTS, listEventsForTeam, listRecentTimeZones } from '../../db/event-list.ts';
import { findKeyReset } from '../../db/key-reset.ts';
import { allowing } from '../../db/pool.ts';
import { listSenderDomains } from '../../db/sender-domain.ts';
import { shownAddress, shownDomain } from '../../domain/address.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase, isOn, permalink } from '../../domain/event.ts';
import { fieldLabels } from '../../domain/form-fields.ts';
import { timedMails } from '../../domain/schedule.ts';
import { accessKeysVersion, eventVersion, isChangedMeanwhile, requireVersion } from '../../domain/version.ts';
import { cursorInstant, readCursor, writeCursor } from '../../http/cursor.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { orWithout } from '../../lib/remember.ts';
import { embedSnippet } from '../../public/embed/snippet.tsx';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { lookEvery } from '../parts/live-region.tsx';
import { timeText } from '../parts/time.tsx';
import { act, type TeamEnv } from '../session.ts';
import { AnswersPage, CancelPage, KeyResetPage, MovePage, RotateKeysPage } from './confirm-pages.tsx';
import type { EventFormState, SenderChoice } from './event-fields.tsx';
import { EventsPage } from './events-page.tsx';
import { NewEventPage } from './new-event-page.tsx';
import { receiveEventForm } from './picture-form.ts';
import {
  changesOf,
  editEventForm,
  emptyEventForm,
  eventFormOf,
  readEraseAfterDays,
  readEventForm,
  withErrors,
} from './read-event-form.ts';
import { SettingsPage } from './settings-page.tsx';

const PAGE = 25;
const listNames = z.enum(EVENT_LISTS);
const position = z.tuple([listNames, cursorInstant, z.uuid()]);

/** The events: their list, their form, and what is done with all of one. */
export function eventRoutes(dependencies: TeamDependencies) {
  const { config, pool, log, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events', async (c) => {
    const at = now();
    const cursor = readCursor(c.req.query('cursor'), position);
    const list = cursor?.[0] ?? listNames.catch('upcoming').parse(c.req.query('show'));
    const after = cursor && { startsAt: new Date(cursor[1]), id: cursor[2] };
    const [found, sizes] = await Promise.all([
      listEventsForTeam(pool, { list, now: at, limit: PAGE + 1, after }),
      countEventLists(pool, at),
    ]);
    const page = found.slice(0, PAGE);
    const counts = await countRegistrants(
      allowing(pool, 'slice'),
      page.map(({ id }) => id),
    );
    const last = page.at(-1);
    const next =
      last && found.length > PAGE ? writeCursor([list, last.startsAt.toISOString(), last.id]) : null;
    return sendPage(
      c,
      <EventsPage
        frame={await frame(c)}
        list={list}
        sizes={sizes}
        events={page.map((event) => ({
          event,
          phase: eventPhase(event, at),
          isOn: isOn(event, at),
          counts: counts.get(event.id) ?? { registrants: 0, byEmailStatus: {} },
          permalink: permalink(config.publicUrl, event),
        }))}
        isFirst={cursor === null}
        next={next && `/team/events?cursor=${next}`}
      />,
    );
  });

  router.get('/team/events/new', async (c) => {
    const [latest] = await recentZones();
    return newEventPage(c, emptyEventForm({ timeZone: latest ?? 'UTC' }), { isFresh: true });
  });

  router.post('/team/events/new', async (c) => {
    const { form, refused } = await receiveEventForm(c, dependencies);
    const edited = editEventForm(form, null);
    // Nothing is saved yet: an answer of success to a form would be a redirect.
    if (edited) return newEventPage(c, withErrors(edited, refused), { status: 422 });
    const { input, state } = readEventForm(form, null);
    if (!input || refused.length > 0) return newEventPage(c, withErrors(state, refused));
    try {
      const { id } = await act(c, dependencies, (action) => createEvent(action, input));
      return seeOther(c, `/team/events/${id}/overview`, 'event_created');
    } catch (error) {
      return newEventPage(c, withErrors(state, fieldErrors(error)));
    }
  });

  router.get('/team/events/:id/settings', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return settingsPage(c, event, eventFormOf(event), { version: eventVersion(event) });
  });

  router.post('/team/events/:id/settings', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const path = `/team/events/${event.id}/settings`;
    // After the end there is still a replay to add, or a later end to give.
    if (event.cancelledAt) refuseOver(event);
    const received = await receiveEventForm(c, dependencies);
    const { refused } = received;
    const { step, notify, answers, version = '', ...form } = received.form;
    const edited = editEventForm(form, event);
    if (edited) return settingsPage(c, event, withErrors(edited, refused), { version, status: 422 });
    const reading = readEventForm(form, event);
    const { input, state } = reading;
    if (!input || refused.length > 0 || step === 'edit')
      return settingsPage(c, event, withErrors(state, refused), { version, status: 422 });
    try {
      // What the form changes shows against the event that it was made of, and no other.
      requireVersion(version, eventVersion(event));
      const changes = changesOf(event, input);
      if (Object.keys(changes).length === 0) return seeOther(c, path, 'event_unchanged');
      if (changes.formFields && answers !== 'seen') {
        const { answered } = await act(c, dependencies, (action) =>
          changeEvent(
            action,
            event.id,
            { formFields: changes.formFields, notify: false, dryRun: true },
            version,
          ),
        );
        if (answered.length > 0)
          return sendPage(
            c,
            <AnswersPage
              frame={await frame(c)}
              event={teamEvent(event, 'settings', now())}
              labels={fieldLabels(event)}
              answered={answered}
              renamed={reading.renamed}
              values={{ ...form, version }}
            />,
            422,
          );
      }
      const moves = changes.startsAt !== undefined || changes.endsAt !== undefined;
      if (moves && step !== 'move') {
        const tried = await act(c, dependencies, (action) =>
          changeEvent(action, event.id, { ...changes, notify: true, dryRun: true }, version),
        );
        if (tried.rescheduling)
          return sendPage(
            c,
            <MovePage
              frame={await frame(c)}
              event={teamEvent(event, 'settings', now())}
              before={event}
              after={tried.event}
              rescheduling={tried.rescheduling}
              values={{ ...form, version, ...(answers && { answers }) }}
              isPast={eventPhase(tried.event, now()) === 'ended'}
            />,
            // Nothing is saved yet: an answer of success to a form would be a redirect.
            422,
          );
      }
      const tells = moves && notify === 'yes';
      await act(c, dependencies, (action) =>
        changeEvent(action, event.id, { ...changes, notify: tells, dryRun: false }, version),
      );
      return seeOther(c, path, !moves ? 'event_saved' : tells ? 'event_moved_told' : 'event_moved');
    } catch (error) {
      if (!isChangedMeanwhile(error))
        return settingsPage(c, event, withErrors(state, fieldErrors(error)), { version, status: 422 });
      const message = 'Someone else has changed the event. Save again to overwrite their changes.';
      const current = await requireEvent(pool, event.id);
      const refused = { ...state, problems: [{ id: 'title', message }] };
      return settingsPage(c, current, refused, { version: eventVersion(current), status: 409 });
    }
  });

  // Also of an event that has ended or was cancelled.
  router.post('/team/events/:id/settings/data', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const path = `/team/events/${event.id}/settings#data`;
    const form = await readForm(c);
    const { days, errors } = readEraseAfterDays(form);
    if (errors.length > 0) {
      const { eraseAfterDays = '' } = form;
      const shown = eventFormOf(event);
      const state = withErrors({ ...shown, values: { ...shown.values, eraseAfterDays } }, errors);
      return settingsPage(c, event, state, { version: eventVersion(event), status: 422 });
    }
    if (days === event.eraseAfterDays) return seeOther(c, path, 'event_unchanged');
    await act(c, dependencies, (action) =>
      changeEvent(action, event.id, { eraseAfterDays: days, notify: false, dryRun: false }),
    );
    return seeOther(c, path, 'event_saved');
  });

  router.get('/team/events/:id/settings/cancel', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    refuseOver(event);
    const at = now();
    const ahead = timedMails(event).filter(({ dueAt }) => dueAt > at);
    return sendPage(
      c,
      <CancelPage
        frame={await frame(c)}
        event={teamEvent(event, 'settings', at)}
        counts={
          await countMails(allowing(pool, 'slice'), {
            ...{ eventId: event.id, kind: 'event_cancelled', selection: { all: true } },
          })
        }
        remindersAhead={ahead.filter(({ kind }) => kind === 'reminder').length}
        othersAhead={ahead.filter(({ kind }) => kind !== 'reminder').length}
        version={eventVersion(event)}
      />,
    );
  });

  router.post('/team/events/:id/settings/cancel', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    refuseOver(event);
    const { version: seen = '', ...form } = await readForm(c);
    const notify = form.notify === 'yes';
    await act(c, dependencies, (action) => cancelEventOf(action, event.id, { notify, seen }));
    const notice = notify ? 'event_cancelled_told' : 'event_cancelled';
    return seeOther(c, `/team/events/${event.id}/settings`, notice);
  });

  router.get('/team/events/:id/settings/keys', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const reset = await findKeyReset(pool, event.id);
    if (reset && !reset.finishedAt)
      return sendPage(
        c,
        <KeyResetPage
          frame={await frame(c)}
          event={teamEvent(event, 'settings', now())}
          reset={reset}
          refreshSeconds={lookEvery(true)}
        />,
      );
    return sendPage(
      c,
      <RotateKeysPage
        frame={await frame(c)}
        event={teamEvent(event, 'settings', now())}
        counts={
          await countMails(allowing(pool, 'slice'), {
            ...{ eventId: event.id, kind: 'new_key', selection: { all: true } },
          })
        }
        noMail={noMailReason(event)}
        version={accessKeysVersion(event.id, await countKeyRotations(pool, event.id))}
      />,
    );
  });

  router.post('/team/events/:id/settings/keys', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { version: seen = '', ...form } = await readForm(c);
    const notify = form.notify === 'yes';
    // Whoever asks for what is under way sees how far it is.
    const running = await findKeyReset(pool, event.id);
    if (running && !running.finishedAt) return seeOther(c, `/team/events/${event.id}/settings/keys`);
    const { reset } = await act(c, dependencies, (action) => rotateKeys(action, event.id, { notify, seen }));
    if (!reset.finishedAt) return seeOther(c, `/team/events/${event.id}/settings/keys`);
    return seeOther(c, `/team/events/${event.id}/settings#keys`, 'keys_rotated');
  });

  /** What the form suggests; it has all others, too. */
  async function recentZones(): Promise<string[]> {
    const zones = await orWithout(
      () => listRecentTimeZones(pool),
      (error) => log.warn({ err: error }, 'a form suggests no time zones'),
    );
    return zones ?? [];
  }

  async function senderChoice(): Promise<SenderChoice> {
    const domains = await listSenderDomains(pool);
    return {
      site: { ...config.mailFrom, address: shownAddress(config.mailFrom.address) },
      domains: domains.flatMap(({ domain, verifiedAt }) => (verifiedAt ? [shownDomain(domain)] : [])),
    };
  }

  async function newEventPage(
    c: Context<TeamEnv>,
    state: EventFormState,
    { isFresh = false, status = 200 }: { readonly isFresh?: boolean; readonly status?: 200 | 422 } = {},
  ): Promise<Response> {
    return sendPage(
      c,
      <NewEventPage
        frame={await frame(c)}
        state={state}
        recentZones={await recentZones()}
        addressStart={`${config.publicUrl}/e/`}
        siteEraseAfterDays={config.eraseAfterDays}
        senders={await senderChoice()}
        now={now()}
        prefersBrowserZone={isFresh}
      />,
      state.problems.length > 0 ? 422 : status,
    );
  }

  async function settingsPage(
    c: Context<TeamEnv>,
    event: Event,
    state: EventFormState,
    // The version that what stands in the form was made of.
    { version, status = 200 }: { readonly version: string; readonly status?: 200 | 409 | 422 },
  ): Promise<Response> {
    const [rotation] = await listAudit(pool, {
      ...{
        eventId: event.id,
        actor: null,
        action: 'keys_rotated',
        limit: 1,
        before: null,
        from: null,
        until: null,
      },
    });
    return sendPage(
      c,
      <SettingsPage
        frame={await frame(c)}
        event={teamEvent(event, 'settings', now())}
        state={state}
        recentZones={await recentZones()}
        addressStart={`${config.publicUrl}/e/`}
        now={now()}
        hasRoom={event.roomUrl !== null}
        siteEraseAfterDays={config.eraseAfterDays}
        embedCode={{
          snippet: embedSnippet(config.publicUrl, event).join('\n'),
          href: `${permalink(config.publicUrl, event)}/embed`,
        }}
        senders={await senderChoice()}
        version={version}
        lastRotation={
          rotation
            ? {
                whenText: timeText(rotation.at, event.timeZone),
                rotated: Number(rotation.detail.rotated ?? 0),
                mails: Number(rotation.detail.mails ?? 0),
              }
            : null
        }
      />,
      status,
    );
  }

  /** Throws `conflict` where nothing is cancelled any more. */
  function refuseOver(event: Event): void {
    const reason = noMailReason(event);
    if (reason) throw new AppError('conflict', reason);
  }

  function noMailReason(event: Event): string | null {
    switch (eventPhase(event, now())) {
      case 'cancelled':
        return 'The event is cancelled. No mail is sent for it, and it cannot be changed.';
      case 'ended':
        return 'The event has ended. No links are sent for it, and it cannot be cancelled.';
      case 'upcoming':
      case 'running':
        return null;
    }
  }

  return router;
}

/** What of a form an action refused; throws what is not the form's fault. */
function fieldErrors(error: unknown) {
  if (error instanceof AppError && error.errors.length > 0) return error.errors;
  throw error;
}
