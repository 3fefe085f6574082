import type { ReactNode } from 'react';
import { shownAddress } from '../../domain/address.ts';
import { standingConsent } from '../../domain/consent.ts';
import { isTick, TICKED } from '../../domain/form-fields.ts';
import { LANGUAGES, languageFor } from '../../domain/locale.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView, FormFieldView } from '../event/event-view.ts';
import { ErrorSummary, Field, type FormState, hasProblems, SubmitButton } from '../event/form.tsx';
import { EventFormField } from '../event/form-field.tsx';
import { HostContact } from '../event/host-contact.tsx';
import { OwnConsents, ownFields } from './own-consents.tsx';

export interface OwnRegistrationPageProps {
  readonly view: EventView;
  readonly registrant: Registrant;
  /** The address of the page, where its forms go. */
  readonly action: string;
  /** In which language mails are written to them. */
  readonly mailLanguage: string;
  /** Null: it can only be looked at. */
  readonly change: {
    /** Of the registration that is shown. */
    readonly version: string;
    readonly cancelHref: string;
    /** As it was sent, where something in it was wrong. */
    readonly state: FormState;
    /** Somebody else changed it since the form was made. */
    readonly isStale?: boolean;
  } | null;
  /** Their access link. */
  readonly liveHref: string;
  readonly done: 'saved' | 'restored' | 'withdrawn' | null;
}

/** What a registrant told us, to be changed until the event ends. */
export function OwnRegistrationPage({ view, registrant, change, done, ...rest }: OwnRegistrationPageProps) {
  const { registration: copy, details, form } = copyFor(view.language);
  const state = change?.state ?? {};
  const about = hasProblems(state) ? form.errorTitle(copy.title) : copy.title;
  return (
    <EventLayout view={view} about={about} scripts={['local-time.js']}>
      {done ? (
        <p className="notice notice--good" role="status">
          {done === 'withdrawn' ? copy.consents.done : copy[done]}
        </p>
      ) : null}
      <div className="card">
        <h1>{registrant.cancelledAt ? copy.cancelledTitle : copy.title}</h1>
        <p className="lead">
          {change ? copy.lead : view.phase === 'cancelled' ? copy.eventCancelled : copy.ended}
        </p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} {...(view.phase === 'ended' && { whenLabel: details.took })} />
          {change ? (
            <p>
              <a className="button button--quiet" href={rest.liveHref}>
                {copy.toEvent}
              </a>
            </p>
          ) : null}
        </div>
        {change ? (
          <ChangeForm view={view} registrant={registrant} change={change} {...rest} />
        ) : (
          <Told view={view} registrant={registrant} {...rest} />
        )}
        {change ? <HostContact view={view} /> : <HostContact view={view} reason={copy.dataQuestions} />}
      </div>
      <OwnConsents
        view={view}
        consents={registrant.consents}
        action={rest.action}
        besides={
          change ? view.formFields.flatMap(({ name, type }) => (type === 'consent' ? [name] : [])) : []
        }
      />
      {change ? (
        <section className="card card--quiet" aria-labelledby="cannot-come">
          <h2 id="cannot-come">{copy.cannotComeTitle}</h2>
          <p>{copy.cannotComeText}</p>
          <p>
            <a className="button button--quiet" href={change.cancelHref}>
              {copy.cannotCome}
            </a>
          </p>
        </section>
      ) : null}
    </EventLayout>
  );
}

type PartProps = Pick<OwnRegistrationPageProps, 'view' | 'registrant' | 'mailLanguage' | 'action'>;

function ChangeForm({
  view,
  registrant,
  mailLanguage,
  action,
  change,
}: PartProps & { readonly change: NonNullable<OwnRegistrationPageProps['change']> }) {
  const { language } = view;
  const formFields = ownFields(view, registrant.consents);
  const { registration: copy, form } = copyFor(language);
  const { version, state, isStale = false } = change;
  return (
    <form className="form" method="post" action={action}>
      <ErrorSummary language={language} form="own" state={state} fields={formFields} />
      {isStale ? (
        <p className="notice notice--bad" role="alert" tabIndex={-1}>
          {copy.changedMeanwhile}
        </p>
      ) : null}
      <input type="hidden" name="intent" value="save" />
      <input type="hidden" name="version" value={version} />
      <dl className="facts">
        <Fact term={copy.timeZone}>{view.when.zone}</Fact>
        <Fact term={form.email}>
          <span dir="ltr">{shownAddress(registrant.email)}</span>
          <p className="field__hint">{view.replyTo ? copy.emailFixedHost : copy.emailFixed}</p>
        </Fact>
      </dl>
      <div className="form__pair">
        <Field language={language} form="own" name="firstName" state={state} />
        <Field language={language} form="own" name="lastName" state={state} />
      </div>
      {formFields.map((field) => (
        <EventFormField key={field.name} {...{ language, field, state }} />
      ))}
      <div className="field">
        <label htmlFor="own-language">{copy.language}</label>
        <select id="own-language" name="language" defaultValue={mailLanguage}>
          {LANGUAGES.map((known) => (
            <option key={known} value={known} lang={known}>
              {copyFor(known).languageName}
            </option>
          ))}
        </select>
      </div>
      <SubmitButton>{copy.save}</SubmitButton>
    </form>
  );
}

/** The same facts, when nothing can be changed any more. */
function Told({ view, registrant, mailLanguage }: Omit<PartProps, 'action'>) {
  const { registration: copy, form } = copyFor(view.language);
  const name = `${registrant.firstName} ${registrant.lastName}`.trim();
  // What stands is told below, in the words that they agreed to.
  const isToldHere = (field: FormFieldView) =>
    field.type !== 'consent' || !standingConsent(registrant.consents, field.name);
  return (
    <dl className="facts">
      <Fact term={form.email}>
        <span dir="ltr">{shownAddress(registrant.email)}</span>
      </Fact>
      <Fact term={copy.name}>{name ? <bdi>{name}</bdi> : '–'}</Fact>
      {view.formFields.filter(isToldHere).map((field) => (
        <Fact key={field.name} term={<bdi>{field.label}</bdi>}>
          <Answer field={field} value={registrant.fields[field.name]} />
        </Fact>
      ))}
      <Fact term={copy.language}>{copyFor(languageFor(mailLanguage)).languageName}</Fact>
      <Fact term={copy.timeZone}>{view.when.zone}</Fact>
    </dl>
  );
}

function Answer({ field, value }: { readonly field: FormFieldView; readonly value: string | undefined }) {
  if (!value) return '–';
  return isTick(field) && value === TICKED ? '✓' : <bdi>{value}</bdi>;
}

function Fact({ term, children }: { readonly term: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="facts__row">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
