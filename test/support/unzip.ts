import { crc32, inflateRawSync } from 'node:zlib';
import { expect } from 'vitest';

/** The entries of an archive, by the rules: what the end says, the directory has, and each entry's own header too. */
export function unzip(archive: Buffer): Map<string, string> {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, compressed, size] = [16, 20, 24].map((offset) => archive.readUInt32LE(at + offset));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    );
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const header = archive.readUInt32LE(at + 42);
    expect(archive.readUInt32LE(header)).toBe(0x04034b50);
    expect(archive.toString('utf8', header + 30, header + 30 + nameLength)).toBe(name);
    const begin = header + 30 + nameLength + archive.readUInt16LE(header + 28);
    const content = inflateRawSync(archive.subarray(begin, begin + (compressed ?? 0)));
    expect([content.length, crc32(content)]).toEqual([size, crc]);
    entries.set(name, new TextDecoder('utf-8', { fatal: true }).decode(content));
    at += 46 + nameLength + extraLength + commentLength;
  }
  expect(at).toBe(end);
  return entries;
}
