import sharp from 'sharp';

interface Shape {
  readonly width: number;
  readonly height: number;
}

/** A picture that every part of tells from the others: red above, blue below, green on the right. */
export function testPicture({ width, height }: Shape) {
  const block = (w: number, h: number, background: string) => ({
    create: { width: w, height: h, channels: 3 as const, background },
  });
  return sharp(block(width, height, '#c01020')).composite([
    { input: block(width, Math.ceil(height / 2), '#1020c0'), top: Math.floor(height / 2), left: 0 },
    { input: block(Math.ceil(width / 4), height, '#10c020'), top: 0, left: width - Math.ceil(width / 4) },
  ]);
}

export const png = (shape: Shape) => testPicture(shape).png().toBuffer();
export const jpeg = (shape: Shape) => testPicture(shape).jpeg().toBuffer();

/** A picture that hardly anything makes smaller: noise, of about `bytes`. */
export async function noisePng(bytes: number, seed = 1): Promise<Buffer> {
  const side = Math.floor(Math.sqrt(bytes / 3));
  let state = seed;
  const data = Buffer.alloc(side * side * 3);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

export const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="500"><script>alert(1)</script></svg>',
);

/** What a picture of so many pixels, one bit each, is in a PNG: some kilobytes. */
export async function bomb({ width, height }: Shape): Promise<Buffer> {
  const { deflateSync, crc32 } = await import('node:zlib');
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The colour of a place in a picture, as `[red, green, blue]`. */
export async function colorAt(picture: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}
