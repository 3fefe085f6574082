import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react';
import { LONGEST_INPUT } from '../../domain/address.ts';
import type { FormFieldProblem } from '../../domain/form-fields.ts';
import type { Language } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { EmailSuggestion, type SuggestedEmail } from './email-suggestion.tsx';
import type { FormFieldView } from './event-view.ts';
import { FIRST_SEEN } from './first-seen.ts';

/** The fields that visitors fill in, and what can be wrong with each. */
export type FieldName = 'email' | 'firstName' | 'lastName';
export type FieldProblem = 'required' | 'invalid' | 'too_long';

/** The name of a field that nobody sees: what fills it in is a program that fills in everything. No browser knows it. */
export const TRAP = 'fax_extension';
/** The name of the field that says when the form was shown. */
export const SHOWN = 'shown';

/** There is too much at the moment: a proof of work takes the place of waiting for so long. */
export interface AskedProof {
  readonly waitSeconds: number;
  /** The form comes back since it was sent without one. */
  readonly wasSent?: boolean;
}

/** What was typed and what is wrong with it, for showing a form again. */
export interface FormState {
  /** The same of the event's own fields, by their names. */
  readonly fields?: {
    readonly values: Readonly<Record<string, string>>;
    readonly problems: Readonly<Record<string, FormFieldProblem>>;
  };
  readonly proof?: AskedProof;
  /** When it is shown, as only we can write it. */
  readonly shownAt?: string;
  readonly values?: Readonly<Partial<Record<FieldName, string>>>;
  /** The email looks mistyped: the form comes back once to ask. */
  readonly suggestion?: SuggestedEmail;
  /** The email that was asked about before. */
  readonly askedEmail?: string;
  readonly problems?: Readonly<Partial<Record<FieldName, FieldProblem>>>;
}

export interface FieldProps {
  readonly language: Language;
  /** Sets the fields of two forms on one page apart. */
  readonly form: string;
  readonly name: FieldName;
  readonly state: FormState;
  readonly hint?: string;
}

/** How browsers and their keyboards treat each field. */
const INPUTS: Readonly<Record<FieldName, { complete: HTMLInputAutoCompleteAttribute; max: number }>> = {
  // A browser refuses in a field for addresses what we clean: a mark that nobody sees, `mailto:`, a full-width `@`.
  email: { complete: 'email', max: LONGEST_INPUT },
  firstName: { complete: 'given-name', max: 200 },
  lastName: { complete: 'family-name', max: 200 },
};

/** One labelled input; its hint and its error are part of its description. Only the address must be given. */
export function Field({ language, form, name, state, hint }: FieldProps) {
  const copy = copyFor(language).form;
  const id = `${form}-${name}`;
  const problem = state.problems?.[name];
  const { complete, max } = INPUTS[name];
  const described = [hint ? `${id}-hint` : '', problem ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>
        {copy[name]} {name === 'email' ? null : <span className="field__optional">{copy.optional}</span>}
      </label>
      {hint ? (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p className="field__error" id={`${id}-error`}>
          {copy.problems[name][problem]}
        </p>
      ) : null}
      <input
        id={id}
        name={name}
        type="text"
        inputMode={name === 'email' ? 'email' : 'text'}
        autoComplete={complete}
        autoCapitalize={name === 'email' ? 'none' : 'words'}
        spellCheck={false}
        maxLength={max}
        required={name === 'email'}
        dir={name === 'email' ? 'ltr' : undefined}
        defaultValue={state.values?.[name]}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
      />
      {name === 'email' ? (
        <EmailSuggestion
          {...{ language, field: id }}
          suggestion={state.suggestion}
          asked={state.askedEmail}
        />
      ) : null}
    </div>
  );
}

/** What is wrong, in one list above the form, each with a link to its field; nothing when all is well. */
export function ErrorSummary({
  language,
  form,
  state,
  fields = [],
  isFramed = false,
}: Omit<FieldProps, 'name' | 'hint'> & {
  readonly fields?: readonly FormFieldView[];
  /** In a frame of another site, where browsers refuse `autofocus`: a script has to do it. */
  readonly isFramed?: boolean;
}) {
  const copy = copyFor(language).form;
  const firstSeen = isFramed ? { tabIndex: -1 } : FIRST_SEEN;
  const own = Object.entries(state.problems ?? {}) as [FieldName, FieldProblem][];
  const problems = [
    ...own.map(([name, problem]) => ({ id: `${form}-${name}`, text: copy.problems[name][problem] })),
    ...fields.flatMap(({ name, label, id }) => {
      const problem = state.fields?.problems[name];
      return problem ? [{ id, text: `${label}: ${copy.fieldProblems[problem]}` }] : [];
    }),
  ];
  if (problems.length === 0)
    return state.proof?.wasSent ? (
      <div className="notice notice--bad" role="alert" {...firstSeen}>
        <p className="notice__title">{copy.proof.notSent}</p>
      </div>
    ) : null;
  return (
    <div className="notice notice--bad" role="alert" {...firstSeen}>
      <p className="notice__title">{copy.summary}</p>
      <ul>
        {problems.map(({ id, text }) => (
          <li key={id}>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whether a form is shown again because something in it is wrong, or because it was not taken. */
export function hasProblems(state: FormState): boolean {
  if (state.proof?.wasSent) return true;
  return Object.keys({ ...state.problems, ...state.fields?.problems }).length > 0;
}

/** The one thing that a form does. */
export function SubmitButton({
  children,
  quiet,
}: {
  readonly children: ReactNode;
  readonly quiet?: boolean;
}) {
  return (
    <button type="submit" className={quiet ? 'button button--quiet' : 'button'}>
      {children}
    </button>
  );
}
