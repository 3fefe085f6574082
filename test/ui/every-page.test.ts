import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { findAsset } from '../../src/ui/assets.ts';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { renderPage } from '../../src/ui/render.tsx';
import { allPages, BARE_EVENT, EVENT, HOSTILE_EVENT } from '../public/samples.tsx';

const EVENTS = { usual: EVENT, bare: BARE_EVENT, hostile: HOSTILE_EVENT };

const pages = LANGUAGES.flatMap((language) =>
  Object.entries(EVENTS).flatMap(([kind, event]) =>
    Object.entries(allPages(event, language)).map(([name, page]) => ({
      name: `${name}, ${kind} event, ${language}`,
      language,
      html: renderPage(page),
    })),
  ),
);

test('every page is a document in its language with one heading of the first level', () => {
  for (const { name, html, language } of pages) {
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    expect(html, name).toMatch(new RegExp(`^<!doctype html><html lang="${language}" dir="${direction}">`));
    expect(html.match(/<h1[ >]/g), name).toHaveLength(1);
    expect(html.match(/<main /g), name).toHaveLength(1);
    expect(html, name).toMatch(/<title>[^<]+<\/title>/);
  }
});

test('no page shows what is not there', () => {
  for (const { name, html } of pages) {
    expect(html, name).not.toMatch(/undefined|>null|"null"|NaN|\[object|Invalid Date/);
  }
});

test('no page asks for what the policy forbids', () => {
  for (const { name, html } of pages) {
    expect(html, name).not.toMatch(/<style|\sstyle=|javascript:|\son[a-z]+="/i);
    // Data, which no browser runs.
    const code = html.replaceAll(/<script type="application\/ld\+json">[^<]*<\/script>/g, '');
    for (const [script] of code.matchAll(/<script[^>]*>[^<]*/g)) {
      expect(script, name).toMatch(/ src="\/assets\/[^"]+">$/);
    }
  }
});

test('hostile words are words', () => {
  for (const { name, html } of pages) expect(html, name).not.toMatch(/<b>|<script>/);
});

test('pages link only to assets that exist', () => {
  for (const { name, html } of pages) {
    for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      expect(findAsset(path), `${path} on ${name}`).not.toBeNull();
    }
  }
});

test('every field has a label, and its description is on the page', () => {
  for (const { name, html } of pages) {
    for (const [input] of html.matchAll(/<input(?![^>]+type="hidden")[^>]+>/g)) {
      const id = /id="([^"]+)"/.exec(input)?.[1];
      expect(html, name).toContain(`<label for="${id}"`);
      const described = /aria-describedby="([^"]+)"/.exec(input)?.[1]?.split(' ') ?? [];
      for (const description of described) expect(html, name).toContain(`id="${description}"`);
    }
  }
});

test('no page gives an id twice', () => {
  for (const { name, html } of pages) {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids, name).toEqual([...new Set(ids)]);
  }
});

test('every language says everything in its own words', () => {
  const [english, ...others] = LANGUAGES.map((language) => sentences(copyFor(language)));
  for (const other of others) {
    expect([...other.keys()]).toEqual([...(english?.keys() ?? [])]);
    for (const [path, sentence] of other) {
      expect(sentence, path).toMatch(/\S/);
      // "Error: …" is Spanish too.
      const sameByChance = ['direction', 'phase', 'details', 'form.errorTitle', 'registered.calendars'].some(
        (start) => path.startsWith(start),
      );
      if (!sameByChance) expect(sentence, path).not.toBe(english?.get(path));
    }
  }
});

/** Every sentence by its path; those with places to fill get the same word in all languages. */
function sentences(copy: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(copy).flatMap(([name, value]: [string, unknown]) => {
      const here = path ? `${path}.${name}` : name;
      if (typeof value === 'string') return [[here, value] as const];
      if (typeof value === 'function') return [[here, String(value('…'))] as const];
      return [...sentences(value as object, here)];
    }),
  );
}
