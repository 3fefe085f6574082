import { Readable } from 'node:stream';

// What a stream holds in hand by default: more would pass on a mail's end while its middle still waits.
const CHUNK = 64 * 1024;

/**
 * A mail's bytes as nodemailer takes them: read only once the server has said 354, and only as fast as the socket
 * takes them. So it is known of a lost connection whether the mail's end, and with it the final dot, may have left.
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
}
