import { expect, test } from 'vitest';
import {
  canonicalLocale,
  formattingLocale,
  LANGUAGES,
  languageFor,
  tagFor,
} from '../../src/domain/locale.ts';

test('a language is the first one asked for that we write', () => {
  expect(languageFor('fr-CA', 'en')).toBe('fr');
  expect(languageFor('FR', null)).toBe('fr');
  expect(languageFor('xx-YY', 'fr')).toBe('fr');
  expect(languageFor(null, undefined)).toBe('en');
  expect(languageFor('', 'not a tag')).toBe('en');
});

test.each([
  ['pt-BR', 'pt'],
  ['pt-PT', 'pt'],
  ['es-MX', 'es'],
  ['es-419', 'es'],
  ['ar-EG', 'ar'],
  ['ja-JP', 'ja'],
  ['de-CH', 'de'],
])('%s reads %s', (tag, language) => {
  expect(languageFor(tag, 'en')).toBe(language);
});

test('a language that we do not write gives the next candidate', () => {
  expect(languageFor('zh-TW', 'zh', 'ja')).toBe('ja');
  expect(languageFor('jam', 'arz', 'de')).toBe('de');
});

test('the tag that says most decides how dates are written', () => {
  expect(tagFor('pt', ['pt', 'en-US', 'pt-PT'])).toBe('pt-PT');
  expect(tagFor('ar', ['ar', 'ar-Arab'])).toBe('ar');
  expect(tagFor('es', ['es-!!', 'es-MX'])).toBe('es-MX');
  expect(tagFor('de', ['en', 'fr-CH'])).toBeNull();
});

test('dates follow the reader’s region where it speaks the mail’s language', () => {
  expect(formattingLocale('en', 'en-US')).toBe('en-US');
  expect(formattingLocale('fr', 'fr-CA')).toBe('fr-CA');
  expect(formattingLocale('fr', 'en-US')).toBe('fr');
  expect(formattingLocale('pt', 'pt-PT')).toBe('pt-PT');
  expect(formattingLocale('ar', 'ar-EG')).toBe('ar-EG');
});

test('plain English is day first', () => {
  expect(formattingLocale('en', 'en')).toBe('en-GB');
  expect(formattingLocale('en', null)).toBe('en-GB');
});

test('Arabic without a region has the digits of the links beside it', () => {
  for (const tag of ['ar', null, 'fr-TN'])
    expect(new Intl.NumberFormat(formattingLocale('ar', tag)).format(15)).toBe('15');
  expect(new Intl.NumberFormat(formattingLocale('ar', 'ar-EG')).format(15)).toBe('١٥');
});

test('every language is one that the runtime can write dates in', () => {
  expect(Intl.DateTimeFormat.supportedLocalesOf([...LANGUAGES])).toEqual([...LANGUAGES]);
});

test('a tag has one spelling, or none', () => {
  expect(canonicalLocale('FR-ca')).toBe('fr-CA');
  expect(canonicalLocale('no such tag')).toBeNull();
});
