import { PICTURE_TYPES, type PictureKind } from '../../domain/picture.ts';
import { Icon } from '../../ui/icon.tsx';
import { Checkbox, TextField } from '../parts/field.tsx';
import { pictureInputs } from './picture-inputs.ts';

const HINTS: Readonly<Record<PictureKind, string>> = {
  logo: 'Above pages and mails. A PNG that is transparent around it fits everywhere.',
  cover:
    'A wide picture, 1200 × 630 pixels or more. Shown above the event, in mails, and wherever the link is shared.',
  host: 'Beside the host’s name. It is cropped to a square.',
};

/** An address cannot name where this form takes a file to. */
export const PICTURE_LABELS: Readonly<Record<PictureKind, string>> = {
  logo: 'Logo',
  cover: 'Cover',
  host: 'Picture of the host',
};

export interface PictureFieldProps {
  readonly kind: PictureKind;
  readonly values: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly disabled: boolean;
}

/**
 * A picture: what it is now, a file in its place, an address elsewhere, or none. `picture-field.js` uploads a file as soon as it is
 * chosen, so that previews show it; without script it goes with the form, which is `multipart/form-data`.
 */
export function PictureField({ kind, values, error, disabled }: PictureFieldProps) {
  const label = PICTURE_LABELS[kind];
  const inputs = pictureInputs(kind);
  const address = values[inputs.address] ?? '';
  const kept = values[inputs.kept] ?? '';
  const chosen = values[inputs.remove] === 'yes' ? '' : address || kept;
  // Whatever was typed: as the script does it.
  const shown = /^(https:\/\/|\/img\/)/.test(chosen) ? chosen : '';
  const describedBy = [`${kind}-hint`, ...(error ? [`${kind}-error`] : [])].join(' ');
  return (
    <div className="picture-field" data-picture={kind} data-picture-state={shown ? 'shown' : 'none'}>
      <label className="field__label" htmlFor={inputs.file}>
        {label}
        <span className="field__optional"> (optional)</span>
      </label>
      <p className="field__hint" id={`${kind}-hint`}>
        {HINTS[kind]}
      </p>
      <p className="field__error" id={`${kind}-error`} data-picture-error hidden={!error}>
        {error}
      </p>
      <div className="picture-field__row">
        <div className={`picture-field__frame picture-field__frame--${kind}`}>
          <Icon name="image" />
          {/* Always there: the script says what it shows. */}
          <img alt="" src={shown || undefined} hidden={!shown} data-picture-shown />
        </div>
        <div className="picture-field__inputs">
          <input
            className="input input--file"
            type="file"
            id={inputs.file}
            name={inputs.file}
            accept={PICTURE_TYPES.join(',')}
            disabled={disabled || undefined}
            aria-invalid={error ? true : undefined}
            aria-describedby={describedBy}
            data-picture-file
          />
          <input type="hidden" name={inputs.kept} value={kept} data-picture-kept />
          {disabled ? null : (
            <>
              <div className="picture-field__remove">
                <Checkbox
                  name={inputs.remove}
                  label={`Remove the ${label.toLowerCase()}`}
                  checked={values[inputs.remove] === 'yes'}
                />
              </div>
              <div className="picture-field__actions">
                <button type="button" className="button button--quiet button--small" data-picture-remove>
                  <Icon name="trash" />
                  Remove
                  <span className="visually-hidden"> the {label.toLowerCase()}</span>
                </button>
              </div>
            </>
          )}
          <p className="picture-field__status" role="status" data-picture-status />
        </div>
      </div>
      <details className="picture-field__elsewhere" open={address !== '' || undefined}>
        <summary>Use the address of a picture instead</summary>
        <TextField
          name={inputs.address}
          label={`${label}: address`}
          type="url"
          maxLength={2000}
          required={false}
          disabled={disabled}
          value={address}
          hint="The https address of a PNG or JPEG, which stays where it is."
        />
      </details>
    </div>
  );
}
