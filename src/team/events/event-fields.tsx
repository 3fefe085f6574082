import { LONGEST_INPUT } from '../../domain/address.ts';
import { MOST_DOOR_MINUTES } from '../../domain/input.ts';
import { WRONG_KEYS } from '../../domain/key-guessing.ts';
import { PICTURE_KINDS } from '../../domain/picture.ts';
import { MOST_DAYS } from '../../domain/retention.ts';
import { isTimeZone } from '../../domain/time.ts';
import { readWallTime, type Turn } from '../../domain/wall-clock.ts';
import {
  Checkbox,
  DateTimeField,
  FieldRow,
  RadioGroup,
  Select,
  TextArea,
  TextField,
} from '../parts/field.tsx';
import { languageOptions } from '../parts/language-options.ts';
import { zoneOptions } from '../parts/zone-options.ts';
import { ColorField } from './color-field.tsx';
import { type EmbedCode, EmbedFields } from './embed-fields.tsx';
import { FormFields } from './form-fields.tsx';
import { PictureField } from './picture-field.tsx';
import { pictureInputs } from './picture-inputs.ts';
import { rowNumbers } from './read-form-fields.ts';

export const EVENT_FIELD_LABELS = {
  title: 'Title',
  slug: 'Page URL',
  description: 'Description',
  startsAt: 'Start',
  endsAt: 'End',
  timeZone: 'Time zone',
  roomUrl: 'Room',
  hostName: 'Host',
  replyTo: 'Reply-to',
  fromName: 'Sender’s name',
  fromAddress: 'Sender’s address',
  locale: 'Default language',
  keyStyle: 'Access keys',
  color: 'Colour',
  logoUrl: 'Logo',
  coverUrl: 'Cover',
  hostPictureUrl: 'Picture of the host',
  formFields: 'Registration form',
  listed: 'List on the start page',
  doorsOpenMinutes: 'Room opens (minutes before the start)',
  graceMinutes: 'Room stays open (minutes after the end)',
  replayUrl: 'Replay',
  eraseAfterDays: 'Days until people are erased',
  embedOrigins: 'Allowed sites',
} as const;
export type EventField = keyof typeof EVENT_FIELD_LABELS;

export const MOST_REMINDERS = 10;
export const REMINDER_UNITS = [
  { name: 'minutes', minutes: 1 },
  { name: 'hours', minutes: 60 },
  { name: 'days', minutes: 24 * 60 },
] as const;

/** Mails after the start and after the end. Inputs are called `nudge`, `nudgeAfter` and `nudgeAfterUnit`. */
export const AFTER_MAILS = [
  {
    name: 'nudge',
    label: 'After the start: nudge those who are not in yet',
    hint: 'Once a person, while the room is open. Who registered less than ten minutes before gets none.',
    suggested: 5,
  },
  {
    name: 'followUpAttended',
    label: 'After the end: thank those who came in',
    hint: 'With the recording, where the event has one by then.',
    suggested: 60,
  },
  {
    name: 'followUpMissed',
    label: 'After the end: write to those who missed it',
    hint: 'With the recording, where the event has one by then. Never before the room has closed.',
    suggested: 60,
  },
] as const;
export type AfterMailName = (typeof AFTER_MAILS)[number]['name'];

/** Names of the two times where one happens twice, in their order. */
export interface Turns {
  readonly startsAt: readonly [string, string] | null;
  readonly endsAt: readonly [string, string] | null;
}

/** Who an event's mails may come from. */
export interface SenderChoice {
  /** MAIL_FROM. */
  readonly site: { readonly name: string; readonly address: string };
  /** Verified domains, in their own letters. */
  readonly domains: readonly string[];
}

/** A form as it is shown: what stands in it, and what is wrong with it. */
export interface EventFormState {
  readonly values: Readonly<Record<string, string>>;
  /** Each with the id of its field. */
  readonly problems: readonly { readonly id: string; readonly message: string }[];
  readonly turns: Turns;
}

export interface EventFieldsProps {
  /** Where the form goes. */
  readonly action: string;
  readonly state: EventFormState;
  /** Those that are likely wanted; they stand first. */
  readonly recentZones: readonly string[];
  /** `https://…/e/` */
  readonly addressStart: string;
  /** Offsets of time zones are those of this instant where the form has no start. */
  readonly now: Date;
  /** ERASE_AFTER_DAYS. */
  readonly siteEraseAfterDays: number | null;
  readonly senders: SenderChoice;
  /** Nothing can be changed any more. */
  readonly disabled?: boolean;
  /** People may know its links. */
  readonly exists?: boolean;
  /** Of an event that is there. */
  readonly embedCode?: EmbedCode | null;
}

/** What most events need; everything else has a default and stands under "More". */
const ALWAYS_SHOWN: readonly string[] = ['title', 'startsAt', 'endsAt', 'timeZone', 'roomUrl'];

/** All that a team says of an event. Its form is `data-event-form` and `data-end-follows`, for the scripts of these names. */
export function EventFields(props: EventFieldsProps) {
  const { state, recentZones, now, disabled = false, exists = false } = props;
  const { values, problems, turns } = state;
  const field = fieldOf(state, disabled);
  const start = startOf(values) ?? now;
  const zone = values.timeZone ?? '';
  return (
    <>
      {/* What Enter presses, in any field: the first button of a form. */}
      <button type="submit" className="default-button" tabIndex={-1} aria-hidden="true">
        Save
      </button>
      <TextField {...field('title')} required maxLength={200} dir="auto" />
      <FieldRow>
        <WhenField
          {...field('startsAt')}
          turns={turns.startsAt}
          turn={values.startsAtTurn}
          disabled={disabled}
        />
        <WhenField {...field('endsAt')} turns={turns.endsAt} turn={values.endsAtTurn} disabled={disabled} />
      </FieldRow>
      <Select
        {...field('timeZone')}
        required
        hint="The zone of these times. Registrants see them in their own."
        options={zoneOptions([zone, ...recentZones], start)}
      />
      <TextField
        {...field('roomUrl')}
        type="url"
        maxLength={2000}
        required={false}
        hint="The link to the meeting. You can add it later, until the room opens."
      />
      <details
        className="event-more"
        open={
          exists ||
          rowNumbers(values).length > 0 ||
          problems.some(({ id }) => !ALWAYS_SHOWN.includes(id)) ||
          undefined
        }
      >
        <summary>More: description, host, reminders, doors, registration form, look, embed</summary>
        <MoreFields {...props} disabled={disabled} exists={exists} />
      </details>
    </>
  );
}

function MoreFields({
  state,
  addressStart,
  siteEraseAfterDays,
  action,
  senders,
  disabled,
  exists,
  embedCode = null,
}: EventFieldsProps & { readonly disabled: boolean }) {
  const { values, problems } = state;
  const field = fieldOf(state, disabled);
  return (
    <>
      <TextArea
        {...field('description')}
        hint="Shown on the public page. Lines that begin with “- ” become a list."
        rows={4}
        maxLength={10_000}
      />
      <fieldset className="event-part">
        <legend>Host and page</legend>
        <FieldRow>
          <TextField {...field('hostName')} maxLength={200} required={false} dir="auto" />
          <TextField {...field('replyTo')} type="email" maxLength={LONGEST_INPUT} required={false} />
        </FieldRow>
        <TextField
          {...field('slug')}
          maxLength={80}
          dir="ltr"
          {...(exists ? { required: true } : { required: false })}
          hint={
            exists
              ? `The end of ${addressStart}… If you change it, all links that were sent stop working.`
              : `The end of ${addressStart}… Leave empty to make it from the title.`
          }
        />
        <Checkbox
          {...field('listed')}
          value="yes"
          checked={values.listed === 'yes'}
          hint="The start page of this site names the event until it ends."
        />
      </fieldset>
      <SenderFields state={state} disabled={disabled} senders={senders} />
      <Reminders state={state} disabled={disabled} />
      <DoorFields state={state} disabled={disabled} />
      <AfterMails state={state} disabled={disabled} />
      <FormFields state={state} disabled={disabled} action={action} />
      <fieldset className="event-part">
        <legend>Look and language</legend>
        <Select
          {...field('locale')}
          width="medium"
          hint="For people who have not chosen a language."
          options={languageOptions(values.locale ?? 'en')}
        />
        <ColorField
          {...field('color')}
          required={false}
          hint="For buttons and links on pages and in mails."
        />
        {PICTURE_KINDS.map((kind) => (
          <PictureField
            key={kind}
            {...{ kind, values, disabled }}
            error={problems.find(({ id }) => id === pictureInputs(kind).file)?.message}
          />
        ))}
        <RadioGroup
          name="keyStyle"
          legend={EVENT_FIELD_LABELS.keyStyle}
          value={values.keyStyle ?? 'hex'}
          disabled={disabled}
          error={problems.find(({ id }) => id === 'keyStyle')?.message}
          hint={exists ? 'For people who register from now on.' : undefined}
          options={[
            { value: 'hex', label: 'Secure (22 characters)', hint: 'Cannot be guessed.' },
            {
              value: 'digits',
              label: 'Short (4 digits, easy to read aloud)',
              hint: `Can be guessed: somebody who knows an email address can try ${WRONG_KEYS.anHour} keys an hour, ${WRONG_KEYS.aDay} a day and ${WRONG_KEYS.inAll} in all, and finds the right one of 10,000 for 1 address in ${10_000 / WRONG_KEYS.inAll}. After that the key is replaced by a 22-character one, which the registrant can have mailed.`,
            },
          ]}
        />
      </fieldset>
      {disabled ? null : (
        <EmbedFields
          {...field('embedOrigins')}
          code={embedCode}
          error={problems.flatMap(({ id, message }) => (id === 'embedOrigins' ? message : [])).join(' ')}
        />
      )}
      {/* Of an event that is over it is changed on its own. */}
      {disabled ? null : (
        <fieldset className="event-part" id="data">
          <legend>Data</legend>
          <EraseAfterDaysField {...{ state, siteEraseAfterDays }} />
        </fieldset>
      )}
    </>
  );
}

/** Of the domains, in a hint. */
const MOST_NAMED = 5;

/** Who the event's mails come from. */
function SenderFields({
  state,
  disabled,
  senders: { site, domains },
}: Pick<EventFieldsProps, 'state' | 'senders'> & { readonly disabled: boolean | undefined }) {
  const field = fieldOf(state, disabled ?? false);
  const which =
    domains.length > 0
      ? `At ${new Intl.ListFormat('en', { type: 'disjunction' }).format(domains.slice(0, MOST_NAMED))}${domains.length > MOST_NAMED ? ', or another verified domain' : ''}.`
      : 'At a domain that is verified under Senders; there is none yet.';
  return (
    <fieldset className="event-part">
      <legend>Sender of the mails</legend>
      <TextField
        {...field('fromName')}
        maxLength={200}
        required={false}
        dir="auto"
        hint={`Leave empty for “${site.name || site.address}”.`}
      />
      <TextField
        {...field('fromAddress')}
        type="email"
        maxLength={LONGEST_INPUT}
        required={false}
        dir="ltr"
        hint={`${which} Leave empty for ${site.address}.`}
      />
      <p className="field__hint">
        <a href="/team/senders">Sender domains</a>
      </p>
    </fieldset>
  );
}

/** How long an event's people are kept. */
export function EraseAfterDaysField({
  state,
  siteEraseAfterDays,
}: Pick<EventFieldsProps, 'state' | 'siteEraseAfterDays'>) {
  const otherwise =
    siteEraseAfterDays === null
      ? 'Leave empty to keep them.'
      : `Leave empty for what this site uses: ${siteEraseAfterDays.toLocaleString('en')}.`;
  return (
    <TextField
      {...fieldOf(state, false)('eraseAfterDays')}
      type="number"
      width="short"
      min={1}
      max={MOST_DAYS}
      required={false}
      hint={`Counted from the end. Names, emails and answers are erased for good; the numbers stay. The team gets an email a week before. ${otherwise}`}
    />
  );
}

function fieldOf({ values, problems }: EventFormState, disabled: boolean) {
  return (name: EventField) => ({
    ...{ name, disabled, label: EVENT_FIELD_LABELS[name], value: values[name] ?? '' },
    error: problems.find(({ id }) => id === name)?.message,
  });
}

function startOf({ startsAt = '', timeZone = '' }: EventFormState['values']): Date | null {
  const reading = isTimeZone(timeZone) ? readWallTime(startsAt, timeZone) : null;
  if (reading?.type === 'exact') return reading.at;
  return reading?.type === 'overlap' ? reading.first : null;
}

interface WhenFieldProps {
  readonly name: EventField;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly turns: readonly [string, string] | null;
  readonly turn: string | undefined;
}

/** A start or an end; where it happens twice that day, which of the two. */
export function WhenField({ turns, turn, ...field }: WhenFieldProps) {
  const values: readonly Turn[] = ['first', 'second'];
  return (
    <div className="event-when">
      <DateTimeField {...field} required />
      {turns ? (
        <RadioGroup
          name={`${field.name}Turn`}
          legend="This time happens twice on that day. Which one do you mean?"
          value={turn ?? ''}
          disabled={field.disabled}
          options={turns.map((label, index) => ({
            value: values[index] ?? 'first',
            label: `${index === 0 ? 'The first' : 'The second'}: ${label}`,
          }))}
        />
      ) : null}
    </div>
  );
}

function Reminders({ state: { values, problems }, disabled }: { state: EventFormState; disabled: boolean }) {
  const rows = Array.from({ length: MOST_REMINDERS }, (_, index) => index);
  const last = Math.max(-1, ...rows.filter((index) => values[`reminder${index}`]));
  return (
    <fieldset className="event-part">
      <legend>Reminders</legend>
      <p className="field__hint">How long before the start each is sent. An empty line is no reminder.</p>
      <ol className="event-reminders">
        {rows.slice(0, Math.min(MOST_REMINDERS, Math.max(last + 3, 4))).map((index) => (
          <li key={index}>
            <TextField
              name={`reminder${index}`}
              label={`Reminder ${index + 1}: how long before`}
              labelHidden
              type="number"
              width="short"
              min={1}
              value={values[`reminder${index}`] ?? ''}
              disabled={disabled}
              error={problems.find(({ id }) => id === `reminder${index}`)?.message}
            />
            <Select
              name={`reminder${index}Unit`}
              label={`Reminder ${index + 1}: unit`}
              labelHidden
              width="short"
              value={values[`reminder${index}Unit`] ?? 'hours'}
              disabled={disabled}
              options={REMINDER_UNITS.map(({ name }) => ({ value: name, label: `${name} before` }))}
            />
          </li>
        ))}
      </ol>
    </fieldset>
  );
}

function AfterMails({ state: { values, problems }, disabled }: { state: EventFormState; disabled: boolean }) {
  return (
    <fieldset className="event-part">
      <legend>After the start and the end</legend>
      {AFTER_MAILS.map(({ name, label, hint, suggested }) => (
        <div key={name} className="event-after">
          <Checkbox
            name={name}
            label={label}
            hint={hint}
            value="yes"
            checked={values[name] === 'yes'}
            disabled={disabled}
          />
          <div className="event-after__when">
            <TextField
              name={`${name}After`}
              label={`${label}: how long after`}
              labelHidden
              type="number"
              width="short"
              min={0}
              value={values[`${name}After`] ?? String(suggested)}
              disabled={disabled}
              error={problems.find(({ id }) => id === `${name}After`)?.message}
            />
            <Select
              name={`${name}AfterUnit`}
              label={`${label}: unit`}
              labelHidden
              width="medium"
              value={values[`${name}AfterUnit`] ?? 'minutes'}
              disabled={disabled}
              options={REMINDER_UNITS.map((unit) => ({ value: unit.name, label: `${unit.name} after` }))}
            />
          </div>
        </div>
      ))}
    </fieldset>
  );
}

/** When people are let in, and what they find afterwards. */
function DoorFields({ state, disabled }: { state: EventFormState; disabled: boolean }) {
  const field = fieldOf(state, disabled);
  const minutes = { type: 'number', width: 'short', min: 0, max: MOST_DOOR_MINUTES } as const;
  return (
    <fieldset className="event-part">
      <legend>Doors</legend>
      <FieldRow>
        <TextField
          {...field('doorsOpenMinutes')}
          {...minutes}
          hint="0: at the start. Until then people wait."
        />
        <TextField {...field('graceMinutes')} {...minutes} hint="Who comes late, or comes back, is let in." />
      </FieldRow>
      <TextField
        {...field('replayUrl')}
        type="url"
        maxLength={2000}
        required={false}
        hint="The https address of the recording. Once the room has closed, access links lead there."
      />
    </fieldset>
  );
}
