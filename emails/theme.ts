import { isColor, legible, textOn } from '../src/domain/color.ts';
import type { Direction } from './copy/en.ts';

/** Our own accent, for events without a colour. */
export const OWN_COLOR = '#2f5bd7';

/** Fonts that are already there: a mail client loads no others. */
export const FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export const WIDTH = 560;

/** Where lines begin, as a word that every mail program knows: `start` is too young for some. */
export function startEdge(direction: Direction): 'left' | 'right' {
  return direction === 'rtl' ? 'right' : 'left';
}

/** The colours of one design, each against the ground that it stands on. */
interface Shades {
  readonly page: string;
  readonly card: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  /** A quiet surface on the card. */
  readonly soft: string;
  /** The event's colour, shifted until it can be read as text. */
  readonly accent: string;
  /** The same, for the edge of what is painted with it. */
  readonly edge: string;
}

export interface Palette {
  readonly light: Shades;
  readonly dark: Shades;
  /** The button is the event's very colour, in both designs; the accent is its edge. */
  readonly button: string;
  readonly buttonText: string;
  /** The same where the mail is of no colour: its sender keeps it. */
  readonly brand: string;
  readonly brandText: string;
}

const LIGHT = {
  page: '#f2f3f5',
  card: '#ffffff',
  ink: '#15181e',
  quiet: '#5a6170',
  line: '#e2e5ea',
  soft: '#f6f7f9',
};
const DARK = {
  page: '#0e1014',
  card: '#181b21',
  ink: '#f1f3f6',
  quiet: '#a3abb9',
  line: '#2f3540',
  soft: '#20242c',
};

/** The colours of an event's mails. A colour that is none gives ours: it must not fail a mail, nor enter its CSS. */
export function paletteFor(color: string | null): Palette {
  const button = color && isColor(color) ? color.toLowerCase() : OWN_COLOR;
  return {
    light: coloured(LIGHT, legible(button, LIGHT.card)),
    // A little more than the light design's 4.5: coloured text on a dark ground looks thinner than it is.
    dark: coloured(DARK, legible(button, DARK.card, 6)),
    button,
    buttonText: textOn(button),
    brand: button,
    brandText: textOn(button),
  };
}

function coloured(shades: Omit<Shades, 'accent' | 'edge'>, accent: string): Shades {
  return { ...shades, accent, edge: accent };
}

/** Without the event's colour, for bad news; whose mail it is can still be seen. */
export function neutral(palette: Palette): Palette {
  const { light, dark } = palette;
  return {
    ...palette,
    light: { ...light, accent: light.quiet },
    dark: { ...dark, accent: dark.quiet },
    button: light.quiet,
    buttonText: textOn(light.quiet),
  };
}

/**
 * The one media block. Inline styles are the light design; these classes replace their colours where a client
 * asks for the dark one, and lose nothing where it does not understand them.
 */
export function darkDesign({ dark }: Palette): string {
  const rules = {
    page: `background-color:${dark.page}`,
    card: `background-color:${dark.card};border-color:${dark.line}`,
    ink: `color:${dark.ink}`,
    quiet: `color:${dark.quiet}`,
    line: `border-color:${dark.line}`,
    accent: `color:${dark.accent}`,
    edge: `border-color:${dark.edge}`,
    mark: `border-color:${dark.edge}`,
    soft: `background-color:${dark.soft};border-color:${dark.line}`,
  };
  const css = Object.entries(rules).map(
    ([name, rule]) => `.${name}{${rule.replaceAll(';', '!important;')}!important}`,
  );
  return `@media (prefers-color-scheme: dark){${css.join('')}}`;
}
