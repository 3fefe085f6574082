import { type Consent, isStanding, standingConsent } from '../../domain/consent.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView, FormFieldView } from '../event/event-view.ts';
import { WithLinks } from '../event/with-links.tsx';
import type { Intent } from './own-registration-steps.tsx';

/**
 * The form's fields as a registrant sees them who answered before: a consent stands there in the words that they agreed to, with the
 * day. It can be withdrawn whether or not it must be given to register.
 */
export function ownFields(view: EventView, consents: readonly Consent[]): readonly FormFieldView[] {
  return view.formFields.map((field) => {
    if (field.type !== 'consent') return field;
    const last = consents.findLast(({ name }) => name === field.name);
    const label = standingConsent(consents, field.name)?.text ?? field.label;
    return { ...field, label, required: false, ...(last && { note: consentNote(view, last) }) };
  });
}

/** On which day it was given, or withdrawn. */
function consentNote({ language, locale, when }: EventView, { at, withdrawnAt }: Consent): string {
  const copy = copyFor(language).registration.consents;
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: when.timeZone });
  const day = (instant: string) => format.format(new Date(instant));
  return withdrawnAt === null ? copy.given(day(at)) : copy.withdrawn(day(withdrawnAt));
}

export interface OwnConsentsProps {
  readonly view: EventView;
  readonly consents: readonly Consent[];
  /** Where its forms go. */
  readonly action: string;
  /** Names of those that stand in another form of the page. */
  readonly besides?: readonly string[];
}

/** What somebody agreed to, each with the way to take it back: at any time, whatever became of the event and of its form. */
export function OwnConsents({ view, consents, action, besides = [] }: OwnConsentsProps) {
  const copy = copyFor(view.language).registration.consents;
  const shown = consents.filter((consent) => isStanding(consent) && !besides.includes(consent.name));
  if (shown.length === 0) return null;
  const intent: Intent = 'withdraw';
  return (
    <section className="card card--quiet" aria-labelledby="consents">
      <h2 id="consents">{copy.title}</h2>
      {shown.map((consent) => (
        <form
          className="form"
          method="post"
          action={action}
          key={`${consent.name} ${consent.at} ${consent.text}`}
        >
          <input type="hidden" name="intent" value={intent} />
          <input type="hidden" name="consent" value={consent.name} />
          <div>
            <p dir="auto">
              <WithLinks text={consent.text} />
            </p>
            <p className="quiet">{consentNote(view, consent)}</p>
          </div>
          <button type="submit" className="button button--quiet">
            {copy.withdraw}
            <span className="visually-hidden">: {consent.text}</span>
          </button>
        </form>
      ))}
    </section>
  );
}
