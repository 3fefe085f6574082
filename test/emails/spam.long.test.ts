import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { createMimeWriter } from '../../src/providers/smtp/mime.ts';
import { findProgram } from '../support/find-program.ts';
import { outgoingMail } from '../support/outgoing-mail.ts';
import { EVENT_KINDS, MAILS, type MailName, sampleMail } from './sample-mail.ts';

const BAR = 0.5;
/**
 * The recipient's address in a link. The access link has it, and the calendar's, because the product promises that anyone who knows the
 * key can build the link; SpamAssassin counts one point for that, and nothing else may come on top.
 */
const ADDRESS_IN_LINK = 'GB_CUSTOM_HTM_URI';
const ADDRESS_IN_LINK_SCORE = 1;

const program = findProgram('spamassassin');
const PICTURES = {
  logoUrl: 'https://cdn.example/logo.png',
  coverUrl: 'https://cdn.example/cover.jpg',
  hostPictureUrl: 'https://cdn.example/host.png',
};

interface Case {
  readonly name: MailName;
  readonly locale: string;
  readonly event?: typeof PICTURES;
}

// Half a second each: every mail in one language, without pictures and with all of them, and one mail in all languages.
const cases: readonly Case[] = [
  ...MAILS.map((name) => ({ name, locale: 'en' })),
  ...EVENT_KINDS.map((name) => ({ name, locale: 'en', event: PICTURES })),
  ...LANGUAGES.filter((locale) => locale !== 'en').map((locale) => ({ name: 'sign_in' as const, locale })),
];

/** What SpamAssassin says of each mail by its local rules, by the mail's id. */
function judge(mails: readonly string[]): Map<string, { score: number; tests: string[] }> {
  const home = mkdtempSync(join(tmpdir(), 'access-mail-spam-'));
  try {
    const mbox = mails.map(
      (mail) => `From x Sat Jan  2 08:00:00 2027\n${mail.replace(/^(>*From )/gm, '>$1')}\n`,
    );
    const { stdout, stderr } = spawnSync(program ?? '', ['--local', '--nocreate-prefs', '--mbox'], {
      ...{ input: mbox.join(''), encoding: 'utf8', maxBuffer: 2 ** 28 },
      env: { ...process.env, HOME: home },
    });
    // They come back in another order.
    const judged = stdout.split(/^From x /m).slice(1);
    if (judged.length !== mails.length) throw new Error(`SpamAssassin failed: ${stderr}`);
    return new Map(
      judged.map((mail) => {
        const header = mail.split('\n\n', 1)[0]?.replace(/\n[ \t]+/g, ' ') ?? '';
        const id = /^X-Entity-Ref-ID: (.*)$/m.exec(header)?.[1] ?? '';
        const [, score, tests = ''] =
          /^X-Spam-Status: .*score=(\S+) .*tests=(.*?) autolearn/m.exec(header) ?? [];
        return [id, { score: Number(score), tests: tests.split(/, ?/) }];
      }),
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function write({ name, locale, event }: Case): Promise<{ id: string; raw: string }> {
  const { html, text, subject, variables } = await sampleMail(name, {
    registrant: { locale },
    ...(event && { event }),
  });
  const from = { name: 'Studio Events', address: 'events@studio.example' };
  const { unsubscribeLink = null } = variables as Record<string, string | null>;
  const mail = outgoingMail({ html, text, subject, language: locale, unsubscribeLink });
  const raw = createMimeWriter({ from, tags: false })(mail).toString().replaceAll('\r\n', '\n');
  return { id: mail.messageId, raw };
}

describe.skipIf(program === null)('SpamAssassin', () => {
  it(`gives every mail at most ${BAR}, the address in its link apart`, async () => {
    const mails = await Promise.all(cases.map(write));
    const verdicts = judge(mails.map(({ raw }) => raw));
    const judged = cases.map(({ name, locale, event }, i) => {
      const { score, tests } = verdicts.get(mails[i]?.id ?? '') ?? { score: Number.NaN, tests: [] };
      const hasLink = (EVENT_KINDS as readonly string[]).includes(name);
      const allowed = hasLink && tests.includes(ADDRESS_IN_LINK) ? ADDRESS_IN_LINK_SCORE : 0;
      return { mail: `${name} in ${locale}${event ? ' with pictures' : ''}`, tests, score: score - allowed };
    });
    expect(judged.filter(({ score }) => !(score <= BAR))).toEqual([]);
  });
});
