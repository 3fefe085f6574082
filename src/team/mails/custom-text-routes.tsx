import { type Context, Hono } from 'hono';
import {
  checkCustomText,
  LONGEST_SUBJECT,
  wordVariables,
} from '../../../emails/overrides/check-custom-text.ts';
import { defaultText } from '../../../emails/overrides/default-text.ts';
import { wordVariable } from '../../../emails/overrides/word-variables.ts';
import { exampleVariables, inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import { customiseMail, resetMail } from '../../actions/custom-text.ts';
import { sendSample } from '../../actions/sample.ts';
import { type EventCustomText, findCustomText, listCustomTexts } from '../../db/custom-text.ts';
import { shownAddress } from '../../domain/address.ts';
import {
  CUSTOM_TEXT_FIELDS,
  type CustomText,
  customTextFor,
  DEFAULT_TEXT,
  isSameText,
} from '../../domain/custom-text.ts';
import { AppError, type FieldError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../../domain/kinds.ts';
import { LANGUAGES, type Language, languageFor } from '../../domain/locale.ts';
import { signedLink } from '../../domain/signed-id.ts';
import { isChangedMeanwhile, wordsVersion } from '../../domain/version.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import type { TeamNotice } from '../parts/team-layout.tsx';
import { previewMailDocument, previewRefused } from '../preview/preview-document.tsx';
import { act, type TeamEnv } from '../session.ts';
import {
  CustomTextPage,
  customTextPath,
  ResetTextPage,
  type TextLanguage,
  type TypedText,
} from './custom-text-page.tsx';

interface Asked {
  readonly event: Event;
  readonly kind: CustomisableKind;
  readonly path: string;
}

/** What a form says: as it was typed, and as it would be saved. */
interface Reading {
  readonly typed: TypedText;
  readonly text: CustomText;
  readonly language: TextLanguage;
  readonly version: string;
}

/** What the mails of an event say, by kind and language. */
export function customTextRoutes(dependencies: TeamDependencies) {
  const { config, pool, limits, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/mails/:kind', async (c) => {
    const asked = await identify(c);
    const { event, kind } = asked;
    const language = languageOf(event, c.req.query('language'));
    const texts = await listCustomTexts(pool, [event.id], kind);
    const typed = typedOf(asked, language, customTextFor(texts, own(language)));
    const version = wordsVersion(texts.find((one) => one.language === own(language)) ?? null);
    return textPage(c, asked, { typed, language, version });
  });

  router.post('/team/events/:id/mails/:kind', async (c) => {
    const asked = await identify(c);
    const { event, kind, path } = asked;
    const reading = await readText(c, asked);
    const { text, language, version } = reading;
    const errors = checkCustomText(kind, text);
    if (errors.length > 0) return textPage(c, asked, { ...reading, errors, status: 422 });
    const key = { eventId: event.id, kind, language: own(language) };
    // A text that says what the mail says without it is not kept.
    const shared = await sharedText(asked, language);
    const isNeedless = isSameText(text, shared ?? DEFAULT_TEXT);
    try {
      await act(c, dependencies, async (action) => {
        if (isNeedless) await resetMail(action, key, version);
        else await customiseMail(action, key, text, version);
      });
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error;
      const current = wordsVersion(await findCustomText(pool, key));
      const said = 'Someone else has changed this text. Save again to overwrite their changes.';
      const notice = { tone: 'danger', text: said } as const;
      return textPage(c, asked, { ...reading, version: current, notice, status: 409 });
    }
    const without = shared ? 'text_shared' : 'text_default';
    return seeOther(c, `${path}?language=${language}`, isNeedless ? without : 'text_saved');
  });

  // As it is typed: what keeps the text from being sent.
  router.post('/team/events/:id/mails/:kind/check', async (c) => {
    const asked = await identify(c);
    const { text } = await readText(c, asked);
    return c.json({ errors: checkCustomText(asked.kind, text) });
  });

  router.get('/team/events/:id/mails/:kind/preview', async (c) => {
    const asked = await identify(c);
    const language = languageOf(asked.event, c.req.query('language'));
    const texts = await listCustomTexts(pool, [asked.event.id], asked.kind);
    return preview(c, asked, customTextFor(texts, own(language)) ?? DEFAULT_TEXT, language);
  });

  router.post('/team/events/:id/mails/:kind/preview', async (c) => {
    const asked = await identify(c);
    const { text, language } = await readText(c, asked);
    return preview(c, asked, text, language);
  });

  // A script is answered in JSON and leaves the page as it is; without script the page is shown again, with what was typed.
  router.post('/team/events/:id/mails/:kind/sample', async (c) => {
    const asked = await identify(c);
    const { event, kind } = asked;
    const reading = await readText(c, asked);
    const asksForJson = c.req.header('accept')?.includes('application/json') ?? false;
    const answer = (
      notice: TeamNotice | null,
      status: 200 | 422 | 429,
      errors: readonly FieldError[] = [],
    ) =>
      asksForJson
        ? c.json({ text: notice?.text ?? '', errors }, status)
        : textPage(c, asked, { ...reading, errors, status, ...(notice && { notice }) });
    const errors = checkCustomText(kind, reading.text);
    if (errors.length > 0) return answer(null, 422, errors);
    const { id, email } = c.var.session.member;
    try {
      await limits.sampleByMember.take(`${id} ${kind}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.retryAfter === undefined) throw error;
      c.header('Retry-After', String(error.retryAfter));
      const text = `One sample of a kind a minute: try again in ${error.retryAfter} seconds.`;
      return answer({ tone: 'danger', text }, 429);
    }
    const sample = { kind, language: mailLanguage(event, reading.language), words: reading.text };
    await act(c, dependencies, (action) => sendSample(action, event.id, sample));
    return answer({ tone: 'success', text: `Sample sent to ${shownAddress(email)}.` }, 200);
  });

  router.get('/team/events/:id/mails/:kind/reset', async (c) => {
    const { event, kind, path } = await identify(c);
    const language = languageOf(event, c.req.query('language'));
    const texts = await listCustomTexts(pool, [event.id], kind);
    const saved = texts.find((one) => one.language === own(language));
    if (!saved) return seeOther(c, `${path}?language=${language}`);
    return sendPage(
      c,
      <ResetTextPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        usesShared={(await sharedText({ event, kind }, language)) !== null}
        version={wordsVersion(saved)}
        {...{ kind, language }}
      />,
    );
  });

  router.post('/team/events/:id/mails/:kind/reset', async (c) => {
    const { event, kind, path } = await identify(c);
    const { version = '', ...form } = await readForm(c);
    const language = languageOf(event, form.language);
    const key = { eventId: event.id, kind, language: own(language) };
    await act(c, dependencies, (action) => resetMail(action, key, version));
    const shared = await sharedText({ event, kind }, language);
    return seeOther(c, `${path}?language=${language}`, shared ? 'text_shared' : 'text_default');
  });

  async function identify(c: Context<TeamEnv>): Promise<Asked> {
    const kind = CUSTOMISABLE_KINDS.find((one) => one === c.req.param('kind'));
    if (!kind) throw new AppError('not_found', 'There is no such kind of mail.');
    const event = await requireEvent(pool, c.req.param('id'));
    return { event, kind, path: customTextPath(event.id, kind) };
  }

  /** What the mails of this language say without a text of their own; null: the default. */
  async function sharedText(
    { event, kind }: Pick<Asked, 'event' | 'kind'>,
    language: TextLanguage,
  ): Promise<CustomText | null> {
    return language === 'all' ? null : findCustomText(pool, { eventId: event.id, kind, language: null });
  }

  async function textPage(
    c: Context<TeamEnv>,
    { event, kind }: Asked,
    shown: Omit<Reading, 'text'> & {
      readonly errors?: readonly FieldError[];
      readonly notice?: TeamNotice;
      readonly status?: 200 | 409 | 422 | 429;
    },
  ): Promise<Response> {
    const { typed, language, version, errors = [], notice, status = 200 } = shown;
    const texts = await listCustomTexts(pool, [event.id], kind);
    const examples = exampleVariables(previewInput(event, kind, DEFAULT_TEXT, language));
    const around = await frame(c);
    return sendPage(
      c,
      <CustomTextPage
        frame={notice ? { ...around, notice } : around}
        event={teamEvent(event, 'mails', now())}
        {...{ kind, typed, errors, language, version }}
        languages={textLanguages(event).map((one) => ({
          language: one,
          isCustomised: texts.some((text) => text.language === own(one)),
        }))}
        variables={wordVariables(kind).map((name) => ({
          ...{ name, example: examples[name], mayBeEmpty: wordVariable(name).mayBeEmpty ?? false },
        }))}
        longestSubject={LONGEST_SUBJECT}
        memberEmail={shownAddress(c.var.session.member.email)}
      />,
      status,
    );
  }

  async function preview(
    c: Context<TeamEnv>,
    { event, kind }: Asked,
    text: CustomText,
    language: TextLanguage,
  ): Promise<Response> {
    if (checkCustomText(kind, text).length > 0) return c.html(previewRefused(), 422);
    return c.html(previewMailDocument(await previewMail(previewInput(event, kind, text, language))));
  }

  function previewInput(event: Event, kind: CustomisableKind, words: CustomText, shown: TextLanguage) {
    const { publicUrl, postalAddress, appSecret } = config;
    const language = mailLanguage(event, shown);
    const registrant = inventedRegistrant(language);
    const unsubscribeLink = signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id);
    return { event, kind, words, language, registrant, publicUrl, postalAddress, unsubscribeLink };
  }

  return router;
}

/** The form of a text: the default stands where the text says nothing. All languages together have none. */
function typedOf({ event, kind }: Asked, language: TextLanguage, text: EventCustomText | null): TypedText {
  const usual = defaultOf({ event, kind }, language);
  return {
    subject: text?.subject ?? usual.subject,
    introduction: text?.introduction ?? usual.introduction,
    signature: text?.signature ?? usual.signature,
  };
}

/** A form with a text: what is empty, or the default, is not the team's own. */
async function readText(c: Context, asked: Pick<Asked, 'event' | 'kind'>): Promise<Reading> {
  const form = await readForm(c);
  const language = languageOf(asked.event, form.language);
  const usual = defaultOf(asked, language);
  const typed = {
    subject: form.subject ?? '',
    introduction: form.introduction?.replaceAll('\r\n', '\n') ?? '',
    signature: form.signature?.replaceAll('\r\n', '\n') ?? '',
  };
  const [subject = null, introduction = null, signature = null] = CUSTOM_TEXT_FIELDS.map((field) => {
    const text = typed[field];
    return text.trim() && text.trim() !== usual[field].trim() ? text : null;
  });
  return {
    typed,
    text: { subject, introduction, signature },
    language,
    version: form.version ?? '',
  };
}

function defaultOf({ event, kind }: Pick<Asked, 'event' | 'kind'>, language: TextLanguage): TypedText {
  return language === 'all'
    ? { subject: '', introduction: '', signature: '' }
    : defaultText(kind, language, event);
}

/** The event's own first. */
function textLanguages(event: Event): readonly TextLanguage[] {
  return [...new Set<TextLanguage>([languageFor(event.locale), ...LANGUAGES]), 'all'];
}

function languageOf(event: Event, asked: string | undefined): TextLanguage {
  return textLanguages(event).find((language) => language === asked) ?? languageFor(event.locale);
}

/** Of the text in the database. */
function own(language: TextLanguage): Language | null {
  return language === 'all' ? null : language;
}

/** Of a mail that shows the text. */
function mailLanguage(event: Event, language: TextLanguage): Language {
  return own(language) ?? languageFor(event.locale);
}
