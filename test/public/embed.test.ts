import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { takeRegistrations } from '../support/registrations.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const SITE = 'https://www.example.com';
const OTHER_SITE = 'http://localhost:5173';
let clients = 0;
const client = () => {
  clients++;
  return { 'x-forwarded-for': `198.51.${clients >> 8}.${clients & 255}` };
};

const embeddable = (changes: Record<string, unknown> = {}) =>
  app.event({ embedOrigins: [SITE, OTHER_SITE], ...changes });

/** Who may frame an answer: its policy, and the older header. */
function frames(headers: Headers): readonly [ancestors: string | undefined, older: string | null] {
  const policy = headers.get('content-security-policy') ?? '';
  return [/frame-ancestors ([^;]+)/.exec(policy)?.[1], headers.get('x-frame-options')];
}
const BY_SITES = [`${SITE} ${OTHER_SITE}`, null];
const BY_NOBODY = ["'none'", 'DENY'];

async function sourceOf(eventId: string): Promise<Record<string, unknown>> {
  await takeRegistrations(app);
  const [{ id }] = (await app.api('GET', `/events/${eventId}/registrants`)).json.items;
  return (await app.api('GET', `/events/${eventId}/registrants/${id}`)).json.technical;
}

describe('the form for other sites', () => {
  it('is the form alone, and may be framed by exactly the event’s sites', async () => {
    const event = await embeddable({ color: '#f2c14e' });
    const { status, text, headers } = await app.request(`/e/${event.slug}/embed`);
    expect(status).toBe(200);
    expect(frames(headers)).toEqual(BY_SITES);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('set-cookie')).toBeNull();
    expect(text).toContain(`action="/e/${event.slug}/embed"`);
    expect(text).toContain('<title>Register for Designing calm software</title>');
    expect(text).toContain('/assets/accent/f2c14e.css');
    expect(text).not.toContain('access-link');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=|autofocus/i);
  });

  it('is the only page of an event that may be framed', async () => {
    const event = await embeddable();
    for (const path of [
      '',
      '/registered',
      '/live?email=a@example.com&key=1234',
      '/registration',
      '/embedded',
    ])
      expect([path, ...frames((await app.request(`/e/${event.slug}${path}`)).headers)]).toEqual([
        path,
        ...BY_NOBODY,
      ]);
  });

  it('is the same with a slash behind its address', async () => {
    const event = await embeddable();
    const { status, headers } = await app.request(`/e/${event.slug}/embed/?lang=de`);
    expect([status, ...frames(headers), headers.get('set-cookie')]).toEqual([200, ...BY_SITES, null]);
  });

  it('that no site may show says how to allow one, and is shown on none', async () => {
    const event = await app.event();
    const { status, text, headers } = await app.request(`/e/${event.slug}/embed`);
    expect([status, ...frames(headers)]).toEqual([200, ...BY_NOBODY]);
    expect(text).toContain('No site may show this form yet');
    expect(text).toContain('Allowed sites');
    expect(text).not.toContain('<form');
  });

  it('of an event that is not there is not found, and shown on no site', async () => {
    const { status, headers } = await app.request('/e/no-such-event/embed');
    expect([status, ...frames(headers)]).toEqual([404, ...BY_NOBODY]);
  });

  it('speaks the language and has the design that the site or the visitor chose, and keeps them without a cookie', async () => {
    const event = await embeddable({ color: '#f2c14e' });
    const german = { 'accept-language': 'de-AT' };
    const plain = await app.request(`/e/${event.slug}/embed`, { headers: german });
    expect(plain.text).toContain('<html lang="de"');
    expect(plain.text).toContain('content="light dark"');
    const chosen = await app.request(`/e/${event.slug}/embed?lang=fr&theme=dark&theme2=x`, {
      headers: german,
    });
    expect(chosen.text).toContain('<html lang="fr"');
    expect(chosen.text).toContain('content="dark"');
    expect(chosen.text).toContain('/assets/accent/f2c14e-dark.css');
    expect(chosen.text).toContain(`action="/e/${event.slug}/embed?lang=fr&amp;theme=dark"`);
    expect(chosen.headers.get('set-cookie')).toBeNull();
    for (const theme of ['light', 'dark']) {
      const { text } = await app.request(`/e/${event.slug}/embed?theme=${theme}`);
      const sheet = new RegExp(`/assets/style-${theme}[^"]+`).exec(text)?.[0] ?? '';
      const css = (await app.request(sheet)).text;
      expect(css).toContain(`color-scheme: ${theme};`);
      expect(css).not.toContain('prefers-color-scheme');
      const accent = (await app.request(`/assets/accent/f2c14e-${theme}.css`)).text;
      expect(accent).toMatch(/^:root\{--accent:#f2c14e;[^@]+\}\n$/);
    }
    expect((await app.request(`/e/${event.slug}/embed?theme=neon`)).text).toContain('content="light dark"');
  });

  it('says so where the event is over or cancelled, and takes nobody', async () => {
    const over = await embeddable({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const cancelled = await embeddable();
    await app.api('POST', `/events/${cancelled.id}/cancel`, {});
    for (const [{ slug }, words] of [
      [over, 'This event has ended. Registration is closed.'],
      [cancelled, 'This event was cancelled.'],
    ] as const) {
      const { status, text, headers } = await app.request(`/e/${slug}/embed`);
      expect([status, ...frames(headers)]).toEqual([200, ...BY_SITES]);
      expect(text).toContain(words);
      expect(text).not.toContain('<form');
      const sent = await app.form(`/e/${slug}/embed`, { email: 'late@example.com' }, client());
      expect([sent.status, ...frames(sent.headers)]).toEqual([409, ...BY_SITES]);
      expect(sent.text).toContain(words);
    }
  });
});

describe('sending it', () => {
  it('leads to a thank-you in the frame, without a cookie, and the registrant has the source that the frame’s address says', async () => {
    const event = await embeddable();
    const search = new URLSearchParams({
      ...{ lang: 'fr', theme: 'dark', utm_source: 'news', utm_campaign: 'spring & co' },
      referrer: 'https://www.example.com/blog/calm',
    });
    const shown = await app.request(`/e/${event.slug}/embed?${search}`);
    const action = (/action="([^"]+)"/.exec(shown.text)?.[1] ?? '').replaceAll('&amp;', '&');
    const sent = await app.form(action, { email: 'ada@example.com', firstName: 'Ada' }, client());
    const to = sent.headers.get('location') ?? '';
    expect([sent.status, new URL(to, SITE).pathname]).toEqual([303, `/e/${event.slug}/embed/registered`]);
    expect([...frames(sent.headers), sent.headers.get('set-cookie')]).toEqual([...BY_SITES, null]);
    const thanks = await app.request(to);
    expect([...frames(thanks.headers), thanks.headers.get('set-cookie')]).toEqual([...BY_SITES, null]);
    expect(thanks.text).toContain('<html lang="fr"');
    expect(thanks.text).toContain('content="dark"');
    expect(thanks.text).toContain('data-answer');
    expect(thanks.text).not.toContain('<form');
    expect(await sourceOf(event.id)).toMatchObject({
      ...{ utmSource: 'news', utmCampaign: 'spring & co', referrer: 'https://www.example.com/blog/calm' },
      registeredBy: 'form',
    });
  });

  it('from a frame that was written by hand has the site that the browser named as its source', async () => {
    const event = await embeddable();
    const { text } = await app.request(`/e/${event.slug}/embed`, { headers: { referer: `${SITE}/` } });
    const action = (/action="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&');
    await app.form(
      action,
      { email: 'ada@example.com' },
      { ...client(), referer: `${app.config.publicUrl}${action}` },
    );
    expect(await sourceOf(event.id)).toMatchObject({ referrer: `${SITE}/` });
  });

  it.each(['javascript:alert(1)', 'nonsense', 'https://elsewhere.example/'])(
    'takes no page called %s for a source',
    async (referrer) => {
      const event = await embeddable();
      const search = new URLSearchParams({ referrer });
      await app.form(`/e/${event.slug}/embed?${search}`, { email: 'ada@example.com' }, client());
      expect((await sourceOf(event.id)).referrer ?? null).toBeNull();
    },
  );

  it('with a mistake shows the form again in the frame, with what was typed', async () => {
    const event = await embeddable();
    const search = '?lang=de&utm_source=news';
    const sent = await app.form(
      `/e/${event.slug}/embed${search}`,
      { email: 'ada', firstName: 'Ada' },
      client(),
    );
    expect([sent.status, ...frames(sent.headers)]).toEqual([422, ...BY_SITES]);
    expect(sent.text).toContain('<html lang="de"');
    expect(sent.text).toContain('value="Ada"');
    expect(sent.text).toContain('aria-invalid="true"');
    expect(sent.text).toContain(`action="/e/${event.slug}/embed?lang=de&amp;utm_source=news"`);
  });

  it('too often shows the form with a proof of work in the frame; too much for an inbox, the page that says so', async () => {
    const event = await embeddable();
    const from = client();
    const send = (n: number) => app.form(`/e/${event.slug}/embed`, { email: `ada-${n}@example.com` }, from);
    for (let n = 0; n < 20; n++) expect((await send(n)).status).toBe(303);
    const refused = await send(20);
    expect([refused.status, ...frames(refused.headers)]).toEqual([429, ...BY_SITES]);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.text).toContain(`data-proof="/e/${event.slug}/challenge"`);
    expect(refused.text).toContain('/assets/altcha.');
    expect(refused.text).toContain('value="ada-20@example.com"');

    let last = refused;
    for (let n = 0; n < 11; n++)
      last = await app.form(`/e/${event.slug}/embed?lang=en`, { email: `flood+${n}@example.com` }, client());
    expect([last.status, ...frames(last.headers)]).toEqual([429, ...BY_SITES]);
    expect(last.text).toContain('Too many attempts');
    // The event's own page would be refused in the frame.
    expect(last.text).toContain(`href="/e/${event.slug}/embed?lang=en"`);
  });

  it('with what cannot be read is refused in the frame', async () => {
    const event = await embeddable();
    const path = `/e/${event.slug}/embed`;
    const control = await app.form(path, { email: 'a@example.com', 'a\u0000b': '' }, client());
    const unknown = await app.form(path, { email: 'a@example.com', 'field.x': 'y' }, client());
    const large = await app.form(path, { email: 'x'.repeat(100_000) }, client());
    const address = await app.request(`${path}?utm_source=%00`);
    for (const [status, answer] of [
      [422, control],
      [422, unknown],
      [413, large],
      [422, address],
    ] as const)
      expect([answer.status, ...frames(answer.headers)]).toEqual([status, ...BY_SITES]);
  });

  it('takes a form from itself alone, and from no other site, however its browser says so', async () => {
    const event = await embeddable();
    const own = new URL(app.config.publicUrl).origin;
    const send = async (headers: Record<string, string>) => {
      const { status } = await app.request(`/e/${event.slug}/embed`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          host: new URL(own).host,
          ...headers,
          ...client(),
        },
        body: 'email=ada@example.com',
      });
      return status;
    };
    // In a frame of another site a form of ours is sent by a page of ours.
    expect(await send({ 'sec-fetch-site': 'same-origin', origin: own })).toBe(303);
    expect(await send({ origin: own })).toBe(303);
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: SITE },
      { 'sec-fetch-site': 'same-site', origin: SITE },
      { 'sec-fetch-site': 'cross-site', origin: 'null' },
      { origin: SITE },
      { origin: 'null' },
    ])
      expect([headers, await send(headers as Record<string, string>)]).toEqual([headers, 403]);
  });
});

describe('the script for other sites', () => {
  it('has one address, is small, and is asked for again after five minutes at no cost', async () => {
    const { status, text, headers } = await app.request('/embed.js');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(gzipSync(text).length).toBeLessThan(3_000);
    expect(text).toContain(`"${app.config.publicUrl}"`);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await app.request('/embed.js', { headers: { 'if-none-match': known } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const newer = await app.request('/embed.js', { headers: { 'if-none-match': '"older"' } });
    expect(newer.status).toBe(200);
  });

  it('asks why a form is not shown: no such event, or a site that is not allowed', async () => {
    const event = await embeddable();
    const ask = async (slug: string, origin?: string) => {
      const path = `/e/${slug}/embed/state.js`;
      const answer = await app.request(path, { headers: origin ? { origin } : {} });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const [, said = ''] = /^export const problem = (.*);\n$/.exec(answer.text) ?? [];
      return JSON.parse(said) as string | null;
    };
    expect(await ask(event.slug, SITE)).toBeNull();
    expect(await ask(event.slug, OTHER_SITE)).toBeNull();
    expect(await ask(event.slug)).toBeNull();
    expect(await ask(event.slug, 'https://elsewhere.example')).toContain(
      'Add https://elsewhere.example to the allowed sites',
    );
    expect(await ask(event.slug, 'null')).toContain('sandbox');
    expect(await ask('no-such-event', SITE)).toContain('There is no event “no-such-event”');
  });
});

describe('the sites of an event', () => {
  it('are kept as browsers write them, once each', async () => {
    const { embedOrigins } = await embeddable({
      embedOrigins: [
        'https://WWW.example.com/',
        SITE,
        'https://münchen.example:443',
        'http://127.0.0.1:8080',
      ],
    });
    expect(embedOrigins).toEqual([SITE, 'https://xn--mnchen-3ya.example', 'http://127.0.0.1:8080']);
  });

  it.each([
    [['*'], 0, 'must name one site'],
    [[SITE, 'https://www.example.com/blog'], 1, 'without a path'],
    [['http://www.example.com'], 0, 'must begin with https://'],
    [['https://www.example.com;sandbox'], 0, 'must be an origin'],
  ])('are refused where one is none: %j', async (embedOrigins, at, message) => {
    const event = await embeddable();
    const changed = await app.api('PATCH', `/events/${event.id}`, { embedOrigins });
    expect([changed.status, changed.json.errors]).toEqual([
      422,
      [{ path: `embedOrigins.${at}`, message: expect.stringContaining(message) }],
    ]);
    expect((await app.api('GET', `/events/${event.id}`)).json.embedOrigins).toEqual([SITE, OTHER_SITE]);
  });

  it('are twenty at most', async () => {
    const event = await app.event();
    const embedOrigins = Array.from({ length: 21 }, (_, n) => `https://site-${n}.example`);
    const { status, json } = await app.api('PATCH', `/events/${event.id}`, { embedOrigins });
    expect([status, json.errors]).toEqual([422, [{ path: 'embedOrigins', message: 'at most 20 origins' }]]);
  });
});
