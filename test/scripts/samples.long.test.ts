import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inbox, startInbox } from '../../scripts/inbox/inbox.ts';
import { openSampleInbox } from '../../scripts/samples/catcher.ts';
import { checkMail } from '../../scripts/samples/check.ts';
import { readOptions } from '../../scripts/samples/options.ts';
import { type PageSample, selectPages } from '../../scripts/samples/pages/page-samples.ts';
import { PAGE_NAMES } from '../../scripts/samples/pages/page-states.ts';
import { photographPages } from '../../scripts/samples/pages/photograph-pages.ts';
import { inboxOf, type Received } from '../../scripts/samples/read-back.ts';
import { type Outcome, runSamples } from '../../scripts/samples/run.ts';
import { EVERYTHING, type Sample, selectSamples } from '../../scripts/samples/samples.ts';
import { type Changes, describeChanges } from '../../scripts/samples/sheet/changes.ts';
import { PICTURES } from '../../scripts/samples/sheet/looks.ts';
import { checkFolder, photographMails, writeSheet } from '../../scripts/samples/sheet/sheet.ts';
import { SAMPLE_MAILS, STATE_NAMES } from '../../scripts/samples/states.ts';
import { summaryOf, tableOf } from '../../scripts/samples/table.ts';
import { KINDS } from '../../src/domain/kinds.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createDatabase } from '../support/database.ts';

const all = selectSamples(EVERYTHING);

let inbox: Inbox;
beforeAll(async () => {
  inbox = await startInbox({ maxMessages: 0 });
});
afterAll(() => inbox.stop());

async function run(samples: readonly Sample[]): Promise<Outcome[]> {
  const database = await createDatabase();
  try {
    return await runSamples(samples, { ...inbox, databaseEnv: database.env });
  } finally {
    await database.drop();
  }
}

function pick(...keys: string[]): Sample[] {
  return keys.map((key) => {
    const sample = all.find((one) => one.key === key);
    if (!sample) throw new Error(`There is no sample ${key}.`);
    return sample;
  });
}

describe('the samples', () => {
  it('are every mail in every language, and every state', () => {
    const plain = all.filter(({ state }) => state === 'plain');
    expect(plain.map(({ mail, language }) => `${mail} ${language}`)).toEqual(
      SAMPLE_MAILS.flatMap((mail) => LANGUAGES.map((language) => `${mail} ${language}`)),
    );
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(STATE_NAMES));
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  });

  it('can be narrowed down, by kinds and by names of mails', () => {
    const { selection } = readOptions([
      '--kind',
      'registrants_export',
      '--language',
      'ja,ar',
      '--state',
      'plain',
    ]);
    expect(selectSamples(selection).map(({ key }) => key)).toEqual([
      ...['export_attached.ja.plain', 'export_attached.ar.plain', 'export_link.ja.plain'],
      ...['export_link.ar.plain', 'export_failed.ja.plain', 'export_failed.ar.plain'],
    ]);
    expect(selectSamples(readOptions(['--kind', 'export_link', '--state', 'long']).selection)).toHaveLength(
      2,
    );
  });

  it('are the pages, too, in every language; each group can be had alone', () => {
    const pages = selectPages(EVERYTHING);
    const plain = pages.filter(({ stateName }) => stateName === 'plain');
    expect(new Set(plain.map(({ name, language }) => `${name} ${language}`)).size).toBe(
      PAGE_NAMES.length * LANGUAGES.length,
    );
    expect(new Set([...all, ...pages].map(({ key }) => key)).size).toBe(all.length + pages.length);
    const { selection: onlyPages } = readOptions(['--kind', 'page']);
    expect([selectSamples(onlyPages).length, selectPages(onlyPages).length]).toEqual([0, pages.length]);
    const { selection: onlyMails } = readOptions(['--kind', 'mail']);
    expect([selectSamples(onlyMails).length, selectPages(onlyMails).length]).toEqual([all.length, 0]);
    const { selection } = readOptions([
      '--kind',
      'waiting,reminder',
      '--language',
      'de',
      '--state',
      'soon,plain',
    ]);
    expect([...selectSamples(selection), ...selectPages(selection)].map(({ key }) => key)).toEqual([
      ...['reminder.de.plain', 'waiting.de.plain', 'waiting.de.soon'],
    ]);
  });

  it.each([
    [['--state', 'plan'], '--state "plan" is none. There are: plain,'],
    [['--against', 'out'], '--against compares reports.'],
    [['--nothing'], "Unknown option '--nothing'."],
    [['out'], "Unexpected argument 'out'."],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it('go to no mail server that delivers', async () => {
    await expect(openSampleInbox({ SMTP_URL: 'smtp://mail.example' }, null)).rejects.toThrow(
      'SMTP_URL alone',
    );
    await expect(openSampleInbox({ MAILPIT_URL: 'http://127.0.0.1:1' }, null)).rejects.toThrow(
      'does not answer',
    );
    const running = {
      databaseUrl: '',
      databaseSchema: 'public',
      appSecret: '',
      publicUrl: '',
      smtpUrl: inbox.smtpUrl,
      mailpitUrl: inbox.httpUrl,
    };
    expect(await openSampleInbox({}, running)).toMatchObject({ httpUrl: inbox.httpUrl, isOwn: false });
    const named = { SMTP_URL: inbox.smtpUrl, MAILPIT_URL: inbox.httpUrl };
    expect(await openSampleInbox(named, null)).toMatchObject({ smtpUrl: inbox.smtpUrl, isOwn: false });
  });
});

describe('a run', () => {
  // Each mail, and states that change what is sent, not only how it reads.
  const samples = [
    ...all.filter(({ state, language }) => state === 'plain' && language === 'fr'),
    ...pick('reminder.ar.10-minutes', 'confirmation.en.own-words', 'event_updated.en.today'),
    ...pick(
      'export_failed.de.not-allowed',
      'confirmation.en.four-digits',
      'event_cancelled.en.right-to-left',
    ),
  ];

  it('sends them through the ledger and finds nothing wrong with them', async () => {
    const outcomes = await run(samples);
    expect(outcomes.map(({ sent, problems }) => [sent.sample.key, ...problems])).toEqual(
      samples.map(({ key }) => [key]),
    );
    const subjects = Object.fromEntries(
      outcomes.map(({ sent, received }) => [sent.sample.key, received?.mail.Subject]),
    );
    expect(subjects['reminder.ar.10-minutes']).toMatch(/^البداية خلال 10 دقائق: .?تصميم برمجيات هادئة/);
    expect(subjects).toMatchObject({
      'confirmation.en.own-words': 'A word from Maya Lindqvist: Designing calm software',
      'event_cancelled.fr.plain': 'Annulé\u00a0: Concevoir des logiciels sereins',
    });
    expect(summaryOf(outcomes)).toMatchObject({ mails: samples.length, failed: 0, kinds: KINDS.length });
    const lines = tableOf(outcomes).split('\n');
    expect(lines).toHaveLength(samples.length + 1);
    expect(lines[1]).toMatch(/^confirmation +fr +plain +\d+ +\d+\.\d +5 +yes +ok +ok$/);
  });

  it('takes the place of the one before, makes the same mails, and tags them with their states', async () => {
    const some = pick('reminder.fr.plain', 'sign_in.fr.plain', 'reminder.ar.10-minutes');
    const [once, twice] = [await run(some), await run(some)];
    const said = (outcomes: readonly Outcome[]) =>
      outcomes.map(({ received }) => [received?.mail.Subject, received?.mail.HTML, received?.mail.Text]);
    expect(said(twice)).toEqual(said(once));
    const found = await inboxOf(inbox.httpUrl).find(twice.map(({ sent }) => sent.messageId));
    expect([...found.values()].map((ids) => ids.length)).toEqual([1, 1, 1]);
    const answer = await fetch(
      `${inbox.httpUrl}/api/v1/search?query=${encodeURIComponent('tag:"10-minutes"')}`,
    );
    const { messages } = (await answer.json()) as { messages: { Tags: string[] }[] };
    expect(messages.map(({ Tags }) => Tags)).toEqual([['10-minutes', 'ar', 'reminder']]);
  });

  it('sees what is wrong with a mail', async () => {
    const [outcome] = await run(pick('reminder.en.plain'));
    const { sent, received } = outcome as Outcome;
    const problems = (mail: Partial<Received['mail']>, more: Partial<Received> = {}) => {
      const right = received as Received;
      return checkMail(sent, { ...right, ...more, mail: { ...right.mail, ...mail } }).problems;
    };
    const { HTML: html = '', Text: text = '', ListUnsubscribe } = received?.mail ?? {};
    expect(problems({})).toEqual([]);
    expect(problems({ HTML: html + ' '.repeat(30_000) })).toEqual(['larger than 30 KB']);
    expect(problems({}, { htmlCheck: 94.9 })).toEqual(['html-check below 95']);
    expect(problems({ HTML: html.replace('href="https:', 'href="http:') })).toEqual([
      'a link is not absolute',
      'links differ between the parts',
    ]);
    expect(problems({ Text: text.replace(/(?<=live\S+)$/m, '.') })).toEqual([
      'links differ between the parts',
    ]);
    expect(problems({ Text: '' })).toEqual(['links differ between the parts', 'no text part']);
    expect(problems({ Subject: 'Hi {{firstName}}' })).toEqual(['it says "{{"']);
    expect(problems({ Text: `${text}\nundefined` })).toEqual(['it says "undefined"']);
    expect(problems({ ReplyTo: null })).toEqual(['Reply-To is not as it should be']);
    const { HeaderPost: _, ...without } = ListUnsubscribe ?? { Links: [], Errors: '' };
    expect(problems({ ListUnsubscribe: { ...without, HeaderPost: '' } })).toEqual([
      'List-Unsubscribe is not as it should be',
    ]);
    expect(
      problems({}, { headers: { ...received?.headers, 'Message-Id': ['<other@example.com>'] } }),
    ).toEqual(['Message-ID is not as it should be']);
    expect(problems({ Attachments: [{ FileName: 'event.ics', ContentType: 'text/calendar' }] })).toEqual([
      'attached: .ics',
    ]);
    expect(checkMail({ ...sent, error: 'failed: it burst' }, null).problems).toEqual(['failed: it burst']);
  });
});

describeInBrowser('a sheet', () => {
  let browser: TestBrowser;
  let folder: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    folder = join(mkdtempSync(join(tmpdir(), 'access-mail-sheet-')), 'out');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
  const write = (outcomes: readonly Outcome[], against: string | null = null): Promise<Changes> =>
    writeSheet(browser, [photographMails(browser, outcomes)], { folder, against, selection: EVERYTHING });

  const writePages = async (pages: readonly PageSample[]): Promise<Changes> => {
    const database = await createDatabase();
    try {
      const photographers = [photographPages(browser, pages, database.env)];
      return await writeSheet(browser, photographers, { folder, against: null, selection: EVERYTHING });
    } finally {
      await database.drop();
    }
  };

  it('shows every mail, and is the same picture for picture when the mails are the same', async () => {
    const samples = pick('sign_in.en.plain', 'confirmation.ar.pale-colour');
    const first = await write(await run(samples));
    expect(first).toMatchObject({ against: null, changed: [] });
    const again = await write(await run(samples));
    expect(again).toMatchObject({ added: [], removed: [], changed: [], against: join(folder, 'previous') });
    expect(describeChanges(again)).toContain('nothing changed');

    const page = await browser.newPage();
    const missing: string[] = [];
    page.on('requestfailed', (request) => missing.push(request.url()));
    await page.goto(again.page);
    const pictures = page.locator('img');
    expect(await pictures.count()).toBe(8);
    for (const picture of await pictures.all()) await picture.scrollIntoViewIfNeeded();
    await expect
      .poll(() => page.evaluate(`[...document.images].every((image) => image.naturalWidth >= 320)`))
      .toBe(true);
    await page.selectOption('[data-choice="language"]', 'ar');
    expect(await page.locator('section:visible h3').allInnerTexts()).toEqual([
      'confirmation · ar · pale-colour',
    ]);
    await page.locator('input[data-look="phone-dark"]').uncheck();
    expect(await page.locator('img:visible').count()).toBe(3);
    expect(missing).toEqual([]);
    await page.close();
  });

  it('says which mails are new, gone, or look or say otherwise', async () => {
    const [english, french, german] = (
      await run(pick('sign_in.en.plain', 'sign_in.fr.plain', 'sign_in.de.plain'))
    ).map((outcome) => [outcome]) as [Outcome[], Outcome[], Outcome[]];
    await write([...english, ...french]);
    // As if an earlier one had looked like the other, had said something else, and there had been no French one.
    const picture = (language: string) => join(folder, PICTURES, `sign_in.${language}.plain.phone-light.png`);
    const list = join(folder, 'sheet.json');
    copyFileSync(picture('fr'), picture('en'));
    const sheet = JSON.parse(readFileSync(list, 'utf8')) as { shown: { key: string; title: string }[] };
    for (const mail of sheet.shown) mail.title = 'Come in';
    sheet.shown = sheet.shown.filter(({ key }) => key !== 'sign_in.fr.plain');
    writeFileSync(list, JSON.stringify(sheet));

    const changes = await write([...english, ...french, ...german]);
    expect(changes.added.map(({ key }) => key)).toEqual(['sign_in.fr.plain', 'sign_in.de.plain']);
    expect(changes.changed).toMatchObject([
      { shown: { key: 'sign_in.en.plain' }, looks: [{ look: 'phone-light' }], words: ['title'] },
    ]);
    expect(changes.changed[0]?.looks[0]?.share).toBeGreaterThan(0.001);
    expect(describeChanges(changes)).toMatch(/changed {2}sign_in\.en\.plain {2}phone-light \d+\.\d %, title/);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    for (const side of ['before', PICTURES])
      expect(page).toContain(`${side}/sign_in.en.plain.phone-light.png`);
    expect(existsSync(join(folder, 'before/sign_in.en.plain.phone-light.png'))).toBe(true);

    const fewer = await write(english);
    expect(fewer.removed.map(({ key }) => key)).toEqual(['sign_in.fr.plain', 'sign_in.de.plain']);
    expect(existsSync(join(folder, 'before/sign_in.de.plain.desk-dark.png'))).toBe(true);
    // The one that is kept stays, for as long as it is named.
    const { counts } = await write(german, join(folder, 'previous'));
    expect(counts).toEqual({ added: 0, removed: 2, changed: 0 });
  });

  it('shows pages as visitors meet them, and the same again', async () => {
    const wanted = ['event.en.errors', 'registered.fr.plain', 'own-registration.de.saved', 'waiting.ar.soon'];
    const pages = selectPages(EVERYTHING).filter(({ key }) => wanted.includes(key));
    const first = await writePages(pages);
    expect(first.shown).toMatchObject([
      { key: 'event.en.errors', title: 'Error: Designing calm software', problems: [] },
      { key: 'registered.fr.plain', kind: 'page', problems: [] },
      { key: 'own-registration.de.saved', problems: [] },
      { key: 'waiting.ar.soon', problems: [] },
    ]);
    for (const { key } of pages)
      for (const [look, width] of [
        ['phone-light', 375],
        ['desk-dark', 1440],
      ] as const) {
        const png = readFileSync(join(folder, PICTURES, `${key}.${look}.png`));
        expect([key, look, png.readUInt32BE(16)]).toEqual([key, look, width]);
      }
    expect(await writePages(pages)).toMatchObject({ added: [], removed: [], changed: [] });
  });

  it('finds nothing wrong with any page, in the language that runs the other way', async () => {
    const pages = selectPages({ ...EVERYTHING, languages: ['ar'] });
    const { shown } = await writePages(pages);
    const keys = new Set(shown.map(({ key }) => key));
    // Left out is what has no route, as the embedded form may.
    expect(pages.filter(({ key, name }) => !keys.has(key) && name !== 'embed')).toEqual([]);
    expect(shown.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });

  it('sees what is wrong with a page', async () => {
    const [page] = selectPages(EVERYTHING).filter(({ key }) => key === 'event.en.bare');
    const wrong = (key: string, state: Partial<PageSample['state']>): PageSample[] =>
      page ? [{ ...page, key, state: { ...page.state, ...state } }] : [];
    const { shown } = await writePages([
      ...wrong('event.en.gone', { path: () => '/e/nothing-is-called-so' }),
      ...wrong('event.en.broken', {
        event: () => ({ title: 'Designing undefined' }),
        act: async ({ page: opened }) => {
          await opened.evaluate(
            'document.body.style.width = "2000px"; queueMicrotask(() => { throw new Error("Oh") })',
          );
        },
      }),
    ]);
    expect(shown.map(({ problems }) => problems)).toEqual([
      ['it was answered 404, not 200'],
      [
        ...['a script failed: Oh', 'it scrolls sideways at 375 pixels', 'it scrolls sideways at 1440 pixels'],
        'it says "undefined"',
      ],
    ]);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('it was answered 404, not 200');
  });

  it('overwrites nothing that is no sheet, and compares with nothing else', () => {
    expect(() => checkFolder(tmpdir(), null)).toThrow('holds something else');
    expect(() => checkFolder(folder, null)).not.toThrow();
    expect(() => checkFolder(folder, tmpdir())).toThrow('holds no report');
  });
});
