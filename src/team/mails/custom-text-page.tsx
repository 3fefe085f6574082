import { LONGEST_CUSTOM_TEXT } from '../../domain/custom-text.ts';
import type { FieldError } from '../../domain/errors.ts';
import { type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import type { Language } from '../../domain/locale.ts';
import { LANGUAGES } from '../../domain/locale.ts';
import { Button, ButtonLink, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { ErrorSummary, Select, TextArea, TextField } from '../parts/field.tsx';
import { Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';

/** The words as they stand in the form; empty: ours. */
export interface TypedText {
  readonly subject: string;
  readonly introduction: string;
  readonly signature: string;
}

export interface WordVariable {
  readonly name: string;
  readonly example: string;
  readonly mayBeEmpty: boolean;
}

export interface WordsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly kind: CustomisableKind;
  readonly typed: TypedText;
  readonly errors: readonly FieldError[];
  readonly language: Language;
  /** Of the words that those in the form were made of. */
  readonly version: string;
  /** Whether the team has words of its own. */
  readonly isCustomisable: boolean;
  /** What we say where the team says nothing. */
  readonly ourSubject: string;
  readonly variables: readonly WordVariable[];
  readonly longestSubject: number;
  readonly memberEmail: string;
}

/** A kind of mail in the team's own words, beside the mail that they make. */
export function WordsPage({
  frame,
  event,
  kind,
  typed,
  errors,
  language,
  version,
  isCustomisable,
  ...rest
}: WordsPageProps) {
  const path = `/team/events/${event.id}/mails/${kind}`;
  const { label: name, when } = MAIL_KINDS[kind];
  const error = (field: string) =>
    errors
      .filter((one) => one.path === field)
      .map(({ message }) => message)
      .join('\n');
  return (
    <TeamLayout {...frame} title={name} section="events" event={event} scripts={['custom-text.js']}>
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <div className="mail-words">
        <div className="mail-words__form">
          <Card
            title={`${name}: customise text`}
            id="words"
            lead={`${when}. Leave a field empty to use the default.`}
            actions={
              isCustomisable ? (
                <ButtonLink href={`${path}/reset`}>Use the default text</ButtonLink>
              ) : undefined
            }
          >
            <form
              className="form"
              method="post"
              action={path}
              noValidate
              data-mail-words
              data-check={`${path}/check`}
              data-frame={`${path}/frame`}
            >
              <HiddenFields values={{ version }} />
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
                hint={
                  <>
                    Default: <bdi>{rest.ourSubject}</bdi>
                  </>
                }
                error={error('subject')}
              />
              <TextArea
                name="introduction"
                label="Introduction"
                value={typed.introduction}
                rows={6}
                maxLength={LONGEST_CUSTOM_TEXT}
                hint="Replaces the default first sentence. If it uses the registrant’s name, the default greeting is left out."
                error={error('introduction')}
              />
              <TextArea
                name="signature"
                label="Signature"
                value={typed.signature}
                rows={3}
                maxLength={LONGEST_CUSTOM_TEXT}
                hint="Shown at the end, above the footer."
                error={error('signature')}
              />
              <Select
                name="language"
                label="Language of the preview and sample"
                width="medium"
                value={language}
                hint="Customised text is the same for everyone. The default text around it is in each registrant’s language."
                options={languageOptions()}
              />
              <ButtonRow>
                <Button tone="primary">Save</Button>
                <Button formAction={`${path}/sample`} describedBy="sample-hint">
                  Send me a sample
                </Button>
                <button
                  type="submit"
                  className="button button--quiet"
                  formAction={`${path}/frame`}
                  formTarget="preview"
                  data-preview
                >
                  Preview
                </button>
              </ButtonRow>
              <p className="field__hint" id="sample-hint">
                The sample uses this text, saved or not, and goes to <bdi>{rest.memberEmail}</bdi>. It is
                addressed to an example person and is not counted.
              </p>
            </form>
          </Card>
        </div>
        <section className="mail-words__preview" aria-labelledby="preview-title">
          <h2 id="preview-title">Preview</h2>
          <div className="mail-words__frames">
            <iframe
              className="mail-words__frame"
              name="preview"
              title="Preview with an example person"
              src={`${path}/frame?language=${language}`}
              sandbox=""
            />
          </div>
        </section>
        <div className="mail-words__variables">
          <Card
            title="Variables"
            id="variables"
            lead="Write a variable between double braces. Each registrant sees their own value."
          >
            <Table
              label="Variables and examples"
              inCard
              columns={VARIABLE_COLUMNS}
              rows={rest.variables}
              rowKey={(variable) => variable.name}
            />
            <p className="field__hint">
              If a value may be missing:{' '}
              <code>{'{{#if firstName}}Dear {{firstName}}{{else}}Dear guest{{/if}}'}</code>
            </p>
          </Card>
        </div>
      </div>
    </TeamLayout>
  );
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  subject: 'Subject',
  introduction: 'Introduction',
  signature: 'Signature',
};

const VARIABLE_COLUMNS = [
  {
    key: 'name',
    label: 'Variable',
    isHeading: true,
    cell: ({ name }: WordVariable) => <code>{`{{${name}}}`}</code>,
  },
  {
    key: 'example',
    label: 'Example',
    cell: ({ example, mayBeEmpty }: WordVariable) => (
      <>
        <bdi>{example}</bdi>
        {mayBeEmpty ? <span className="quiet"> may be missing</span> : null}
      </>
    ),
  },
  {
    key: 'insert',
    label: 'Insert',
    kind: 'nowrap' as const,
    cell: ({ name }: WordVariable) => (
      <button
        type="button"
        className="button button--quiet button--small"
        data-insert={`{{${name}}}`}
        aria-label={`Insert {{${name}}}`}
        hidden
      >
        Insert
      </button>
    ),
  },
];

function languageOptions() {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value }));
}

export interface ResetWordsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly kind: CustomisableKind;
  /** Of the words that would be thrown away. */
  readonly version: string;
}

/** The team's own words are about to be thrown away. */
export function ResetWordsPage({ frame, event, kind, version }: ResetWordsPageProps) {
  const path = `/team/events/${event.id}/mails/${kind}`;
  const { label: name } = MAIL_KINDS[kind];
  return (
    <TeamLayout {...frame} title="Use the default text" section="events" event={event} width="narrow">
      <Confirm
        title={`Use the default text for ${name}?`}
        action={`${path}/reset`}
        hidden={{ version }}
        submit={{ label: 'Discard changes', tone: 'danger' }}
        cancelHref={path}
        cancelLabel="Keep customised text"
      >
        <p>
          Your subject, introduction and signature for this mail are deleted. This applies to all mails not
          sent yet; mails that were sent stay as they are.
        </p>
      </Confirm>
    </TeamLayout>
  );
}
