import type { KnownColumn } from '../../domain/export-columns.ts';

/** What each column of an export is called on our pages. */
export const COLUMN_WORDS: Readonly<Record<KnownColumn, string>> = {
  email: 'Email address',
  first_name: 'First name',
  last_name: 'Last name',
  registered_at: 'Registered at',
  locale: 'Language',
  time_zone: 'Time zone',
  utm_source: 'Campaign source (utm_source)',
  utm_medium: 'Campaign medium (utm_medium)',
  utm_campaign: 'Campaign name (utm_campaign)',
  utm_term: 'Campaign term (utm_term)',
  utm_content: 'Campaign content (utm_content)',
  referrer: 'Referrer',
  registered_by: 'How they registered',
  user_agent: 'Browser',
  email_status: 'Email status',
  email_status_at: 'Email status since',
  last_mail: 'Last mail',
  last_mail_status: 'Status of the last mail',
  last_mail_at: 'Time of the last mail',
  link_opened_at: 'Link first opened at',
  joined_at: 'Joined at',
  joined_from: 'Joined from (places)',
  cancelled_at: 'Cancelled at',
  access_key: 'Access key',
  access_link: 'Access link',
};

export interface ColumnGroup {
  readonly legend: string;
  readonly columns: readonly KnownColumn[];
}

/** The columns as the form puts them together; the fields of the registrants' own stand after the first group. */
export const COLUMN_GROUPS: readonly ColumnGroup[] = [
  { legend: 'Person', columns: ['email', 'first_name', 'last_name', 'registered_at', 'locale', 'time_zone'] },
  {
    legend: 'Access',
    columns: ['access_link', 'access_key', 'link_opened_at', 'joined_at', 'joined_from', 'cancelled_at'],
  },
  {
    legend: 'Mail',
    columns: ['email_status', 'email_status_at', 'last_mail', 'last_mail_status', 'last_mail_at'],
  },
  {
    legend: 'Source',
    columns: [
      'registered_by',
      'referrer',
      'utm_source',
      'utm_medium',
      'utm_campaign',
      'utm_term',
      'utm_content',
      'user_agent',
    ],
  },
];

/** A column of a kept export, in words. */
export function columnWords(name: string): string {
  if (name === 'fields') return 'All further fields';
  return name.startsWith('fields.') ? name.slice('fields.'.length) : COLUMN_WORDS[name as KnownColumn];
}
