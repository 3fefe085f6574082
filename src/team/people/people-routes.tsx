import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  refuseWhenOver,
  registrantNotFound,
  resendAccessLink,
  rotateAccessKey,
  UNDO_MS,
  undoResend,
} from '../../actions/access-link.ts';
import { cancelRegistration, restoreRegistration } from '../../actions/cancelled-registration.ts';
import { countMails } from '../../actions/fan-out.ts';
import { changeRegistrant, scheduleRemoval, undoRemoval } from '../../actions/registrant.ts';
import { deleteViewOf, renameViewOf, saveView } from '../../actions/saved-view.ts';
import { liftSuppression } from '../../actions/suppression.ts';
import { developmentInbox } from '../../config.ts';
import { listEventFields } from '../../db/event-field.ts';
import { countAtWrongDomains } from '../../db/mail-domain.ts';
import { findMessage, listMessages } from '../../db/message.ts';
import { findRegistrant } from '../../db/registrant.ts';
import { findErasure } from '../../db/retention.ts';
import { listViews } from '../../db/saved-view.ts';
import { setPeopleColumns } from '../../db/team-member.ts';
import { accessLink } from '../../domain/access-link.ts';
import { shownAddress } from '../../domain/address.ts';
import { FIELD, PEOPLE_COLUMNS } from '../../domain/columns.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, permalink } from '../../domain/event.ts';
import { inFormOrder } from '../../domain/form-fields.ts';
import { registrantChanges } from '../../domain/input.ts';
import type { Message } from '../../domain/message.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { isChangedMeanwhile, registrantVersion } from '../../domain/version.ts';
import { readForm, readLists } from '../../http/forms.ts';
import { messageContent } from '../../http/message-content.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { readFurtherFields } from '../further-fields.ts';
import { dayText } from '../parts/erasure-note.tsx';
import type { FurtherFieldsValue } from '../parts/further-fields.tsx';
import { PANE_FRAME, PaneDocument } from '../parts/pane.tsx';
import { act, type TeamEnv } from '../session.ts';
import { RemovePersonPage, RotateKeyPage } from './confirm-pages.tsx';
import { MessagePage } from './message-page.tsx';
import { shownColumns, USUAL_COLUMNS } from './people-columns.ts';
import { LONGEST_BACK, loadPeople, readView, readViewOrProblems } from './people-list.ts';
import { PeoplePage } from './people-page.tsx';
import { filteredBy, type PeopleView, panePath, viewPath, viewQuery } from './people-view.ts';
import type { PeopleEvent, Person, RefusedForm } from './person.ts';
import { loadPerson } from './person-details.ts';
import { PersonPane } from './person-pane.tsx';
import { type RefusedFilter, readFilterForm } from './read-filter-form.ts';
import { readPersonForm, refusedForm } from './read-person-form.ts';
import type { RefusedView } from './saved-views.tsx';

const uuid = z.uuid().toLowerCase();
/** As many columns as somebody may choose. */
const MOST_COLUMNS = 200;

/** An event's people: who they are, what became of their mails, and corrections. */
export function peopleRoutes(dependencies: TeamDependencies) {
  const { config, pool, now, frame, ownChanges } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/people', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { view, problems } = readViewOrProblems(new URL(c.req.url).searchParams);
    return showPeople(c, event, view, null, problems);
  });

  // The menu "Filter": what its form asks for becomes the list's address.
  router.get('/team/events/:id/people/filter', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = c.req.queries();
    const view = viewOf(form.back?.at(-1));
    const read = readFilterForm(form, view.filter, event);
    if ('problems' in read) return showPeople(c, event, view, { filter: read });
    return c.redirect(viewPath(event.id, filteredBy(view, read)), 303);
  });

  router.post('/team/events/:id/views', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { name = '', back = '' } = await readForm(c);
    const { view, problems } = readViewOrProblems(new URLSearchParams(back));
    // What could not be read is not kept: the list would be another one.
    if (problems.length > 0) return showPeople(c, event, view, null, problems);
    return orRefuseView(c, event, view, { id: null, name }, () =>
      act(c, dependencies, (action) => saveView(action, event.id, { name, filter: view.filter })),
    );
  });

  router.post('/team/events/:id/views/:vid', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { name = '', back } = await readForm(c);
    const id = viewId(c.req.param('vid'));
    return orRefuseView(c, event, viewOf(back), { id, name }, () =>
      act(c, dependencies, (action) => renameViewOf(action, event.id, id, name)),
    );
  });

  router.post('/team/events/:id/views/:vid/delete', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { back } = await readForm(c);
    const id = viewId(c.req.param('vid'));
    await act(c, dependencies, (action) => deleteViewOf(action, event.id, id));
    return seeOther(c, viewPath(event.id, filteredBy(viewOf(back), {})), 'view_deleted');
  });

  // As audit log and bulk pages link to somebody.
  router.get('/team/events/:id/people/:rid', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    return c.redirect(panePath(event.id, readView(new URLSearchParams()), id), 303);
  });

  router.post('/team/events/:id/people/columns', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { column = [], usual, back, further } = await readLists(c);
    const view = viewOf(back?.at(-1));
    const isUsual = usual?.some(Boolean) ?? false;
    const known = column.filter(
      (name) =>
        (PEOPLE_COLUMNS as readonly string[]).includes(name) ||
        (name.startsWith(FIELD) && name.length <= FIELD.length + 64),
    );
    // What they see of other events' fields stays chosen.
    const names = inFormOrder(event, await listEventFields(pool, event.id));
    const written = readFurtherFields(further?.at(-1) ?? '', names);
    if (written.error !== null && !isUsual) return showPeople(c, event, view, { further: written });
    const fields = new Set(names.map((field) => FIELD + field));
    const elsewhere = (c.var.session.member.peopleColumns ?? []).filter(
      (name) => name.startsWith(FIELD) && !fields.has(name),
    );
    const more = written.names.map((name) => FIELD + name);
    const chosen = [...new Set([...known, ...more, ...elsewhere])].slice(0, MOST_COLUMNS);
    await setPeopleColumns(pool, c.var.session.member.id, isUsual ? null : chosen);
    return seeOther(c, viewPath(event.id, view), 'columns_kept');
  });

  router.post('/team/events/:id/people/:rid/resend', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const back = viewOf((await readForm(c)).back);
    const { messageId, isNew } = await act(c, dependencies, (action) =>
      resendAccessLink(action, event, id, UNDO_MS),
    );
    return seeOther(c, returnPath(event, back, id), isNew ? 'link_resent' : 'link_resent_before', {
      person: id,
      message: messageId,
    });
  });

  router.post('/team/events/:id/people/:rid/resend/undo', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const form = await readForm(c);
    const message = await requireMessage(event, form.message);
    const isUndone = await act(c, dependencies, (action) => undoResend(action, event, id, message.id));
    return seeOther(c, returnPath(event, viewOf(form.back), id), isUndone ? 'resend_undone' : 'resend_gone');
  });

  router.post('/team/events/:id/people/:rid/cancel', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const back = viewOf((await readForm(c)).back);
    await act(c, dependencies, (action) => cancelRegistration(action, event, id));
    return seeOther(c, returnPath(event, back, id), 'registration_cancelled', { person: id });
  });

  // What takes a cancellation back at once (`quiet`) sends nothing; a cancellation that stood brings the confirmation.
  router.post('/team/events/:id/people/:rid/restore', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const form = await readForm(c);
    const shown = peopleEvent(event);
    const sendConfirmation = form.quiet !== 'yes' && shown.sendsNothing === null;
    await act(c, dependencies, (action) => restoreRegistration(action, event, id, { sendConfirmation }));
    const notice = sendConfirmation ? 'registration_restored_mailed' : 'registration_restored';
    return seeOther(c, returnPath(event, viewOf(form.back), id), notice, { person: id });
  });

  router.post('/team/events/:id/people/:rid/lift', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id, email } = await requireRegistrant(event, c.req.param('rid'));
    const back = viewOf((await readForm(c)).back);
    await act(c, dependencies, (action) => liftSuppression(action, email));
    return seeOther(c, returnPath(event, back, id), 'suppression_lifted');
  });

  router.get('/team/events/:id/people/:rid/rotate-key', async (c) => {
    const page = await confirmation(c);
    const { mails } = await countMails(pool, {
      ...{ eventId: page.event.id, kind: 'new_key', selection: { registrantIds: [page.person.id] } },
    });
    return sendPage(c, <RotateKeyPage {...page} getsMail={mails > 0} />);
  });

  router.post('/team/events/:id/people/:rid/rotate-key', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const { version = '', ...form } = await readForm(c);
    const back = viewOf(form.back);
    const notify = form.notify === 'yes';
    await act(c, dependencies, (action) => rotateAccessKey(action, event, id, { notify, seen: version }));
    return seeOther(c, panePath(event.id, back, id), notify ? 'key_rotated_told' : 'key_rotated');
  });

  router.get('/team/events/:id/people/:rid/remove', async (c) => {
    const page = await confirmation(c);
    return sendPage(c, <RemovePersonPage {...page} />);
  });

  router.post('/team/events/:id/people/:rid/remove', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireRegistrant(event, c.req.param('rid'));
    const back = viewOf((await readForm(c)).back);
    const removalId = await act(c, dependencies, (action) => scheduleRemoval(action, event, id));
    return seeOther(c, viewPath(event.id, { ...back, person: null }), 'person_removed', {
      person: id,
      removal: removalId,
    });
  });

  router.post('/team/events/:id/people/:rid/remove/undo', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readForm(c);
    const [person, removal] = [uuid.safeParse(c.req.param('rid')), uuid.safeParse(form.removal)];
    if (!person.success || !removal.success) throw registrantNotFound();
    const isUndone = await act(c, dependencies, (action) =>
      undoRemoval(action, event, person.data, removal.data),
    );
    return seeOther(c, viewPath(event.id, viewOf(form.back)), isUndone ? 'removal_undone' : 'removal_gone');
  });

  router.post('/team/events/:id/people/:rid', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const registrant = await requireRegistrant(event, c.req.param('rid'));
    const form = await readForm(c);
    const back = { ...viewOf(form.back), person: registrant.id };
    const refuse = (refused: RefusedForm, status: 409 | 422) =>
      showPeople(c, event, back, { person: refused, status });
    const { version = '' } = form;
    const refuseStale = () => {
      const email = 'Someone else has changed this person. Save again to overwrite their changes.';
      // In the form that every person has: an address that somebody else has corrected has no other any more.
      return refuse({ ...refusedForm(form, { email }), form: 'edit', version: null }, 409);
    };
    // What the form changes shows against the person that it was made of, and nobody else.
    if (version !== registrantVersion(registrant)) return refuseStale();
    const { changes, sent } = readPersonForm(form, registrant);
    if (form.form === 'correct' && changes.email === undefined) {
      const email =
        'Mail to this address was rejected. Change the email, or allow mail to it and send again.';
      return refuse(refusedForm(form, { email }), 422);
    }
    if (Object.keys(changes).length === 0)
      return seeOther(c, panePath(event.id, back, registrant.id), 'person_unchanged');
    const input = registrantChanges.safeParse({ ...changes, resend: sent });
    if (!input.success) return refuse(refusedForm(form, input.error), 422);
    const isSending =
      input.data.resend && input.data.email !== undefined && input.data.email !== registrant.email;
    try {
      await act(c, dependencies, (action) => {
        if (isSending) refuseWhenOver(event, action.now);
        return changeRegistrant(action, event, registrant.id, input.data, version);
      });
    } catch (error) {
      if (isChangedMeanwhile(error)) return refuseStale();
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      return refuse(refusedForm(form, { email: error.message }), 409);
    }
    return seeOther(
      c,
      panePath(event.id, back, registrant.id),
      isSending ? 'person_saved_link_sent' : 'person_saved',
    );
  });

  router.get('/team/events/:id/messages/:mid', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const message = await requireMessage(event, c.req.param('mid'));
    const content = await messageContent(pool, message);
    return sendPage(
      c,
      <MessagePage frame={await frame(c)} event={peopleEvent(event)} message={message} content={content} />,
    );
  });

  router.get('/team/events/:id/messages/:mid/frame', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { html } = await messageContent(pool, await requireMessage(event, c.req.param('mid')));
    return c.html(html);
  });

  async function showPeople(
    c: Context<TeamEnv>,
    event: Event,
    view: PeopleView,
    refused: {
      readonly person?: RefusedForm;
      readonly further?: FurtherFieldsValue;
      readonly filter?: RefusedFilter;
      readonly view?: RefusedView;
      readonly status?: 409 | 422;
    } | null = null,
    unreadable: readonly string[] = [],
  ): Promise<Response> {
    const { peopleColumns } = c.var.session.member;
    const shown = peopleEvent(event);
    const toPerson = personOf(event);
    if (c.req.header('turbo-frame') === PANE_FRAME) {
      c.header('Vary', 'Cookie, Turbo-Frame');
      const details = view.person ? await loadPerson(pool, event, view.person, toPerson) : null;
      return sendPage(
        c,
        <PaneDocument title={`People · ${event.title} · access-mail`}>
          {details ? (
            <PersonPane details={details} refused={refused?.person ?? null} event={shown} view={view} />
          ) : null}
        </PaneDocument>,
        refused?.status ?? 200,
      );
    }
    const [[list, used, atWrongDomains], views, details, around, erasure] = await Promise.all([
      ownChanges.read(c, (from) =>
        Promise.all([
          loadPeople(from, event.id, view, toPerson, peopleColumns ?? USUAL_COLUMNS),
          listEventFields(from, event.id),
          countAtWrongDomains(from, event.id),
        ]),
      ),
      listViews(pool, event.id),
      view.person ? loadPerson(pool, event, view.person, toPerson) : null,
      frame(c),
      findErasure(pool, event.id, config.eraseAfterDays),
    ]);
    const fields = inFormOrder(event, used);
    return sendPage(
      c,
      <PeoplePage
        {...list}
        frame={around}
        event={shown}
        // Whoever was removed has no pane.
        view={details ? view : { ...view, person: null }}
        fields={fields}
        columns={shownColumns(peopleColumns, fields)}
        erasedOn={erasure.erasedAt && dayText(erasure.erasedAt, event.timeZone)}
        further={refused?.further ?? null}
        views={views}
        unreadable={unreadable}
        atWrongDomains={atWrongDomains}
        refusedFilter={refused?.filter ?? null}
        refusedView={refused?.view ?? null}
        pane={details && { details, refused: refused?.person ?? null }}
      />,
      refused ? (refused.status ?? 422) : 200,
    );
  }

  /** Keeps or renames a view; a name that cannot be used is told beside it. */
  async function orRefuseView(
    c: Context<TeamEnv>,
    event: Event,
    view: PeopleView,
    given: Omit<RefusedView, 'error'>,
    work: () => Promise<unknown>,
  ): Promise<Response> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
      const message = error.errors[0]?.message ?? error.message;
      return showPeople(c, event, view, { view: { ...given, error: message } });
    }
    return seeOther(c, viewPath(event.id, view), given.id === null ? 'view_saved' : 'view_renamed');
  }

  /** What the pages that ask before doing something need. */
  async function confirmation(c: Context<TeamEnv>) {
    const event = await requireEvent(pool, c.req.param('id'));
    const registrant = await requireRegistrant(event, c.req.param('rid'));
    const query = { ...{ kind: null, status: null, before: null }, limit: 200 };
    const [around, mails] = await Promise.all([frame(c), listMessages(pool, { ...query, registrant })]);
    const view = readView(new URL(c.req.url).searchParams);
    return {
      frame: around,
      event: peopleEvent(event),
      person: personOf(event)(registrant),
      mails: mails.length,
      back: viewQuery(view),
      cancelHref: returnPath(event, view, registrant.id),
    };
  }

  /** Throws `not_found`. */
  async function requireRegistrant(event: Event, id: string | undefined): Promise<Registrant> {
    const given = uuid.safeParse(id);
    const registrant = given.success ? await findRegistrant(pool, event.id, given.data) : null;
    if (!registrant) throw registrantNotFound();
    return registrant;
  }

  /** Throws `not_found`. */
  async function requireMessage(event: Event, id: string | undefined): Promise<Message> {
    const given = uuid.safeParse(id);
    const message = given.success ? await findMessage(pool, given.data) : null;
    if (message?.eventId !== event.id || !message.registrantId)
      throw new AppError('not_found', 'This event has no such message.');
    return message;
  }

  function peopleEvent(event: Event): PeopleEvent {
    const shown = teamEvent(event, 'people', now());
    return {
      ...shown,
      ...{ startsAt: event.startsAt, endsAt: event.endsAt, locale: event.locale },
      formFields: event.formFields,
      timeZone: event.timeZone,
      permalink: permalink(config.publicUrl, event),
      sendsNothing: shown.isCancelled
        ? 'The event is cancelled, so no links are sent.'
        : shown.isOver
          ? 'The event has ended, so no links are sent.'
          : null,
      answersMails: developmentInbox(config) !== null,
    };
  }

  function personOf(event: Event): (registrant: Registrant) => Person {
    return (registrant) => ({
      ...registrant,
      email: shownAddress(registrant.email),
      accessLink: accessLink(config.publicUrl, event, registrant),
    });
  }

  return router;
}

/** Throws `not_found`. */
function viewId(text: string): string {
  const id = uuid.safeParse(text);
  if (!id.success) throw new AppError('not_found', 'There is no such view.');
  return id.data;
}

/** The view that a form came from. */
function viewOf(back: unknown): PeopleView {
  return readView(new URLSearchParams(typeof back === 'string' ? back.slice(0, LONGEST_BACK) : ''));
}

/** Back to where the button was: in the pane, or in the row. */
function returnPath(event: Event, view: PeopleView, registrantId: string): string {
  return view.person
    ? panePath(event.id, view, registrantId)
    : `${viewPath(event.id, view)}#row-${registrantId}`;
}
