import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeAddress } from '../../src/domain/address.ts';
import { suggestAddress } from '../../src/domain/suggested-address.ts';
import { anyText } from '../support/any-text.ts';

describe('a slip is seen', () => {
  it.each([
    ['gmial.com', 'gmail.com'],
    ['gamil.com', 'gmail.com'],
    ['mgail.com', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gmal.com', 'gmail.com'],
    ['gnail.com', 'gmail.com'],
    ['gmaill.com', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['gmail.cm', 'gmail.com'],
    ['gmail.om', 'gmail.com'],
    ['gmail.comm', 'gmail.com'],
    ['gmail.vom', 'gmail.com'],
    ['gmailcom', 'gmail.com'],
    ['gmail,com', 'gmail.com'],
    ['gmail..com', 'gmail.com'],
    ['gmail.com.', 'gmail.com'],
    ['g-mail.com', 'gmail.com'],
    ['gmial.con', 'gmail.com'],
    ['GMIAL.COM', 'gmail.com'],
    ['googlemail.con', 'googlemail.com'],
    ['hotmial.com', 'hotmail.com'],
    ['hotmai.com', 'hotmail.com'],
    ['hormail.com', 'hotmail.com'],
    ['hotmail.cm', 'hotmail.com'],
    ['hotmial.fr', 'hotmail.fr'],
    ['yaho.com', 'yahoo.com'],
    ['yahooo.com', 'yahoo.com'],
    ['yhaoo.com', 'yahoo.com'],
    ['yaho.co.uk', 'yahoo.co.uk'],
    ['yahoo.co.ku', 'yahoo.co.uk'],
    ['yahoo.couk', 'yahoo.co.uk'],
    ['outlok.com', 'outlook.com'],
    ['outlook.con', 'outlook.com'],
    ['iclould.com', 'icloud.com'],
    ['icoud.com', 'icloud.com'],
    ['protonmial.com', 'protonmail.com'],
    ['wanado.fr', 'wanadoo.fr'],
    ['orange.fe', 'orange.fr'],
    ['web.dr', 'web.de'],
    ['proton.em', 'proton.me'],
    ['gmx.con', 'gmx.com'],
    ['acme.con', 'acme.com'],
    ['acme.cmo', 'acme.com'],
    ['mail.acme.ocm', 'mail.acme.com'],
    ['bücher.con', 'xn--bcher-kva.com'],
  ])('%s for %s', (typed, meant) => {
    expect(suggestAddress(`Ada.Lovelace+x@${typed}`)).toBe(`Ada.Lovelace+x@${meant}`);
  });

  it('in an address pasted with spaces around it', () => {
    expect(suggestAddress(' ada@gmial.com\n')).toBe('ada@gmail.com');
  });
});

describe('nothing is said about', () => {
  it.each([
    ...[
      'gmail.com',
      'GMAIL.COM',
      'googlemail.com',
      'mail.com',
      'email.com',
      'ymail.com',
      'hey.com',
      'me.com',
    ],
    ...['mac.com', 'aol.com', 'aim.com', 'msn.com', 'live.com', 'live.co.uk', 'fastmail.com', 'zoho.com'],
    ...['icloud.com', 'cloud.com', 'proton.me', 'protonmail.ch', 'pm.me', 'tutanota.com', 'hushmail.com'],
    ...['yahoo.com', 'yahoo.co.jp', 'yahoo.co.kr', 'yahoo.gr', 'yahoo.se', 'yahoo.ie', 'yahoo.com.tr'],
    ...['yahoo.cn', 'yahoo.com.sg', 'hotmail.ch', 'hotmail.se', 'hotmail.co.th', 'outlook.dk', 'outlook.cl'],
    ...[
      'outlook.pt',
      'outlook.com.ar',
      'web.de',
      'gmx.de',
      'gmx.ch',
      'gmx.net',
      'gmx.at',
      'gmx.com',
      'gmx.us',
    ],
    ...[
      't-online.de',
      'posteo.de',
      'mailbox.org',
      'freenet.de',
      'arcor.de',
      'orange.fr',
      'orange.pl',
      'free.fr',
    ],
    ...[
      'sfr.fr',
      'laposte.net',
      'laposte.fr',
      'libero.it',
      'libera.it',
      'alice.it',
      'virgilio.it',
      'mail.ru',
    ],
    ...['mail.ee', 'bk.ru', 'list.ru', 'inbox.lv', 'yandex.ru', 'yandex.ua', 'ya.ru', 'ukr.net', 'i.ua'],
    ...['seznam.cz', 'centrum.cz', 'wp.pl', 'o2.pl', 'onet.pl', 'abv.bg', 'freemail.hu', 'citromail.hu'],
    ...['qq.com', '163.com', '126.com', 'sina.com', 'sina.cn', 'naver.com', 'daum.net', 'hanmail.net'],
    ...['docomo.ne.jp', 'ezweb.ne.jp', 'rediffmail.com', 'bigpond.com', 'optusnet.com.au', 'xtra.co.nz'],
    ...['uol.com.br', 'bol.com.br', 'terra.com.br', 'walla.co.il', 'telenet.be', 'skynet.be', 'ziggo.nl'],
    ...[
      'home.nl',
      'telia.com',
      'online.no',
      'bluewin.ch',
      'comcast.net',
      'verizon.com',
      'att.net',
      'cox.net',
    ],
    ...['shaw.ca', 'uni-koeln.de', 'ox.ac.uk', 'mit.edu', 'gov.uk', 'admin.ch', 'europa.eu', 'acme.io'],
    ...[
      'acme.co',
      'acme.cm',
      'acme.ai',
      'acme.dev',
      'acme.app',
      'mail.co',
      'aol.co',
      'x.com',
      'ge.com',
      'hp.com',
    ],
    ...[
      'icann.org',
      'amazon.co.jp',
      'orange.com',
      'range.fr',
      'grange.fr',
      'oranges.fr',
      'never.com',
      'weber.de',
    ],
    ...[
      'we.de',
      'wed.de',
      'my-host.cam',
      'shop.om',
      'xn--bcher-kva.example',
      'bücher.example',
      'a.b.c.example',
    ],
  ])('%s', (domain) => {
    expect(suggestAddress(`ada@${domain}`)).toBeNull();
  });

  it.each([
    ...['', '@', 'ada', 'ada@', '@gmial.com', 'ada@@', 'ada@.', 'ada@.con', 'ada@con', 'ada@x@gmial.com'],
    ...['a b@gmial.com', 'ada@\ud83d.con', '..@gmial.com', 'ada@constructor', 'ada@x.constructor'],
  ])('%j, which is no address with or without a slip', (text) => {
    expect(suggestAddress(text)).toBeNull();
  });
});

const parts = fc.constantFrom(
  ...[
    'ada',
    '@',
    '.',
    ',',
    '-',
    'gmail',
    'com',
    'con',
    'yahoo',
    'co',
    'uk',
    'i',
    'A',
    ' ',
    'ü',
    '\ud83d',
    '%',
    '(',
  ],
);
const texts = fc.oneof(
  anyText(),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc.array(parts).map((some) => some.join('')),
  fc.array(parts).map((some) => `ada@${some.join('')}`),
  fc.tuple(fc.emailAddress(), fc.constantFrom('', '.con', '.cmo')).map((two) => two.join('')),
);

it('never throws, and suggests only right addresses of the same person that are no slips themselves', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const suggestion = suggestAddress(text);
      if (suggestion === null) return;
      expect(normalizeAddress(suggestion)).toBe(suggestion);
      expect(suggestion).not.toBe(text);
      expect(suggestion).not.toBe(normalizeAddress(text));
      expect(suggestAddress(suggestion)).toBeNull();
      const local = (address: string) => address.slice(0, address.lastIndexOf('@'));
      expect(local(suggestion)).toBe(local(normalizeAddress(`${local(text)}@x.example`) ?? ''));
    }),
    { numRuns: 600 },
  );
});
