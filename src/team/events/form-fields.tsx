import {
  type FormFieldType,
  MAX_FORM_FIELDS,
  MAX_HELP_LENGTH,
  MAX_WORDING_LENGTH,
} from '../../domain/form-fields.ts';
import { LANGUAGES, type Language } from '../../domain/locale.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Button, HiddenFields } from '../parts/button.tsx';
import { Checkbox, type Option, Select, TextArea, TextField } from '../parts/field.tsx';
import { languageName } from '../parts/language-options.ts';
import type { EventFormState } from './event-fields.tsx';
import {
  ADDED_LANGUAGE,
  FORM_FIELDS,
  formLanguages,
  inLanguage,
  MAIN_LANGUAGE,
  MORE_LANGUAGES,
  ROW_ACTION,
  rowNumbers,
} from './read-form-fields.ts';

const TYPE_OPTIONS: readonly (Option & { readonly value: FormFieldType })[] = [
  { value: 'text', label: 'Short text' },
  { value: 'textarea', label: 'Long text' },
  { value: 'select', label: 'Choice from a list' },
  { value: 'checkbox', label: 'Checkbox' },
  { value: 'consent', label: 'Consent' },
];

export interface FormFieldsProps {
  readonly state: EventFormState;
  readonly disabled: boolean;
  /** Where the event's form goes; its rows' buttons go there, too. */
  readonly action: string;
}

/**
 * What the public form asks for beside address and name. The buttons of its rows send the whole form, and the answer is the form with its
 * rows changed: nothing is saved, and nothing typed is lost. `form-fields.js` puts only the rows in place of those that are there.
 */
export function FormFields({ state: { values, problems }, disabled, action }: FormFieldsProps) {
  const rows = rowNumbers(values);
  const languages = formLanguages(values);
  const problem = problems.find(({ id }) => id === FORM_FIELDS)?.message;
  const isFull = rows.length >= MAX_FORM_FIELDS;
  return (
    <fieldset className="event-part form-fields" id={FORM_FIELDS} data-field-rows>
      <legend>Registration form</legend>
      <p className="field__hint">
        Everybody is asked for an email and, if they like, a name. Add what else you need to know, in the
        order in which the form asks for it.
      </p>
      {problem ? (
        <p className="field__error" id={`${FORM_FIELDS}-error`}>
          {problem}
        </p>
      ) : null}
      <HiddenFields
        values={{ [MAIN_LANGUAGE]: languages[0], [MORE_LANGUAGES]: languages.slice(1).join(',') }}
      />
      {rows.length > 0 ? <Languages languages={languages} disabled={disabled} action={action} /> : null}
      <ol className="form-fields__rows">
        {rows.map((row, place) => (
          <FieldRow
            key={row}
            {...{ row, values, problems, disabled, action, languages }}
            isFirst={place === 0}
            isLast={place === rows.length - 1}
          />
        ))}
      </ol>
      {disabled ? null : (
        <p className="form-fields__add">
          <Button
            id="add-field"
            name={ROW_ACTION}
            value="add"
            icon="plus"
            small
            disabled={isFull}
            formAction={`${action}#field${rows.length}Label`}
            formNoValidate
          >
            Add field
          </Button>
          {isFull ? <span className="quiet">A form has at most {MAX_FORM_FIELDS} fields.</span> : null}
        </p>
      )}
    </fieldset>
  );
}

function Languages({
  languages: [main, ...more],
  disabled,
  action,
}: {
  readonly languages: readonly [Language, ...Language[]];
  readonly disabled: boolean;
  readonly action: string;
}) {
  const others = LANGUAGES.filter((language) => language !== main && !more.includes(language));
  return (
    <div className="form-fields__languages">
      <ul className="form-fields__chosen" aria-label="Languages of the registration form">
        <li className="form-fields__language">{languageName(main)}</li>
        {more.map((language) => (
          <li className="form-fields__language" key={language}>
            {languageName(language)}
            {disabled ? null : (
              <button
                type="submit"
                className="form-fields__language-out"
                name={ROW_ACTION}
                value={`language-out ${language}`}
                formAction={`${action}#${FORM_FIELDS}`}
                formNoValidate
                aria-label={`Remove all texts in ${languageName(language)}`}
              >
                <Icon name="x" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {disabled || others.length === 0 ? null : (
        <div className="form-fields__add">
          <Select
            name={ADDED_LANGUAGE}
            label="Another language of the registration form"
            labelHidden
            width="short"
            options={others.map((value) => ({ value, label: languageName(value) }))}
          />
          <Button
            name={ROW_ACTION}
            value="language"
            icon="globe"
            small
            formAction={`${action}#${FORM_FIELDS}`}
            formNoValidate
          >
            Add language
          </Button>
        </div>
      )}
    </div>
  );
}

interface FieldRowProps extends Pick<EventFormState, 'values' | 'problems'> {
  readonly row: number;
  readonly disabled: boolean;
  readonly action: string;
  readonly languages: readonly [Language, ...Language[]];
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function FieldRow({ row, values, problems, disabled, action, languages, isFirst, isLast }: FieldRowProps) {
  const [main, ...more] = languages;
  const id = (part: string) => `field${row}${part}`;
  const input = (part: string) => ({
    ...{ name: id(part), disabled, value: values[id(part)] ?? '' },
    error: problems.find((problem) => problem.id === id(part))?.message,
  });
  const texts = (part: 'Label' | 'Help') =>
    more.map((language) => ({ language, part: inLanguage(part, language, main) }));
  const label = [id('Label'), ...more.map((language) => id(inLanguage('Label', language, main)))]
    .map((name) => values[name]?.trim())
    .find(Boolean);
  const type = TYPE_OPTIONS.find(({ value }) => value === values[id('Type')]);
  const said = label || `Field ${row + 1}`;
  const isNew = !values[id('Was')];
  const isWrong = problems.some((problem) => new RegExp(`^field${row}[A-Z]`).test(problem.id));
  return (
    <li className="form-field" id={`field${row}`} data-field-row>
      <details open={isNew || isWrong}>
        <summary>
          <span className="form-field__summary">
            <bdi className="form-field__label">{said}</bdi>
            <span className="quiet">
              {type?.label ?? 'Unknown type'}
              {values[id('Required')] === 'yes' ? ', required' : ''}
            </span>
          </span>
        </summary>
        <div className="form-field__inputs">
          {isNew ? null : <HiddenFields values={{ [id('Was')]: values[id('Was')] ?? '' }} />}
          <Select {...input('Type')} label="Type" width="medium" options={TYPE_OPTIONS} />
          <TextArea
            {...input('Label')}
            label={<LabelLabel language={more.length > 0 ? main : null} />}
            hint={
              <span className="form-field__of-consent">
                People agree to exactly these words: they are kept with each consent, also when you change
                them later. An address like https://example.com/privacy becomes a link.
              </span>
            }
            rows={1}
            maxLength={MAX_WORDING_LENGTH}
          />
          {texts('Label').map(({ language, part }) => (
            <TextArea
              key={part}
              {...input(part)}
              label={<LabelLabel language={language} />}
              rows={1}
              maxLength={MAX_WORDING_LENGTH}
            />
          ))}
          <div className="form-field__of-select">
            <TextArea {...input('Options')} label="Options, one a line" rows={4} />
          </div>
          <TextField
            {...input('Help')}
            label={more.length > 0 ? `Help (${languageName(main)})` : 'Help'}
            maxLength={MAX_HELP_LENGTH}
            dir="auto"
            required={false}
          />
          {texts('Help').map(({ language, part }) => (
            <TextField
              key={part}
              {...input(part)}
              label={`Help (${languageName(language)})`}
              maxLength={MAX_HELP_LENGTH}
              dir="auto"
              required={false}
            />
          ))}
          <Checkbox
            name={id('Required')}
            label="Required"
            checked={values[id('Required')] === 'yes'}
            disabled={disabled}
            hint={
              <span className="form-field__of-consent">
                Nobody can register without it. They can withdraw it later, and stay registered.
              </span>
            }
          />
          <TextField
            {...input('Name')}
            label="Name in the API"
            hint="Stays the same when the label changes. Leave empty to make it from the label."
            width="medium"
            maxLength={64}
            dir="auto"
            required={false}
          />
        </div>
      </details>
      {disabled ? null : (
        <div className="form-field__buttons">
          <RowButton
            {...{ row, action, said }}
            verb="up"
            target={row - 1}
            icon="arrow-up"
            words="Move up"
            disabled={isFirst}
          />
          <RowButton
            {...{ row, action, said }}
            verb="down"
            target={row + 1}
            icon="arrow-down"
            words="Move down"
            disabled={isLast}
          />
          <RowButton {...{ row, action, said }} verb="remove" target={row} icon="trash" words="Remove" />
        </div>
      )}
    </li>
  );
}

/** Of a consent the label is its wording. */
function LabelLabel({ language }: { readonly language: Language | null }) {
  const of = language ? ` (${languageName(language)})` : '';
  return (
    <>
      <span className="form-field__of-others">Label{of}</span>
      <span className="form-field__of-consent">Text that people agree to{of}</span>
    </>
  );
}

function RowButton({
  row,
  action,
  said,
  verb,
  target,
  icon,
  words,
  disabled = false,
}: {
  readonly row: number;
  readonly action: string;
  readonly said: string;
  readonly verb: 'up' | 'down' | 'remove';
  /** The row that is looked at afterwards. */
  readonly target: number;
  readonly icon: IconName;
  readonly words: string;
  readonly disabled?: boolean;
}) {
  return (
    <Button
      id={`field${row}-${verb}`}
      tone="ghost"
      small
      name={ROW_ACTION}
      value={`${verb} ${row}`}
      icon={icon}
      disabled={disabled}
      formAction={`${action}#field${target}`}
      formNoValidate
    >
      <span className="visually-hidden">
        {words}: {said}
      </span>
    </Button>
  );
}
