import { describe, expect, it } from 'vitest';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { openApp } from '../support/app.ts';
import { pageText } from '../support/page-text.ts';
import { takeRegistrations } from '../support/registrations.ts';

const app = await openApp();
const copy = copyFor('en').suggestion;
const FORM = [
  { name: 'company', label: 'Company', type: 'text' },
  { name: 'news', label: 'News', type: 'checkbox' },
];

const emails = async (eventId: string) => {
  await takeRegistrations(app);
  const { json } = await app.api('GET', `/events/${eventId}/registrants`);
  return json.items.map(({ email }: { email: string }) => email);
};
const json = (path: string, body: unknown) =>
  app.request(path, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json' },
  });

describe('a form with a mistyped email', () => {
  it('comes back once with the question and all that was typed, and nobody is registered', async () => {
    const event = await app.event({ formFields: FORM });
    const typed = {
      email: 'maria@gmial.com',
      firstName: 'Maria',
      'field.company': 'ACME',
      'field.news': 'yes',
    };
    const { status, text } = await app.form(`/e/${event.slug}/register`, typed);
    expect(status).toBe(422);
    expect(pageText(text)).toContain(copy.question('maria@gmail.com'));
    expect(pageText(text)).toContain(copy.use('maria@gmail.com'));
    expect(pageText(text)).toContain(copy.keep('maria@gmial.com'));
    expect(text).not.toContain('aria-invalid="true"');
    for (const kept of ['value="maria@gmial.com"', 'value="Maria"', 'value="ACME"', 'checked=""'])
      expect(text).toContain(kept);
    expect(await emails(event.id)).toEqual([]);
  });

  it.each([
    ['taken', { useEmail: 'maria@gmail.com' }, 'maria@gmail.com'],
    ['kept', { useEmail: 'maria@gmial.com' }, 'maria@gmial.com'],
    ['kept by sending the form again', { askedEmail: 'maria@gmial.com' }, 'maria@gmial.com'],
    ['kept, however it is written', { askedEmail: ' Maria@GMIAL.com' }, null],
  ])('registers at once where the suggestion is %s', async (_, answer, email) => {
    const event = await app.event();
    const fields = { email: 'maria@gmial.com', ...answer } as Record<string, string>;
    const { status } = await app.form(`/e/${event.slug}/register`, fields);
    // Before the @ an address may have case.
    expect(status).toBe(email ? 303 : 422);
    expect(await emails(event.id)).toEqual(email ? [email] : []);
  });

  it('is asked about again where another mistyped email stands in it', async () => {
    const event = await app.event();
    const { status, text } = await app.form(`/e/${event.slug}/register`, {
      ...{ email: 'maria@yaho.com', askedEmail: 'maria@gmial.com' },
    });
    expect(status).toBe(422);
    expect(pageText(text)).toContain(copy.question('maria@yahoo.com'));
  });

  it('offers what was meant where the email is none, and no way to keep it', async () => {
    const event = await app.event();
    const { status, text } = await app.form(`/e/${event.slug}/register`, { email: 'maria@gmail,com' });
    expect(status).toBe(422);
    expect(text).toContain('aria-invalid="true"');
    expect(pageText(text)).toContain(copy.use('maria@gmail.com'));
    expect(pageText(text)).not.toContain(copy.keep(''));
  });

  it('keeps the answer while something else in it is wrong', async () => {
    const event = await app.event({ formFields: [{ ...FORM[0], required: true }] });
    const kept = await app.form(`/e/${event.slug}/register`, {
      email: 'a@gmial.com',
      useEmail: 'maria@gmial.com',
    });
    expect(kept.status).toBe(422);
    expect(pageText(kept.text)).not.toContain(copy.question('maria@gmail.com'));
    expect(kept.text).toContain('name="askedEmail" value="maria@gmial.com"');
    expect(kept.text).toContain('value="maria@gmial.com"');
  });

  it('is not asked about once nobody can register any more', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/cancel`);
    const { status } = await app.form(`/e/${event.slug}/register`, { email: 'maria@gmial.com' });
    expect(status).toBe(409);
  });

  it('is asked about when the link is asked for, known address or not', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'known@gmial.com' });
    const answers = [];
    for (const name of ['known', 'fresh']) {
      const email = `${name}@gmial.com`;
      const asked = await app.form(`/e/${event.slug}/access-link`, { email });
      expect(pageText(asked.text)).toContain(copy.question(`${name}@gmail.com`));
      const kept = await app.form(`/e/${event.slug}/access-link`, { email, askedEmail: email });
      // The instant at which a form was shown, and its signature.
      const page = (text: string) => text.replaceAll(email, 'EMAIL').replaceAll(`${name}@gmail.com`, 'MEANT');
      answers.push([asked.status, page(asked.text), kept.status, page(kept.text)]);
    }
    expect(answers[0]?.[0]).toBe(422);
    expect(answers[0]?.[2]).toBe(200);
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('a program that registers somebody mistyped', () => {
  it('is told what was meant, and the registration stands', async () => {
    const event = await app.event();
    const answer = await json(`/e/${event.slug}/register`, { email: 'maria@gmial.com' });
    expect([answer.status, answer.json]).toEqual([202, { ok: true, suggestedEmail: 'maria@gmail.com' }]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await emails(event.id)).toEqual(['maria@gmial.com']);
    expect((await json(`/e/${event.slug}/register`, { email: 'ada@gmail.com' })).json).toEqual({ ok: true });
    expect((await json(`/e/${event.slug}/access-link`, { email: 'maria@gmial.com' })).json).toEqual({
      ok: true,
    });
  });
});

describe('what browsers ask for while somebody types', () => {
  const ask = (query: string) => app.request(`/suggested-domain${query}`);

  it.each([
    ['a slip', 'gmial.com', 'gmail.com'],
    ['a comma', 'gmail,com', 'gmail.com'],
    ['capitals', 'GMIAL.COM', 'gmail.com'],
    ['what was meant', 'gmail.com', null],
    ['somebody’s own domain', 'a-company.example', null],
    ['nothing', '', null],
    ['no domain', '@', null],
    ['far too much', 'x'.repeat(10_000), null],
    ['half an emoji', '\ud83d', null],
    ['a control character', 'gmial.com\u0000', undefined],
  ])('is answered: %s', async (_, domain, suggested) => {
    const answer = await ask(`?domain=${encodeURIComponent(domain.toWellFormed())}`);
    if (suggested === undefined) expect(answer.status).toBe(422);
    else {
      expect(answer.json).toEqual({ suggested });
      expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });

  it('has a limit', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 2_000 && !statuses.has(429); n++)
      statuses.add((await ask('?domain=gmial.com')).status);
    expect([...statuses]).toEqual([200, 429]);
  });
});
