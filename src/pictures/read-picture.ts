import { createHash } from 'node:crypto';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { Picture } from '../db/picture.ts';
import { AppError } from '../domain/errors.ts';
import { LEAST_PICTURE, PICTURE_SIZE, PICTURE_TYPES, type PictureKind } from '../domain/picture.ts';
import { pictureFormat } from './picture-format.ts';

/** A picture as it is kept. */
export interface ReadPicture extends Picture {
  /** Whether what was uploaded is smaller than what it is shown as, and had to be enlarged. */
  readonly isSoft: boolean;
}

type Format = (typeof PICTURE_TYPES)[number];

/**
 * So many pixels are read. Most formats are decoded in strips; what some of them need whole is what bounds a process's memory: an
 * interlaced PNG of this size takes 270 MB, an AVIF takes 25 bytes a pixel. `npm run bench -- pictures` measures it.
 */
const MOST_MEGAPIXELS: Readonly<Record<Format, number>> = {
  'image/png': 50,
  'image/jpeg': 50,
  'image/webp': 50,
  'image/gif': 50,
  'image/avif': 12,
};
/** Of pictures with 16 bits a channel. */
const MOST_DEEP_MEGAPIXELS = 25;
/** Reading the largest takes two seconds here. */
const TIMEOUT_SECONDS = 20;
/** The only parts of the library that read anything: whatever else it can read is never let near a file. */
const LOADERS = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
];

type Library = typeof import('sharp')['default'];
let library: Promise<Library> | undefined;

/** Loaded with the first picture: it costs a process that reads none neither time nor memory. */
function load(): Promise<Library> {
  library ??= import('sharp').then(({ default: sharp }) => {
    // One picture at a time, on one thread, and nothing kept of it.
    sharp.concurrency(1);
    sharp.cache(false);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: LOADERS });
    return sharp;
  });
  return library;
}

/**
 * Makes of an uploaded file the picture that is kept: decoded and encoded anew, so that nothing of the file is left but what it
 * shows, upright, in sRGB, cropped to the size of its kind. A logo keeps what shows through it. `path`: what errors call the
 * file. Throws `invalid_input`.
 */
export async function readPicture(file: Buffer, kind: PictureKind, path: string): Promise<ReadPicture> {
  const refuse = (message: string, cause?: unknown): never => {
    throw refusePicture(path, message, cause);
  };
  if (file.length === 0) refuse('is empty: choose another file');
  const format = pictureFormat(file);
  if (!isReadable(format)) return refuse(WHY_NOT[format]);
  const sharp = await load();
  const open = (options: SharpOptions = {}) =>
    sharp(file, { failOn: 'error', limitInputPixels: MOST_MEGAPIXELS[format] * 1e6, ...options }).timeout({
      seconds: TIMEOUT_SECONDS,
    });
  // Of the header alone: no pixel is decoded.
  const about = await open({ limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => refuse(DAMAGED, cause));
  const { width, height } = about.autoOrient;
  const most = isDeep(about)
    ? Math.min(MOST_DEEP_MEGAPIXELS, MOST_MEGAPIXELS[format])
    : MOST_MEGAPIXELS[format];
  if (width * height > most * 1e6)
    refuse(
      `has ${Math.ceil((width * height) / 1e6).toLocaleString('en')} megapixels, and at most ${most} are read: make it smaller`,
    );
  const shown = sizeIn(kind, width, height);
  const least = LEAST_PICTURE[kind];
  if (shown.width < least.width || shown.height < least.height)
    refuse(
      `is too small: it has ${width} × ${height} pixels, and needs ${least.width} × ${least.height} or more`,
    );
  try {
    // Small first, strip by strip; what looks for the place to crop at needs all of a picture at once.
    const { data, info } = await open()
      .autoOrient()
      .resize({
        ...PICTURE_SIZE[kind],
        fit: kind === 'logo' ? 'inside' : 'outside',
        withoutEnlargement: true,
      })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const made = await finish(sharp(data, { raw }), kind)
      .timeout({ seconds: TIMEOUT_SECONDS })
      .toBuffer({ resolveWithObject: true });
    return {
      hash: createHash('sha256').update(made.data).digest('hex'),
      contentType: kind === 'logo' ? 'image/png' : 'image/jpeg',
      width: made.info.width,
      height: made.info.height,
      bytes: made.data,
      isSoft: kind !== 'logo' && shown.width < PICTURE_SIZE[kind].width,
    };
  } catch (cause) {
    return refuse(DAMAGED, cause);
  }
}

const DAMAGED = 'is damaged or not complete: open it, save it again, and upload that';
const WHY_NOT: Readonly<Record<'svg' | 'heic' | 'unknown', string>> = {
  svg: 'is an SVG, which can hold scripts and which mail programs do not show: export it as PNG',
  heic: 'is in the format HEIC, which browsers and mail programs do not show: export it as JPEG',
  unknown: 'is not one that can be read, whatever its name says: upload a PNG, JPEG, WebP, AVIF or GIF file',
};

function isReadable(format: ReturnType<typeof pictureFormat>): format is Format {
  return PICTURE_TYPES.some((type) => type === format);
}

/** One that is refused; `message` follows "The picture". */
function refusePicture(path: string, message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `The picture ${message}.`, { errors: [{ path, message }], cause });
}

function isDeep({ depth }: Metadata): boolean {
  return depth !== undefined && depth !== 'uchar';
}

/** What of a picture is shown: the whole of a logo, the largest part of the others that has their shape. */
function sizeIn(kind: PictureKind, width: number, height: number) {
  if (kind === 'logo') return { width, height };
  const shape = PICTURE_SIZE[kind].width / PICTURE_SIZE[kind].height;
  return {
    width: Math.min(width, Math.round(height * shape)),
    height: Math.min(height, Math.round(width / shape)),
  };
}

function finish(picture: Sharp, kind: PictureKind): Sharp {
  const size = PICTURE_SIZE[kind];
  if (kind === 'logo')
    return picture
      .resize({ ...size, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 9, effort: 10 });
  return picture
    .resize({ ...size, fit: 'cover', position: 'attention' })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 82, mozjpeg: true });
}
