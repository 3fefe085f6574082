import { isColor } from '../../domain/color.ts';
import { TextField, type TextFieldProps } from '../parts/field.tsx';
import { EVENT_COLORS } from './event-colors.ts';

/** A colour in hex, and some to choose from. The buttons need `event-form.js`; without script they are not shown. */
export function ColorField(props: TextFieldProps & { readonly value: string }) {
  return (
    <div className="color-field">
      <div className="color-field__input">
        <TextField {...props} width="short" maxLength={7} dir="ltr" placeholder="#1f4fd8" />
        <Swatch color={isColor(props.value) ? props.value : null} isCurrent />
      </div>
      {props.disabled ? null : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would stand in the form as one more part of it.
        <div className="color-field__swatches" role="group" aria-label="Suggested colours">
          {EVENT_COLORS.map(({ name, color }) => (
            <button
              key={color}
              type="button"
              className="color-field__swatch"
              aria-label={`${name}, ${color}`}
              title={name}
              aria-pressed={props.value.toLowerCase() === color}
              data-color={color}
            >
              <Swatch color={color} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** A colour to look at. Its attribute is markup and no style, which the policy would refuse. */
function Swatch({
  color,
  isCurrent = false,
}: {
  readonly color: string | null;
  readonly isCurrent?: boolean;
}) {
  return (
    <svg
      className="swatch"
      viewBox="0 0 16 16"
      aria-hidden="true"
      data-current-color={isCurrent ? '' : undefined}
    >
      <rect width="16" height="16" rx="4" fill={color ?? 'none'} />
    </svg>
  );
}
