import type { z } from 'zod';
import { source } from '../../domain/input.ts';

const PARAMETERS = {
  utmSource: 'utm_source',
  utmMedium: 'utm_medium',
  utmCampaign: 'utm_campaign',
  utmTerm: 'utm_term',
  utmContent: 'utm_content',
} as const;

/** Where a registrant came from, read off the address of the event page that the form was on. */
export function registrationSource(referer: string | undefined): z.output<typeof source> {
  if (!referer || !URL.canParse(referer)) return {};
  const query = new URL(referer).searchParams;
  const found = Object.entries(PARAMETERS).flatMap(([name, parameter]) => {
    const value = query.get(parameter);
    return value ? [[name, value.slice(0, 500)]] : [];
  });
  // Anybody can write anything into an address: what does not pass as text is left out.
  return source.safeParse(Object.fromEntries(found)).data ?? {};
}
