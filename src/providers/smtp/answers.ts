/** What a server answers to one command, or to a mail's content. */
export interface Answer {
  /** Its number of three digits; null: what came is no answer, an empty line say. */
  readonly code: number | null;
  /** All of it, its lines joined by line feeds. */
  readonly text: string;
}

const LINE = /^([2-5]\d\d)(?:([ -])|$)/;
/** In characters. Real answers are far shorter; whoever says more does not speak SMTP. */
const LONGEST = 64 * 1024;

/** Reads a server's answers (RFC 5321, 4.2), however they are cut into chunks. */
export class AnswerReader {
  /** Bytes as characters: a letter may be cut in two. */
  #rest = '';
  /** Of an answer that is not whole yet. */
  #lines: string[] = [];
  #length = 0;

  /** The answers that are whole with this chunk, in order. */
  push(chunk: Buffer): Answer[] {
    this.#rest += chunk.toString('latin1');
    const answers: Answer[] = [];
    let from = 0;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n', from)) {
      const answer = this.#line(this.#rest.slice(from, this.#rest[end - 1] === '\r' ? end - 1 : end));
      if (answer) answers.push(answer);
      from = end + 1;
    }
    this.#rest = this.#rest.slice(from);
    if (this.#rest.length > LONGEST) answers.push({ code: null, text: 'An answer without an end.' });
    return answers;
  }

  /** What came after the last whole answer, where it says that something failed: the last words of a server that went. */
  lastWords(): Answer | null {
    const [, digits] = /^([45]\d\d)[ -]/.exec(this.#rest) ?? [];
    return digits ? { code: Number(digits), text: decode(this.#rest.trim()) } : null;
  }

  #line(line: string): Answer | null {
    this.#lines.push(line);
    this.#length += line.length;
    const [, begun] = LINE.exec(this.#lines[0] ?? '') ?? [];
    const [, digits, more] = LINE.exec(line) ?? [];
    const isLast = digits !== undefined && more !== '-';
    if (begun && !isLast && this.#length <= LONGEST) return null;
    const text = decode(this.#lines.join('\n'));
    this.#lines = [];
    this.#length = 0;
    return { code: isLast && digits === begun ? Number(digits) : null, text };
  }
}

/** Mostly UTF-8; where it is not, letters of one byte each. */
function decode(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes;
  const text = Buffer.from(bytes, 'latin1').toString();
  return text.includes('\uFFFD') ? bytes : text;
}
