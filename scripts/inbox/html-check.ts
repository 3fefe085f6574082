import caniemail from 'caniemail/caniemail.json' with { type: 'json' };
import { parse } from 'node-html-parser';
import { ELEMENTS, IMAGES, PROPERTIES, SHEETS, STYLE_ATTRIBUTES, STYLES, UNITS } from './html-check-rules.ts';

/** Something in a mail's HTML that not every mail program can show. */
export interface HtmlWarning {
  /** caniemail's name for it. */
  readonly Slug: string;
  readonly Title: string;
  readonly URL: string;
  /** How often it is there, and how many of a hundred mail programs show it, in part, or not. */
  readonly Score: Readonly<Record<'Found' | 'Supported' | 'Partial' | 'Unsupported', number>>;
}

/** What Mailpit's API answers to `GET /message/{ID}/html-check`, without the single mail programs. */
export interface HtmlCheck {
  readonly Total: Readonly<Record<'Nodes' | 'Supported' | 'Partial' | 'Unsupported', number>>;
  /** Worst first. */
  readonly Warnings: readonly HtmlWarning[];
}

interface Feature {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  readonly stats: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

const FEATURES = new Map((caniemail.data as unknown as Feature[]).map((feature) => [feature.slug, feature]));
const PROPERTY_TESTS: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    PROPERTIES.map((name) => [`css-${name}`, new RegExp(`(^|\\s|;)${name}(\\s+)?:`, 'i')]),
  ),
  ...STYLES,
};

/**
 * Looks at a mail's HTML as Mailpit does (internal/htmlcheck): 100 less the worst that is shown in part and the worst
 * that is not shown, each weighted by its share of the elements. One thing is simpler here: Mailpit writes the rules of
 * style sheets into the elements first, which changes nothing for sheets that hold at-rules only, as those of our mails do.
 */
export function checkHtml(html: string): HtmlCheck {
  const root = parse(html);
  const isDocument = /<\/body>/i.test(html);
  const found = new Map<string, number>();
  const count = (slug: string, more: number) => {
    if (more > 0) found.set(slug, (found.get(slug) ?? 0) + more);
  };

  const scripts = root.querySelectorAll(
    'script:not([type="application/ld+json"]):not([type="application/json"])',
  ).length;
  if (isDocument) count('html-body', 1);
  for (const [slug, selector] of Object.entries(ELEMENTS))
    count(slug, root.querySelectorAll(selector).length);
  const sources = root.querySelectorAll('img[src]').map((image) => image.getAttribute('src') ?? '');
  for (const [slug, test] of Object.entries(IMAGES))
    count(slug, sources.filter((source) => test.test(source)).length);
  const styles = root.querySelectorAll('[style]').map((element) => element.getAttribute('style') ?? '');
  for (const [slug, test] of Object.entries(PROPERTY_TESTS))
    count(slug, styles.filter((style) => test.test(style)).length);
  for (const [slug, selector] of Object.entries(STYLE_ATTRIBUTES))
    count(slug, root.querySelector(selector) ? 1 : 0);
  for (const [slug, test] of Object.entries(UNITS))
    count(
      slug,
      styles.reduce((sum, style) => sum + (style.match(test)?.length ?? 0), 0),
    );
  const sheets = root
    .querySelectorAll('style')
    .map((style) => style.text)
    .join('');
  for (const [slug, test] of Object.entries(SHEETS)) count(slug, sheets.match(test)?.length ?? 0);

  const warnings = [...found].flatMap(([slug, times]) => warningOf(slug, times) ?? []);
  if (scripts > 0)
    warnings.push({
      ...{ Slug: 'html-script', Title: '<script> element', URL: '' },
      Score: { Found: scripts, Supported: 0, Partial: 0, Unsupported: 100 },
    });
  const nodes = root.querySelectorAll(isDocument ? '*:not(html):not(head):not(meta)' : '*').length;
  const share = ({ Score }: HtmlWarning, kind: 'Partial' | 'Unsupported') =>
    (Score[kind] * Score.Found) / nodes;
  const worst = (kind: 'Partial' | 'Unsupported') =>
    warnings.reduce((most, warning) => Math.max(most, share(warning, kind)), 0);
  const [partial, unsupported] = [worst('Partial'), worst('Unsupported')];
  const weight = (warning: HtmlWarning) => share(warning, 'Partial') + share(warning, 'Unsupported');
  return {
    Total: {
      Nodes: nodes,
      Supported: 100 - partial - unsupported,
      Partial: partial,
      Unsupported: unsupported,
    },
    Warnings: warnings.sort((a, b) => weight(b) - weight(a)),
  };
}

/** Null where caniemail does not know the feature. */
function warningOf(slug: string, times: number): HtmlWarning | null {
  const feature = FEATURES.get(slug);
  if (!feature) return null;
  const verdicts = Object.values(feature.stats).flatMap((platforms) =>
    Object.values(platforms).flatMap((versions) => Object.values(versions)),
  );
  const percent = (matches: (verdict: string) => boolean) =>
    (100 * verdicts.filter(matches).length) / verdicts.length;
  return {
    ...{ Slug: slug, Title: feature.title, URL: feature.url },
    Score: {
      Found: times,
      Supported: percent((verdict) => verdict === 'y'),
      Unsupported: percent((verdict) => verdict === 'n'),
      Partial: percent((verdict) => verdict !== 'y' && verdict !== 'n'),
    },
  };
}
