import { once } from 'node:events';
import { PassThrough, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SmtpMessage } from '../../../src/providers/smtp/message.ts';

/** Used in place of nodemailer's stream; marks each chunk that passed through it. */
function encoder() {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, `[${chunk}]`),
    flush: (done) => done(null, '!'),
  });
}

async function written(text: string): Promise<string> {
  const message = new SmtpMessage(Buffer.from(text));
  expect([message.readableDidRead, message.handedOver]).toEqual([false, false]);
  const wire = new PassThrough();
  message.pipe(encoder()).pipe(wire);
  const bytes = await buffer(wire);
  expect(message.handedOver).toBe(true);
  return bytes.toString();
}

it('a mail without a dot at the beginning of a line goes out as it is, with its end', async () => {
  expect(await written('A: b\r\n\r\nHi. There\r\n')).toBe('A: b\r\n\r\nHi. There\r\n.\r\n');
});

it('a mail with a dot at the beginning of a line is left to the stream that doubles it', async () => {
  const line = fc.constantFrom('', '.', '..', 'Hi.', '.Hi', 'Hi');
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
      const text = lines.map((line) => `${line}\r\n`).join('');
      const needsStream = lines.some((line) => line.startsWith('.'));
      expect(await written(text)).toBe(needsStream ? `[${text}]!` : `${text}.\r\n`);
    }),
  );
});

it('a mail of several chunks is not handed over before its last chunk is read', async () => {
  const message = new SmtpMessage(Buffer.alloc(200 * 1024, 'x'));
  const stream = encoder();
  message.pipe(stream);
  await once(stream, 'readable');
  expect([message.readableDidRead, message.handedOver]).toEqual([true, false]);
  const bytes = await buffer(stream);
  expect(bytes.toString()).toMatch(/^(\[x+\])+!$/);
  expect(message.handedOver).toBe(true);
});
