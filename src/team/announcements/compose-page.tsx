import { LONGEST_ANNOUNCEMENT, LONGEST_ANNOUNCEMENT_SUBJECT } from '../../domain/announcement.ts';
import type { FieldError } from '../../domain/errors.ts';
import { LANGUAGES, type Language } from '../../domain/locale.ts';
import { SampleButton } from '../mails/sample-button.tsx';
import { type TextVariable, VariablesCard } from '../mails/variables-card.tsx';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { ErrorSummary, type Option, Select, TextArea, TextField } from '../parts/field.tsx';
import { languageName } from '../parts/language-options.ts';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { PreviewFrame } from '../preview/preview-frame.tsx';
import { type TypedTexts, textFieldLabel, textFieldName } from './announcement-form.ts';
import { announcementsPath } from './announcement-paths.ts';

export interface ComposePageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly typed: TypedTexts;
  readonly errors: readonly FieldError[];
  readonly to: string;
  /** Whom it goes to, in words, and where others are selected. */
  readonly recipients: string;
  readonly recipientsHref: string;
  /** As whom the preview can be shown, and as whom it is. */
  readonly previewAs: readonly Option[];
  readonly as: string;
  readonly eventLanguage: Language;
  readonly variables: readonly TextVariable[];
  readonly memberEmail: string;
}

const FORM = 'announcement';

/** An announcement while it is written, beside the mail that it makes. */
export function ComposePage(props: ComposePageProps) {
  const { frame, event, typed, errors, to, recipients, as } = props;
  const path = announcementsPath(event.id);
  const hasText = Object.keys(typed).length > 0;
  return (
    <TeamLayout
      {...frame}
      title="New announcement"
      section="events"
      event={event}
      scripts={['preview.js', 'custom-text.js']}
    >
      <p>
        <a href={path}>All announcements</a>
      </p>
      <div className="with-preview">
        <div>
          <Card title="New announcement" id="compose" lead="You see who gets it before anything is sent.">
            <form
              className="form"
              id={FORM}
              method="post"
              action={`${path}/review`}
              noValidate
              data-custom-text
              data-previews="checked"
              data-preview-first={hasText ? '' : undefined}
              data-check={`${path}/check`}
            >
              <HiddenFields values={{ to }} />
              <ErrorSummary
                problems={errors.map(({ path: field, message }) => ({
                  id: field === 'texts' ? 'text' : field,
                  message: `${textFieldLabel(field)}: ${message}`,
                }))}
              />
              <div className="field">
                <p className="field__label">To</p>
                <p className="announcement-to">
                  <bdi>{recipients}</bdi>{' '}
                  <a href={props.recipientsHref} data-discards={FORM}>
                    Select other people
                  </a>
                </p>
              </div>
              <TextFields
                {...props}
                language={null}
                hint={`For everybody without a text in their language. An empty line begins a paragraph, lines that begin with “- ” become a list. Links stay if they begin with https://.`}
              />
              <details
                className="event-more"
                open={[...Object.keys(typed), ...errors.map((one) => one.path)].some((one) =>
                  one.startsWith('texts.'),
                )}
              >
                <summary>Texts in other languages</summary>
                <p className="field__hint">
                  People get the text in their language, else the one in {languageName(props.eventLanguage)},
                  the event’s language, else the text above.
                </p>
                {LANGUAGES.map((language) => (
                  <fieldset key={language} className="event-part">
                    <legend>{languageName(language)}</legend>
                    <TextFields {...props} language={language} />
                  </fieldset>
                ))}
              </details>
              <Select
                name="as"
                label="Preview as"
                options={props.previewAs}
                value={as}
                hint="The mail beside is the one that this person would get."
              />
              <ButtonRow>
                <Button tone="primary">Review</Button>
                <SampleButton path={path} />
                <ButtonLink href={path}>Cancel</ButtonLink>
              </ButtonRow>
              <p className="field__hint" id="sample-hint">
                The sample goes to <bdi>{props.memberEmail}</bdi>, in the language of the preview, with the
                data of an invented registrant.
              </p>
              <p className="field__hint" role="status" data-sample-answer />
            </form>
          </Card>
        </div>
        <section className="with-preview__aside" aria-labelledby="preview-title">
          <h2 id="preview-title">Preview</h2>
          <PreviewFrame
            name="preview"
            title="The mail, as the chosen person would get it"
            path={`${path}/preview`}
            form={FORM}
          />
        </section>
        <div>
          <VariablesCard variables={props.variables} />
        </div>
      </div>
    </TeamLayout>
  );
}

function TextFields({
  typed,
  errors,
  language,
  hint,
}: Pick<ComposePageProps, 'typed' | 'errors'> & {
  readonly language: Language | null;
  readonly hint?: string;
}) {
  const field = (part: 'subject' | 'text') => {
    const name = textFieldName(language, part);
    const label = textFieldLabel(name);
    const of = errors.filter((one) => one.path === name || (one.path === 'texts' && name === 'text'));
    return { name, label, value: typed[name] ?? '', error: of.map(({ message }) => message).join('\n') };
  };
  return (
    <>
      <TextField {...field('subject')} maxLength={LONGEST_ANNOUNCEMENT_SUBJECT} dir="auto" />
      <TextArea
        {...field('text')}
        rows={language === null ? 12 : 8}
        maxLength={LONGEST_ANNOUNCEMENT}
        hint={hint}
      />
    </>
  );
}
