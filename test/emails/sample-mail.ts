import { compileTemplate } from '../../emails/compile.ts';
import { isSiteMailKind, mails, siteMails } from '../../emails/index.ts';
import type { EventMailKind, MailEvent, MailKind, SiteMailKind } from '../../emails/mail.ts';
import { merge } from '../../emails/merge.ts';
import { SAMPLE_ABOUT, SAMPLE_REGISTRANT, SAMPLE_SITE_VALUES, sampleEvent } from '../../emails/samples.ts';
import type { MailAbout, MailRegistrant } from '../../emails/values.ts';
import { recipientVariables, siteVariables } from '../../emails/variables.ts';
import { languageFor } from '../../src/domain/locale.ts';

export const EVENT_KINDS = Object.keys(mails) as EventMailKind[];
export const SITE_KINDS = Object.keys(siteMails) as SiteMailKind[];
export const KINDS: readonly MailKind[] = [...EVENT_KINDS, ...SITE_KINDS];
/** The kinds whose point is the access link. */
export const LINK_KINDS = EVENT_KINDS.filter((kind) => kind !== 'event_cancelled');
export const PUBLIC_URL = 'https://events.example';
export const POSTAL_ADDRESS = 'Studio, 1 Sample Street, 75000 Paris';

export interface SampleChanges {
  readonly event?: Partial<MailEvent>;
  /** Of a mail to the team, the address and language count. */
  readonly registrant?: Partial<MailRegistrant>;
  readonly about?: MailAbout;
}

/** A mail as it goes out: the sample event and person, changed where a test says so. */
export async function sampleMail(kind: MailKind, changes: SampleChanges = {}) {
  const registrant = { ...SAMPLE_REGISTRANT, ...changes.registrant };
  if (isSiteMailKind(kind)) {
    const language = languageFor(registrant.locale);
    const template = await compileTemplate({ kind, language, postalAddress: POSTAL_ADDRESS });
    const variables = siteVariables(kind, { ...SAMPLE_SITE_VALUES, email: registrant.email });
    return { template, variables, ...merge(template, variables) };
  }
  const event = { ...sampleEvent(kind), ...changes.event };
  const about = { ...SAMPLE_ABOUT, ...changes.about };
  const language = languageFor(registrant.locale, event.locale);
  const template = await compileTemplate({ kind, language, event, postalAddress: POSTAL_ADDRESS });
  const variables = recipientVariables(kind, { event, registrant, publicUrl: PUBLIC_URL, about });
  return { template, variables, ...merge(template, variables) };
}
