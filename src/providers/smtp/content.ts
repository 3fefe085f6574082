const LINE_DOT = Buffer.from('\n.');
const DOT = Buffer.from('.');

/** A mail's content as DATA carries it: a dot at the beginning of a line is doubled (RFC 5321, 4.5.2). Few mails have one. */
export function doubleDots(mail: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let dot = mail[0] === DOT[0] ? 0 : dotAfter(0); dot >= 0; dot = dotAfter(dot)) {
    parts.push(mail.subarray(from, dot), DOT);
    from = dot;
  }
  if (parts.length === 0) return mail;
  parts.push(mail.subarray(from));
  return Buffer.concat(parts);

  function dotAfter(at: number): number {
    const found = mail.indexOf(LINE_DOT, at);
    return found < 0 ? -1 : found + 1;
  }
}
