import { describe, expect, it } from 'vitest';
import {
  type Consent,
  changeConsents,
  consentsAsWorded,
  consentText,
  isStanding,
  markedWording,
  standingConsent,
  withdrawnNames,
  wordingMark,
} from '../../src/domain/consent.ts';
import type { FormField } from '../../src/domain/form-fields.ts';

const NEWS: FormField = {
  ...{ name: 'news', type: 'consent', required: false, options: [], help: null },
  label: { en: 'News, please', de: 'Neues, bitte' },
};
const FORM = {
  locale: 'en',
  formFields: [NEWS, { ...NEWS, name: 'company', type: 'text' as const, label: 'Company' }],
};
const AT = new Date('2027-01-01T10:00:00Z');
const LATER = new Date('2027-01-02T10:00:00Z');

const given = (text = 'News, please', at = AT): Consent => ({
  ...{ name: 'news', text, at: at.toISOString(), withdrawnAt: null },
});

describe('a consent', () => {
  it('is given by a tick, in the words of the language that the person chose, else of the event', () => {
    const answers = { news: 'yes', company: 'yes' };
    expect(consentsAsWorded(FORM, answers, 'de-AT', AT)).toEqual([given('Neues, bitte')]);
    for (const locale of ['fr', 'pl', null])
      expect(consentsAsWorded(FORM, answers, locale, AT)).toEqual([given('News, please')]);
    expect(consentsAsWorded(FORM, { news: 'no' }, null, AT)).toEqual([]);
    expect(consentsAsWorded(FORM, {}, null, AT)).toEqual([]);
  });

  it('is known by a mark of its words, in whichever language they stood', () => {
    for (const language of ['en', 'de'] as const) {
      const text = consentText(NEWS, FORM, language);
      expect(markedWording(NEWS, wordingMark(text))).toBe(text);
    }
    expect(markedWording(NEWS, wordingMark('Something else'))).toBeNull();
    expect(markedWording({ ...NEWS, label: 'One' }, wordingMark('One'))).toBe('One');
  });

  it('stays as it was given where it is left ticked, and is withdrawn where it is not', () => {
    const before = [given()];
    expect(changeConsents(before, ['news'], [given('News, please', LATER)], LATER)).toEqual(before);
    const withdrawn = changeConsents(before, ['news'], [], LATER);
    expect(withdrawn).toEqual([{ ...given(), withdrawnAt: LATER.toISOString() }]);
    expect(withdrawnNames(before, withdrawn)).toEqual(['news']);
    expect(withdrawnNames(withdrawn, withdrawn)).toEqual([]);
  });

  it('of which nobody was asked stays as it is', () => {
    expect(changeConsents([given()], ['other'], [], LATER)).toEqual([given()]);
  });

  it('given again is another entry, and the history stays', () => {
    const withdrawn = changeConsents([given()], ['news'], [], LATER);
    const again = changeConsents(withdrawn, ['news'], [given('New words', LATER)], LATER);
    expect(again).toEqual([...withdrawn, given('New words', LATER)]);
    expect(standingConsent(again, 'news')?.text).toBe('New words');
  });

  it('to other words stands beside the first, and both are withdrawn at once', () => {
    const both = changeConsents([given()], ['news'], [given('New words', LATER)], LATER);
    expect(both.filter(isStanding)).toHaveLength(2);
    expect(changeConsents(both, ['news'], [], LATER).filter(isStanding)).toEqual([]);
  });

  it('that was withdrawn long ago is forgotten, and one that stands never is', () => {
    let consents: readonly Consent[] = [{ ...given('Kept'), name: 'kept' }];
    for (let i = 0; i < 150; i++) {
      const at = new Date(AT.getTime() + i * 1_000);
      consents = changeConsents(consents, ['news'], [given(`Words ${i}`, at)], at);
      consents = changeConsents(consents, ['news'], [], at);
    }
    expect(consents.filter((consent) => !isStanding(consent))).toHaveLength(100);
    expect(consents.at(-1)?.text).toBe('Words 149');
    expect(standingConsent(consents, 'kept')?.text).toBe('Kept');
  });
});
