import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { wordVariable, wordVariables } from '../../../emails/overrides/word-variables.ts';
import { exampleVariables, inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import {
  type AnnouncementProgress,
  announce,
  announcementNotFound,
  announcementProgress,
  cancelAnnouncement,
  previewAnnouncement,
  refuseAnnouncing,
} from '../../actions/announcement.ts';
import { sendSample } from '../../actions/sample.ts';
import { type Announcement, findAnnouncement, listAnnouncements } from '../../db/announcement.ts';
import { listMailRecipients } from '../../db/event-mails.ts';
import { allowing } from '../../db/pool.ts';
import { findRegistrant, findRegistrantsOf, listRegistrantIds } from '../../db/registrant.ts';
import { shownAddress } from '../../domain/address.ts';
import { type AnnouncementText, announcementTextFor } from '../../domain/announcement.ts';
import { DEFAULT_TEXT } from '../../domain/custom-text.ts';
import { MESSAGE_STATUSES, statusRow } from '../../domain/delivery/status.ts';
import { AppError, type FieldError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { fieldLabels } from '../../domain/form-fields.ts';
import { LANGUAGES, type Language, languageFor } from '../../domain/locale.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { signedLink } from '../../domain/signed-id.ts';
import { isTimeZone } from '../../domain/time.ts';
import { readWallTime, writeWallTime } from '../../domain/wall-clock.ts';
import { checkTexts } from '../../http/announcement-texts.ts';
import { sendPage } from '../../http/send-page.ts';
import { readBulkForm } from '../bulk/bulk-selection.ts';
import { peoplePath } from '../bulk/people-path.ts';
import { selectionQuery } from '../bulk/selection-query.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { RecipientsPage } from '../mails/recipients-page.tsx';
import { languageName } from '../parts/language-options.ts';
import type { TeamNotice } from '../parts/team-layout.tsx';
import { zoneLabel } from '../parts/zone-options.ts';
import { nameOf } from '../people/person-texts.ts';
import { previewMailDocument, previewRefused } from '../preview/preview-document.tsx';
import { readerZone } from '../reader-clock.ts';
import { act, type TeamEnv } from '../session.ts';
import {
  type AnnouncementForm,
  filterOf,
  readAnnouncementForm,
  recipientsHref,
  recipientWords,
  type TypedTexts,
  typedOf,
} from './announcement-form.ts';
import { AnnouncementPage, CancelAnnouncementPage } from './announcement-page.tsx';
import { announcedPath, announcementPath, announcementsPath } from './announcement-paths.ts';
import { announcementRows, canAnnounce, subjectOf } from './announcement-rows.ts';
import type { AnnouncementRow } from './announcement-table.tsx';
import { AnnouncementsPage } from './announcements-page.tsx';
import { ComposePage } from './compose-page.tsx';
import { AnnouncingRefusedPage, ReviewPage } from './review-page.tsx';

const KIND = 'announcement';
/** Announcements, and recipients, on a page. */
const PAGE = 50;
const RECIPIENTS = 100;
/** As so many people the preview can be shown. */
const PREVIEWED = 20;
/** Seconds between two looks: while mails go out, while one is scheduled, and for a while after. */
const LOOKS = { sending: 2, scheduled: 30, sent: 10 };
/** For so long after a send providers still have much to say of it. */
const SETTLES_MS = 10 * 60_000;

const EMPTY = { subject: '', text: '' };

/** Announcing: it is written, looked at, sent or scheduled, followed and cancelled. */
export function announcementRoutes(dependencies: TeamDependencies) {
  const { config, pool, limits, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/announcements', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const before = z.uuid().safeParse(c.req.query('before')).data ?? null;
    const found = await listAnnouncements(pool, { eventId: event.id, limit: PAGE + 1, before });
    const rows = await announcementRows(dependencies, event, found.slice(0, PAGE));
    const last = rows.at(-1);
    const path = announcementsPath(event.id);
    return sendPage(
      c,
      <AnnouncementsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        rows={rows}
        timeZone={event.timeZone}
        labels={fieldLabels(event)}
        canAnnounce={canAnnounce(event, now())}
        first={before ? path : null}
        next={last && found.length > PAGE ? `${path}?before=${last.announcement.id}` : null}
        refreshSeconds={looksAgainAfter(rows)}
      />,
    );
  });

  // From the People page, whose form says who was selected there.
  router.post('/team/events/:id/announcements/select', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readBulkForm(c);
    if (form.picked?.length === 0) return seeOther(c, peoplePath(event.id, form.filter), 'nobody_selected');
    const query = selectionQuery(form);
    if (!query) return seeOther(c, peoplePath(event.id, form.filter), 'too_many_to_write_to');
    return c.redirect(`${announcementsPath(event.id)}/new?${query}`, 303);
  });

  router.get('/team/events/:id/announcements/new', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const query = new URL(c.req.url).searchParams;
    const from = z.uuid().safeParse(query.get('from')).data;
    const template = from ? await findAnnouncement(pool, event.id, from) : null;
    query.delete('from');
    query.delete('notice');
    const to = query.has('scope') ? query.toString() : '';
    return compose(c, event, { typed: template ? typedOf(template) : {}, to, as: '' });
  });

  // Back from the review, with all that was written.
  router.post('/team/events/:id/announcements/new', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return compose(c, event, await readAnnouncementForm(c));
  });

  // As it is typed: what keeps the text from being sent. What is not written yet is no mistake.
  router.post('/team/events/:id/announcements/check', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { texts } = await readAnnouncementForm(c);
    return c.json({ errors: checkTexts(event, texts).filter(({ message }) => message !== 'is missing') });
  });

  router.get('/team/events/:id/announcements/preview', async (c) => {
    await requireEvent(pool, c.req.param('id'));
    return c.html(previewRefused('Write a subject and a text to see the mail here.'));
  });

  router.post('/team/events/:id/announcements/preview', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { texts, as } = await readAnnouncementForm(c);
    if (checkTexts(event, texts).length > 0) return c.html(previewRefused(), 422);
    const { language, registrant } = await previewedAs(event, as);
    const text = announcementTextFor(texts, language, languageFor(event.locale))?.text ?? EMPTY;
    const mail = await previewMail(previewInput(event, language, registrant, text));
    return c.html(previewMailDocument(mail));
  });

  // A script is answered in JSON and leaves the page as it is; without script the page is shown again, with what was typed.
  router.post('/team/events/:id/announcements/sample', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readAnnouncementForm(c);
    const asksForJson = c.req.header('accept')?.includes('application/json') ?? false;
    const answer = (
      notice: TeamNotice | null,
      status: 200 | 422 | 429,
      errors: readonly FieldError[] = [],
    ) =>
      asksForJson
        ? c.json({ text: notice?.text ?? '', errors }, status)
        : compose(c, event, form, { errors, status, notice });
    const errors = checkTexts(event, form.texts);
    if (errors.length > 0) return answer(null, 422, errors);
    const { id, email } = c.var.session.member;
    try {
      await limits.sampleByMember.take(`${id} ${KIND}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.retryAfter === undefined) throw error;
      c.header('Retry-After', String(error.retryAfter));
      const text = `One sample a minute: try again in ${error.retryAfter} seconds.`;
      return answer({ tone: 'danger', text }, 429);
    }
    const { language } = await previewedAs(event, form.as);
    const text = announcementTextFor(form.texts, language, languageFor(event.locale))?.text ?? EMPTY;
    const sample = { kind: KIND, language, words: wordsOf(text) } as const;
    await act(c, dependencies, (action) => sendSample(action, event.id, sample));
    return answer({ tone: 'success', text: `Sample sent to ${shownAddress(email)}.` }, 200);
  });

  // Loaded again, or opened from the history: what was written is gone with the form.
  router.get('/team/events/:id/announcements/review', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return c.redirect(`${announcementsPath(event.id)}/new`, 303);
  });

  router.post('/team/events/:id/announcements/review', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readAnnouncementForm(c);
    const errors = checkTexts(event, form.texts);
    if (errors.length > 0) return compose(c, event, form, { errors, status: 422 });
    return review(c, event, form);
  });

  router.post('/team/events/:id/announcements', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readAnnouncementForm(c);
    const errors = checkTexts(event, form.texts);
    if (errors.length > 0) return compose(c, event, form, { errors, status: 422 });
    const time = readTime(form);
    if (time.error !== null) return review(c, event, form, { sendAtError: time.error, status: 422 });
    const { texts, to, fields } = form;
    const token = z.uuid().safeParse(fields.token).data;
    try {
      const { id } = await act(c, dependencies, (action) =>
        announce(action, event.id, { texts, filter: filterOf(to), sendAt: time.at, ...(token && { token }) }),
      );
      return seeOther(c, announcementPath(event.id, id));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'conflict') return refused(c, event, error);
      if (error.code !== 'invalid_input') throw error;
      const ofTime = error.errors.find(({ path }) => path === 'sendAt');
      // What is wrong with whom it goes to the page says by itself: it counts them again.
      return review(c, event, form, { status: 422, sendAtError: ofTime?.message ?? null });
    }
  });

  router.get('/team/events/:id/announcements/:aid', async (c) => {
    const { event, announcement } = await identify(c);
    const [row] = await announcementRows(dependencies, event, [announcement]);
    if (!row) throw announcementNotFound();
    const { progress, subject, askedBy } = row;
    const at = now();
    const isFresh = at.getTime() - (announcement.sendAt ?? announcement.askedAt).getTime() < SETTLES_MS;
    return sendPage(
      c,
      <AnnouncementPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', at)}
        {...{ announcement, progress, subject, askedBy, timeZone: event.timeZone }}
        labels={fieldLabels(event)}
        isPaused={event.sendingPausedAt !== null}
        isTooLate={announcement.sendAt !== null && announcement.sendAt >= event.endsAt}
        canAnnounce={canAnnounce(event, at)}
        refreshSeconds={looksAgainAfter([row]) ?? (isFresh ? LOOKS.sent : null)}
      />,
    );
  });

  router.get('/team/events/:id/announcements/:aid/people', async (c) => {
    const { event, announcement } = await identify(c);
    const query = z
      .object({ status: z.enum(MESSAGE_STATUSES), before: z.uuid().optional() })
      .safeParse(c.req.query());
    if (!query.success) throw new AppError('not_found', 'There are no such mails.');
    const { status, before = null } = query.data;
    const found = await listMailRecipients(allowing(pool, 'slice'), {
      ...{ eventId: event.id, kind: KIND, status, before, limit: RECIPIENTS + 1 },
      ...{ only: [announcement.dedupeKey], but: null },
    });
    const recipients = found.slice(0, RECIPIENTS);
    const last = recipients.at(-1);
    const people = recipients.flatMap(({ registrantId, email }) => (email === null ? [] : registrantId));
    const ofThese = selectionQuery({ picked: people, filter: {} });
    const path = (of: string | undefined) =>
      announcedPath(event.id, announcement.id, { status, ...(of && { before: of }) });
    return sendPage(
      c,
      <RecipientsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        timeZone={event.timeZone}
        name={subjectOf(announcement, event)}
        status={status}
        recipients={recipients}
        correctHref={
          people.length > 0 && status === 'bounced' ? `/team/events/${event.id}/correct?${ofThese}` : null
        }
        first={before ? path(undefined) : null}
        next={last && found.length > RECIPIENTS ? path(last.messageId) : null}
      />,
    );
  });

  router.get('/team/events/:id/announcements/:aid/cancel', async (c) => {
    const { event, announcement } = await identify(c);
    const [row] = await announcementRows(dependencies, event, [announcement]);
    if (!row) throw announcementNotFound();
    return sendPage(
      c,
      <CancelAnnouncementPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        id={announcement.id}
        subject={row.subject}
        waiting={announcement.cancelledAt ? 0 : waitingOf(row.progress)}
      />,
    );
  });

  router.post('/team/events/:id/announcements/:aid/cancel', async (c) => {
    const { event, announcement } = await identify(c);
    const { id } = announcement;
    const ended = await act(c, dependencies, async (action) => {
      const before = (await announcementProgress(action.db, [announcement], action.now)).get(id);
      // Nothing was left of it: it was sent, and stays so.
      if (!before || (waitingOf(before) === 0 && !announcement.cancelledAt)) return true;
      await cancelAnnouncement(action, event.id, id);
      return false;
    });
    return seeOther(
      c,
      announcementPath(event.id, id),
      ended ? 'announcement_ended' : 'announcement_cancelled',
    );
  });

  async function identify(c: Context<TeamEnv>): Promise<{ event: Event; announcement: Announcement }> {
    const event = await requireEvent(pool, c.req.param('id'));
    const id = z.uuid().safeParse(c.req.param('aid')).data;
    const announcement = id ? await findAnnouncement(pool, event.id, id) : null;
    if (!announcement) throw announcementNotFound();
    return { event, announcement };
  }

  async function compose(
    c: Context<TeamEnv>,
    event: Event,
    { typed, to, as }: { readonly typed: TypedTexts; readonly to: string; readonly as: string },
    shown: {
      readonly errors?: readonly FieldError[];
      readonly notice?: TeamNotice | null;
      readonly status?: 200 | 422 | 429;
    } = {},
  ): Promise<Response> {
    try {
      refuseAnnouncing(event, now());
    } catch (error) {
      if (error instanceof AppError) return refused(c, event, error);
      throw error;
    }
    const { errors = [], notice, status = 200 } = shown;
    const language = languageFor(event.locale);
    const people = await somePeople(event, to);
    const examples = exampleVariables(previewInput(event, language, inventedRegistrant(language), EMPTY));
    const around = await frame(c);
    const [first] = people;
    return sendPage(
      c,
      <ComposePage
        frame={notice ? { ...around, notice } : around}
        event={teamEvent(event, 'mails', now())}
        {...{ typed, errors, to, eventLanguage: language }}
        recipients={recipientWords(to, event.timeZone, fieldLabels(event))}
        recipientsHref={recipientsHref(event.id, to)}
        as={as || (first ? `person:${first.id}` : `language:${language}`)}
        previewAs={[
          ...people.map((person) => ({
            value: `person:${person.id}`,
            label: `${nameOf({ ...person, email: shownAddress(person.email) })} (${languageName(languageFor(person.locale, event.locale))})`,
          })),
          ...[...new Set([language, ...LANGUAGES])].map((one) => ({
            value: `language:${one}`,
            label: `An invented person (${languageName(one)})`,
          })),
        ]}
        variables={wordVariables(KIND).map((name) => ({
          ...{ name, example: examples[name], mayBeEmpty: wordVariable(name).mayBeEmpty ?? false },
        }))}
        memberEmail={shownAddress(c.var.session.member.email)}
      />,
      status,
    );
  }

  async function review(
    c: Context<TeamEnv>,
    event: Event,
    { typed, texts, to, as, fields }: AnnouncementForm,
    {
      sendAtError = null,
      status = 200,
    }: { readonly sendAtError?: string | null; readonly status?: 200 | 422 } = {},
  ): Promise<Response> {
    try {
      const preview = await act(c, dependencies, (action) =>
        previewAnnouncement(action, event.id, { texts, filter: filterOf(to), sendAt: null }),
      );
      const zone = zoneOf(c, event, fields.zone);
      const at = now();
      const token = z.uuid().safeParse(fields.token).data ?? randomUUID();
      return sendPage(
        c,
        <ReviewPage
          frame={await frame(c)}
          event={teamEvent(event, 'mails', at)}
          {...{
            texts,
            sendAtError,
            recipients: recipientWords(to, event.timeZone, fieldLabels(event)),
            queued: preview.queued,
          }}
          skipped={preview.skipped.map((group) => ({
            ...group,
            first: preview.first.filter(({ reason }) => reason === group.reason),
          }))}
          hidden={{ ...typed, to, as, token, zone }}
          when={fields.when === 'later' ? 'later' : 'now'}
          sendAt={fields.sendAt ?? ''}
          zone={zoneLabel(zone, at)}
          latest={writeWallTime(event.endsAt, zone).wall}
          isPaused={event.sendingPausedAt !== null}
        />,
        status,
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'conflict') return refused(c, event, error);
      const [found] = error.errors;
      if (error.code !== 'invalid_input' || found?.path !== 'filter') throw error;
      const notice = { tone: 'danger', text: `${error.message} It ${found.message}.` } as const;
      return compose(c, event, { typed, to, as }, { notice, status: 422 });
    }
  }

  async function refused(c: Context<TeamEnv>, event: Event, error: AppError): Promise<Response> {
    return sendPage(
      c,
      <AnnouncingRefusedPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        sentence={error.message}
      />,
      409,
    );
  }

  /** Some of those whom it goes to, to see the mail as they would. */
  async function somePeople(event: Event, to: string): Promise<Registrant[]> {
    const ids = await listRegistrantIds(allowing(pool, 'slice'), event.id, filterOf(to), PREVIEWED);
    const found = await findRegistrantsOf(pool, event.id, ids);
    return ids.flatMap((id) => found.find((one) => one.id === id) ?? []);
  }

  async function previewedAs(event: Event, as: string) {
    const [what, value = ''] = as.split(':');
    const id = what === 'person' ? z.uuid().safeParse(value).data : undefined;
    const registrant = id ? await findRegistrant(pool, event.id, id) : null;
    if (registrant) return { registrant, language: languageFor(registrant.locale, event.locale) };
    const language = LANGUAGES.find((one) => one === value) ?? languageFor(event.locale);
    return { registrant: inventedRegistrant(language), language };
  }

  function previewInput(
    event: Event,
    language: Language,
    registrant: ReturnType<typeof inventedRegistrant>,
    text: AnnouncementText,
  ) {
    const { publicUrl, postalAddress, appSecret } = config;
    const unsubscribeLink = signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id);
    const words = wordsOf(text);
    return {
      event,
      kind: KIND,
      words,
      language,
      registrant,
      publicUrl,
      postalAddress,
      unsubscribeLink,
    } as const;
  }

  return router;
}

function wordsOf({ subject, text }: AnnouncementText) {
  return { ...DEFAULT_TEXT, subject: subject || null, introduction: text || null };
}

function waitingOf({ byStatus, toCome }: AnnouncementProgress): number {
  return byStatus
    .filter(({ status }) => statusRow(status).pending !== null)
    .reduce((sum, { count }) => sum + count, toCome);
}

/** Null: nothing will change by itself. */
function looksAgainAfter(rows: readonly AnnouncementRow[]): number | null {
  const states = rows.map(({ progress }) => progress.state);
  if (states.includes('sending')) return LOOKS.sending;
  return states.includes('scheduled') ? LOOKS.scheduled : null;
}

/** The zone that times of the form are in: the one that it was shown with, else the reader's own, else the event's. */
function zoneOf(c: Context, event: Event, shown: string | undefined): string {
  if (shown && isTimeZone(shown)) return shown;
  return readerZone(c) ?? event.timeZone;
}

/** When it is to be sent; null: at once. */
function readTime({
  fields,
}: AnnouncementForm): { readonly at: Date | null; readonly error: null } | { readonly error: string } {
  if (fields.when !== 'later') return { at: null, error: null };
  const zone = fields.zone && isTimeZone(fields.zone) ? fields.zone : 'UTC';
  const reading = readWallTime(fields.sendAt ?? '', zone);
  if (!reading) return { error: 'Choose a day and a time.' };
  if (reading.type === 'gap')
    return { error: 'The clocks are set forward over this time: choose an earlier or a later one.' };
  return { at: reading.type === 'exact' ? reading.at : reading.first, error: null };
}
