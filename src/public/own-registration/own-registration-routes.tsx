import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { REGISTRANT } from '../../actions/audit.ts';
import { cancelRegistration, restoreRegistration } from '../../actions/cancelled-registration.ts';
import { withdrawConsent } from '../../actions/consents.ts';
import type { ActionContext } from '../../actions/context.ts';
import {
  changeOwnRegistration,
  opensRegistration,
  sendRegistrationLink,
} from '../../actions/own-registration.ts';
import { transaction } from '../../db/pool.ts';
import { findRegistrant } from '../../db/registrant.ts';
import { accessLink, TO_CANCEL } from '../../domain/access-link.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { formAnswerErrors } from '../../domain/form-fields.ts';
import { personName } from '../../domain/input.ts';
import { needsMailedLink } from '../../domain/key-guessing.ts';
import { LANGUAGES, type Language, languageFor } from '../../domain/locale.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { readSignedId } from '../../domain/signed-id.ts';
import { isChangedMeanwhile, ownRegistrationVersion } from '../../domain/version.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { formState, readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { CancelledPage } from '../event/cancelled-page.tsx';
import { EndedPage } from '../event/ended-page.tsx';
import { invalidInput } from '../event/event-routes.tsx';
import type { FormState } from '../event/form.tsx';
import { readSentAnswers, type SentAnswers } from '../event/form-answers.ts';
import { createProofOfWork } from '../limits/proof-of-work.ts';
import { createStrangerLimits, ProofWanted } from '../limits/strangers.ts';
import { createDoor, pathOf, pathsOf, personal } from '../room/personal-link.tsx';
import { tailOf, viewFor } from '../visitor.ts';
import { type Done, ownPath, readOwnAddress } from './own-address.ts';
import { OwnConsents } from './own-consents.tsx';
import { OwnRegistrationPage } from './own-registration-page.tsx';
import {
  CancelledRegistrationPage,
  CancelPage,
  type Intent,
  MailedLinkPage,
} from './own-registration-steps.tsx';

const namesForm = z.object({ firstName: personName.default(''), lastName: personName.default('') });

/** Whose registration is looked at, and what the address says beside it. */
interface Own {
  readonly event: Event;
  readonly registrant: Registrant;
  /** From the mailed link; null: there is none. */
  readonly token: string | null;
  /** What a form that is shown again chose; absent: the one that they have. */
  readonly language?: Language;
}

/**
 * A registrant's own page: what they told us, to be changed, cancelled and restored until the event ends. Where the key could be
 * guessed, it shows and changes nothing before a link that is mailed to them was opened. A GET changes nothing.
 */
export function ownRegistrationRoutes(dependencies: AppDependencies) {
  const { config, pool, boss, limits, now } = dependencies;
  const router = new Hono<AppEnv>();
  const letIn = createDoor(dependencies);
  const strangers = createStrangerLimits(dependencies, createProofOfWork(dependencies));
  for (const path of pathsOf('registration')) router.use(path, personal);

  router.on('GET', pathsOf('registration'), (c) =>
    letIn(c, async (event, registrant) => {
      const { token, asksToCancel, done } = readOwnAddress(tailOf(c));
      const own = { event, registrant, token };
      if (!(await isOpen(own)))
        return sendLocked(c, own, token ? 'expired' : done === 'mailed' ? 'sent' : 'asks');
      if (isOver(event)) return sendOwn(c, own, { done: done === 'withdrawn' ? done : null });
      const page = { view: viewFor(c, dependencies, event, registrant), action: pathFor(own) };
      if (registrant.cancelledAt)
        return sendPage(
          c,
          <CancelledRegistrationPage {...page} isOpen>
            <OwnConsents {...page} consents={registrant.consents} />
          </CancelledRegistrationPage>,
        );
      if (asksToCancel) return sendPage(c, <CancelPage {...page} />);
      return sendOwn(c, own, { done: done === 'cancelled' || done === 'mailed' ? null : done });
    }),
  );

  router.on('POST', pathsOf('registration'), (c) =>
    letIn(c, async (event, registrant) => {
      const own = { event, registrant, token: readOwnAddress(tailOf(c)).token };
      const form = await readForm(c);
      const intent = form.intent as Intent | undefined;
      if (!(await isOpen(own)))
        return intent === 'mail' && !isOver(event)
          ? mailLink(c, own, form.altcha)
          : sendLocked(c, own, own.token ? 'expired' : 'asks', 403);
      if (intent === 'withdraw') {
        await limits.ownChangesByRegistrant.take(registrant.id);
        await act((context) => withdrawConsent(context, event, registrant.id, form.consent ?? ''));
        return seeOwn(c, own, 'withdrawn');
      }
      // The page says itself why nothing can be changed any more.
      if (isOver(event)) return sendOwn(c, own, { status: HTTP_STATUS.conflict });
      await limits.ownChangesByRegistrant.take(registrant.id);
      switch (intent) {
        case 'save':
          return save(c, own, form);
        case 'cancel':
          await act((context) => cancelRegistration({ ...context, actor: REGISTRANT }, event, registrant.id));
          return seeOwn(c, own, 'cancelled');
        case 'restore':
          await act((context) =>
            restoreRegistration({ ...context, actor: REGISTRANT }, event, registrant.id, {
              sendConfirmation: true,
            }),
          );
          return seeOwn(c, own, 'restored');
        case 'mail':
          return seeOwn(c, own);
        default:
          throw new AppError('malformed', 'The form says not what to do: load the page again.');
      }
    }),
  );

  async function save(c: Context<AppEnv>, own: Own, form: Record<string, string>): Promise<Response> {
    const { event, registrant } = own;
    const names = namesForm.safeParse(form);
    const answers = readSentAnswers(event, form, {
      ...{ language: viewFor(c, dependencies, event, registrant).language, requires: 'but_consents' },
      ...{ at: now(), kept: registrant.consents },
    });
    const unknown = formAnswerErrors([], { ...answers, problems: {} });
    if (unknown.length > 0) throw invalidInput(unknown);
    const typed = typedIn(form, names, answers);
    const { version = '' } = form;
    const language = LANGUAGES.find((known) => known === form.language) ?? mailLanguage(own);
    if (!names.success || Object.keys(answers.problems).length > 0)
      return sendOwn(c, { ...own, language }, { state: typed, version, status: HTTP_STATUS.invalid_input });
    const said = {
      ...names.data,
      ...{ answers: answers.fields, given: answers.consents },
      // `fr-CA` stays what it is as long as French is chosen.
      locale: language === mailLanguage(own) ? registrant.locale : language,
      timeZone: registrant.timeZone,
    };
    try {
      await act((context) => changeOwnRegistration(context, event, registrant.id, said, version));
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error;
      // What they typed, over what is there now.
      const current = (await findRegistrant(pool, event.id, registrant.id)) ?? registrant;
      return sendOwn(
        c,
        { ...own, language, registrant: current },
        { state: typed, isStale: true, status: HTTP_STATUS.conflict },
      );
    }
    return seeOwn(c, own, 'saved');
  }

  /** As one's link is asked for, and counted with that. */
  async function mailLink(c: Context<AppEnv>, own: Own, proof: string | undefined): Promise<Response> {
    const { event, registrant } = own;
    try {
      await strangers.requestLink(c, { event, email: registrant.email, proof });
    } catch (error) {
      if (!(error instanceof ProofWanted)) throw error;
      const waitSeconds = error.retryAfter ?? 1;
      c.header('Retry-After', String(waitSeconds));
      const page = { view: viewFor(c, dependencies, event), action: pathFor({ ...own, token: null }) };
      return sendPage(
        c,
        <MailedLinkPage {...page} state="asks" proof={{ waitSeconds, wasSent: true }} />,
        HTTP_STATUS[error.code] as 429,
      );
    }
    await act((context) => sendRegistrationLink(context, event, registrant));
    return seeOwn(c, { ...own, token: null }, 'mailed');
  }

  function act<T>(work: (context: ActionContext) => Promise<T>): Promise<T> {
    return transaction(pool, (db) => work({ db, boss, now: now() }));
  }

  /** Whether the link shows the registration: it could not be guessed, or was mailed to them within the hour. */
  async function isOpen({ event, registrant, token }: Own): Promise<boolean> {
    if (!needsMailedLink(event, registrant.accessKey)) return true;
    const messageId = token && readSignedId(config.appSecret, 'registration', token);
    return messageId ? opensRegistration(pool, messageId, registrant, now()) : false;
  }

  function isOver(event: Event): boolean {
    return !['upcoming', 'running'].includes(eventPhase(event, now()));
  }

  function mailLanguage({ event, registrant, language }: Own): Language {
    return language ?? languageFor(registrant.locale, event.locale);
  }

  function pathFor({ event, registrant, token }: Own, done?: Done): string {
    return ownPath(config.publicUrl, event, registrant, { token, ...(done && { done }) });
  }

  function seeOwn(c: Context<AppEnv>, own: Own, done?: Done): Response {
    return c.redirect(pathFor(own, done), 303);
  }

  /** Nothing of the registrant stands on these pages. */
  function sendLocked(
    c: Context<AppEnv>,
    own: Own,
    state: 'asks' | 'sent' | 'expired',
    status: 200 | 403 = 200,
  ): Response {
    const view = viewFor(c, dependencies, own.event);
    if (isOver(own.event))
      return sendPage(
        c,
        own.event.cancelledAt ? <CancelledPage view={view} /> : <EndedPage view={view} />,
        status,
      );
    return sendPage(
      c,
      <MailedLinkPage view={view} action={pathFor({ ...own, token: null })} state={state} />,
      status,
    );
  }

  function sendOwn(
    c: Context<AppEnv>,
    own: Own,
    {
      done = null,
      state,
      version,
      isStale = false,
      status = 200,
    }: {
      readonly done?: 'saved' | 'restored' | 'withdrawn' | null;
      readonly state?: FormState;
      /** Of the registration that the form was made of; absent: as it is now. */
      readonly version?: string;
      readonly isStale?: boolean;
      readonly status?: 200 | 409 | 422;
    } = {},
  ): Response {
    const { event, registrant } = own;
    const { firstName, lastName, fields } = registrant;
    const action = pathFor(own);
    const asked = event.formFields.map(({ name }) => name);
    return sendPage(
      c,
      <OwnRegistrationPage
        view={viewFor(c, dependencies, event, registrant)}
        registrant={registrant}
        action={action}
        mailLanguage={mailLanguage(own)}
        liveHref={pathOf(accessLink(config.publicUrl, event, registrant))}
        done={done}
        change={
          isOver(event)
            ? null
            : {
                version: version ?? ownRegistrationVersion(registrant, asked),
                cancelHref: `${action}${TO_CANCEL}`,
                state: state ?? { values: { firstName, lastName }, fields: { values: fields, problems: {} } },
                isStale,
              }
        }
      />,
      status,
    );
  }

  return router;
}

/** What was typed, to be shown again, and what is wrong with it. */
function typedIn(
  form: Record<string, string>,
  names: z.ZodSafeParseResult<unknown>,
  { values, problems }: SentAnswers,
): FormState {
  return {
    ...formState(form, names.error ?? new z.ZodError([]), ['firstName', 'lastName']),
    fields: { values, problems },
  };
}
