import type { Context } from 'hono';
import type { Event } from '../../domain/event.ts';
import { LANGUAGES } from '../../domain/locale.ts';
import type { AppEnv } from '../../http/context.ts';
import { embedSource, SOURCE_PARAMETERS } from '../event/registration-source.ts';

/** The registration form for other sites, the answers to it, and what its script asks: all that another site may frame. */
const EMBED = /^\/e\/([^/]+)\/embed(?:\/|$)/;

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How the form stands in a frame of another site. */
export interface EmbedFrame {
  /** Null: as the visitor's system has it. */
  readonly theme: Theme | null;
  /** What one page in the frame hands on to the next, since no cookie does: `?lang=fr&utm_source=news`, or ''. */
  readonly search: string;
  /** The sites that may frame it. */
  readonly origins: readonly string[];
  /** It stands in a window of its own: somebody looks at it. */
  readonly isAlone: boolean;
}

export function isEmbed(c: Context): boolean {
  return EMBED.test(c.req.path);
}

/** The slug in the address of such a page, as it came. */
export function embedSlug(c: Context): string {
  return EMBED.exec(c.req.path)?.[1] ?? '';
}

/** What the frame's address says of how it is shown and where the visitor came from. What is not known is left out. */
export function embedFrame(c: Context<AppEnv>, { embedOrigins }: Event): EmbedFrame {
  const language = LANGUAGES.find((known) => known === c.req.query('lang'));
  const theme = THEMES.find((known) => known === c.req.query('theme')) ?? null;
  const source = embedSource(c.req.url, c.req.header('referer'), embedOrigins);
  const search = new URLSearchParams({
    ...(language && { lang: language }),
    ...(theme && { theme }),
    ...Object.fromEntries(
      SOURCE_PARAMETERS.flatMap(([name, parameter]) => {
        const value = source[name];
        return value ? [[parameter, value]] : [];
      }),
    ),
  }).toString();
  return {
    theme,
    search: search && `?${search}`,
    origins: embedOrigins,
    isAlone: c.req.header('sec-fetch-dest') === 'document',
  };
}
