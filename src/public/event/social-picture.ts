import { pictureHash } from '../../domain/picture.ts';

/** What a card of a shared link shows: the cover, else the logo. */
export interface SocialPicture {
  /** Absolute. */
  readonly url: string;
  /** It has the size of a cover: it was uploaded here. */
  readonly isCropped: boolean;
}

/** Of an event's pictures as they are kept. */
export function socialPicture(
  { coverUrl, logoUrl }: { readonly coverUrl: string | null; readonly logoUrl: string | null },
  publicUrl: string,
): SocialPicture | null {
  const url = coverUrl ?? logoUrl;
  if (!url) return null;
  const isOurs = pictureHash(url) !== null;
  return { url: isOurs ? publicUrl + url : url, isCropped: isOurs && url === coverUrl };
}
