import type { Language } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Email, MARK, Sentence } from '../../ui/sentence.tsx';
import { FIRST_SEEN } from './first-seen.ts';

/** Where a browser asks for the domain that a mistyped one most likely meant. */
export const SUGGESTION_PATH = '/suggested-domain';

/** The address that was asked about already, as it was typed: it is not asked about again. */
export const ASKED_EMAIL = 'askedEmail';
/** The address that was chosen in answer. It counts, whatever stands in the field. */
export const USE_EMAIL = 'useEmail';

/** An email that looks mistyped. */
export interface SuggestedEmail {
  /** As it was typed; null: it is no address as it stands, and cannot be kept. */
  readonly typed: string | null;
  readonly suggested: string;
}

export interface EmailSuggestionProps {
  readonly language: Language;
  /** The id of the email's field. */
  readonly field: string;
  /** Asked by the server, where the form was sent with an email that looks mistyped. */
  readonly suggestion?: SuggestedEmail | undefined;
  readonly asked?: string | undefined;
}

/**
 * "Did you mean …?" beneath an email's field, with a way to take it and one to keep what was typed. A script asks as soon as the field is
 * left; the server asks once when the form is sent.
 */
export function EmailSuggestion({ language, field, suggestion, asked = '' }: EmailSuggestionProps) {
  const { question, use, keep, taken } = copyFor(language).suggestion;
  const typed = suggestion?.typed ?? null;
  return (
    <div
      className="suggestion"
      data-suggestion={field}
      data-path={SUGGESTION_PATH}
      data-question={question(MARK)}
      data-use={use(MARK)}
      data-keep={keep(MARK)}
      data-taken={taken(MARK)}
    >
      <p className="suggestion__question" role="status" {...(suggestion && FIRST_SEEN)}>
        {suggestion ? (
          <Sentence of={question}>
            <strong>
              <Email>{suggestion.suggested}</Email>
            </strong>
          </Sentence>
        ) : null}
      </p>
      <div className="suggestion__choices" hidden={!suggestion}>
        {suggestion ? (
          <>
            {/* What Enter in a field presses: it sends what stands there. */}
            <button type="submit" className="suggestion__enter" tabIndex={-1} aria-hidden="true" />
            <button
              type="submit"
              className="button button--small"
              name={USE_EMAIL}
              value={suggestion.suggested}
            >
              <span>
                <Sentence of={use}>
                  <Email>{suggestion.suggested}</Email>
                </Sentence>
              </span>
            </button>
            {typed === null ? null : (
              <button
                type="submit"
                className="button button--small button--quiet"
                name={USE_EMAIL}
                value={typed}
              >
                <span>
                  <Sentence of={keep}>
                    <Email>{typed}</Email>
                  </Sentence>
                </span>
              </button>
            )}
          </>
        ) : null}
      </div>
      <input type="hidden" name={ASKED_EMAIL} defaultValue={typed ?? asked} />
    </div>
  );
}
