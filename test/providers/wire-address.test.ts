import { describe, expect, it } from 'vitest';
import { needsSmtpUtf8, wireAddress } from '../../src/providers/wire-address.ts';

describe('on the wire an address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ["o'hara+tag@example.com", "o'hara+tag@example.com"],
    ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ana.@docomo.example', '"ana."@docomo.example'],
    ['.ana@docomo.example', '".ana"@docomo.example'],
    ['a..b@ezweb.ne.jp', '"a..b"@ezweb.ne.jp'],
    ['"ana."@docomo.example', '"ana."@docomo.example'],
    ['a"b\\c.@example.com', '"a\\"b\\\\c."@example.com'],
    ['ana(b)@example.com', '"ana(b)"@example.com'],
    ['ädä.@münchen.example', '"ädä."@xn--mnchen-3ya.example'],
  ])('%s is written %s', (address, written) => {
    expect(wireAddress(address)).toBe(written);
  });

  it('needs an extension of the server only for letters beyond ASCII before the @', () => {
    expect(needsSmtpUtf8(wireAddress('ada@münchen.example'))).toBe(false);
    expect(needsSmtpUtf8(wireAddress('ana.@docomo.example'))).toBe(false);
    expect(needsSmtpUtf8(wireAddress('ädä@example.com'))).toBe(true);
  });
});
