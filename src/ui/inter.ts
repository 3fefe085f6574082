/** The alphabets of Inter that are served; a browser loads those that a page has letters of. Other scripts are the system's. */
export const INTER_SUBSETS = [
  'latin',
  'latin-ext',
  'cyrillic',
  'cyrillic-ext',
  'greek',
  'vietnamese',
] as const;
export type InterSubset = (typeof INTER_SUBSETS)[number];

/** The package's own styles, as `assetFile` reads them. */
export const INTER_STYLES = 'inter/wght.css';

/** One alphabet's file, upright, of every weight, as `assetBytes` reads it. */
export function interFile(subset: InterSubset): string {
  return `inter/files/inter-${subset}-wght-normal.woff2`;
}
