import { createElement } from 'react';
import type { Mail, MailProps, SiteContent } from '../mail.ts';
import { withData } from './data-block.ts';
import { wireHtml } from './wire-html.ts';

/** The parts of a mail. */
export interface MailParts {
  readonly subject: string;
  /** As it travels, see `wire-html.ts`. */
  readonly html: string;
  readonly text: string;
  readonly calendar: string | null;
}

/**
 * Renders a mail through React, the slow way: once a template, or for one mail that is only looked at. Never
 * pretty: indentation made 393 KB of 57.
 */
export async function renderMail<Name extends string, Content extends SiteContent>(
  mail: Mail<Name, Content>,
  props: MailProps<Name, Content>,
): Promise<MailParts> {
  // Heavy, and of no use to a process that renders nothing.
  const { render } = await import('@react-email/render');
  const html = await render(createElement(mail.Html, props));
  return {
    subject: mail.subject(props),
    html: wireHtml(mail.data ? withData(html, mail.data(props)) : html),
    text: mail.text(props),
    calendar: mail.calendar?.(props) ?? null,
  };
}
