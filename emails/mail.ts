import type { ReactElement } from 'react';
import type { Event } from '../src/domain/event.ts';
import type { Kind, RegistrantKind, TeamKind } from '../src/domain/kinds.ts';
import type { Copy, Direction } from './copy/en.ts';
import type { Data } from './engine/data-block.ts';
import type { SiteVariableName } from './engine/site-values.ts';
import type { VariableName } from './engine/values.ts';
import type { Palette } from './theme.ts';

/** The registry demands a template for each, and the template its sentences. */
export type MailKind = Kind;
/** To the team, in the site's own look: rendered once for the whole site, not once an event. */
export type SiteMailKind = TeamKind;
/** The mails of those kinds: one kind may say different things, and a template has no branches. */
export type SiteMailName =
  | 'sign_in'
  | 'invitation'
  | 'export_attached'
  | 'export_link'
  | 'export_failed'
  | 'retention_notice'
  | 'alert'
  | 'digest_send'
  | 'digest_event';
/** To a registrant, about an event: rendered once for each state of the event. */
export type EventMailKind = RegistrantKind;

/** What a mail knows of its event. */
export type MailEvent = Pick<
  Event,
  | 'slug'
  | 'title'
  | 'description'
  | 'startsAt'
  | 'endsAt'
  | 'timeZone'
  | 'hostName'
  | 'replyTo'
  | 'locale'
  | 'keyStyle'
  | 'fromName'
  | 'color'
  | 'logoUrl'
  | 'coverUrl'
  | 'hostPictureUrl'
  | 'cancelledAt'
  | 'replayUrl'
  | 'revision'
  | 'updatedAt'
>;

/** What is the same for every recipient of any mail: words, colours, the sender. */
export interface SiteContent {
  readonly copy: Copy;
  readonly palette: Palette;
  readonly language: string;
  /** An https address, or null. */
  readonly logoUrl: string | null;
  /** What this mail is about: the document's title. */
  readonly name: string;
  /** Whose mail this is, beside the letter mark or in place of the logo; null: nobody is named, and `name` gives the letter. */
  readonly sender: string | null;
  /** Empty: no such line. */
  readonly postalAddress: string;
}

/** The same for every recipient of an event's mails. Its words are cleaned, so parts may use them as they are. */
export interface EventContent extends SiteContent {
  readonly event: MailEvent;
  /** https addresses, or null. */
  readonly coverUrl: string | null;
  readonly hostPictureUrl: string | null;
  /** What the event is about, in two lines; null: it does not say. */
  readonly summary: string | null;
  /** It starts within the hour, or has started: whoever registers wants to go in rather than to note it down. */
  readonly startsSoon: boolean;
  /** Null: the team says nothing of its own. */
  readonly words: CustomTextPart | null;
}

/** What the team says in place of our words, ready to print; null: ours. */
export interface CustomTextPart {
  readonly subject: string | null;
  readonly introduction: OwnText | null;
  readonly signature: OwnText | null;
  /** Whether the introduction calls the recipient by name, and so is the greeting, too. */
  readonly greets: boolean;
  /** How an announcement begins, for beside its subject; null where that says something else. */
  readonly lead: string | null;
}

export interface OwnText {
  readonly pieces: readonly OwnPiece[];
  /** Null: as the mail. */
  readonly direction: Direction | null;
}

/** Text, in which line breaks count; a value of the recipient's; or a link that is shown as it is. */
export type OwnPiece = string | { readonly value: string } | { readonly link: string };

/** What every mail to a registrant says of them and of when the event is. */
export const EVENT_VARIABLES = [
  'preheader',
  'greeting',
  'email',
  'date',
  'time',
  'zone',
  'hostTime',
  'moment',
] as const satisfies readonly VariableName[];

/** What a template is a pure function of. `values` are the recipient's: strings, all computed beforehand. */
export interface MailProps<Name extends string = VariableName, Content extends SiteContent = EventContent> {
  readonly content: Content;
  readonly values: Readonly<Record<Name, string>>;
}

/**
 * One kind of mail. JSX conditions may depend on `content` only: a template is rendered once for all its
 * recipients, so a branch on a value would freeze.
 */
export interface Mail<Name extends string = VariableName, Content extends SiteContent = EventContent> {
  /** The recipient's values that it uses, each at least once. */
  readonly variables: readonly Name[];
  /** Those of them that it has no use for about some events. */
  readonly sometimes?: readonly Name[];
  readonly subject: (props: MailProps<Name, Content>) => string;
  readonly Html: (props: MailProps<Name, Content>) => ReactElement;
  /** Written by hand: the same facts and links, one link a line and nothing after it. */
  readonly text: (props: MailProps<Name, Content>) => string;
  /** The attached calendar file, unfolded; null: none. */
  readonly calendar: ((props: MailProps<Name, Content>) => string) | null;
  /** What it says to programs, in a block of its HTML; absent: nothing. */
  readonly data?: (props: MailProps<Name, Content>) => Data;
}

/** One mail to the team. */
export interface SiteMail<Name extends SiteVariableName = SiteVariableName> extends Mail<Name, SiteContent> {
  readonly kind: SiteMailKind;
}
export type SiteMailProps<Name extends SiteVariableName = SiteVariableName> = MailProps<Name, SiteContent>;
