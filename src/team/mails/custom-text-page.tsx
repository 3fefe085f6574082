import { type CUSTOM_TEXT_FIELDS, type CustomText, LONGEST_CUSTOM_TEXT } from '../../domain/custom-text.ts';
import type { FieldError } from '../../domain/errors.ts';
import { type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import type { Language } from '../../domain/locale.ts';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { ErrorSummary, TextArea, TextField } from '../parts/field.tsx';
import { languageName } from '../parts/language-options.ts';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { PreviewFrame } from '../preview/preview-frame.tsx';
import { SampleButton } from './sample-button.tsx';
import { type TextVariable, VariablesCard } from './variables-card.tsx';

/** A text as it stands in the form. */
export type TypedText = { readonly [Field in keyof CustomText]: string };

/** Whose mails a text is for: of one language, or of all that have none of their own. */
export type TextLanguage = Language | 'all';

export interface CustomTextPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly kind: CustomisableKind;
  readonly typed: TypedText;
  readonly errors: readonly FieldError[];
  readonly language: TextLanguage;
  /** All that there are, in the order of the switch, and which have a text. */
  readonly languages: readonly { readonly language: TextLanguage; readonly isCustomised: boolean }[];
  /** Of the text that the form was made of. */
  readonly version: string;
  readonly variables: readonly TextVariable[];
  readonly longestSubject: number;
  readonly memberEmail: string;
}

const FORM = 'custom-text';

/** What a kind of mail says in one language, beside the mail itself. */
export function CustomTextPage({
  frame,
  event,
  kind,
  typed,
  errors,
  language,
  languages,
  version,
  ...rest
}: CustomTextPageProps) {
  const path = customTextPath(event.id, kind);
  const { label: name, when } = MAIL_KINDS[kind];
  const isCustomised = languages.some((one) => one.language === language && one.isCustomised);
  const usesShared = !isCustomised && languages.some((one) => one.language === 'all' && one.isCustomised);
  const error = (field: string) =>
    errors
      .filter((one) => one.path === field)
      .map(({ message }) => message)
      .join('\n');
  return (
    <TeamLayout
      {...frame}
      title={name}
      section="events"
      event={event}
      scripts={['preview.js', 'custom-text.js']}
    >
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <div className="with-preview">
        <div>
          <Card
            title={`Customise text: ${name}`}
            id="text"
            lead={`${when}. Leave a field empty to use the default.`}
            actions={
              isCustomised ? (
                <ButtonLink href={`${path}/reset?language=${language}`}>Use the default text</ButtonLink>
              ) : undefined
            }
          >
            <LanguageSwitch path={path} language={language} languages={languages} />
            <p className="field__hint">{useOf(language, { isCustomised, usesShared })}</p>
            <form
              className="form"
              id={FORM}
              method="post"
              action={path}
              noValidate
              data-custom-text
              data-previews="checked"
              data-check={`${path}/check`}
            >
              <HiddenFields values={{ version, language }} />
              <ErrorSummary
                problems={errors.map((one) => ({
                  id: one.path,
                  message: `${FIELD_NAMES[one.path] ?? one.path}: ${one.message}`,
                }))}
              />
              <TextField
                name="subject"
                label="Subject"
                value={typed.subject}
                maxLength={rest.longestSubject}
                dir="auto"
                error={error('subject')}
              />
              <TextArea
                name="introduction"
                label="Introduction"
                value={typed.introduction}
                rows={6}
                maxLength={LONGEST_CUSTOM_TEXT}
                hint="Follows the greeting. If it names the registrant, the greeting is left out."
                error={error('introduction')}
              />
              <TextArea
                name="signature"
                label="Signature"
                value={typed.signature}
                rows={3}
                maxLength={LONGEST_CUSTOM_TEXT}
                hint="At the end, above the footer."
                error={error('signature')}
              />
              <ButtonRow>
                <Button tone="primary">Save</Button>
                <SampleButton path={path} />
              </ButtonRow>
              <p className="field__hint" id="sample-hint">
                The sample uses the text above, saved or not. It goes to <bdi>{rest.memberEmail}</bdi> with
                the data of an invented registrant.
              </p>
              <p className="field__hint" role="status" data-sample-answer />
            </form>
          </Card>
        </div>
        <section className="with-preview__aside" aria-labelledby="preview-title">
          <h2 id="preview-title">Preview</h2>
          <PreviewFrame
            name="preview"
            title="The mail, with the data of an invented registrant"
            path={`${path}/preview`}
            query={{ language }}
            form={FORM}
          />
        </section>
        <div>
          <VariablesCard variables={rest.variables} />
        </div>
      </div>
    </TeamLayout>
  );
}

export function customTextPath(eventId: string, kind: CustomisableKind): string {
  return `/team/events/${eventId}/mails/${kind}`;
}

export function textLanguageName(language: TextLanguage): string {
  return language === 'all' ? 'All other languages' : languageName(language);
}

type SwitchProps = Pick<CustomTextPageProps, 'language' | 'languages'> & { readonly path: string };

function LanguageSwitch({ path, language, languages }: SwitchProps) {
  return (
    <nav className="text-languages" aria-label="Language of the text">
      <ul>
        {languages.map((one) => (
          <li key={one.language}>
            <a
              href={`${path}?language=${one.language}`}
              aria-current={one.language === language ? 'page' : undefined}
              data-discards={FORM}
            >
              {textLanguageName(one.language)}
              {one.isCustomised ? <span className="text-languages__mark">customised</span> : null}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function useOf(
  language: TextLanguage,
  { isCustomised, usesShared }: { readonly isCustomised: boolean; readonly usesShared: boolean },
): string {
  if (language === 'all')
    return isCustomised
      ? 'For mails in every language that has no text of its own.'
      : 'For mails in every language that has no text of its own. Each language uses its default text now.';
  const name = languageName(language);
  if (isCustomised) return `For mails in ${name}.`;
  return usesShared
    ? `For mails in ${name}. They use the text for all other languages now.`
    : `For mails in ${name}. They use the default text now.`;
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  subject: 'Subject',
  introduction: 'Introduction',
  signature: 'Signature',
} satisfies Record<(typeof CUSTOM_TEXT_FIELDS)[number], string>;

export interface ResetTextPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly kind: CustomisableKind;
  readonly language: TextLanguage;
  /** Whether the mails then use the text for all other languages. */
  readonly usesShared: boolean;
  /** Of the text that would be deleted. */
  readonly version: string;
}

/** A custom text is about to be deleted. */
export function ResetTextPage({ frame, event, kind, language, usesShared, version }: ResetTextPageProps) {
  const path = customTextPath(event.id, kind);
  const { label: name } = MAIL_KINDS[kind];
  const after = usesShared ? 'the text for all other languages' : 'the default text';
  return (
    <TeamLayout {...frame} title="Use the default text" section="events" event={event} width="narrow">
      <Confirm
        title={`Use the default text for ${name}, ${textLanguageName(language)}?`}
        action={`${path}/reset`}
        hidden={{ version, language }}
        submit={{ label: 'Use the default text', tone: 'danger' }}
        cancelHref={`${path}?language=${language}`}
      >
        <p>
          The custom subject, introduction and signature are deleted. Mails not sent yet use {after}. Mails
          that were sent stay as they are.
        </p>
      </Confirm>
    </TeamLayout>
  );
}
