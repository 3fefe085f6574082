import { type Context, Hono } from 'hono';
import {
  checkCustomText,
  LONGEST_SUBJECT,
  wordVariables,
} from '../../../emails/overrides/check-custom-text.ts';
import { wordVariable } from '../../../emails/overrides/word-variables.ts';
import { exampleVariables, inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import { customiseMail, resetMail } from '../../actions/custom-text.ts';
import { sendSample } from '../../actions/sample.ts';
import { findCustomText } from '../../db/custom-text.ts';
import { shownAddress } from '../../domain/address.ts';
import { CUSTOM_TEXT_FIELDS, type CustomText } from '../../domain/custom-text.ts';
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
import { act, type TeamEnv } from '../session.ts';
import { ResetWordsPage, WordsPage } from './custom-text-page.tsx';
import { previewDocument, previewRefused } from './preview-document.tsx';

const OURS: CustomText = { subject: null, introduction: null, signature: null };

interface Asked {
  readonly event: Event;
  readonly kind: CustomisableKind;
  readonly path: string;
}

/** What the mails of an event say. */
export function mailRoutes(dependencies: TeamDependencies) {
  const { config, pool, limits, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/mails/:kind', async (c) => {
    const asked = await identify(c);
    const saved = await findCustomText(pool, asked.event.id, asked.kind);
    const language = languageOf(asked.event, c.req.query('language'));
    return wordsPage(c, asked, { words: saved ?? OURS, language, version: wordsVersion(saved) });
  });

  router.post('/team/events/:id/mails/:kind', async (c) => {
    const asked = await identify(c);
    const { words, language, version } = await readCustomText(c, asked.event);
    const errors = checkCustomText(asked.kind, words);
    if (errors.length > 0) return wordsPage(c, asked, { words, language, version, errors, status: 422 });
    const { event, kind, path } = asked;
    const saysNothing = CUSTOM_TEXT_FIELDS.every((field) => words[field] === null);
    try {
      await act(c, dependencies, async (action) => {
        if (saysNothing) await resetMail(action, event.id, kind, version);
        else await customiseMail(action, event.id, kind, words, version);
      });
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error;
      const current = wordsVersion(await findCustomText(pool, event.id, kind));
      const text = 'Someone else has changed this text. Save again to overwrite their changes.';
      const notice = { tone: 'danger', text } as const;
      return wordsPage(c, asked, { words, language, version: current, notice, status: 409 });
    }
    return seeOther(c, path, saysNothing ? 'words_ours' : 'words_saved');
  });

  // As it is typed: what keeps the words from being sent.
  router.post('/team/events/:id/mails/:kind/check', async (c) => {
    const { event, kind } = await identify(c);
    const { words } = await readCustomText(c, event);
    return c.json({ errors: checkCustomText(kind, words) });
  });

  router.get('/team/events/:id/mails/:kind/frame', async (c) => {
    const asked = await identify(c);
    const words = (await findCustomText(pool, asked.event.id, asked.kind)) ?? OURS;
    return preview(c, asked, words, languageOf(asked.event, c.req.query('language')));
  });

  router.post('/team/events/:id/mails/:kind/frame', async (c) => {
    const asked = await identify(c);
    const { words, language } = await readCustomText(c, asked.event);
    return preview(c, asked, words, language);
  });

  router.post('/team/events/:id/mails/:kind/sample', async (c) => {
    const asked = await identify(c);
    const { event, kind } = asked;
    const { words, language, version } = await readCustomText(c, event);
    const errors = checkCustomText(kind, words);
    if (errors.length > 0) return wordsPage(c, asked, { words, language, version, errors, status: 422 });
    const { id, email } = c.var.session.member;
    try {
      await limits.sampleByMember.take(`${id} ${kind}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.retryAfter === undefined) throw error;
      c.header('Retry-After', String(error.retryAfter));
      const text = `You can send one sample of a kind per minute. Try again in ${error.retryAfter} seconds.`;
      return wordsPage(c, asked, { words, language, version, status: 429, notice: { tone: 'danger', text } });
    }
    await act(c, dependencies, (action) => sendSample(action, event.id, { kind, language, words }));
    // No way back to the address alone: what was typed and is not saved would be lost.
    const text = `A sample is on its way to ${shownAddress(email)}.`;
    return wordsPage(c, asked, { words, language, version, notice: { tone: 'success', text } });
  });

  router.get('/team/events/:id/mails/:kind/reset', async (c) => {
    const { event, kind, path } = await identify(c);
    const saved = await findCustomText(pool, event.id, kind);
    if (!saved) return seeOther(c, path);
    const version = wordsVersion(saved);
    return sendPage(
      c,
      <ResetWordsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        {...{ kind, version }}
      />,
    );
  });

  router.post('/team/events/:id/mails/:kind/reset', async (c) => {
    const { event, kind, path } = await identify(c);
    const { version = '' } = await readForm(c);
    await act(c, dependencies, (action) => resetMail(action, event.id, kind, version));
    return seeOther(c, path, 'words_ours');
  });

  async function identify(c: Context<TeamEnv>): Promise<Asked> {
    const kind = CUSTOMISABLE_KINDS.find((one) => one === c.req.param('kind'));
    if (!kind) throw new AppError('not_found', 'There is no such kind of mail.');
    const event = await requireEvent(pool, c.req.param('id'));
    return { event, kind, path: `/team/events/${event.id}/mails/${kind}` };
  }

  async function wordsPage(
    c: Context<TeamEnv>,
    { event, kind }: Asked,
    shown: {
      readonly words: CustomText;
      readonly language: Language;
      /** The version that the words in the form were made of. */
      readonly version: string;
      readonly errors?: readonly FieldError[];
      readonly notice?: TeamNotice;
      readonly status?: 200 | 409 | 422 | 429;
    },
  ): Promise<Response> {
    const { words, language, version, errors = [], notice, status = 200 } = shown;
    const ours = previewInput(event, kind, OURS, language);
    const examples = exampleVariables(ours);
    const around = await frame(c);
    return sendPage(
      c,
      <WordsPage
        frame={notice ? { ...around, notice } : around}
        event={teamEvent(event, 'mails', now())}
        kind={kind}
        typed={{
          subject: words.subject ?? '',
          introduction: words.introduction ?? '',
          signature: words.signature ?? '',
        }}
        errors={errors}
        language={language}
        version={version}
        isCustomisable={(await findCustomText(pool, event.id, kind)) !== null}
        ourSubject={(await previewMail(ours)).subject}
        variables={wordVariables(kind).map((name) => ({
          ...{ name, example: examples[name], mayBeEmpty: wordVariable(name).mayBeEmpty ?? false },
        }))}
        longestSubject={LONGEST_SUBJECT}
        memberEmail={c.var.session.member.email}
      />,
      status,
    );
  }

  async function preview(
    c: Context<TeamEnv>,
    { event, kind }: Asked,
    words: CustomText,
    language: Language,
  ): Promise<Response> {
    if (checkCustomText(kind, words).length > 0) return c.html(previewRefused());
    return c.html(previewDocument(await previewMail(previewInput(event, kind, words, language))));
  }

  function previewInput(event: Event, kind: CustomisableKind, words: CustomText, language: Language) {
    const { publicUrl, postalAddress, appSecret } = config;
    const registrant = inventedRegistrant(language);
    const unsubscribeLink = signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id);
    return { event, kind, words, language, registrant, publicUrl, postalAddress, unsubscribeLink };
  }

  return router;
}

/** A form with words: an empty field says ours. */
async function readCustomText(
  c: Context,
  event: Event,
): Promise<{ words: CustomText; language: Language; version: string }> {
  const form = await readForm(c);
  const [subject = null, introduction = null, signature = null] = CUSTOM_TEXT_FIELDS.map((field) => {
    const text = form[field]?.replaceAll('\r\n', '\n') ?? '';
    return text.trim() ? text : null;
  });
  const words = { subject, introduction, signature };
  return { words, language: languageOf(event, form.language), version: form.version ?? '' };
}

function languageOf(event: Event, asked: string | undefined): Language {
  return LANGUAGES.find((language) => language === asked) ?? languageFor(event.locale);
}
