import { expect, it } from 'vitest';
import { domainsOf, inboxOf } from '../../src/domain/inbox.ts';

it.each([
  ['ada@example.com', ['Ada@Example.com', 'ada+news@example.com', 'ada+a+b@example.com']],
  ['ada@gmail.com', ['a.d.a@gmail.com', 'ADA+x@googlemail.com', 'a.da+x.y@googlemail.com']],
  ['adalovelace@proton.me', ['ada.love_lace@protonmail.com', 'Ada-Lovelace+x@pm.me']],
  ['ada@icloud.com', ['ada@me.com', 'ada+x@mac.com']],
  ['adalovelace@yandex.ru', ['ada.lovelace@ya.ru', 'ada-lovelace@yandex.com']],
  ['ada@fastmail.com', ['ada+x@fastmail.com', 'news@ada.fastmail.com', 'a+b@ADA.fastmail.com']],
])('the inbox of %s is that of %j', (inbox, addresses) => {
  for (const address of [inbox, ...addresses]) expect(inboxOf(address)).toBe(inbox);
});

it.each([
  ['a.da@example.com', 'ada@example.com'],
  ['ada@mail.example.com', 'ada@example.com'],
  ['news@ada.gmail.com', 'ada@gmail.com'],
  ['news@x.ada.fastmail.com', 'ada@fastmail.com'],
  ['ada@fastmail.com', 'ada@fastmail.fm'],
  ['+ada@example.com', '+bo@example.com'],
])('the inboxes of %s and %s are two', (one, other) => {
  expect(inboxOf(one)).not.toBe(inboxOf(other));
});

it('an address has its domain and those above it, down to two parts', () => {
  expect(domainsOf('ada@A.b.example.com')).toEqual(['a.b.example.com', 'b.example.com', 'example.com']);
});
