import { isColor, legible, textOn } from '../domain/color.ts';

/**
 * An event's own colour without an inline style, which the Content-Security-Policy forbids: one tiny
 * stylesheet a colour, made from its address alone, that sets the accent tokens of `styles/tokens.css`.
 */

const ACCENT_PATH = /^\/assets\/accent\/([0-9a-f]{6})(?:-(light|dark))?\.css$/;
/** From `styles/tokens.css`: of the two grounds in each design, the one that is harder to stand out from. */
const LIGHT_GROUND = '#f2f3f5';
const DARK_GROUND = '#181b21';

/** Where the stylesheet of `color` is served, for one design or for whichever the visitor has; null for what is no `#rrggbb`. */
export function accentPath(color: string, theme: 'light' | 'dark' | null = null): string | null {
  const name = `${color.slice(1).toLowerCase()}${theme ? `-${theme}` : ''}`;
  return isColor(color) ? `/assets/accent/${name}.css` : null;
}

/** The stylesheet that belongs at `path`, or null when the path is not an accent's. */
export function accentStylesheet(path: string): string | null {
  const [, digits, theme] = ACCENT_PATH.exec(path) ?? [];
  if (!digits) return null;
  const color = `#${digits}`;
  // A button is the event's very colour; its edge is what keeps a white one visible on white.
  const tokens = (ground: string) =>
    `:root{--accent:${color};--accent-ink:${textOn(color)};` +
    `--accent-text:${legible(color, ground)};--accent-edge:${legible(color, ground, 3)}}`;
  if (theme) return `${tokens(theme === 'dark' ? DARK_GROUND : LIGHT_GROUND)}\n`;
  return `${tokens(LIGHT_GROUND)}\n@media(prefers-color-scheme:dark){${tokens(DARK_GROUND)}}\n`;
}
