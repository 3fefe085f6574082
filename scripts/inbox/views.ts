import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Mail } from './mail.ts';
import type { Mailbox } from './mailbox.ts';

const page = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
const INDEX = page('index.html');
const ASSETS = {
  'inbox.css': { type: 'text/css; charset=utf-8', text: page('inbox.css') },
  'inbox.js': { type: 'text/javascript; charset=utf-8', text: page('inbox.js') },
};

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail may show pictures and bring its styles, and nothing else: no scripts, no forms, no frames. */
const MAIL_POLICY =
  "default-src 'none'; img-src * data:; style-src * 'unsafe-inline'; font-src * data:; media-src *; form-action 'none'; frame-ancestors 'self'";

/** The inbox's page, its live updates, and single mails as Mailpit shows them at `/view/{ID}.html` and `.txt`. */
export function inboxViews(mailbox: Mailbox): Hono {
  const views = new Hono();
  views.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
  });

  views.get('/readyz', (c) => c.body(null, 200));
  views.get('/livez', (c) => c.body(null, 200));
  views.get('/', (c) => c.html(INDEX, 200, { 'content-security-policy': PAGE_POLICY }));

  for (const [name, { type, text }] of Object.entries(ASSETS)) {
    views.get(`/page/${name}`, (c) =>
      c.body(text, 200, { 'content-type': type, 'cache-control': 'no-cache' }),
    );
  }

  views.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      const tell = () => void stream.writeSSE({ event: 'change', data: '' });
      mailbox.on('change', tell);
      await stream.writeSSE({ event: 'change', data: '' });
      await new Promise<void>((resolve) => stream.onAbort(resolve));
      mailbox.off('change', tell);
    }),
  );

  views.get('/view/:file', async (c) => {
    const [, id = '', extension = ''] = /^([^.]+)(?:\.(html|txt))?$/.exec(c.req.param('file')) ?? [];
    const record = mailbox.find(id);
    if (!record) return c.text('Message not found', 404);
    // Without an ending it is Mailpit's address of the page with that mail open.
    if (!extension) return c.html(INDEX, 200, { 'content-security-policy': PAGE_POLICY });
    const mail = await mailbox.open(record);
    if (extension === 'txt') return c.text(mail.text);
    if (!mail.html) return c.text('This message does not contain a HTML part', 404);
    const html = withPictures(mail, record.id);
    const shown = asIn(c.req.query('scheme'), c.req.query('embed') ? openLinksOutside(html) : html);
    return c.html(shown, 200, { 'content-security-policy': MAIL_POLICY });
  });
  return views;
}

/** `cid:` addresses become those of the parts they mean. */
function withPictures(mail: Mail, id: string): string {
  return mail.inline.reduce(
    (html, part) =>
      part.contentId
        ? html.replaceAll(`cid:${part.contentId}`, `/api/v1/message/${id}/part/${part.partId}`)
        : html,
    mail.html,
  );
}

/** The mail as a reader in dark or light sees it, whatever this computer is set to; unchanged without a scheme. */
function asIn(scheme: string | undefined, html: string): string {
  if (!scheme) return html;
  return html.replaceAll(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, asked: string) =>
    asked.toLowerCase() === scheme ? '(min-width: 0)' : '(max-width: 0)',
  );
}

/** In the page's frame, links open in a tab of their own instead of inside the frame. */
function openLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, `$&${base}`) : base + html;
}
