import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const FORM = {
  ...{ title: 'Designing calm software', timeZone: 'Europe/Paris', locale: 'en', keyStyle: 'hex' },
  ...{ startsAt: '2031-01-15T18:00', endsAt: '2031-01-15T19:00' },
};

/** The settings of an event: what their page says, and how their form is sent. */
async function settingsOf(event: { id: string; slug: string }) {
  const path = `/team/events/${event.id}/settings`;
  const { text } = await member.get(path);
  const version = /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';
  return {
    text,
    send: (fields: Record<string, string>) =>
      member.post(path, { ...FORM, slug: event.slug, version, ...fields }),
  };
}
const originsOf = async (id: string) => (await app.api('GET', `/events/${id}`)).json.embedOrigins;
const typed = (html: string) => /<textarea[^>]* name="embedOrigins"[^>]*>([^<]*)</.exec(html)?.[1]?.trim();

describe('the sites that may show an event’s form', () => {
  it('are set in its settings, one a line, and kept as browsers write them', async () => {
    const event = await app.event({ startsAt: '2031-01-15T17:00:00Z', endsAt: '2031-01-15T18:00:00Z' });
    const settings = await settingsOf(event);
    expect(typed(settings.text)).toBe('');
    const saved = await settings.send({
      embedOrigins: 'HTTPS://www.Example.com/\r\n\r\n  http://localhost:5173 \r\n',
    });
    expect(saved.status).toBe(303);
    expect(await originsOf(event.id)).toEqual(['https://www.example.com', 'http://localhost:5173']);
    expect(typed((await settingsOf(event)).text)).toBe('https://www.example.com\nhttp://localhost:5173');
    expect((await (await settingsOf(event)).send({ embedOrigins: '' })).status).toBe(303);
    expect(await originsOf(event.id)).toEqual([]);
  });

  it('are all checked: each that is none is named, and nothing that was typed is lost', async () => {
    const event = await app.event({ embedOrigins: ['https://www.example.com'] });
    const text = 'https://www.example.com\n*\nhttp://www.example.com\nhttps://www.example.com/blog';
    const { status, text: page } = await (await settingsOf(event)).send({
      embedOrigins: text,
      hostName: 'Ada',
    });
    expect(status).toBe(422);
    expect(page).toContain('3 fields need attention');
    for (const problem of [
      '“*” must name one site',
      '“http://www.example.com” must begin with https://',
      '“https://www.example.com/blog” must be the site alone, without a path: https://www.example.com.',
    ])
      expect(page.split(problem)).toHaveLength(3);
    expect(page).toContain('href="#embedOrigins"');
    expect(typed(page)).toBe(text);
    expect(page).toContain('value="Ada"');
    expect(await originsOf(event.id)).toEqual(['https://www.example.com']);
  });

  it('are given with a new event, and left alone by a form that does not have them', async () => {
    const made = await member.post('/team/events/new', { ...FORM, embedOrigins: 'https://www.example.com' });
    const id = /\/team\/events\/([^/]+)\//.exec(made.headers.get('location') ?? '')?.[1] ?? '';
    expect(await originsOf(id)).toEqual(['https://www.example.com']);
    const { json } = await app.api('GET', `/events/${id}`);
    expect((await (await settingsOf(json)).send({ hostName: 'Grace' })).status).toBe(303);
    expect(await originsOf(id)).toEqual(['https://www.example.com']);
  });
});

describe('the settings of an event', () => {
  it('have the code for these sites, with the way there for whoever runs no script', async () => {
    const event = await app.event({
      title: 'Calm <b> & "quiet"',
      locale: 'de',
      embedOrigins: ['https://a.example'],
    });
    const { text } = await settingsOf(event);
    const plain = (html = '') =>
      html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const code = plain(/<pre class="event-embed__code">(.*?)<\/pre>/s.exec(text)?.[1]);
    expect(code.split('\n')).toEqual([
      `<script src="${app.config.publicUrl}/embed.js" data-event="${event.slug}" async></script>`,
      `<a href="${event.permalink}" data-event-link>Für „Calm &lt;b&gt; &amp; &quot;quiet&quot;“ anmelden</a>`,
    ]);
    expect(plain(/data-copy="([^"]+)" aria-label="Copy the code/.exec(text)?.[1])).toBe(code);
    expect(text).toContain(`href="${event.permalink}/embed"`);
    expect((await member.get('/team/events/new')).text).not.toContain('event-embed__code');
  });

  it('show how the form will look there, as it stands in them', async () => {
    const event = await app.event();
    const path = `/team/events/${event.id}/settings/preview/embed`;
    const { status, text } = await member.post(path, { ...FORM, title: 'Another title', color: '#0f766e' });
    expect(status).toBe(200);
    expect(text).toContain('Another title');
    expect(text).toContain('class="embed card"');
    expect(text).toContain('/assets/accent/0f766e.css');
    expect(text).not.toContain('<script');
    expect((await settingsOf(event)).text).toContain(`data-preview="${path}"`);
  });
});
