import { afterAll, beforeAll, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { documentsOf, EVENT } from '../public/samples.tsx';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { checkLayout } from './check-layout.ts';

describeInBrowser('the pages in every language, in a browser', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(LANGUAGES)(
    'in %s none scrolls sideways at 320 px, breaks the policy, or has a target that is hard to hit',
    async (language) => {
      await checkLayout(browser, documentsOf([['usual', EVENT, language]]));
    },
  );
});
