import { describe, expect, it } from 'vitest';
import { readMailboxUrl } from '../../src/domain/mailbox-url.ts';

describe('the address of a mailbox', () => {
  it('says where it is, who may open it, and which folder is read', () => {
    expect(
      readMailboxUrl('imaps://bounces%40example.com:p%2Fw%20%25@mail.example:1993/Bounces/R%C3%BCck%2Flauf'),
    ).toEqual({
      ...{ host: 'mail.example', port: 1993, encryption: 'tls' },
      ...{ user: 'bounces@example.com', password: 'p/w %' },
      folder: ['Bounces', 'Rück/lauf'],
    });
  });

  it.each(['imaps://a:b@mail.example', 'imaps://a:b@mail.example/'])(
    'without a folder means INBOX: %s',
    (url) => {
      expect(readMailboxUrl(url)).toMatchObject({ port: 993, folder: ['INBOX'] });
    },
  );

  it('may have an @ in the user name as it is', () => {
    expect(readMailboxUrl('imaps://bounces@example.com:b@mail.example')).toMatchObject({
      user: 'bounces@example.com',
      host: 'mail.example',
    });
  });

  it.each([
    ['imap://a:b@mail.example', 'starttls', 143],
    ['imap://a:b@localhost', 'offered', 143],
    ['imap://a:b@127.0.0.1:1143', 'offered', 1143],
    ['imap://a:b@[::1]', 'offered', 143],
    ['IMAPS://a:b@mail.example', 'tls', 993],
  ])('%s: a password leaves this machine encrypted only', (url, encryption, port) => {
    expect(readMailboxUrl(url)).toMatchObject({ encryption, port });
  });

  it('may name a host by its IPv6 address', () => {
    expect(readMailboxUrl('imaps://a:b@[2001:db8::1]:993/x')).toMatchObject({ host: '2001:db8::1' });
  });

  it.each([
    ['mail.example', /^must be an address of the form/],
    ['pop3://a:b@mail.example', /^must be an address of the form/],
    ['imaps://', /^must be an address of the form/],
    ['imaps://a:b@mail.example:port/', /%40 for @/],
    ['imaps://a:b#c@mail.example/', /%40 for @/],
    ['imaps://a:b@mail.example/INBOX?x=1', /%40 for @/],
    ['imaps://:b@mail.example/', /^must name a user and a password/],
    ['imaps://a:100%@mail.example/', /^has a % that begins no code/],
  ])('%s is none', (url, fault) => {
    expect(readMailboxUrl(url)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
