import { expect, it } from 'vitest';
import { redact, redactDetail } from '../../src/domain/redact.ts';

const ada = { addresses: ['ada.king@example.com', null], names: ['Ada', 'King-Noel', ''] };

it.each([
  ['550 5.1.1 <ada.king@example.com>: User unknown', '550 5.1.1 <[address]>: User unknown'],
  ['550 5.1.1 <ADA.KING@Example.COM>... no', '550 5.1.1 <[address]>... no'],
  ['550 bounce+ada.king=example.com@relay.example', '550 [address]'],
  ['rfc822;ada.king=40example.com', 'rfc822;[address]'],
  ['user ada.king%40example.com', 'user [address]'],
  ['ada.king at example.com is full', '[address] is full'],
  ['ada.king (at) example.com is full', '[address] is full'],
  ['550 ada.king: mailbox not found', '550 [address]: mailbox not found'],
  ['550 King-Noel, Ada has left', '550 [name], [name] has left'],
  ['mailbox of ADA is full', 'mailbox of [name] is full'],
  ['forwarded to someone.else@elsewhere.example', 'forwarded to [address]'],
  ['relay for <"odd local"@[192.0.2.1]> denied', 'relay for <[address]> denied'],
  ['jörg@müller.example', '[address]'],
  [
    '550 5.7.1 adamant: see https://example.com/adavision',
    '550 5.7.1 adamant: see https://example.com/adavision',
  ],
  ['452 4.2.2 Over quota, try in 5 minutes', '452 4.2.2 Over quota, try in 5 minutes'],
])('%s', (text, redacted) => {
  expect(redact(text, ada)).toBe(redacted);
});

it('a name of a script without spaces goes wherever it stands', () => {
  expect(redact('邮箱王小明不存在', { addresses: [], names: ['王小明'] })).toBe('邮箱[name]不存在');
});

it('a name that would be a pattern is none', () => {
  expect(redact('a (b+ c', { addresses: ['.*@x.example'], names: ['(b+', '.*'] })).toBe('a [name] c');
});

it('what is told of somebody who was erased is what says nothing of anybody', () => {
  const detail = { status: '5.1.1', diagnostic: 'nobody', message: 'x', bounceType: 'Permanent/General' };
  expect(redactDetail(detail, null)).toEqual({ status: '5.1.1', bounceType: 'Permanent/General' });
});

const own = ['events@events.example', 'bounces@events.example', 'post@münchen.example'];
const TOKEN = 'abcdefghijklmnopqrstuvwxyz234567';
it.each([
  [
    '550 5.7.1 <events@events.example>: Sender address rejected',
    '550 5.7.1 <events@events.example>: Sender address rejected',
  ],
  ['550 EVENTS@Events.Example is not allowed.', '550 EVENTS@Events.Example is not allowed.'],
  ['not allowed: events@events.example.', 'not allowed: events@events.example.'],
  [
    'see https://spf.example/why?s=mfrom;id=events%40events.example;ip=192.0.2.1',
    'see https://spf.example/why?s=mfrom;id=events%40events.example;ip=192.0.2.1',
  ],
  [`<bounces+${TOKEN}@events.example>: rejected`, '<bounces@events.example>: rejected'],
  [`id=bounces%2B${TOKEN}%40events.example&r=x`, 'id=bounces%40events.example&r=x'],
  ['post@xn--mnchen-3ya.example is unknown', 'post@xn--mnchen-3ya.example is unknown'],
  ['post@münchen.example is unknown', 'post@münchen.example is unknown'],
  ['from <events@events.example> to <ada.king@example.com>', 'from <events@events.example> to <[address]>'],
  [
    'events@events.example for someone@elsewhere.example: ada.king',
    'events@events.example for [address]: [address]',
  ],
  // A longer address is not ours, whatever it ends or begins with.
  ['my.events@events.example', '[address]'],
  ['ada+events@events.example', '[address]'],
  ['bob=elsewhere.example=events@events.example', '[address]'],
  ['bob.id=events@events.example', '[address]'],
  ['events@events.example.org', '[address]'],
  ['events@events.example-mail.org', '[address]'],
  ['events@elsewhere.example', '[address]'],
])('of ours stays: %s', (text, redacted) => {
  expect(redact(text, ada, own)).toBe(redacted);
});

it('an address that a person shares with us, with whatever tag, goes', () => {
  const person = { addresses: ['Events+Ada@events.example'], names: [] };
  for (const address of ['events@events.example', 'events+ada@events.example'])
    expect(redact(`<${address}> and <bounces@events.example>`, person, own)).toBe(
      '<[address]> and <bounces@events.example>',
    );
});

it('a local part that somebody shares with us goes, and ours stays', () => {
  const person = { addresses: ['events@elsewhere.example'], names: [] };
  expect(redact('events: <events@events.example> refused', person, own)).toBe(
    '[address]: <events@events.example> refused',
  );
});

it('takes a long answer in a moment', () => {
  const text = `${'a'.repeat(50_000)} ${'=a'.repeat(20_000)} ${'"'.repeat(5_000)}`;
  expect(redact(text, ada)).toBe(text);
  expect(redact(text, ada, own)).toBe(text);
  const many = 'events@events.example '.repeat(2_000);
  expect(redact(many, ada, own)).toBe(many);
});
