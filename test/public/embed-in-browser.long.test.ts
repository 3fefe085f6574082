import type { BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { embedSnippet } from '../../src/public/embed/snippet.tsx';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openForeignSite } from '../support/foreign-site.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';

const THANKS = 'Check your inbox';
const CONSENT = [
  ...['Company', 'Role'].map((label) => ({ name: label, label, type: 'text', required: true })),
  { name: 'terms', label: 'I agree to the terms of the host', type: 'consent', required: true },
];

describeInBrowser('the form on a page of another site', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const site = await openForeignSite();
  const { open, openAt } = useBrowser(team, { colorScheme: 'light' });

  const embeddable = (changes: Record<string, unknown> = {}) =>
    app.event({ embedOrigins: [site.origin], color: '#0f766e', ...changes });
  /** What the team copies. */
  const snippet = (event: { slug: string; title: string }, attributes = 'async') => {
    const [script, link] = embedSnippet(team.url, { ...event, locale: 'en' });
    return `${script.replace('async', attributes)}\n${link}`;
  };
  // All visitors are one client, as far as the app knows.
  beforeEach(async () => void (await app.pool.query('delete from {schema}.rate_limit')));
  /** Nobody who is signed in, at the page. */
  const visit = async (address: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await open(options, null);
    await page.goto(address);
    return page;
  };
  const form = (page: Page, nth = 0): FrameLocator => page.frameLocator('iframe').nth(nth);
  const heightOf = async (page: Page, nth = 0) =>
    (await page.locator('iframe').nth(nth).boundingBox())?.height ?? 0;
  /** Waits until the frame is exactly as high as what is in it, and so does not scroll. */
  const fits = (page: Page, nth = 0) =>
    waitFor(async () => {
      const inner = await form(page, nth).locator('body').boundingBox();
      expect(await heightOf(page, nth)).toBe(Math.ceil(inner?.height ?? 0));
    });
  const registrants = async (event: { id: string }) => {
    await takeRegistrations(app);
    return (await app.api('GET', `/events/${event.id}/registrants`)).json.items;
  };
  const look = async (page: Page, name: string) => {
    if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/${name}.png`, fullPage: true });
  };

  it('is as high as what is in it, also with mistakes; the registration has its source, and thanks get the focus', async () => {
    const event = await embeddable({ formFields: CONSENT });
    const address = site.page(`<h1>Come to us</h1>${snippet(event)}<p>Below the form</p>`);
    const page = await visit(`${address}?utm_source=news&utm_medium=%00mail&token=secret`, {
      viewport: { width: 700, height: 420 },
    });
    await form(page).getByLabel('Email address').waitFor();
    await fits(page);
    // The page was not scrolled to the form, and nobody taken into it.
    expect(await page.evaluate('[document.activeElement.tagName, scrollY]')).toEqual(['BODY', 0]);
    expect(await page.locator('iframe').getAttribute('title')).toBe('Register for Designing calm software');
    expect(await page.getByRole('link').count()).toBe(0);
    const before = await heightOf(page);

    await form(page).getByLabel('Email address').fill('ada');
    await form(page).getByLabel('Company').fill('ACME');
    await form(page).getByLabel('Role').fill('Founder');
    await form(page).getByRole('checkbox').check();
    await form(page).getByRole('button').click();
    await form(page).locator('[role=alert]:focus').waitFor();
    await fits(page);
    expect(await heightOf(page)).toBeGreaterThan(before);
    expect(await page.locator('iframe').getAttribute('title')).toMatch(/^Error: /);

    await form(page).getByLabel('Email address').fill('ada@example.com');
    await form(page).getByRole('button').click();
    await form(page).locator('[data-answer]:focus').getByText(THANKS).waitFor();
    await fits(page);
    await waitFor(async () => {
      const top = (await form(page).getByRole('heading', { name: THANKS }).boundingBox())?.y ?? -1;
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThan(420);
    });
    expect(await page.evaluate('document.activeElement.tagName')).toBe('IFRAME');
    const [ada] = await registrants(event);
    const { technical } = (await app.api('GET', `/events/${event.id}/registrants/${ada.id}`)).json;
    expect(technical).toMatchObject({ utmSource: 'news', utmMedium: 'mail', referrer: address });
    expect(team.complaints.filter((line) => line.includes(event.slug) && !line.includes('422'))).toEqual([]);
  });

  it('works where cookies of other sites are blocked, and needs none', async () => {
    const event = await embeddable();
    const page = await visit(site.page(`<iframe src="${site.cookiesUrl}"></iframe>`));
    await page.reload();
    await form(page).getByText('third=party').waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: true });
    await page.reload();
    await form(page).getByText('no cookie').waitFor();
    await page.context().clearCookies();
    await page.goto(site.page(snippet(event)));
    await form(page).getByLabel('Email address').fill('ada@example.com');
    await form(page).getByLabel('Email address').press('Enter');
    await form(page).getByText(THANKS).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(await registrants(event)).toMatchObject([{ email: 'ada@example.com' }]);
  });

  it.each([
    ['names our origin', (url: string) => `script-src ${url}; frame-src ${url}`],
    ['names the script alone', (url: string) => `script-src ${url}/embed.js; frame-src ${url}`],
    ['goes by a nonce', (url: string) => `script-src 'nonce-abc' 'strict-dynamic'; frame-src ${url}`],
  ])('stands under a strict policy that %s', async (_, policy) => {
    const event = await embeddable();
    const page = await visit(
      site.page(snippet(event, 'nonce="abc" async'), {
        policy: `default-src 'none'; base-uri 'none'; ${policy(team.url)}`,
      }),
    );
    await form(page).getByLabel('Email address').fill('ada@example.com');
    await fits(page);
    await form(page).getByRole('button').click();
    await form(page).getByText(THANKS).waitFor();
  });

  it('says what is wrong, in its place, where it cannot be shown', async () => {
    const event = await embeddable();
    const elsewhere = await app.event({ embedOrigins: ['https://elsewhere.example'] });
    const unknown = { slug: 'no-such-event', title: 'Nothing' };
    const script = `<script src="${team.url}/embed.js" async></script>`;
    for (const [body, said, policy] of [
      [snippet(elsewhere), `Add ${site.origin} to the allowed sites in the event’s settings, under Embed.`],
      [snippet(unknown), 'There is no event “no-such-event”'],
      [script, 'The snippet needs data-event'],
      [snippet(event, 'data-target="#form" async'), 'No element of this page is #form'],
      [snippet(event, 'data-target="<" async'), 'No element of this page is <'],
      [snippet(event), `add frame-src ${team.url}`, `default-src 'none'; script-src ${team.url}`],
    ] as const) {
      const page = await visit(site.page(body, policy ? { policy } : {}));
      await page.getByText(said).waitFor();
      expect(await page.locator('iframe').count()).toBe(0);
      // Without the form, the way to it stays.
      if (body !== script) expect(await page.getByRole('link').isVisible()).toBe(true);
      if (said.startsWith('Add')) await look(page, 'not-allowed');
      await page.close();
    }
  });

  it('says so, too, where nothing tells why it did not come', async () => {
    const event = await app.event({ embedOrigins: ['https://elsewhere.example'] });
    const page = await open({}, null);
    await page.clock.install();
    await page.route('**/state.js', (route) => route.abort());
    await page.goto(site.page(snippet(event)));
    await waitFor(async () => {
      await page.clock.fastForward(10_000);
      expect(await page.getByText('The registration form did not come.').isVisible()).toBe(true);
    });
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('is a link without script, and a frame that was written by hand works without it, too', async () => {
    const event = await embeddable();
    const noScript = { javaScriptEnabled: false };
    const page = await visit(site.page(snippet(event)), noScript);
    await page.getByRole('link', { name: 'Register for Designing calm software' }).click();
    await page.getByLabel('Email address').first().waitFor();
    expect(page.url()).toBe(`${team.url}/e/${event.slug}`);

    await page.goto(site.page(`<iframe src="${team.url}/e/${event.slug}/embed" height="600"></iframe>`));
    await form(page).getByLabel('First name').fill('x'.repeat(200));
    await form(page).getByLabel('Email address').fill('ada');
    await form(page).getByRole('button').click();
    await form(page).getByText('Please check what you entered').waitFor();
    await form(page).getByLabel('Email address').fill('ada@example.com');
    await form(page).getByRole('button').click();
    await form(page).getByText(THANKS).waitFor();
    const [ada] = await registrants(event);
    const { technical } = (await app.api('GET', `/events/${event.id}/registrants/${ada.id}`)).json;
    expect(technical).toMatchObject({ referrer: `${site.origin}/` });
  });

  it('stands as often as it is asked for, wherever and whenever its script comes, and leaves nothing in the window', async () => {
    const [one, two, three, four] = await Promise.all(
      ['One', 'Two', 'Three', 'Four'].map((title) => embeddable({ title, formFields: CONSENT })),
    );
    const src = `${team.url}/embed.js`;
    // Frames have numbers there.
    const names = 'Object.getOwnPropertyNames(window).filter((name) => !/^[0-9]+$/.test(name)).sort()';
    const empty = await visit(site.page('<iframe title="x"></iframe>'));
    const usual = await empty.evaluate<string[]>(names);
    const page = await visit(
      site.page(
        `<main><div id="there"><a href="${team.url}/e/${two.slug}" data-event-link>Register</a></div>${snippet(one)}
         <script type="module" src="${src}?v=2" data-event="${three.slug}" data-lang="fr" data-theme="dark"></script></main>
         <script src="${src}"></script>`.replace(
          `<script src="${src}"></script>`,
          `<script src="${src}" data-event="${one.slug}"></script>`,
        ),
        { head: `<script src="${src}" data-event="${two.slug}" data-target="#there"></script>` },
      ),
    );
    await page.evaluate(`addEventListener('load', () => undefined); (() => {
      const script = document.createElement('script');
      Object.assign(script, { src: '${src}' }).dataset.event = '${four.slug}';
      document.querySelector('main').prepend(script);
    })()`);
    const titles = () =>
      page
        .locator('iframe')
        .evaluateAll((frames) => frames.map((frame) => (frame as { title: string }).title));
    await waitFor(async () =>
      expect(await titles()).toEqual([
        'Register for Four',
        'Register for Two',
        'Register for One',
        'S’inscrire à « Three »',
        'Register for One',
      ]),
    );
    for (const nth of [0, 1, 2, 3, 4]) await fits(page, nth);
    expect(await page.evaluate(names)).toEqual(usual);
    expect(await page.locator('iframe').nth(3).getAttribute('src')).toMatch(/lang=fr&theme=dark/);

    await form(page, 3).getByLabel('Adresse e‑mail').fill('ada@example.com');
    for (const field of ['Company', 'Role']) await form(page, 3).getByLabel(field).fill('x');
    await form(page, 3).getByRole('checkbox').check();
    await form(page, 3).getByRole('button').click();
    await form(page, 3).locator('[data-answer]').waitFor();
    for (const nth of [0, 1, 2, 3, 4]) await fits(page, nth);
    expect(await registrants(three)).toHaveLength(1);
    expect(await registrants(one)).toHaveLength(0);
  });

  it('is filled in and left with the keyboard, at 320 px, and nothing scrolls sideways', async () => {
    const event = await embeddable({ title: `Designing ${'w'.repeat(90)}` });
    const page = await visit(site.page(`${snippet(event)}<button>After it</button>`), {
      viewport: { width: 320, height: 640 },
    });
    await fits(page);
    const sideways = 'document.documentElement.scrollWidth - innerWidth';
    const frame = page.frames()[1];
    expect([await page.evaluate(sideways), await frame?.evaluate(sideways)]).toEqual([0, 0]);
    const email = form(page).locator('#register-email:focus');
    for (let n = 0; n < 5 && (await email.count()) === 0; n++) await page.keyboard.press('Tab');
    const stops: string[] = [];
    for (let stop = 0; stop < 6; stop++) {
      stops.push(
        await form(page)
          .locator(':focus')
          .evaluate((one) => (one as { id: string }).id),
      );
      await page.keyboard.press('Tab');
    }
    expect(stops).toEqual(['register-email', 'register-firstName', 'register-lastName', '', '', '']);
    await page.locator('button:focus').waitFor();
    for (let back = 0; back < 6; back++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await form(page).locator('[data-answer]:focus').waitFor();
    await fits(page);
    expect(await frame?.evaluate(sideways)).toBe(0);
  });

  it('listens to the form alone, and not to who speaks in its name', async () => {
    const event = await embeddable();
    const liar = site.page(`<script>
      parent.postMessage({ accessMail: 'form', height: 5000, title: 'A lie', isAnswer: true }, '*');
    </script>`);
    const address = site.page(
      `<script>addEventListener('message', ({ data }) => document.body.dataset.heard = data.title)</script>
       ${snippet(event)}<iframe hidden id="liar"></iframe>`,
    );
    const page = await visit(address);
    await fits(page);
    const before = await heightOf(page);
    // Of our own origin's kind as little as of the site's: the form's window is meant.
    for (const from of [liar, liar.replace('localhost', '127.0.0.1')]) {
      await page.evaluate(
        `document.body.dataset.heard = ''; document.getElementById('liar').src = '${from}'`,
      );
      await page.locator('body[data-heard="A lie"]').waitFor();
      expect(await heightOf(page)).toBe(before);
      expect(await page.locator('iframe').first().getAttribute('title')).toBe(
        'Register for Designing calm software',
      );
    }
  });

  it('leads to all other pages in another window, since they refuse the frame', async () => {
    const event = await embeddable();
    const page = await visit(site.page(snippet(event)));
    for (const name of ['Already registered?', 'About this event']) {
      const [opened] = await Promise.all([
        page.context().waitForEvent('page'),
        form(page).getByRole('link', { name }).click(),
      ]);
      await opened.getByRole('heading', { level: 1 }).waitFor();
      expect(new URL(opened.url()).pathname).toBe(`/e/${event.slug}`);
    }
    const framed = await visit(site.page(`<iframe src="${team.url}/e/${event.slug}"></iframe>`));
    await waitFor(() => expect(team.complaints.join('\n')).toContain("frame-ancestors 'none'"));
    expect(await form(framed).getByLabel('Email address').count()).toBe(0);
  });

  it.each([
    [375, 'light'],
    [375, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('is for everybody: axe finds nothing at %i px, %s', async (width, colorScheme) => {
    const event = await embeddable({ formFields: CONSENT, hostName: 'Ada', description: 'Calm.' });
    const options = { viewport: { width, height: 900 }, colorScheme };
    const style =
      'margin: 0; font: 16px/1.5 Georgia, serif; background: Canvas; color: CanvasText; color-scheme: light dark';
    const page = await visit(
      site.page(
        `<div style="${style}; min-height: 100vh"><main style="max-width: 34rem; margin: 0 auto; padding: 24px 16px"><h1>Our autumn talks</h1>
         <p>Every month somebody shows us how they work. Come and ask.</p>${snippet(event)}<p>© The studio</p></main></div>`,
      ),
      options,
    );
    await fits(page);
    await look(page, `form-${width}-${colorScheme}`);
    expect(await findAxeViolations(page)).toEqual([]);
    const alone = await openAt(`/e/${event.slug}/embed`, options);
    expect(await findAxeViolations(alone)).toEqual([]);
    await form(page).getByLabel('Email address').fill('ada');
    await form(page).getByLabel('Company').fill('ACME');
    await form(page).getByLabel('Role').fill('Founder');
    await form(page).getByRole('checkbox').check();
    await form(page).getByRole('button').click();
    await form(page).locator('[role=alert]').waitFor();
    await fits(page);
    await look(page, `mistake-${width}-${colorScheme}`);
    await form(page).getByLabel('Email address').fill('ada@example.com');
    await form(page).getByRole('button').click();
    await form(page).getByText(THANKS).waitFor();
    await fits(page);
    await look(page, `thanks-${width}-${colorScheme}`);
    await alone.goto(`/e/${event.slug}/embed/registered`);
    expect(await findAxeViolations(alone)).toEqual([]);
  });

  // The last: this process goes on refusing the one client of these tests.
  it('asks for a proof of work in the frame where many register, and goes on with it', async () => {
    const event = await embeddable();
    const page = await visit(site.page(snippet(event)));
    await form(page).getByLabel('Email address').waitFor();
    for (let n = 0; n < 20; n++) await app.form(`/e/${event.slug}/embed`, { email: `p-${n}@example.com` });
    await form(page).getByLabel('Email address').fill('ada@example.com');
    await form(page).getByRole('button', { name: 'Register' }).click();
    await form(page).getByText('Your form was not sent yet').waitFor();
    await form(page)
      .locator('altcha-widget [data-state=verified], altcha-widget[data-state=verified]')
      .waitFor();
    await fits(page);
    await look(page, 'proof');
    await form(page).getByRole('button', { name: 'Register' }).click();
    await form(page).getByText(THANKS).waitFor();
  });
});
