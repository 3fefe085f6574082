import type { ReactNode } from 'react';
import type { Language } from '../domain/locale.ts';
import { accentPath } from './accent.ts';
import { type AssetName, assetPath } from './assets.ts';
import { copyFor } from './copy/copy-for.ts';

export interface LayoutProps {
  readonly language: Language;
  readonly title: string;
  /** `#rrggbb` of the event, or null: our own. */
  readonly color?: string | null;
  readonly width?: 'narrow' | 'wide';
  readonly scripts?: readonly AssetName[];
  /** Stylesheets beside the one that every page has. */
  readonly styles?: readonly AssetName[];
  /** More for the head: descriptions, a refresh. */
  readonly head?: ReactNode;
  /** Only an event's own page is for search engines. */
  readonly indexed?: boolean;
  readonly masthead?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** The document around every page: head, skip link, landmarks. */
export function Layout({
  language,
  title,
  color,
  width = 'narrow',
  scripts = [],
  styles = [],
  ...rest
}: LayoutProps) {
  const copy = copyFor(language);
  const accent = color ? accentPath(color) : null;
  return (
    <html lang={language} dir={copy.direction}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {rest.indexed ? null : <meta name="robots" content="noindex" />}
        <title>{title}</title>
        {rest.head}
        <link rel="icon" href={assetPath('favicon.svg')} type="image/svg+xml" />
        {(['style.css', ...styles] as const).map((name) => (
          <link key={name} rel="stylesheet" href={assetPath(name)} />
        ))}
        {accent ? <link rel="stylesheet" href={accent} /> : null}
        {scripts.map((name) => (
          <script key={name} type="module" src={assetPath(name)} />
        ))}
      </head>
      <body className={`body--${width}`}>
        <a className="skip-link" href="#content">
          {copy.skipToContent}
        </a>
        {rest.masthead}
        <main id="content" className="page" tabIndex={-1}>
          {rest.children}
        </main>
        {rest.footer}
      </body>
    </html>
  );
}
