import { compileTemplate } from '../../emails/engine/compile.ts';
import { merge } from '../../emails/engine/merge.ts';
import type { SiteValuesInput } from '../../emails/engine/site-values.ts';
import type { MailAbout, MailRegistrant } from '../../emails/engine/values.ts';
import { recipientVariables, siteVariables } from '../../emails/engine/variables.ts';
import { mails, siteMails } from '../../emails/index.ts';
import type { EventMailKind, MailEvent, SiteMailName } from '../../emails/mail.ts';
import {
  SAMPLE_ABOUT,
  SAMPLE_EVENT,
  SAMPLE_REGISTRANT,
  SAMPLE_SITE_VALUES,
  sampleEvent,
} from '../../emails/samples.ts';
import { languageFor } from '../../src/domain/locale.ts';

export const EVENT_KINDS = Object.keys(mails) as EventMailKind[];
export const SITE_MAILS = Object.keys(siteMails) as SiteMailName[];
/** An event's mails are called like their kinds. */
export type MailName = EventMailKind | SiteMailName;
export const MAILS: readonly MailName[] = [...EVENT_KINDS, ...SITE_MAILS];
/** The kinds whose point is the access link. */
export const LINK_KINDS = EVENT_KINDS.filter(
  (kind) => kind !== 'event_cancelled' && kind !== 'registration_link',
);
export const PUBLIC_URL = 'https://events.example';
export const POSTAL_ADDRESS = 'Studio, 1 Sample Street, 75000 Paris';

export interface SampleChanges {
  readonly event?: Partial<MailEvent>;
  /** Of a mail to the team, the address and language count, and the event's title. */
  readonly registrant?: Partial<MailRegistrant>;
  readonly about?: MailAbout;
  /** Of a mail about an export. */
  readonly export?: Partial<NonNullable<SiteValuesInput['export']>>;
}

export function isSiteMail(name: MailName): name is SiteMailName {
  return Object.hasOwn(siteMails, name);
}

/** A mail as it goes out: the sample event and person, changed where a test says so. */
export async function sampleMail(name: MailName, changes: SampleChanges = {}) {
  const registrant = { ...SAMPLE_REGISTRANT, ...changes.registrant };
  if (isSiteMail(name)) {
    const language = languageFor(registrant.locale);
    const template = await compileTemplate({ site: name, language, postalAddress: POSTAL_ADDRESS });
    const eventTitle = changes.event?.title ?? SAMPLE_EVENT.title;
    const variables = siteVariables(name, {
      ...{ ...SAMPLE_SITE_VALUES, language, email: registrant.email },
      export: { ...SAMPLE_SITE_VALUES.export, eventTitle, ...changes.export },
    });
    return { template, variables, ...merge(template, variables) };
  }
  const event = { ...sampleEvent(name), ...changes.event };
  const about = { ...SAMPLE_ABOUT, ...changes.about };
  const language = languageFor(registrant.locale, event.locale);
  const template = await compileTemplate({ kind: name, language, event, postalAddress: POSTAL_ADDRESS });
  const variables = recipientVariables(name, { event, registrant, publicUrl: PUBLIC_URL, about });
  return { template, variables, ...merge(template, variables) };
}
