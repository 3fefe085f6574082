import { isAscii } from 'node:buffer';
import {
  type DetectedEncoding,
  detectMarked,
  detectUnmarked,
  type Encoding,
} from '../domain/import/encoding.ts';

/** So many bytes from the first one beyond ASCII on tell the encoding. */
const TELLING_BYTES = 32 * 1024;

export interface Decoder {
  /** The text of a piece of a file, as far as it can be told by now. */
  decode(chunk: Uint8Array): string;
  /** What was held back. */
  end(): string;
  /** UTF-8 as long as all was ASCII. */
  found(): DetectedEncoding;
}

/**
 * Decodes a file as it arrives, in the encoding that was `chosen` or that its bytes tell: a file may be ASCII for
 * thousands of lines before the first name with an accent, and only that one tells. NUL characters, and the end mark of
 * DOS, are left out.
 */
export function createDecoder(chosen: Encoding | null): Decoder {
  let detected: DetectedEncoding | null = chosen && { encoding: chosen, isSure: true };
  let decoder: TextDecoder | null = chosen && new TextDecoder(chosen);
  let isBeginning = true;
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  function decide(found: DetectedEncoding): TextDecoder {
    detected = found;
    decoder = new TextDecoder(found.encoding);
    return decoder;
  }

  function release(): string {
    if (held.length === 0) return '';
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return tidy(decide(detectUnmarked(bytes.subarray(0, 2 * TELLING_BYTES))).decode(bytes, { stream: true }));
  }

  return {
    decode(chunk) {
      if (decoder) return tidy(decoder.decode(chunk, { stream: true }));
      const marked = isBeginning ? detectMarked(chunk) : null;
      isBeginning = false;
      if (marked) return tidy(decide({ encoding: marked, isSure: true }).decode(chunk, { stream: true }));
      const first = held.length ? 0 : isAscii(chunk) ? chunk.length : chunk.findIndex((byte) => byte > 127);
      const plain = Buffer.from(chunk.buffer, chunk.byteOffset, first).toString('latin1');
      if (first < chunk.length) held.push(chunk.subarray(first));
      heldBytes += chunk.length - first;
      return tidy(plain) + (heldBytes < TELLING_BYTES ? '' : release());
    },
    end() {
      const text = release();
      return text + (decoder ? tidy(decoder.decode()) : '');
    },
    found: () => detected ?? { encoding: 'utf-8', isSure: true },
  };
}

function tidy(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\0\x1a]/.test(text) ? text.replace(/[\0\x1a]/g, '') : text;
}
