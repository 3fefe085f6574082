import { isDeepStrictEqual } from 'node:util';
import { inputError } from '../../api/router.ts';
import type { EventChanges } from '../../db/event.ts';
import { shownAddress } from '../../domain/address.ts';
import type { FieldError } from '../../domain/errors.ts';
import { EVENT_DEFAULTS, type Event } from '../../domain/event.ts';
import { MAX_FORM_FIELDS } from '../../domain/form-fields.ts';
import { LEAST_NUDGE_MINUTES, MOST_DOOR_MINUTES, MOST_MINUTES_AFTER, newEvent } from '../../domain/input.ts';
import { PICTURE_FIELDS, PICTURE_KINDS, pictureHash } from '../../domain/picture.ts';
import { isTimeZone } from '../../domain/time.ts';
import { readWallTime, TURNS, type Turn, writeWallTime } from '../../domain/wall-clock.ts';
import {
  AFTER_MAILS,
  type AfterMailName,
  EVENT_FIELD_LABELS,
  type EventField,
  type EventFormState,
  MOST_REMINDERS,
  REMINDER_UNITS,
  type Turns,
} from './event-fields.tsx';
import { pictureInputs } from './picture-inputs.ts';
import {
  atItsRow,
  editFormFields,
  FORM_FIELDS,
  type FormFieldReading,
  formFieldValues,
  readFormFields,
  renamedFields,
  rowInputLabel,
  rowInputOrder,
} from './read-form-fields.ts';

type Form = Readonly<Record<string, string>>;
export type EventInput = ReturnType<typeof newEvent.parse>;

/** What a form says of an event, or what is wrong with it. */
export type EventReading =
  | {
      readonly input: EventInput;
      readonly state: EventFormState;
      /** The names that fields of the registration form get, by those that they have. */
      readonly renamed: ReadonlyMap<string, string>;
    }
  | { readonly input: null; readonly state: EventFormState };

/**
 * Reads the form as the API would: the same schema, with an error at its field. `event`: the one that is edited; its
 * times stay to the second where the form shows what it showed.
 */
export function readEventForm(form: Form, event: Event | null): EventReading {
  const parts = readParts(form, event);
  const { starts, ends, reminders, after, formFields } = parts;
  const parsed = newEvent.safeParse(rawInput(form, parts));
  const errors: FieldError[] = [
    ...starts.errors,
    ...ends.errors,
    ...reminders.errors,
    ...after.errors,
    ...(parsed.success
      ? []
      : inputError(parsed.error).errors.map((error) => atItsRow(error, formFields, form))),
    ...(event && !form.slug?.trim() ? [{ path: 'slug', message: 'is missing' }] : []),
    ...(starts.at && ends.at && ends.at <= starts.at
      ? [{ path: 'endsAt', message: 'must be after the start' }]
      : []),
  ];
  const turns: Turns = { startsAt: starts.turns, endsAt: ends.turns };
  const state = { values: form, problems: problemsOf(errors, parts.embedOrigins), turns };
  return parsed.success && errors.length === 0
    ? { input: parsed.data, state, renamed: renamedFields(formFields) }
    : { input: null, state };
}

/** The form as a button of the registration form's rows makes it; null: none was pressed. */
export function editEventForm(form: Form, event: Event | null): EventFormState | null {
  const edited = editFormFields(form);
  return edited && { ...readEventForm(edited, event).state, problems: [] };
}

/** When a copy of an event takes place, and its address. */
export type CopyInput = Pick<EventInput, 'startsAt' | 'endsAt' | 'slug'>;

/** What a copy of the event is asked for with: a start some weeks on, ahead of `now`, and an end that is as far from it. */
export function copyFormOf({ startsAt, endsAt, timeZone }: Event, now: Date): EventFormState {
  const WEEK = 7 * 24 * 3_600_000;
  const first = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime()).toZonedDateTimeISO(timeZone);
  let start = first.add({ weeks: Math.max(1, Math.ceil((now.getTime() - startsAt.getTime()) / WEEK)) });
  if (start.epochMilliseconds <= now.getTime()) start = start.add({ weeks: 1 });
  const starts = writeWallTime(new Date(start.epochMilliseconds), timeZone);
  const ends = writeWallTime(
    new Date(start.epochMilliseconds + endsAt.getTime() - startsAt.getTime()),
    timeZone,
  );
  const values = {
    ...{ startsAt: starts.wall, endsAt: ends.wall, shownStartsAt: starts.wall, shownEndsAt: ends.wall },
    ...(starts.turn && { startsAtTurn: starts.turn }),
    ...(ends.turn && { endsAtTurn: ends.turn }),
    ...{ timeZone, slug: '' },
  };
  return {
    ...{ values, problems: [] },
    turns: { startsAt: turnsOf(values, 'startsAt'), endsAt: turnsOf(values, 'endsAt') },
  };
}

/**
 * Reads that form. An end that stayed as it was shown, or is empty, moves with the start: so it does without the script, which
 * moves it while one types.
 */
export function readCopyForm(
  sent: Form,
  event: Event,
): { readonly input: CopyInput | null; readonly state: EventFormState } {
  const { shownStartsAt = '', shownEndsAt = '' } = sent;
  const given = { ...sent, timeZone: event.timeZone };
  const starts = readTime(given, 'startsAt', null);
  const isLeft = !sent.endsAt || (sent.endsAt === shownEndsAt && sent.startsAt !== shownStartsAt);
  const length = event.endsAt.getTime() - event.startsAt.getTime();
  const moved = isLeft && starts.at ? new Date(starts.at.getTime() + length) : null;
  const end = moved && writeWallTime(moved, event.timeZone);
  const form: Form = {
    ...given,
    ...(end && { endsAt: end.wall, ...(end.turn && { endsAtTurn: end.turn }) }),
  };
  const ends = moved
    ? { ...NO_TIME, at: moved, turns: turnsOf(form, 'endsAt') }
    : readTime(form, 'endsAt', null);
  const slug = newEvent.shape.slug.safeParse(form.slug?.trim() || undefined);
  const errors: FieldError[] = [
    ...starts.errors,
    ...ends.errors,
    ...(slug.success ? [] : inputError(slug.error).errors.map((error) => ({ ...error, path: 'slug' }))),
    ...(starts.at && ends.at && ends.at <= starts.at
      ? [{ path: 'endsAt', message: 'must be after the start' }]
      : []),
  ];
  const state = {
    ...{ values: form, problems: problemsOf(errors) },
    turns: { startsAt: starts.turns, endsAt: ends.turns },
  };
  return starts.at && ends.at && slug.success && errors.length === 0
    ? { input: { startsAt: starts.at, endsAt: ends.at, slug: slug.data }, state }
    : { input: null, state };
}

interface Readings {
  readonly starts: TimeReading;
  readonly ends: TimeReading;
  readonly reminders: ReturnType<typeof readReminders>;
  readonly after: ReturnType<typeof readAfterMails>;
  readonly formFields: readonly FormFieldReading[];
  readonly doors: Readonly<Record<string, unknown>>;
  readonly embedOrigins: readonly string[];
  readonly pictures: Readonly<Record<string, string | null>>;
}

/** What of a form is more than a field's text. */
function readParts(form: Form, event: Event | null): Readings {
  const zoneIsKnown = isTimeZone(form.timeZone ?? '');
  return {
    starts: zoneIsKnown ? readTime(form, 'startsAt', event) : NO_TIME,
    ends: zoneIsKnown ? readTime(form, 'endsAt', event) : NO_TIME,
    reminders: readReminders(form),
    after: readAfterMails(form),
    formFields: readFormFields(form, event),
    doors: readDoors(form, event),
    embedOrigins: readSites(form, event),
    pictures: readPictures(form, event),
  };
}

/** What of a form the schema of a new event reads. */
function rawInput(
  form: Form,
  { starts, ends, reminders, after, formFields, doors, embedOrigins, pictures }: Readings,
) {
  return {
    embedOrigins,
    title: form.title ?? '',
    ...(form.slug?.trim() && { slug: form.slug.trim() }),
    description: form.description?.replaceAll('\r\n', '\n') ?? '',
    // Whether a time can be read is told at its field, better than the schema could.
    startsAt: (starts.at ?? new Date(0)).toISOString(),
    endsAt: (ends.at ?? new Date(0)).toISOString(),
    timeZone: form.timeZone ?? '',
    roomUrl: form.roomUrl?.trim() || null,
    hostName: form.hostName?.trim() || null,
    replyTo: form.replyTo?.trim() || null,
    fromName: form.fromName?.trim() || null,
    fromAddress: form.fromAddress?.trim() || null,
    locale: form.locale ?? 'en',
    keyStyle: form.keyStyle ?? 'hex',
    reminderMinutes: reminders.minutes,
    ...after.input,
    color: form.color?.trim() || null,
    ...pictures,
    formFields: formFields.map(({ field }) => field),
    listed: form.listed === 'yes',
    ...doors,
    eraseAfterDays: readDays(form),
  };
}

/** A form that does not have them leaves them as they are. */
function readPictures(form: Form, event: Event | null): Record<string, string | null> {
  return Object.fromEntries(
    PICTURE_KINDS.map((kind) => {
      const inputs = pictureInputs(kind);
      const [address, kept] = [form[inputs.address], form[inputs.kept]];
      if (address === undefined && kept === undefined)
        return [inputs.address, event?.[inputs.address] ?? null];
      if (form[inputs.remove] === 'yes') return [inputs.address, null];
      return [inputs.address, address?.trim() || kept || null];
    }),
  );
}

/** One that was uploaded has no address that anybody types. */
function pictureValues(event: Event): Record<string, string> {
  return Object.fromEntries(
    PICTURE_KINDS.flatMap((kind) => {
      const inputs = pictureInputs(kind);
      const url = event[inputs.address] ?? '';
      return [
        [inputs.address, pictureHash(url) ? '' : url],
        [inputs.kept, pictureHash(url) ? url : ''],
      ];
    }),
  );
}

/** Null: none are named. What is no number is for the schema to refuse. */
function readDays({ eraseAfterDays = '' }: Form): number | null {
  const text = eraseAfterDays.trim();
  return text ? Number(text) : null;
}

/** The same alone, for an event that is over; `errors` where it cannot be. */
export function readEraseAfterDays(form: Form): {
  readonly days: number | null;
  readonly errors: readonly FieldError[];
} {
  const parsed = newEvent.pick({ eraseAfterDays: true }).safeParse({ eraseAfterDays: readDays(form) });
  return parsed.success
    ? { days: parsed.data.eraseAfterDays, errors: [] }
    : { days: null, errors: inputError(parsed.error).errors };
}

/** What of a form can be read, field by field: the rest is left out. For its preview. */
export function readWhatFits(form: Form, event: Event | null): Partial<EventInput> {
  const { formFields, ...parts } = readParts(form, event);
  const { starts, ends } = parts;
  const raw: Readonly<Record<string, unknown>> = {
    ...rawInput(form, { ...parts, formFields: [] }),
    startsAt: starts.at?.toISOString(),
    endsAt: ends.at?.toISOString(),
  };
  const fits = Object.entries(newEvent.shape).flatMap(([name, schema]) => {
    const read = raw[name] === undefined ? null : schema.safeParse(raw[name]);
    return read?.success ? [[name, read.data] as const] : [];
  });
  // One field of the registration form that cannot be read yet does not hide the others.
  let fields: EventInput['formFields'] = [];
  for (const { field } of formFields) {
    const more = newEvent.shape.formFields.safeParse([...fields, field]);
    if (more.success) fields = more.data;
  }
  return { ...Object.fromEntries(fits), formFields: fields };
}

/** What the actions refused, at its fields. */
export function withErrors(state: EventFormState, errors: readonly FieldError[]): EventFormState {
  return { ...state, problems: [...state.problems, ...problemsOf(errors)] };
}

/** The event as its form shows it. */
export function eventFormOf(event: Event): EventFormState {
  const starts = writeWallTime(event.startsAt, event.timeZone);
  const ends = writeWallTime(event.endsAt, event.timeZone);
  const values = {
    title: event.title,
    slug: event.slug,
    description: event.description,
    startsAt: starts.wall,
    endsAt: ends.wall,
    ...(starts.turn && { startsAtTurn: starts.turn }),
    ...(ends.turn && { endsAtTurn: ends.turn }),
    timeZone: event.timeZone,
    roomUrl: event.roomUrl ?? '',
    hostName: event.hostName ?? '',
    replyTo: shownAddress(event.replyTo ?? ''),
    fromName: event.fromName ?? '',
    fromAddress: shownAddress(event.fromAddress ?? ''),
    locale: event.locale,
    keyStyle: event.keyStyle,
    color: event.color ?? '',
    ...pictureValues(event),
    ...(event.listed && { listed: 'yes' }),
    ...doorValues(event),
    eraseAfterDays: event.eraseAfterDays === null ? '' : String(event.eraseAfterDays),
    ...reminderValues(event.reminderMinutes),
    ...afterMailValues(event),
    ...formFieldValues(event),
    embedOrigins: event.embedOrigins.join('\n'),
  };
  return {
    ...{ values, problems: [] },
    turns: { startsAt: turnsOf(values, 'startsAt'), endsAt: turnsOf(values, 'endsAt') },
  };
}

/** A form that nobody has written in. */
export function emptyEventForm(defaults: { readonly timeZone: string }): EventFormState {
  const { reminderMinutes, locale, keyStyle } = {
    ...{ reminderMinutes: [1440, 60, 10], locale: 'en', keyStyle: 'hex' },
  };
  return {
    values: {
      ...{ ...defaults, locale, keyStyle },
      ...reminderValues(reminderMinutes),
      ...doorValues(EVENT_DEFAULTS),
      ...afterMailValues(EVENT_DEFAULTS),
    },
    problems: [],
    turns: { startsAt: null, endsAt: null },
  };
}

/** What of the event the form would change. */
export function changesOf(event: Event, input: EventInput): EventChanges {
  const fields = Object.entries(input).filter(
    ([name, value]) => !isDeepStrictEqual(value, event[name as keyof Event]),
  );
  return Object.fromEntries(fields);
}

interface TimeReading {
  readonly at: Date | null;
  readonly errors: readonly FieldError[];
  readonly turns: readonly [string, string] | null;
}

const NO_TIME: TimeReading = { at: null, errors: [], turns: null };

function readTime(form: Form, path: 'startsAt' | 'endsAt', event: Event | null): TimeReading {
  const { [path]: wall = '', timeZone = '' } = form;
  const turn = TURNS.find((one) => one === form[`${path}Turn`]);
  const turns = turnsOf(form, path);
  if (event && isUnchanged(event, path, { wall, timeZone, turn }))
    return { at: event[path], errors: [], turns };
  const reading = readWallTime(wall, timeZone);
  const refuse = (message: string) => ({ at: null, errors: [{ path, message }], turns });
  if (!wall) return refuse('is missing');
  switch (reading?.type) {
    case 'exact':
      return { at: reading.at, errors: [], turns };
    case 'gap':
      return refuse(
        `does not exist on this day in ${timeZone}: the clocks go forward. ${clock(reading.before)} or ${clock(reading.after)} exist`,
      );
    case 'overlap':
      return turn
        ? { at: reading[turn], errors: [], turns }
        : refuse(
            `happens twice on this day in ${timeZone}, because the clocks are set back. Choose one of the two`,
          );
    case undefined:
      return refuse('must be a day and a time, like 2027-01-15T18:00');
  }
}

function isUnchanged(
  event: Event,
  path: 'startsAt' | 'endsAt',
  { wall, timeZone, turn }: { wall: string; timeZone: string; turn: Turn | undefined },
): boolean {
  const shown = writeWallTime(event[path], event.timeZone);
  return (
    timeZone === event.timeZone &&
    wall === shown.wall &&
    (shown.turn === null || (turn ?? shown.turn) === shown.turn)
  );
}

/** Where a time happens twice: what tells the one from the other. */
function turnsOf(form: Form, path: 'startsAt' | 'endsAt'): readonly [string, string] | null {
  const { [path]: wall = '', timeZone = '' } = form;
  const reading = isTimeZone(timeZone) ? readWallTime(wall, timeZone) : null;
  if (reading?.type !== 'overlap') return null;
  return [zoneText(reading.first, timeZone), zoneText(reading.second, timeZone)];
}

function zoneText(at: Date, timeZone: string): string {
  const name = (timeZoneName: 'long' | 'longOffset') =>
    new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return `${name('long')}, ${name('longOffset')}`;
}

function clock(wall: string): string {
  return wall.slice(11);
}

function readReminders(form: Form): { minutes: number[]; errors: readonly FieldError[] } {
  const minutes: number[] = [];
  const errors: FieldError[] = [];
  for (let index = 0; index < MOST_REMINDERS; index++) {
    const amount = form[`reminder${index}`]?.trim() ?? '';
    if (!amount) continue;
    const unit =
      REMINDER_UNITS.find(({ name }) => name === form[`reminder${index}Unit`]) ?? REMINDER_UNITS[0];
    const total = /^\d{1,6}$/.test(amount) ? Number(amount) * unit.minutes : Number.NaN;
    if (total >= 1 && total <= 60 * 24 * 60) minutes.push(total);
    else
      errors.push({
        path: `reminder${index}`,
        message: 'must be a whole number, from 1 minute to 60 days before',
      });
  }
  return { minutes, errors };
}

function reminderValues(minutes: readonly number[]): Record<string, string> {
  return Object.fromEntries(
    minutes.flatMap((total, index) => {
      const unit = REMINDER_UNITS.findLast((one) => total % one.minutes === 0) ?? REMINDER_UNITS[0];
      return [
        [`reminder${index}`, String(total / unit.minutes)],
        [`reminder${index}Unit`, unit.name],
      ];
    }),
  );
}

/** One a line. A form that does not have them leaves them as they are. */
function readSites({ embedOrigins }: Form, event: Event | null): readonly string[] {
  if (embedOrigins === undefined) return event?.embedOrigins ?? [];
  return embedOrigins.split(/\s+/).filter(Boolean);
}

const DOOR_MINUTES = ['doorsOpenMinutes', 'graceMinutes'] as const;

/** A form that does not have them leaves them as they are. */
function readDoors(form: Form, event: Event | null): Record<string, unknown> {
  const minutes = DOOR_MINUTES.flatMap((name) => {
    const text = form[name]?.trim();
    if (text === undefined) return event ? [[name, event[name]]] : [];
    return [[name, /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN]];
  });
  const replayUrl = form.replayUrl === undefined ? (event?.replayUrl ?? null) : form.replayUrl.trim() || null;
  return { ...Object.fromEntries(minutes), replayUrl };
}

function doorValues(event: Pick<Event, 'doorsOpenMinutes' | 'graceMinutes' | 'replayUrl'>) {
  return {
    doorsOpenMinutes: String(event.doorsOpenMinutes),
    graceMinutes: String(event.graceMinutes),
    replayUrl: event.replayUrl ?? '',
  };
}

function readAfterMails(form: Form): {
  input: Pick<EventInput, 'nudge' | 'followUps'>;
  errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const read = (name: AfterMailName) => {
    if (form[name] !== 'yes') return null;
    const amount = form[`${name}After`]?.trim() ?? '';
    const unit = REMINDER_UNITS.find((one) => one.name === form[`${name}AfterUnit`]) ?? REMINDER_UNITS[0];
    const total = /^\d{1,6}$/.test(amount) ? Number(amount) * unit.minutes : Number.NaN;
    if (total >= LEAST_AFTER[name] && total <= MOST_MINUTES_AFTER) return { minutesAfter: total };
    const from = LEAST_AFTER[name] === 0 ? '0' : `${LEAST_AFTER[name]} minute`;
    errors.push({ path: `${name}After`, message: `must be a whole number, from ${from} to 30 days` });
    return null;
  };
  const nudge = read('nudge');
  const [attended, missed] = [read('followUpAttended'), read('followUpMissed')];
  return { input: { nudge, followUps: attended || missed ? { attended, missed } : null }, errors };
}

const LEAST_AFTER: Readonly<Record<AfterMailName, number>> = {
  nudge: LEAST_NUDGE_MINUTES,
  followUpAttended: 0,
  followUpMissed: 0,
};

function afterMailValues({ nudge, followUps }: Pick<Event, 'nudge' | 'followUps'>): Record<string, string> {
  const minutes: Readonly<Record<AfterMailName, number | undefined>> = {
    nudge: nudge?.minutesAfter,
    followUpAttended: followUps?.attended?.minutesAfter,
    followUpMissed: followUps?.missed?.minutesAfter,
  };
  return Object.fromEntries(
    AFTER_MAILS.flatMap(({ name, suggested }) => {
      const total = minutes[name];
      const shown = total ?? suggested;
      const unit =
        REMINDER_UNITS.findLast((one) => shown % one.minutes === 0 && shown > 0) ?? REMINDER_UNITS[0];
      return [
        ...(total === undefined ? [] : [[name, 'yes'] as const]),
        [`${name}After`, String(shown / unit.minutes)],
        [`${name}AfterUnit`, unit.name],
      ];
    }),
  );
}

/** The fields in the order in which the form shows them. */
const ORDER: readonly string[] = [
  ...[
    'title',
    'startsAt',
    'endsAt',
    'timeZone',
    'roomUrl',
    'description',
    'hostName',
    'replyTo',
    'slug',
    'listed',
  ],
  ...Array.from({ length: MOST_REMINDERS }, (_, index) => `reminder${index}`),
  ...[...DOOR_MINUTES, 'replayUrl'],
  ...AFTER_MAILS.map(({ name }) => `${name}After`),
  FORM_FIELDS,
  ...['locale', 'color', ...PICTURE_KINDS.map((kind) => pictureInputs(kind).file), 'keyStyle'],
  'embedOrigins',
  'eraseAfterDays',
];

/** `sites`: those that the form names, in their order. */
function problemsOf(
  errors: readonly FieldError[],
  sites: readonly string[] = [],
): EventFormState['problems'] {
  const problems = errors.map(({ path, message }) => {
    const site = sites[Number(/^embedOrigins\.(\d+)$/.exec(path)?.[1])];
    if (site !== undefined)
      return {
        id: 'embedOrigins',
        message: `“${site.slice(0, 100)}” ${message.replace(/^Too big.*/, 'is too long')}.`,
      };
    const id = path
      .replace('nudge.minutesAfter', 'nudgeAfter')
      .replace(/\..*$/, '')
      .replace('reminderMinutes', 'reminder0');
    if (DOOR_MINUTES.some((name) => name === id))
      return { id, message: `${labelOf(id)} must be a whole number, from 0 to ${MOST_DOOR_MINUTES}.` };
    if (id === FORM_FIELDS)
      return { id, message: `A registration form has at most ${MAX_FORM_FIELDS} fields: remove some.` };
    if (id === 'color') return { id, message: 'Use a hex colour like #1f4fd8.' };
    const said = message.startsWith('Too big')
      ? 'is too long'
      : message.replace(/^Invalid .*/, 'is not one of the options');
    const picture = PICTURE_KINDS.find((kind) => PICTURE_FIELDS[kind] === id);
    return { id: picture ? pictureInputs(picture).file : id, message: `${labelOf(id)} ${said}.` };
  });
  return problems.sort((a, b) => place(a.id) - place(b.id));
}

function place(id: string): number {
  return rowInputLabel(id) === null
    ? ORDER.indexOf(id)
    : ORDER.indexOf(FORM_FIELDS) + rowInputOrder(id) / 1_000;
}

function labelOf(id: string): string {
  const after = AFTER_MAILS.find(({ name }) => id === `${name}After`);
  if (after) return `${after.label}: the time`;
  if (id.startsWith('reminder')) return `Reminder ${Number(id.slice('reminder'.length)) + 1}`;
  return rowInputLabel(id) ?? EVENT_FIELD_LABELS[id as EventField] ?? id;
}
