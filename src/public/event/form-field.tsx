import { wordingMark } from '../../domain/consent.ts';
import { isTick, MAX_FIELD_LENGTH, TICKED } from '../../domain/form-fields.ts';
import type { Language } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import type { FormFieldView } from './event-view.ts';
import type { FormState } from './form.tsx';
import { FIELD_INPUT, WORDING_INPUT } from './form-answers.ts';
import { WithLinks } from './with-links.tsx';

export interface EventFormFieldProps {
  readonly language: Language;
  readonly field: FormFieldView;
  readonly state: FormState;
}

/** One field that the team added to the event's form; its help and its error are part of its description. */
export function EventFormField({ language, field, state }: EventFormFieldProps) {
  const copy = copyFor(language).form;
  const { id, name, type, label, help, required, options, note } = field;
  const value = state.fields?.values[name] ?? '';
  const problem = state.fields?.problems[name];
  const described = [help ? `${id}-hint` : '', note ? `${id}-note` : '', problem ? `${id}-error` : '']
    .filter(Boolean)
    .join(' ');
  const control = {
    ...{ id, name: `${FIELD_INPUT}${name}`, required },
    'aria-invalid': problem ? true : undefined,
    'aria-describedby': described || undefined,
  } as const;
  const isTicked = isTick(field);
  const caption = (
    <label htmlFor={id}>
      <bdi>{type === 'consent' ? <WithLinks text={label} /> : label}</bdi>{' '}
      {required || note ? null : <span className="field__optional">{copy.optional}</span>}
    </label>
  );
  return (
    <div className={isTicked ? 'field field--tick' : 'field'}>
      {isTicked ? null : caption}
      {help ? (
        <p className="field__hint" id={`${id}-hint`}>
          <bdi>
            <WithLinks text={help} />
          </bdi>
        </p>
      ) : null}
      {problem ? (
        <p className="field__error" id={`${id}-error`}>
          {copy.fieldProblems[problem]}
        </p>
      ) : null}
      {type === 'text' ? (
        <input {...control} type="text" dir="auto" maxLength={MAX_FIELD_LENGTH} defaultValue={value} />
      ) : null}
      {type === 'textarea' ? (
        <textarea {...control} dir="auto" rows={4} maxLength={MAX_FIELD_LENGTH} defaultValue={value} />
      ) : null}
      {type === 'select' ? (
        <select {...control} defaultValue={value}>
          <option value="">{copy.choose}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : null}
      {isTicked ? (
        <div className="tick">
          <input {...control} type="checkbox" value={TICKED} defaultChecked={value !== ''} />
          {caption}
        </div>
      ) : null}
      {type === 'consent' ? (
        <input type="hidden" name={`${WORDING_INPUT}${name}`} value={wordingMark(label)} />
      ) : null}
      {note ? (
        <p className="field__hint" id={`${id}-note`}>
          {note}
        </p>
      ) : null}
    </div>
  );
}
