import type { ReactElement } from 'react';
import type { SenderCheck, SenderChecks } from '../../src/domain/sender-domain.ts';
import {
  NewKeyPage,
  RemoveSenderPage,
  SenderPage,
  type SenderPageProps,
} from '../../src/team/senders/sender-page.tsx';
import { SendersPage, type SendersPageProps } from '../../src/team/senders/senders-page.tsx';
import { HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME } from './samples.tsx';

const AT = new Date('2027-01-13T14:55:30Z');
const LONG = `${'sub.'.repeat(30)}example.com`;
const KEY = 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3v0iVb0Y2m8Hk1r2f5yq0mT8'.padEnd(
  412,
  'Ab3',
);
const name = 'am-1f2e3d4c._domainkey.studio.example';

const good = (message: string): SenderCheck => ({ verdict: 'pass', message, name, found: [KEY], wanted: [] });
const IN_ORDER: SenderChecks = {
  owner: good('The record shows that studio.example is yours.'),
  spf: good('The record lets your mail server (mail.relay.example) send.'),
  dkim: good('We sign each mail, and the key is published.'),
  dmarc: good(
    'For mail that is not proven to come from studio.example, the record asks receivers to do nothing (“p=none”). Our mails pass by SPF and DKIM.',
  ),
  provider: null,
  alignedBy: ['spf', 'dkim'],
  isInOrder: true,
};
const BROKEN: SenderChecks = {
  owner: {
    verdict: 'fail',
    message: 'Nothing shows yet that studio.example is yours. Add the record below.',
    name: '_access-mail.studio.example',
    found: [],
    wanted: [
      {
        type: 'TXT',
        name: '_access-mail.studio.example',
        value: `access-mail-verification=${'5f'.repeat(16)}`,
      },
    ],
  },
  spf: {
    verdict: 'fail',
    message:
      'There are 2 SPF records, and receivers then use none of them. Keep one that says what all of them say.',
    name: 'studio.example',
    found: ['v=spf1 include:_spf.google.com ~all', `v=spf1 ${'include:long.example '.repeat(12)}-all`],
    wanted: [
      {
        type: 'TXT',
        name: 'studio.example',
        value: 'v=spf1 include:_spf.google.com a:mail.relay.example ~all',
      },
    ],
  },
  dkim: {
    verdict: 'fail',
    message:
      'Another key stands there than the one that signs: signatures would be wrong. Replace the record, whole, by the one below.',
    name,
    found: [KEY, HOSTILE],
    wanted: [{ type: 'TXT', name, value: KEY }],
  },
  dmarc: {
    verdict: 'unknown',
    message:
      'The DNS did not answer for _dmarc.studio.example (ETIMEOUT). It is asked again: nothing is decided by this.',
    name: '_dmarc.studio.example',
    found: [],
    wanted: [],
  },
  provider: {
    verdict: 'warning',
    message: 'Resend has not verified the domain.',
    name: 'studio.example',
    found: ['pending'],
    wanted: [],
  },
  alignedBy: [],
  isInOrder: false,
};

const LIST: SendersPageProps = {
  frame: FRAME,
  senders: [
    {
      domain: 'studio.example',
      shown: 'studio.example',
      state: 'verified',
      checks: IN_ORDER,
      checkedAt: AT,
      events: 3,
    },
    {
      domain: 'xn--mnchen-3ya.example',
      shown: 'münchen.example',
      state: 'failing',
      checks: BROKEN,
      checkedAt: AT,
      events: 1,
    },
    { domain: LONG, shown: LONG, state: 'lost', checks: BROKEN, checkedAt: AT, events: 1_204 },
    {
      domain: 'new.example',
      shown: 'new.example',
      state: 'unverified',
      checks: null,
      checkedAt: null,
      events: 0,
    },
  ],
  site: { name: 'Events', address: 'events@example.com' },
  siteSelector: 'mail2027',
  isSmtp: true,
  form: { values: { domain: '', signing: 'ours', relaySelector: '' }, errors: {} },
};

const ONE: SenderPageProps = {
  frame: FRAME,
  domain: 'studio.example',
  shown: 'studio.example',
  state: 'verified',
  verifiedAt: AT,
  checkedAt: AT,
  failingSince: null,
  checks: IN_ORDER,
  firstRecords: BROKEN.owner.wanted,
  uses: [
    { eventId: 'x', title: 'Designing calm software', fromAddress: 'ada@studio.example' },
    { eventId: 'y', title: HOSTILE, fromAddress: `${'a'.repeat(60)}@studio.example` },
  ],
  siteAddress: 'events@example.com',
  signing: { type: 'ours', selector: 'am-1f2e3d4c' },
  signingForm: { values: { signing: 'ours', relaySelector: '' }, errors: {} },
  isAdmin: true,
};

/** The pages of sender domains, in every state. */
export function senderPages(): Readonly<Record<string, ReactElement>> {
  return {
    senders: <SendersPage {...LIST} />,
    'senders: none': <SendersPage {...LIST} senders={[]} siteSelector={null} isSmtp={false} />,
    'senders: for members': <SendersPage {...LIST} form={null} />,
    'senders: a mistake': (
      <SendersPage
        {...LIST}
        frame={LOUD_FRAME}
        form={{
          values: { domain: 'gmail.com', signing: 'relay', relaySelector: 'no selector' },
          errors: {
            domain: 'The domain must be one of your own.',
            relaySelector: 'The selector must be one.',
          },
        }}
      />
    ),
    'sender: verified': <SenderPage {...ONE} />,
    'sender: new': (
      <SenderPage
        {...ONE}
        state="unverified"
        verifiedAt={null}
        checkedAt={null}
        checks={null}
        uses={[]}
        firstRecords={[...BROKEN.owner.wanted, ...BROKEN.dkim.wanted, ...BROKEN.spf.wanted]}
      />
    ),
    'sender: broken': (
      <SenderPage
        {...ONE}
        domain={LONG}
        shown={LONG}
        state="failing"
        failingSince={AT}
        checks={BROKEN}
        signingForm={{
          values: { signing: 'relay', relaySelector: '-' },
          errors: { relaySelector: 'The selector must be one.' },
        }}
      />
    ),
    'sender: lost, for members': (
      <SenderPage
        {...ONE}
        state="lost"
        verifiedAt={null}
        checks={BROKEN}
        signingForm={null}
        isAdmin={false}
        signing={{ type: 'relay', selector: null }}
      />
    ),
    'remove a sender': <RemoveSenderPage frame={FRAME} domain="studio.example" shown="studio.example" />,
    'a new key': <NewKeyPage frame={FRAME} domain="studio.example" shown="studio.example" />,
  };
}
