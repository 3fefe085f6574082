import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { requestRegistration } from '../../actions/registration-request.ts';
import { findEvent } from '../../db/event.ts';
import { transaction } from '../../db/pool.ts';
import type { RegistrationRequest } from '../../db/registration-request.ts';
import { addressHash } from '../../domain/address.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { consentText, givenConsents } from '../../domain/consent.ts';
import { AppError, type FieldError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, isRegistrationOpen } from '../../domain/event.ts';
import { type FormField, formAnswerErrors, readFormAnswers } from '../../domain/form-fields.ts';
import { address, localeTag, newRegistrant, personName, timeZone } from '../../domain/input.ts';
import { languageFor } from '../../domain/locale.ts';
import { suggestShownAddress } from '../../domain/suggested-address.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { formState, readForm, readJson, speaksJson } from '../../http/forms.ts';
import { sameOriginForms } from '../../http/same-origin.ts';
import { sendPage } from '../../http/send-page.ts';
import { enqueue } from '../../queue/boss.ts';
import { selfServe } from '../../queue/jobs.ts';
import { embedFrame, isEmbed } from '../embed/embed.ts';
import { EmbedPage, EmbedRegisteredPage, NoSiteYetPage } from '../embed/embed-page.tsx';
import { createProofOfWork, MAX_PROOF } from '../limits/proof-of-work.ts';
import { createStrangerLimits, ProofWanted } from '../limits/strangers.ts';
import { otherEvents } from '../other-events.ts';
import { rememberLanguage, viewFor } from '../visitor.ts';
import { rememberVisitor } from '../visits.ts';
import { emailToAskAbout, withChosenEmail } from './asked-email.ts';
import { ASKED_EMAIL } from './email-suggestion.tsx';
import { EventPage, type EventPageProps } from './event-page.tsx';
import { type AskedProof, type FormState, SHOWN, TRAP } from './form.tsx';
import { readSentAnswers, type SentAnswers } from './form-answers.ts';
import { createFormGuard } from './form-guard.ts';
import { LinkRequestedPage } from './link-requested-page.tsx';
import { createRegistrationSessions, SESSION_IN_ADDRESS, SESSION_PARAMETER } from './registration-session.ts';
import { embedSource, registrationSource } from './registration-source.ts';

/** What the registration page takes: no access key, and the confirmation always goes out. `altcha`: a proof of work. */
const registrationJson = newRegistrant
  .omit({ accessKey: true, sendConfirmation: true })
  .extend({ altcha: z.string().max(MAX_PROOF).optional() });
/** What a browser filled in by itself is taken where it makes sense, and never a reason to refuse. */
const registrationForm = z.object({
  email: address,
  firstName: personName.default(''),
  lastName: personName.default(''),
  locale: localeTag.nullable().catch(null),
  timeZone: timeZone.nullable().catch(null),
});
const linkRequest = z.strictObject({ email: address, altcha: z.string().max(MAX_PROOF).optional() });

type Person = Omit<RegistrationRequest, 'eventId' | 'mayRemind' | 'requestedAt'>;

/** The permalink: what the event is, registering for it, and asking for one's link again. */
export function eventRoutes(dependencies: AppDependencies) {
  const { config, pool, boss, now } = dependencies;
  const router = new Hono<AppEnv>();
  const proofs = createProofOfWork(dependencies);
  const limits = createStrangerLimits(dependencies, proofs);
  const guard = createFormGuard(config.appSecret);
  const sessions = createRegistrationSessions(dependencies);
  router.use('/e/*', sameOriginForms, rememberLanguage, rememberVisitor(dependencies));

  router.get('/e/:slug', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const wait = isOpen(event) ? await limits.registrationWait(event) : 0;
    const others = await otherEvents(c, dependencies, event);
    return eventPage(c, event, {
      others,
      ...(wait > 0 && { registration: { proof: { waitSeconds: wait } } }),
    });
  });

  /** The form alone, for a frame on another site: `embed/framing.ts` says which. */
  router.get('/e/:slug/embed', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    if (event.embedOrigins.length === 0)
      return sendPage(c, <NoSiteYetPage view={viewFor(c, dependencies, event)} />);
    const wait = isOpen(event) ? await limits.registrationWait(event) : 0;
    return eventPage(c, event, wait > 0 ? { registration: { proof: { waitSeconds: wait } } } : {});
  });

  // The same form is sent on both: what is answered is shown where it was.
  router.on('POST', ['/e/:slug/register', '/e/:slug/embed'], async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const technical = { registeredBy: 'form', ...userAgent(c.req.header('user-agent')) };
    if (speaksJson(c)) {
      const { altcha, fields: given, ...person } = await readJson(c, registrationJson);
      const answers = readFormAnswers(event.formFields, given, { requires: true });
      const errors = formAnswerErrors(event.formFields, answers);
      if (errors.length > 0) throw invalidInput(errors);
      if (!isOpen(event)) throw closed();
      // Nobody knows what it showed: the words in the language that it registers people in, else in its own.
      const language = languageFor(person.locale, viewFor(c, dependencies, event).language);
      const wordingOf = (field: FormField) => consentText(field, event, language);
      const consents = givenConsents(event, answers.fields, wordingOf, now());
      await registerPublicly(c, event, { ...person, fields: answers.fields, consents, technical }, altcha);
      // A program cannot be asked first: it is told, and may ask its user.
      const suggestedEmail = suggestShownAddress(person.email);
      return c.json({ ok: true, ...(suggestedEmail && { suggestedEmail }) }, 202);
    }
    const form = withChosenEmail(await readForm(c));
    const result = registrationForm.safeParse(form);
    const { language } = viewFor(c, dependencies, event);
    const answers = readSentAnswers(event, form, { language, requires: true, at: now() });
    const unknown = formAnswerErrors([], { ...answers, problems: {} });
    if (unknown.length > 0) throw invalidInput(unknown);
    const typed = typedIn(form, result, answers);
    if (!result.success || Object.keys(answers.problems).length > 0)
      return eventPage(c, event, { registration: typed }, 422);
    // The page says itself why nobody can register any more.
    if (!isOpen(event))
      return eventPage(c, event, { others: await otherEvents(c, dependencies, event) }, 409);
    if (typed.suggestion) return eventPage(c, event, { registration: typed }, 422);
    const referer = c.req.header('referer');
    const source = isEmbed(c)
      ? embedSource(c.req.url, referer, event.embedOrigins)
      : registrationSource(referer);
    try {
      const { fields, consents } = answers;
      const person = { ...result.data, fields, consents, source, technical };
      const isFast = guard.isTooFast(form[SHOWN], now());
      const requestId = await registerPublicly(c, event, person, form.altcha, { trap: form[TRAP], isFast });
      // A frame on another site has no cookies of ours.
      if (isEmbed(c))
        return c.redirect(`/e/${event.slug}/embed/registered${embedFrame(c, event).search}`, 303);
      return sessions.answer(
        c,
        event,
        { eventId: event.id, requestId, email: person.email, at: now() },
        { inAddress: form[SESSION_PARAMETER] === SESSION_IN_ADDRESS },
      );
    } catch (error) {
      return proofPage(c, event, error, (proof) => ({ registration: { ...typed, proof } }));
    }
  });

  router.get('/e/:slug/embed/registered', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const view = viewFor(c, dependencies, event);
    return sendPage(c, <EmbedRegisteredPage view={view} frame={embedFrame(c, event)} />);
  });

  router.post('/e/:slug/access-link', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    if (speaksJson(c)) {
      const { email, altcha } = await readJson(c, linkRequest);
      await requestLink(c, event, email, altcha);
      return c.json({ ok: true }, 202);
    }
    const form = withChosenEmail(await readForm(c));
    const result = linkRequest.safeParse({ email: form.email ?? '' });
    const typed = {
      ...formState(form, result.error ?? new z.ZodError([]), ['email']),
      ...askingIn(form),
    };
    if (!result.success || typed.suggestion) return eventPage(c, event, { accessLink: typed }, 422);
    try {
      await requestLink(c, event, result.data.email, form.altcha);
      return sendPage(c, <LinkRequestedPage view={viewFor(c, dependencies, event)} />);
    } catch (error) {
      return proofPage(c, event, error, (proof) => ({ accessLink: { ...typed, proof } }));
    }
  });

  /** What a browser works on instead of waiting. */
  router.get('/e/:slug/challenge', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    c.header('Cache-Control', 'no-store');
    return c.json(await proofs.challenge(event.id));
  });

  // Whoever reloads the answer to a form asks for its address.
  for (const form of ['register', 'access-link'])
    router.get(`/e/:slug/${form}`, (c) => c.redirect(`/e/${c.req.param('slug')}`, 303));

  function isOpen(event: Event): boolean {
    return isRegistrationOpen(event, now());
  }

  async function requireEvent(slug: string): Promise<Event> {
    const event = await findEvent(pool, { slug: slugIn(slug) });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    return event;
  }

  function eventPage(
    c: Context<AppEnv>,
    event: Event,
    { registration, ...forms }: Omit<EventPageProps, 'view'>,
    status = 200,
  ): Response {
    const view = viewFor(c, dependencies, event);
    const state = { shownAt: guard.shownAt(now()), ...registration };
    const page = isEmbed(c) ? (
      <EmbedPage view={view} registration={state} frame={embedFrame(c, event)} />
    ) : (
      <EventPage view={view} registration={state} {...forms} />
    );
    return sendPage(c, page, status as 200);
  }

  /** The form again, with what was typed, and a proof of work in place of waiting. Throws what it is no answer to. */
  function proofPage(
    c: Context<AppEnv>,
    event: Event,
    error: unknown,
    forms: (proof: AskedProof) => Omit<EventPageProps, 'view'>,
  ): Response {
    if (!(error instanceof ProofWanted)) throw error;
    const waitSeconds = error.retryAfter ?? 1;
    c.header('Retry-After', String(waitSeconds));
    return eventPage(c, event, forms({ waitSeconds, wasSent: true }), HTTP_STATUS[error.code]);
  }

  /** Known or not, the same happens here: a worker looks whether the address is registered. */
  async function requestLink(
    c: Context<AppEnv>,
    event: Event,
    email: string,
    proof: string | undefined,
  ): Promise<void> {
    await limits.requestLink(c, { event, email, proof });
    await enqueue(boss, pool, selfServe, { eventId: event.id, addressHash: addressHash(email) });
  }

  /** Known or not, the same happens here, too. Resolves with the id of the request. */
  async function registerPublicly(
    c: Context<AppEnv>,
    event: Event,
    person: Person,
    proof: string | undefined,
    { trap = '', isFast = false }: { readonly trap?: string | undefined; readonly isFast?: boolean } = {},
  ): Promise<string> {
    const { mayRemind, priority } = await limits.register(c, {
      ...{ event, email: person.email, proof, isFast },
    });
    // A program that fills in what nobody sees hears of success: it learns nothing, and its owner changes nothing.
    if (trap !== '') return randomUUID();
    const request = { ...person, eventId: event.id, mayRemind };
    return transaction(pool, (db) => requestRegistration({ db, boss, now: now() }, request, { priority }));
  }

  return router;
}

/** What was typed, to be shown again, and what is wrong with it. */
function typedIn(
  form: Record<string, string>,
  result: z.ZodSafeParseResult<unknown>,
  { values, problems }: SentAnswers,
): FormState {
  const issues = result.error ?? new z.ZodError([]);
  return {
    ...formState(form, issues, ['email', 'firstName', 'lastName']),
    ...askingIn(form),
    fields: { values, problems },
    ...(form[SHOWN] !== undefined && { shownAt: form[SHOWN].slice(0, 100) }),
  };
}

/** The question about the email, where it looks mistyped and was not asked about; and which one was. */
function askingIn(form: Readonly<Record<string, string>>): Pick<FormState, 'suggestion' | 'askedEmail'> {
  const suggestion = emailToAskAbout(form);
  const asked = form[ASKED_EMAIL]?.slice(0, 1000);
  return { ...(suggestion && { suggestion }), ...(asked && { askedEmail: asked }) };
}

export function invalidInput(errors: readonly FieldError[]): AppError {
  return new AppError('invalid_input', 'The input is not valid: `errors` says what and where.', { errors });
}

function closed(): AppError {
  return new AppError('conflict', 'The event is over or cancelled: nobody can register any more.');
}

function userAgent(header: string | undefined): Record<string, string> {
  return header ? { userAgent: header.slice(0, 500) } : {};
}
