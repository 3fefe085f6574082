import { expect, test } from 'vitest';
import type { Language } from '../../src/domain/locale.ts';
import { describeOnPage } from '../support/browser.ts';
import { MAILS, type MailName, type SampleChanges, sampleMail } from './sample-mail.ts';

export interface MailCase {
  readonly name: MailName;
  readonly state: string;
  readonly changes: SampleChanges;
}

/** Every mail in each of these states. */
export const casesOf = (states: Record<string, SampleChanges>): MailCase[] =>
  MAILS.flatMap((name) => Object.entries(states).map(([state, changes]) => ({ name, state, changes })));

/** What changes how much stands where. */
const LAYOUTS: Record<string, SampleChanges> = {
  plain: {},
  'the host’s clock, a reader without a name': { registrant: { timeZone: null, firstName: '' } },
  'another day for the host': { registrant: { timeZone: 'Pacific/Kiritimati' } },
  'all pictures': {
    event: {
      logoUrl: 'https://cdn.example/logo.png',
      coverUrl: 'https://cdn.example/cover.png',
      hostPictureUrl: 'https://cdn.example/host.png',
    },
  },
  'a code': { event: { keyStyle: 'digits', fromName: 'Studio' }, registrant: { accessKey: '4071' } },
  'long words': {
    event: { title: 'Donaudampfschifffahrtsgesellschaft'.repeat(5), hostName: 'x'.repeat(200) },
    registrant: { email: `${'a'.repeat(64)}@${'b'.repeat(60)}.example`, firstName: 'Ö'.repeat(200) },
    export: { fileName: `${'x'.repeat(120)}.csv`, rows: 9_007_199_254_740_991 },
  },
};
const WIDTHS = [320, 640];
/** A cancelled event has nowhere to go, an attached file lies beside the words, and a failed one nowhere. */
const WITHOUT_BUTTON: readonly MailName[] = ['event_cancelled', 'export_attached', 'export_failed'];
/** Three calendars, and the link. */
const WITH_CALENDARS: readonly MailName[] = ['confirmation', 'event_updated'];

function buttonsOf(name: MailName): number {
  if (WITHOUT_BUTTON.includes(name)) return 0;
  return WITH_CALENDARS.includes(name) ? 4 : 1;
}

/** Every mail in these languages. */
export function checkLayoutOfMails(languages: readonly Language[]): void {
  describeOnPage(`in ${languages.join(', ')}, in a browser`, (opened) => {
    test.each(casesOf(LAYOUTS))('$name, $state: fits, and its button is for a thumb', async (mail) => {
      const mails = await Promise.all(
        languages.map(async (locale) => ({ locale, html: await htmlOf(mail, locale) })),
      );
      const frames = mails.flatMap((one) => WIDTHS.map((width) => ({ ...one, width })));
      // All languages in one page, each in windows of its own: a page each would take ten times as long.
      const page = opened();
      await page.setContent('<body></body>');
      const found = await page.evaluate<{ scrollWidth: number; heights: number[] }[]>(
        `(${OPEN_FRAMES})(${JSON.stringify(frames.map(({ width, html }) => ({ width, html })))})`,
      );
      for (const [i, { locale, width }] of frames.entries()) {
        const { scrollWidth, heights = [] } = found[i] ?? {};
        const what = `in ${locale} at ${width} px`;
        expect(scrollWidth, what).toBe(width);
        expect(heights, what).toHaveLength(buttonsOf(mail.name));
        for (const height of heights) expect(height, what).toBeGreaterThanOrEqual(44);
      }
    });
  });
}

export async function htmlOf(
  { name, changes }: { readonly name: MailName; readonly changes: SampleChanges },
  locale: string,
): Promise<string> {
  return (await sampleMail(name, { ...changes, registrant: { ...changes.registrant, locale } })).html;
}

/** How wide each mail is in a window of its width, and how high its buttons are. Runs in the page. */
const OPEN_FRAMES = `(frames) => Promise.all(frames.map(({ width, html }) => new Promise((resolve) => {
  const frame = document.createElement('iframe');
  frame.style = 'position: absolute; left: -9999px; border: 0; height: 800px; width: ' + width + 'px';
  frame.onload = () => {
    const mail = frame.contentDocument;
    resolve({
      scrollWidth: mail.documentElement.scrollWidth,
      heights: [...mail.querySelectorAll('.edge a')].map((button) => button.getBoundingClientRect().height),
    });
  };
  frame.srcdoc = html;
  document.body.append(frame);
})))`;
