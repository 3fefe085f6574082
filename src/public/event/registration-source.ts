import type { z } from 'zod';
import { source } from '../../domain/input.ts';

type Source = z.output<typeof source>;

/** Where a registrant came from, by the parameter of an address that says it. */
export const SOURCE_PARAMETERS = [
  ['utmSource', 'utm_source'],
  ['utmMedium', 'utm_medium'],
  ['utmCampaign', 'utm_campaign'],
  ['utmTerm', 'utm_term'],
  ['utmContent', 'utm_content'],
  ['referrer', 'referrer'],
] as const satisfies readonly (readonly [name: keyof Source, parameter: string])[];

/** Where a registrant came from, read off the address of the event page that the form was on. */
export function registrationSource(referer: string | undefined): Source {
  const { referrer: _, ...campaign } = sourceIn(referer);
  return campaign;
}

/**
 * The same of a form on another site: the address of its frame says it, and the page that the frame is on (`referrer`). A frame that
 * was written by hand does not: then it is what the browser says of that page, mostly its origin. `sites`: where it may be.
 */
export function embedSource(address: string, referer: string | undefined, sites: readonly string[]): Source {
  const { referrer, ...campaign } = sourceIn(address);
  const page = [referrer, referer].find((one) => sites.includes(originOf(one)));
  return { ...campaign, ...sourceOf({ referrer: page?.slice(0, 2_000) }) };
}

function sourceIn(address: string | undefined): Source {
  if (!address || !URL.canParse(address)) return {};
  const query = new URL(address).searchParams;
  return sourceOf(
    Object.fromEntries(
      SOURCE_PARAMETERS.map(([name, parameter]) => [
        name,
        query.get(parameter)?.slice(0, name === 'referrer' ? 2_000 : 500) || undefined,
      ]),
    ),
  );
}

/** Anybody can write anything into an address: what does not pass as text is left out. */
function sourceOf(found: Readonly<Record<string, string | undefined>>): Source {
  const named = Object.entries(found).filter(([, value]) => value !== undefined);
  return source.safeParse(Object.fromEntries(named)).data ?? {};
}

function originOf(address = ''): string {
  return URL.parse(address)?.origin ?? '';
}
