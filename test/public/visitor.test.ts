import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { Registrant } from '../../src/domain/registrant.ts';
import type { AppDependencies } from '../../src/http/context.ts';
import { viewFor } from '../../src/public/visitor.ts';
import { BEFORE, EVENT } from './samples.tsx';

const dependencies = { config: { publicUrl: 'https://x.test' }, now: () => BEFORE } as AppDependencies;

interface Visit {
  readonly accepts?: string;
  /** What the visitor chose earlier. */
  readonly cookie?: string;
  /** What the visitor chooses now. */
  readonly chosen?: string;
  readonly registrant?: string | null;
  readonly event?: string;
}

/** The language and locale that a visitor's page is written in. */
async function reads({ accepts, cookie, chosen, registrant, event = 'en' }: Visit): Promise<string> {
  const person =
    registrant === undefined ? null : ({ locale: registrant, timeZone: null } as unknown as Registrant);
  const app = new Hono().get('/', (c) => {
    const { language, locale } = viewFor(c, dependencies, { ...EVENT, locale: event }, person);
    return c.text(`${language} ${locale}`);
  });
  const headers = {
    ...(accepts ? { 'accept-language': accepts } : {}),
    ...(cookie ? { cookie: `language=${cookie}` } : {}),
  };
  const answer = await app.request(chosen ? `/?lang=${chosen}` : '/', { headers });
  return answer.text();
}

describe('the browser’s languages', () => {
  test.each([
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt pt-BR'],
    ['pt-PT', 'pt pt-PT'],
    ['es-MX,es;q=0.9', 'es es-MX'],
    ['ar-EG,ar;q=0.9,en-US;q=0.8', 'ar ar-EG'],
    ['ar', 'ar ar-u-nu-latn'],
    ['ja', 'ja ja'],
    ['zh-CN,zh;q=0.9,ja;q=0.5,en;q=0.4', 'ja ja'],
    ['zh', 'fr fr-CA'],
    ['en;q=0.1,de-AT;q=0.9', 'de de-AT'],
    ['de;q=0, *', 'fr fr-CA'],
    ['es-!!,x', 'es es'],
    ['*', 'fr fr-CA'],
  ])('%s at an event in fr-CA: %s', async (accepts, read) => {
    expect(await reads({ accepts, event: 'fr-CA' })).toBe(read);
  });

  test('none asked for: the event’s', async () => {
    expect(await reads({ event: 'ja-JP' })).toBe('ja ja-JP');
    expect(await reads({ event: 'zh' })).toBe('en en-GB');
  });
});

test('a choice by hand goes before the browser, which still tells the region', async () => {
  expect(await reads({ chosen: 'pt', cookie: 'ar', accepts: 'en-US,pt-PT;q=0.5' })).toBe('pt pt-PT');
  expect(await reads({ cookie: 'ar', accepts: 'en-US' })).toBe('ar ar-u-nu-latn');
  expect(await reads({ chosen: 'zh', accepts: 'de' })).toBe('de de');
});

test('a registrant reads the language of their registration', async () => {
  expect(await reads({ registrant: 'es-MX', accepts: 'de', cookie: 'fr' })).toBe('es es-MX');
  expect(await reads({ registrant: 'zh-TW', accepts: 'ja-JP' })).toBe('ja ja-JP');
  expect(await reads({ registrant: null, event: 'ar-EG' })).toBe('ar ar-EG');
});
