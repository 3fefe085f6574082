/** Where a registrant came from, by the names that the API has for it, and what the team's pages call them. */
export const SOURCE_LABELS = {
  utmSource: 'utm_source',
  utmMedium: 'utm_medium',
  utmCampaign: 'utm_campaign',
  utmTerm: 'utm_term',
  utmContent: 'utm_content',
  referrer: 'Referrer',
} as const;
export type SourceName = keyof typeof SOURCE_LABELS;
export const SOURCE_NAMES = Object.keys(SOURCE_LABELS) as readonly SourceName[];
