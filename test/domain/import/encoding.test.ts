import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/actions/import-text.ts';
import {
  detectMarked,
  detectUnmarked,
  ENCODING_NAMES,
  type Encoding,
  refuseOtherFiles,
} from '../../../src/domain/import/encoding.ts';
import { encode } from '../../support/encode.ts';

/** The bytes as they arrive, some at a time. */
function decode(bytes: Uint8Array, size: number, chosen: Encoding | null = null) {
  const decoder = createDecoder(chosen);
  let text = '';
  for (let i = 0; i < bytes.length; i += size) text += decoder.decode(bytes.subarray(i, i + size));
  return { text: text + decoder.end(), ...decoder.found() };
}

describe('the encoding of a file', () => {
  it.each<[text: string, encoding: Encoding]>([
    ['Zoë', 'windows-1252'],
    ['email;Vorname\na@x.io;Jörg\n', 'windows-1252'],
    ['Größe;Füße;Straße', 'windows-1252'],
    ['Prénom;Nom\nHélène;d’Artagnan\nAndrée;Lefèvre', 'windows-1252'],
    ['Nombre;Apellidos\nJosé;Muñoz Íñiguez', 'windows-1252'],
    ['Nome;Sobrenome\nJoão;Conceição', 'windows-1252'],
    ['ÉLODIE;FRANÇOIS', 'windows-1252'],
    ['Prix;5 €\nL’été;«non» – déjà', 'windows-1252'],
    ['Prénom;Nom\rHélène;d’Artagnan\rJörg;Müller', 'macintosh'],
    ['José;Muñoz\rGroß', 'macintosh'],
    ['email,姓,名\na@x.jp,山田,太郎\n', 'shift_jis'],
    ['email,氏名\na@x.jp,佐藤　花子\n', 'shift_jis'],
    ['email,名前\na@x.jp,ﾔﾏﾀﾞ ﾀﾛｳ\n', 'shift_jis'],
    ['メールアドレス', 'shift_jis'],
    ['email,名前\na@x.jp,やまだ たろう\n', 'shift_jis'],
  ])('of %j is told as %s', (text, encoding) => {
    const bytes = encode(text, encoding);
    expect(detectMarked(bytes)).toBeNull();
    expect(detectUnmarked(bytes)).toEqual({ encoding, isSure: true });
  });

  it.each<[encoding: Encoding]>([['utf-16le'], ['utf-16be']])('%s is told without a mark', (encoding) => {
    for (const text of [
      'email\na@x.io',
      'メールアドレス,姓,名\na@example.jp,山田,太郎\nb@example.jp,佐藤,花子\n',
    ])
      expect(detectMarked(encode(text, encoding))).toBe(encoding);
  });

  it('is UTF-8 where all but a few bytes are', () => {
    const mixed = Buffer.concat([
      Buffer.from('Réal, Müller, Søren, Łukasz\n'),
      Buffer.from('Zo\xeb\n', 'latin1'),
    ]);
    expect(detectUnmarked(mixed)).toEqual({ encoding: 'utf-8', isSure: true });
    expect(decode(mixed, 1000).text).toBe('Réal, Müller, Søren, Łukasz\nZo\ufffd\n');
  });

  it('is doubtful where another script was meant', () => {
    for (const encoding of ['windows-1251', 'windows-1253', 'euc-kr', 'gb18030'] as const) {
      const text = {
        'windows-1251': 'Имя;Анна Каренина',
        'windows-1253': 'Όνομα;Αλέξης',
        'euc-kr': '이름;김철수',
        gb18030: '姓名;王小明',
      };
      expect(detectUnmarked(encode(text[encoding], encoding)).isSure).toBe(false);
    }
  });

  it.each([1, 2, 7, 65_536])('is told by the first bytes that tell, %i bytes at a time', (size) => {
    const ascii = 'email,name\n'.concat('a@x.io,Ana\n'.repeat(20_000));
    const accents = 'b@x.io,Zoë\nc@x.io,Jörg\n'.repeat(3_000);
    for (const encoding of ['utf-8', 'windows-1252', 'utf-16be'] as const) {
      const found = decode(encode(ascii + accents, encoding), size);
      expect([found.encoding, found.text === ascii + accents]).toEqual([encoding, true]);
    }
  });

  it('can be chosen: each of those offered is read', () => {
    for (const encoding of ENCODING_NAMES)
      expect(decode(encode('a,b', encoding), 3, encoding).text).toBe('a,b');
    expect(decode(encode('Имя', 'windows-1251'), 2, 'windows-1251').text).toBe('Имя');
  });

  it('costs nothing of a byte order mark, nor NUL characters and the end mark of DOS', () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const)
      expect(decode(encode('\ufeffé\0,\0b\u001a', encoding), 3)).toMatchObject({ text: 'é,b', encoding });
  });
});

describe('a file of another sort', () => {
  it.each([
    ['a workbook', 'PK\x03\x04\x14', 'workbook'],
    ['an old workbook', '\xd0\xcf\x11\xe0\xa1', 'old Excel'],
    ['a PDF', '%PDF-1.7', 'PDF'],
    ['gzip', '\x1f\x8b\x08', 'compressed'],
    ['UTF-32', '\xff\xfe\0\0e\0\0\0', 'UTF-32'],
    ['a table of a web page', '\xef\xbb\xbf\n <table><tr>', 'web page'],
    ['XML', '<?xml version="1.0"?>', 'web page'],
    ['a program', `\x7fELF${'\x01\x02\x00'.repeat(20)}`, 'no text'],
    ['zeros', '\0'.repeat(100), 'no text'],
  ])('%s is refused', (_, bytes, why) => {
    expect(() => refuseOtherFiles(Buffer.from(bytes, 'latin1'))).toThrow(why);
  });

  it.each(['', 'email', 'email\0\0,x\n', '\u001a', '\t\r\n'])('%j is none', (text) => {
    expect(() => refuseOtherFiles(Buffer.from(text))).not.toThrow();
  });
});
