import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react';

/** What every field has in common. */
export interface FieldProps {
  readonly name: string;
  readonly label: ReactNode;
  /** Sets fields of the same name on one page apart; the name where absent. An `ErrorSummary` links to it. */
  readonly id?: string;
  readonly hint?: ReactNode;
  /** What is wrong with it, as a sentence that says what to do. */
  readonly error?: string | null | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** Hides the label from the eye where its place says enough. */
  readonly labelHidden?: boolean;
  /** The id of a form elsewhere on the page. */
  readonly form?: string;
}

interface WrapperProps extends FieldProps {
  readonly children: (control: ControlAttributes) => ReactNode;
}

interface ControlAttributes {
  readonly id: string;
  readonly name: string;
  readonly required: boolean | undefined;
  readonly disabled: boolean | undefined;
  readonly form: string | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-describedby': string | undefined;
}

function Wrapper({ children, label, hint, error, labelHidden, ...props }: WrapperProps) {
  const id = props.id ?? props.name;
  return (
    <div className="field">
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : 'field__label'}>
        {label}
        {props.required === false ? <span className="field__optional"> (optional)</span> : null}
      </label>
      <HintAndError id={id} hint={hint} error={error} />
      {children({
        id,
        name: props.name,
        required: props.required || undefined,
        disabled: props.disabled || undefined,
        form: props.form,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': describedBy(id, hint, error),
      })}
    </div>
  );
}

function HintAndError({ id, hint, error }: { readonly id: string } & Pick<FieldProps, 'hint' | 'error'>) {
  return (
    <>
      {hint ? (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p className="field__error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </>
  );
}

function describedBy(id: string, hint: ReactNode, error: FieldProps['error']): string | undefined {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : [])];
  return ids.join(' ') || undefined;
}

export interface TextFieldProps extends FieldProps {
  readonly type?: 'text' | 'email' | 'url' | 'number' | 'search' | 'password' | 'date';
  readonly value?: string | number | null | undefined;
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  /** Which keyboard a phone shows. */
  readonly inputMode?: 'numeric';
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly placeholder?: string;
  /** For names `auto`; addresses and links are `ltr` by themselves. */
  readonly dir?: 'auto' | 'ltr';
  readonly width?: 'full' | 'medium' | 'short';
}

/** One line of text. `required={false}` says "(optional)"; leave it out where all fields are alike. */
export function TextField(props: TextFieldProps) {
  const { type = 'text', value, autoComplete, maxLength, min, max, placeholder, dir, width = 'full' } = props;
  const technical = type === 'email' || type === 'url';
  return (
    <Wrapper {...props}>
      {(control) => (
        <input
          {...control}
          className={`input input--${width}`}
          // A browser refuses in a field for addresses what we clean: a mark that nobody sees, `mailto:`.
          type={type === 'email' ? 'text' : type}
          defaultValue={value ?? undefined}
          autoComplete={autoComplete ?? 'off'}
          inputMode={props.inputMode ?? (type === 'email' ? 'email' : undefined)}
          autoCapitalize={technical ? 'none' : undefined}
          spellCheck={technical ? false : undefined}
          maxLength={maxLength}
          min={min}
          max={max}
          placeholder={placeholder}
          dir={dir ?? (technical ? 'ltr' : undefined)}
        />
      )}
    </Wrapper>
  );
}

export interface TextAreaProps extends FieldProps {
  readonly value?: string | null | undefined;
  readonly rows?: number;
  readonly maxLength?: number;
  readonly dir?: 'auto' | 'ltr';
  /** For code and templates: letters of one width. */
  readonly mono?: boolean;
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps) {
  const { value, rows = 5, maxLength, dir = 'auto', mono } = props;
  return (
    <Wrapper {...props}>
      {(control) => (
        <textarea
          {...control}
          className={mono ? 'input input--mono' : 'input'}
          rows={rows}
          maxLength={maxLength}
          dir={dir}
          spellCheck={mono ? false : undefined}
          defaultValue={value ?? undefined}
        />
      )}
    </Wrapper>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}

export interface SelectProps extends FieldProps {
  readonly options: readonly Option[];
  readonly value?: string | null | undefined;
  readonly width?: 'full' | 'medium' | 'short';
}

/** One of many, from a list that opens. */
export function Select(props: SelectProps) {
  const { options, value, width = 'full' } = props;
  return (
    <Wrapper {...props}>
      {(control) => (
        <select {...control} className={`input input--${width}`} defaultValue={value ?? undefined}>
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Wrapper>
  );
}

export interface DateTimeFieldProps extends FieldProps {
  /** `2027-01-15T18:00`: wall clock, no zone. Say which zone in the hint. */
  readonly value?: string | null | undefined;
  readonly min?: string;
  readonly max?: string;
}

/** A day and a time on the wall clock. */
export function DateTimeField(props: DateTimeFieldProps) {
  return (
    <Wrapper {...props}>
      {(control) => (
        <input
          {...control}
          className="input input--medium"
          type="datetime-local"
          defaultValue={props.value ?? undefined}
          min={props.min}
          max={props.max}
        />
      )}
    </Wrapper>
  );
}

/** A file to send; its form needs `encType="multipart/form-data"`. */
export function FileField(props: FieldProps & { readonly accept?: string }) {
  return (
    <Wrapper {...props}>
      {(control) => <input {...control} className="input input--file" type="file" accept={props.accept} />}
    </Wrapper>
  );
}

export interface CheckboxProps extends FieldProps {
  readonly value?: string;
  readonly checked?: boolean;
}

/** One thing that is so or not. */
export function Checkbox({
  name,
  label,
  value = 'yes',
  checked = false,
  hint,
  error,
  ...props
}: CheckboxProps) {
  const id = props.id ?? name;
  return (
    <div className="choice">
      <input
        type="checkbox"
        id={id}
        name={name}
        value={value}
        defaultChecked={checked}
        required={props.required}
        disabled={props.disabled}
        form={props.form}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
      <label htmlFor={id}>{label}</label>
      <HintAndError id={id} hint={hint} error={error} />
    </div>
  );
}

export interface ChoiceGroupProps extends Omit<FieldProps, 'label' | 'required'> {
  readonly legend: ReactNode;
  readonly options: readonly Option[];
  /** Side by side where there is room. */
  readonly inline?: boolean;
}

/** One of a few, all of them in sight. */
export function RadioGroup({
  value,
  ...props
}: ChoiceGroupProps & { readonly value?: string | null | undefined }) {
  return <ChoiceGroup {...props} type="radio" chosen={value ? [value] : []} />;
}

/** Any of a few: columns, scopes. */
export function CheckboxGroup({
  values,
  ...props
}: ChoiceGroupProps & { readonly values: readonly string[] }) {
  return <ChoiceGroup {...props} type="checkbox" chosen={values} />;
}

function ChoiceGroup({
  type,
  name,
  legend,
  options,
  chosen,
  hint,
  error,
  inline,
  ...props
}: ChoiceGroupProps & { readonly type: 'radio' | 'checkbox'; readonly chosen: readonly string[] }) {
  const id = props.id ?? name;
  return (
    <fieldset className="field" id={id} aria-describedby={describedBy(id, hint, error)}>
      <legend className={props.labelHidden ? 'visually-hidden' : 'field__label'}>{legend}</legend>
      <HintAndError id={id} hint={hint} error={error} />
      <div className={inline ? 'choices choices--inline' : 'choices'}>
        {options.map((option) => {
          const own = `${id}-${option.value}`;
          return (
            <div className="choice" key={option.value}>
              <input
                type={type}
                id={own}
                name={name}
                value={option.value}
                defaultChecked={chosen.includes(option.value)}
                disabled={props.disabled || option.disabled}
                form={props.form}
                aria-describedby={option.hint ? `${own}-hint` : undefined}
              />
              <label htmlFor={own}>{option.label}</label>
              <HintAndError id={own} hint={option.hint} error={null} />
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

/** A form's fields one below the other; `columns` puts short ones in pairs where there is room. */
export function FieldRow({ children }: { readonly children: ReactNode }) {
  return <div className="field-row">{children}</div>;
}

export interface ErrorSummaryProps {
  /** Each with the id of its field. */
  readonly problems: readonly { readonly id: string; readonly message: string }[];
}

/** What is wrong in a form, in one list above it, each with a link to its field; nothing when all is well. */
export function ErrorSummary({ problems }: ErrorSummaryProps) {
  if (problems.length === 0) return null;
  return (
    <div className="notice notice--danger" role="alert">
      <p className="notice__title">
        {problems.length === 1 ? '1 field needs attention' : `${problems.length} fields need attention`}
      </p>
      <ul>
        {problems.map(({ id, message }) => (
          <li key={`${id} ${message}`}>
            <a href={`#${id}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
