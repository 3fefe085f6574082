import type { CSSProperties, ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { renderPage } from '../../ui/render.tsx';

// What stands in the frame beside a form. Its policy lets it do nothing, and have styles inline. Links and buttons in it lead nowhere.

const BAR: CSSProperties = {
  margin: 0,
  padding: '8px 12px',
  borderBottom: '1px solid #c9ced8',
  // As the mail below it: light or dark, as its reader likes.
  background: 'Canvas',
  color: 'CanvasText',
  font: '13px/1.4 system-ui, sans-serif',
  overflowWrap: 'anywhere',
};

/** A mail, under its subject. */
export function previewMailDocument({
  subject,
  html,
}: {
  readonly subject: string;
  readonly html: string;
}): string {
  const bar = renderToStaticMarkup(
    <p style={BAR} dir="auto">
      <b>Subject:</b> {subject}
    </p>,
  );
  return inert(html.replace(/<body[^>]*>/, (body) => body + bar));
}

/** A public page as it stands before any script has run. */
export function previewPageDocument(page: ReactElement): string {
  return inert(renderPage(page).replace(/<script[^>]*>[^<]*<\/script>/g, ''));
}

/** In place of a mail that could not be sent, or that says nothing yet. */
export function previewRefused(
  why = 'This text could not be sent. Correct the fields that are marked to see the mail here.',
): string {
  return `<!doctype html>${renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="color-scheme" content="light dark" />
        <title>No preview</title>
      </head>
      <body style={{ margin: 0 }}>
        <p style={BAR}>{why}</p>
      </body>
    </html>,
  )}`;
}

function inert(html: string): string {
  return html.replace(/<body/, '<body inert');
}
