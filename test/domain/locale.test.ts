import { expect, test } from 'vitest';
import { canonicalLocale, formattingLocale, languageFor } from '../../src/domain/locale.ts';

test('a language is the first one asked for that we write', () => {
  expect(languageFor('fr-CA', 'en')).toBe('fr');
  expect(languageFor('FR', null)).toBe('fr');
  expect(languageFor('xx-YY', 'fr')).toBe('fr');
  expect(languageFor(null, undefined)).toBe('en');
  expect(languageFor('', 'not a tag')).toBe('en');
});

test('dates follow the reader’s region where it speaks the mail’s language', () => {
  expect(formattingLocale('en', 'en-US')).toBe('en-US');
  expect(formattingLocale('fr', 'fr-CA')).toBe('fr-CA');
  expect(formattingLocale('fr', 'en-US')).toBe('fr');
});

test('plain English is day first', () => {
  expect(formattingLocale('en', 'en')).toBe('en-GB');
  expect(formattingLocale('en', null)).toBe('en-GB');
});

test('a tag has one spelling, or none', () => {
  expect(canonicalLocale('FR-ca')).toBe('fr-CA');
  expect(canonicalLocale('no such tag')).toBeNull();
});
