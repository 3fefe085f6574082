import type { Encoding } from '../../src/domain/import/encoding.ts';

/** The other way round of `TextDecoder`, which can only decode: whatever bytes give each character. Throws where none do. */
export function encode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'utf-8') return new Uint8Array(Buffer.from(text));
  if (encoding === 'utf-16le') return new Uint8Array(Buffer.from(text, 'utf16le'));
  if (encoding === 'utf-16be') return new Uint8Array(Buffer.from(text, 'utf16le').swap16());
  const bytes = [...text].flatMap((character) => {
    const code = character.charCodeAt(0);
    if (code < 128) return [code];
    const found = tableOf(encoding).get(character);
    if (!found) throw new Error(`${character} cannot be written in ${encoding}`);
    return found;
  });
  return new Uint8Array(bytes);
}

const tables = new Map<Encoding, ReadonlyMap<string, readonly number[]>>();

function tableOf(encoding: Encoding): ReadonlyMap<string, readonly number[]> {
  const kept = tables.get(encoding);
  if (kept) return kept;
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, readonly number[]>();
  const add = (bytes: readonly number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 128; first < 256; first++) add([first]);
  for (let first = 128; first < 256; first++)
    for (let second = 64; second < 256; second++) add([first, second]);
  tables.set(encoding, table);
  return table;
}
