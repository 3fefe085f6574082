import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { requestRegistration } from '../../actions/registration-request.ts';
import { findEvent } from '../../db/event.ts';
import { transaction } from '../../db/pool.ts';
import type { RegistrationRequest } from '../../db/registration-request.ts';
import { addressHash } from '../../domain/address.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { AppError, type FieldError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, isRegistrationOpen } from '../../domain/event.ts';
import { type FormAnswers, formAnswerErrors, readFormAnswers } from '../../domain/form-fields.ts';
import { address, localeTag, newRegistrant, personName, timeZone } from '../../domain/input.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { formState, readForm, readJson, speaksJson } from '../../http/forms.ts';
import { sameOriginForms } from '../../http/same-origin.ts';
import { sendPage } from '../../http/send-page.ts';
import { enqueue } from '../../queue/boss.ts';
import { selfServe } from '../../queue/jobs.ts';
import { createProofOfWork, MAX_PROOF } from '../limits/proof-of-work.ts';
import { createStrangerLimits, ProofWanted } from '../limits/strangers.ts';
import { otherEvents } from '../other-events.ts';
import { rememberLanguage, viewFor } from '../visitor.ts';
import { rememberVisitor } from '../visits.ts';
import { EventPage, type EventPageProps } from './event-page.tsx';
import { type AskedProof, FIELD_INPUT, type FormState, SHOWN, TRAP } from './form.tsx';
import { createFormGuard } from './form-guard.ts';
import { LinkRequestedPage } from './link-requested-page.tsx';
import { RegisteredPage } from './registered-page.tsx';
import { registrationSource } from './registration-source.ts';

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

  router.post('/e/:slug/register', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const technical = { registeredBy: 'form', ...userAgent(c.req.header('user-agent')) };
    if (speaksJson(c)) {
      const { altcha, fields: given, ...person } = await readJson(c, registrationJson);
      const answers = readFormAnswers(event.formFields, given, { requires: true });
      const errors = formAnswerErrors(event.formFields, answers);
      if (errors.length > 0) throw invalidInput(errors);
      if (!isOpen(event)) throw closed();
      await registerPublicly(c, event, { ...person, fields: answers.fields, technical }, altcha);
      return c.json({ ok: true }, 202);
    }
    const form = await readForm(c);
    const result = registrationForm.safeParse(form);
    const answers = readFormAnswers(event.formFields, fieldsOf(form), { requires: true });
    const unknown = formAnswerErrors([], { ...answers, problems: {} });
    if (unknown.length > 0) throw invalidInput(unknown);
    const typed = typedIn(form, result, answers);
    if (!result.success || Object.keys(answers.problems).length > 0)
      return eventPage(c, event, { registration: typed }, 422);
    // The page says itself why nobody can register any more.
    if (!isOpen(event))
      return eventPage(c, event, { others: await otherEvents(c, dependencies, event) }, 409);
    const done = () => c.redirect(`/e/${event.slug}/registered`, 303);
    const source = registrationSource(c.req.header('referer'));
    try {
      const person = { ...result.data, fields: answers.fields, source, technical };
      const isFast = guard.isTooFast(form[SHOWN], now());
      await registerPublicly(c, event, person, form.altcha, { trap: form[TRAP], isFast });
      return done();
    } catch (error) {
      return proofPage(c, event, error, (proof) => ({ registration: { ...typed, proof } }));
    }
  });

  router.get('/e/:slug/registered', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    return sendPage(c, <RegisteredPage view={viewFor(c, dependencies, event)} />);
  });

  router.post('/e/:slug/access-link', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    if (speaksJson(c)) {
      const { email, altcha } = await readJson(c, linkRequest);
      await requestLink(c, event, email, altcha);
      return c.json({ ok: true }, 202);
    }
    const form = await readForm(c);
    const result = linkRequest.safeParse({ email: form.email ?? '' });
    const typed = { values: { email: form.email?.slice(0, 1000) ?? '' } };
    if (!result.success) {
      const state = formState(form, result.error, ['email']);
      return eventPage(c, event, { accessLink: state }, 422);
    }
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
    const shownAt = guard.shownAt(now());
    const page = (
      <EventPage
        view={viewFor(c, dependencies, event)}
        registration={{ shownAt, ...registration }}
        {...forms}
      />
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

  /** Known or not, the same happens here, too. */
  async function registerPublicly(
    c: Context<AppEnv>,
    event: Event,
    person: Person,
    proof: string | undefined,
    { trap = '', isFast = false }: { readonly trap?: string | undefined; readonly isFast?: boolean } = {},
  ): Promise<void> {
    const { mayRemind, priority } = await limits.register(c, {
      ...{ event, email: person.email, proof, isFast },
    });
    // A program that fills in what nobody sees hears of success: it learns nothing, and its owner changes nothing.
    if (trap !== '') return;
    const request = { ...person, eventId: event.id, mayRemind };
    await transaction(pool, (db) => requestRegistration({ db, boss, now: now() }, request, { priority }));
  }

  return router;
}

/** What the form says of the event's own fields: `field.NAME`. */
export function fieldsOf(form: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) =>
      name.startsWith(FIELD_INPUT) ? [[name.slice(FIELD_INPUT.length), value]] : [],
    ),
  );
}

/** What was typed, to be shown again, and what is wrong with it. */
function typedIn(
  form: Record<string, string>,
  result: z.ZodSafeParseResult<unknown>,
  { problems }: FormAnswers,
): FormState {
  const issues = result.error ?? new z.ZodError([]);
  return {
    ...formState(form, issues, ['email', 'firstName', 'lastName']),
    fields: { values: fieldsOf(form), problems },
    ...(form[SHOWN] !== undefined && { shownAt: form[SHOWN].slice(0, 100) }),
  };
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
