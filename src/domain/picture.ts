import type { Event } from './event.ts';

/** Which field of an event each kind of picture is in. */
export const PICTURE_FIELDS = {
  logo: 'logoUrl',
  cover: 'coverUrl',
  host: 'hostPictureUrl',
} as const satisfies Readonly<Record<string, keyof Event>>;
export type PictureKind = keyof typeof PICTURE_FIELDS;
export type PictureField = (typeof PICTURE_FIELDS)[PictureKind];
export const PICTURE_KINDS = Object.keys(PICTURE_FIELDS) as PictureKind[];

/** Of a file that is uploaded. */
export const PICTURE_LIMIT = 10 * 1024 * 1024;
/** The formats that are read, as a browser's file dialog and an API's description name them. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'] as const;

/** A cover and a host's picture have this size, whatever was uploaded; a logo fits into it. Pixels. */
export const PICTURE_SIZE = {
  // Shown 40 to 48 px high: twice that for sharp screens, and room for those that are nearly square.
  logo: { width: 480, height: 160 },
  // What social networks ask for. Twice the column of a mail, and of a page.
  cover: { width: 1200, height: 630 },
  host: { width: 160, height: 160 },
} as const satisfies Readonly<Record<PictureKind, unknown>>;

/** What is smaller would be a blur: it is refused. Pixels, after the crop. */
export const LEAST_PICTURE = {
  logo: { width: 24, height: 24 },
  cover: { width: 600, height: 315 },
  host: { width: 80, height: 80 },
} as const satisfies Readonly<Record<PictureKind, unknown>>;

const OWN = /^\/img\/([0-9a-f]{64})$/;

/** Where an uploaded picture is, on whichever origin the site has: so it is kept, and PUBLIC_URL may change. */
export function picturePath(hash: string): string {
  return `/img/${hash}`;
}

/** The hash of an uploaded picture, of its path as it is kept; null for an address elsewhere. */
export function pictureHash(url: string | null | undefined): string | null {
  return OWN.exec(url ?? '')?.[1] ?? null;
}

/** An address as it is kept: one of ours without its origin. */
export function keptPicture<Url extends string | null | undefined>(
  url: Url,
  publicUrl: string,
): Url | string {
  if (typeof url !== 'string' || !url.startsWith(`${publicUrl}/`)) return url;
  const path = url.slice(publicUrl.length);
  return pictureHash(path) ? path : url;
}

type Pictures = { readonly [Field in PictureField]?: string | null | undefined };

/** The same of an event's pictures, or of changes to them. */
export function withKeptPictures<Of extends Pictures>(of: Of, publicUrl: string): Of {
  return mapPictures(of, (url) => keptPicture(url, publicUrl));
}

/** An event's pictures as whoever is not on our pages reads them: with their origin. */
export function withPublicPictures<Of extends Pictures>(of: Of, publicUrl: string): Of {
  return mapPictures(of, (url) => publicPicture(url, publicUrl));
}

export function publicPicture<Url extends string | null | undefined>(
  url: Url,
  publicUrl: string,
): Url | string {
  return pictureHash(url) ? `${publicUrl}${url}` : url;
}

function mapPictures<Of extends Pictures>(
  of: Of,
  map: (url: string | null | undefined) => string | null | undefined,
): Of {
  const changed = Object.values(PICTURE_FIELDS).filter((field) => of[field] !== map(of[field]));
  if (changed.length === 0) return of;
  return { ...of, ...Object.fromEntries(changed.map((field) => [field, map(of[field])])) };
}
