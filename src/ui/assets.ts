import { createHash } from 'node:crypto';
import { accentStylesheet } from './accent.ts';
import { assetBytes, assetFile } from './asset-files.ts';
import { INTER_STYLES, INTER_SUBSETS, type InterSubset, interFile } from './inter.ts';

export interface Asset {
  /** A text, or the bytes of what is none. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const STYLESHEET = 'text/css; charset=utf-8';

/** The order matters: tokens first, then what builds on them. */
const STYLES = [
  'ui/styles/tokens',
  'ui/styles/base',
  'ui/styles/layout',
  'ui/styles/components',
  'ui/styles/forms',
  'public/home/home',
  'public/event/event',
  'public/room/countdown',
  'public/room/room',
  'public/embed/embed',
  'ui/styles/print',
];
const TEAM_STYLES = [
  'ui/styles/tokens',
  'team/styles/tokens',
  'ui/styles/base',
  'team/styles/layout',
  'team/styles/controls',
  'team/styles/fields',
  'team/styles/table',
  'team/styles/parts',
  'team/styles/toasts',
  'team/events/events',
  'team/events/form-fields',
  'team/mails/custom-text',
  'team/preview/preview',
  'team/audit/audit',
  'team/exports/exports',
  'team/bulk/bulk',
  'team/mails/mails',
  'team/announcements/announcements',
  'team/imports/imports',
  'team/people/people',
  'team/search/search',
  'team/overview/overview',
  'team/doors/doors',
  'team/people/answer-menu',
  'team/members/members',
  'team/senders/senders',
  'team/webhooks/webhooks',
  'team/styles/print',
];

const altchaWord = (file: string) => ({ body: assetFile(`altcha/i18n/${file}.js`), contentType: JAVASCRIPT });

type FontName = `inter-${InterSubset}.woff2`;

const FONTS = Object.fromEntries(
  INTER_SUBSETS.map((subset) => [
    `inter-${subset}.woff2`,
    { body: assetBytes(interFile(subset)), contentType: 'font/woff2' },
  ]),
) as Record<FontName, { body: Uint8Array<ArrayBuffer>; contentType: string }>;

const SOURCES = {
  ...FONTS,
  'style.css': { body: styles(STYLES), contentType: STYLESHEET },
  // A site that shows our form may choose one of the two designs.
  'style-light.css': { body: styles(STYLES, 'light'), contentType: STYLESHEET },
  'style-dark.css': { body: styles(STYLES, 'dark'), contentType: STYLESHEET },
  'team.css': { body: interFaces() + styles(TEAM_STYLES), contentType: STYLESHEET },
  'docs.css': { body: assetFile('api/docs/docs.css'), contentType: STYLESHEET },
  'local-time.js': { body: script('ui/local-time'), contentType: JAVASCRIPT },
  'email-suggestion.js': { body: script('public/event/email-suggestion'), contentType: JAVASCRIPT },
  'registered.js': { body: script('public/event/registered'), contentType: JAVASCRIPT },
  'proof.js': { body: script('public/limits/proof'), contentType: JAVASCRIPT },
  'embed-frame.js': { body: script('public/embed/embed-frame'), contentType: JAVASCRIPT },
  'room.js': { body: script('public/room/room'), contentType: JAVASCRIPT },
  'countdown.js': { body: script('public/room/countdown'), contentType: JAVASCRIPT },
  'preview.js': { body: script('team/preview/preview'), contentType: JAVASCRIPT },
  'custom-text.js': { body: script('team/mails/custom-text'), contentType: JAVASCRIPT },
  'end-follows.js': { body: script('team/events/end-follows'), contentType: JAVASCRIPT },
  'form-fields.js': { body: script('team/events/form-fields'), contentType: JAVASCRIPT },
  'picture-field.js': { body: script('team/events/picture-field'), contentType: JAVASCRIPT },
  'event-form.js': { body: script('team/events/event-form'), contentType: JAVASCRIPT },
  'turbo.js': { body: assetFile('turbo.js'), contentType: JAVASCRIPT },
  'time.js': { body: script('team/parts/time'), contentType: JAVASCRIPT },
  'team.js': { body: script('team/team'), contentType: JAVASCRIPT },
  'correct.js': { body: script('team/bulk/correct'), contentType: JAVASCRIPT },
  'import.js': { body: script('team/imports/import'), contentType: JAVASCRIPT },
  'altcha.js': { body: assetFile('altcha/external/altcha.min.js'), contentType: JAVASCRIPT },
  'altcha-worker.js': { body: assetFile('altcha/workers/pbkdf2.js'), contentType: JAVASCRIPT },
  'altcha-ar.js': altchaWord('ar'),
  'altcha-de.js': altchaWord('de'),
  'altcha-es.js': altchaWord('es-es'),
  'altcha-fr.js': altchaWord('fr-fr'),
  'altcha-ja.js': altchaWord('ja'),
  'altcha-pt.js': altchaWord('pt-pt'),
  'altcha.css': { body: assetFile('altcha/external/altcha.css'), contentType: STYLESHEET },
  'favicon.svg': { body: assetFile('ui/static/favicon.svg'), contentType: 'image/svg+xml' },
} satisfies Record<string, Asset>;

export type AssetName = keyof typeof SOURCES;

const PATHS = new Map(
  Object.entries(SOURCES).map(([name, asset]) => [name, fingerprinted(name, asset.body)] as const),
);
const ASSETS = new Map<string, Asset>(
  Object.entries(SOURCES).map(([name, asset]) => [fingerprinted(name, asset.body), asset]),
);

/** The address of an asset, with its content's fingerprint: `/assets/style.1a2b3c4d5e.css`. */
export function assetPath(name: AssetName): string {
  const path = PATHS.get(name);
  if (!path) throw new Error(`no asset is called ${name}`);
  return path;
}

/**
 * The asset at `path`, an event's accent stylesheet included, or null. What is found never changes under
 * its address: serve it with `Cache-Control: public, max-age=31536000, immutable`.
 */
export function findAsset(path: string): Asset | null {
  const asset = ASSETS.get(path);
  if (asset) return asset;
  const accent = accentStylesheet(path);
  return accent === null ? null : { body: accent, contentType: STYLESHEET };
}

function fingerprinted(name: string, body: Asset['body']): string {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);
  return `/assets/${name.replace('.', `.${hash}.`)}`;
}

/**
 * A browser script: TypeScript beside the page that it belongs to, JavaScript on the wire. What it imports of the scripts beside
 * it stands in it, so that a page asks for one file.
 */
function script(name: string): string {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return assetFile(`${name}.browser.ts`).replaceAll(
    /^import \{[^}]*\} from '\.\/(.+)\.browser\.ts';$/gm,
    (_, imported: string) => script(folder + imported).replaceAll(/^export /gm, ''),
  );
}

/** `theme`: one design for all visitors; absent: the one that their system has. */
function styles(names: readonly string[], theme?: 'light' | 'dark'): string {
  const text = names.map((name) => assetFile(`${name}.css`)).join('\n');
  if (!theme) return text;
  return text
    .replaceAll('(prefers-color-scheme: dark)', theme === 'dark' ? 'all' : 'not all')
    .replaceAll('color-scheme: light dark', `color-scheme: ${theme}`);
}

/** The package's own `@font-face` rules of the alphabets that are served, with the addresses that they have here. */
function interFaces(): string {
  const rules = assetFile(INTER_STYLES).match(/@font-face \{[^}]*\}/g) ?? [];
  return INTER_SUBSETS.map((subset) => {
    const file = interFile(subset).replace('inter/', './');
    const rule = rules.find((each) => each.includes(file));
    if (!rule) throw new Error(`the package of Inter has no styles for ${file}`);
    return `${rule.replace(file, fingerprinted(`inter-${subset}.woff2`, FONTS[`inter-${subset}.woff2`].body))}\n`;
  }).join('');
}
