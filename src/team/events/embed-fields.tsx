import { MOST_EMBED_ORIGINS } from '../../domain/input.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { TextArea, type TextAreaProps } from '../parts/field.tsx';

/** What a site needs to show the event's form; null: the event is not there yet. */
export interface EmbedCode {
  readonly snippet: string;
  /** The form alone, as the frame has it. */
  readonly href: string;
}

/** Which sites may show the registration form, and what they put into their pages. */
export function EmbedFields({
  code,
  ...field
}: TextAreaProps & { readonly value: string; readonly code: EmbedCode | null }) {
  return (
    <fieldset className="event-part" id="embed">
      <legend>Embed</legend>
      <TextArea
        {...field}
        required={false}
        rows={3}
        dir="ltr"
        hint={`Sites that may show the registration form, one a line, like https://www.example.com. At most ${MOST_EMBED_ORIGINS}.`}
      />
      {code ? (
        <Snippet {...code} isAllowed={field.value.trim() !== ''} />
      ) : (
        <p className="field__hint">The code for these sites stands here once the event is created.</p>
      )}
    </fieldset>
  );
}

function Snippet({ snippet, href, isAllowed }: EmbedCode & { readonly isAllowed: boolean }) {
  return (
    <div className="event-embed">
      <p className="field__label">Code for these sites</p>
      <pre className="event-embed__code">{snippet}</pre>
      <p className="field__hint">
        Put it where the form should stand. The link is for visitors whose browser runs no script.{' '}
        {isAllowed ? (
          <a href={href} target="_blank" rel="noopener">
            Open the form alone
          </a>
        ) : (
          'The form shows once a site is allowed and saved.'
        )}
      </p>
      <CopyButton small text={snippet} label="Copy the code for these sites">
        Copy
      </CopyButton>
    </div>
  );
}
