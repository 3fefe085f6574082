import type { PICTURE_TYPES } from '../domain/picture.ts';

/** What the first bytes of a file say that it is, whatever its name and type say. */
export type PictureFormat = (typeof PICTURE_TYPES)[number] | 'svg' | 'heic' | 'unknown';

/** As many bytes of a file as tell its format. */
const HEAD = 4 * 1024;

/** Of the files that these begin as, the formats that pictures come in. */
export function pictureFormat(bytes: Buffer): PictureFormat {
  const at = (offset: number, text: string) =>
    bytes.toString('latin1', offset, offset + text.length) === text;
  if (at(0, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (at(0, '\xff\xd8\xff')) return 'image/jpeg';
  if (at(0, 'GIF87a') || at(0, 'GIF89a')) return 'image/gif';
  if (at(0, 'RIFF') && at(8, 'WEBP')) return 'image/webp';
  if (at(4, 'ftyp')) {
    const brands = brandsOf(bytes);
    if (brands.some((brand) => brand === 'avif')) return 'image/avif';
    if (brands.some((brand) => /^(he[iv][cx]|hevm|hevs|mif1|msf1)$/.test(brand))) return 'heic';
  }
  return isSvg(bytes.subarray(0, HEAD)) ? 'svg' : 'unknown';
}

/** The major brand of an ISO base media file, and those that it is compatible with. */
function brandsOf(bytes: Buffer): string[] {
  const size = Math.min(bytes.length >= 4 ? bytes.readUInt32BE(0) : 0, 128, bytes.length);
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let offset = 16; offset + 4 <= size; offset += 4)
    brands.push(bytes.toString('latin1', offset, offset + 4));
  return brands;
}

function isSvg(head: Buffer): boolean {
  const isWide = head[0] === 0xff || head[0] === 0xfe;
  const text = (isWide ? head.toString('latin1').replaceAll('\0', '') : head.toString('utf8')).replace(
    /^[^<]*/,
    '',
  );
  // Gzipped it is an `.svgz`; what is in it is not looked at.
  return /^<(?:\?xml|!--|!doctype svg|svg)/i.test(text) && /<svg[\s>]/i.test(text);
}
