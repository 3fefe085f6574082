import { Readable, Transform } from 'node:stream';

// What a stream holds in hand by default: more would pass on a mail's end while its middle still waits.
const CHUNK = 64 * 1024;
const [LF, DOT] = [0x0a, 0x2e];
// The line that ends a mail (RFC 5321, 4.1.1.4).
const END = Buffer.from('.\r\n');

/**
 * A mail's bytes as nodemailer takes them: read only once the server has said 354, and only as fast as the socket
 * takes them. So it is known of a lost connection whether the mail's end, and with it the final dot, may have left.
 * `bytes`: lines that end in CR LF.
 */
export class SmtpMessage extends Readable {
  #bytes: Buffer;
  #handedOver = false;

  constructor(bytes: Buffer) {
    super({ highWaterMark: CHUNK });
    this.#bytes = bytes;
  }

  /** Whether the last byte has been passed on. While it has not, the server cannot have taken the mail. */
  get handedOver(): boolean {
    return this.#handedOver;
  }

  override _read(): void {
    const chunk = this.#bytes.subarray(0, CHUNK);
    this.#bytes = this.#bytes.subarray(CHUNK);
    this.push(chunk);
    if (this.#bytes.length > 0) return;
    this.#handedOver = true;
    this.push(null);
  }

  /**
   * nodemailer's stream looks at each byte for line ends and for dots that it must double, which takes a tenth of a
   * worker's time. A mail of one chunk in which no line begins with a dot needs neither: it goes straight to the
   * stream's output. Nearly every mail is such a one.
   */
  override pipe<T extends NodeJS.WritableStream>(encoder: T, options?: { end?: boolean }): T {
    const bytes = this.#bytes;
    const isPlain =
      bytes.length <= CHUNK && bytes.at(-1) === LF && bytes[0] !== DOT && !bytes.includes('\n.');
    if (!isPlain || !(encoder instanceof Transform)) return super.pipe(encoder, options);
    this.#handedOver = true;
    encoder.push(Buffer.concat([bytes, END]));
    encoder.push(null);
    return encoder;
  }
}
