import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from '../../../src/config.ts';
import type { Outcome } from '../run.ts';
import { isSelected, type Selection } from '../samples.ts';
import type { Change, Changes } from './changes.ts';
import { LOOKS, PICTURES, pictureName } from './looks.ts';
import { sheetPage } from './page.ts';
import { pixelsThatDiffer, takeMails, type Windows } from './pictures.ts';

const shownShape = z.object({
  key: z.string(),
  /** Of the mail or the page. */
  name: z.string(),
  /** Of a mail its kind; `page`. */
  kind: z.string(),
  language: z.string(),
  state: z.string(),
  /** A mail's subject, a page's title. */
  title: z.string(),
  /** SHA-256 of what it says. */
  text: z.string(),
  /** Whose mail it is; of a page null. */
  from: z.string().nullable(),
  problems: z.array(z.string()),
});
const sheetShape = z.object({ shown: z.array(shownShape) });

/** A mail or a page on a sheet; its pictures lie in `pictures/`. */
export type Shown = z.infer<typeof shownShape>;

/** Takes pictures of mails or pages, as `KEY.LOOK.png` in the folder, and says what they show. */
export type Photographer = (folder: string) => Promise<readonly Shown[]>;

const INDEX = 'index.html';
const LIST = 'sheet.json';
/** Earlier pictures of what changed. */
const BEFORE = 'before';
/** The sheet that was there before this one. */
const PREVIOUS = 'previous';

/** Throws ConfigError where a sheet cannot be written to `folder`, or is not what it is compared with. */
export function checkFolder(folder: string, against: string | null): void {
  if (existsSync(folder) && !existsSync(join(folder, LIST))) {
    const others = readdirSync(folder).filter((name) => ![PICTURES, BEFORE, PREVIOUS].includes(name));
    if (others.length > 0)
      throw new ConfigError(
        `--report ${folder} holds something else (${others[0]}): name a folder of its own.`,
      );
  }
  if (against !== null && readSheet(against) === null)
    throw new ConfigError(
      `--against ${against} holds no report. Example: npm run samples -- --report ${against}`,
    );
}

/**
 * Writes a sheet of what the photographers show into `folder` and says what changed against an earlier one: `against`, else the one
 * that was there, which is kept in `previous`. Of that only what `selection` means counts.
 */
export async function writeSheet(
  browser: Windows,
  photographers: readonly Photographer[],
  options: { readonly folder: string; readonly against: string | null; readonly selection: Selection },
): Promise<Changes> {
  const folder = resolve(options.folder);
  const previous = join(folder, PREVIOUS);
  const against = options.against === null ? null : resolve(options.against);
  // Who compares with the kept one goes on comparing with it.
  if (against !== previous) keep(folder, previous);
  const earlier = against === null || against === folder ? previous : against;
  for (const name of [PICTURES, BEFORE]) {
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name), { recursive: true });
  }
  const shown: Shown[] = [];
  for (const take of photographers) shown.push(...(await take(join(folder, PICTURES))));
  const compared = await compare(browser, { folder, earlier, shown, selection: options.selection });
  const changes = { ...compared, shown, page: pathToFileURL(join(folder, INDEX)).href };
  writeFileSync(join(folder, INDEX), sheetPage(changes));
  // Last: without it this is no sheet to compare another one with.
  writeFileSync(join(folder, LIST), `${JSON.stringify({ shown }, null, 1)}\n`);
  return changes;
}

/** The mails that arrived. */
export function photographMails(browser: Windows, outcomes: readonly Outcome[]): Photographer {
  return async (folder) => {
    const arrived = outcomes.flatMap(({ sent: { sample }, received, problems }) =>
      received ? [{ sample, mail: received.mail, problems }] : [],
    );
    await takeMails(
      browser,
      arrived.map(({ sample: { key }, mail: { HTML } }) => ({ key, html: HTML })),
      folder,
    );
    return arrived.map(({ sample: { key, mail: name, kind, language, state }, mail, problems }) => ({
      ...{ key, name, kind, language, state, problems: [...problems] },
      title: mail.Subject,
      text: hashOf(mail.Text.replaceAll('\r\n', '\n')),
      from: `${mail.From.Name} <${mail.From.Address}>`,
    }));
  };
}

/** What a text is compared by. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Puts the folder's sheet aside, if there is a whole one. */
function keep(folder: string, previous: string): void {
  if (readSheet(folder) === null) return;
  rmSync(previous, { recursive: true, force: true });
  mkdirSync(previous);
  for (const name of [LIST, INDEX, PICTURES, BEFORE])
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(previous, name));
}

async function compare(
  browser: Windows,
  sheets: {
    readonly folder: string;
    readonly earlier: string;
    readonly shown: readonly Shown[];
    readonly selection: Selection;
  },
): Promise<Omit<Changes, 'page' | 'shown'>> {
  const { folder, earlier, shown, selection } = sheets;
  const before = readSheet(earlier)?.shown.filter((one) => isSelected(selection, one)) ?? null;
  if (!before) return { against: null, added: [], removed: [], changed: [], counts: null };
  const known = new Map(before.map((one) => [one.key, one]));
  const now = new Set(shown.map(({ key }) => key));
  const added = shown.filter(({ key }) => !known.has(key));
  const removed = before.filter(({ key }) => !now.has(key));
  const changed: Change[] = [];
  const page = await browser.newPage();
  try {
    for (const one of shown) {
      const old = known.get(one.key);
      if (!old) continue;
      const looks: { look: (typeof LOOKS)[number]; share: number }[] = [];
      for (const look of LOOKS) {
        const name = join(PICTURES, pictureName(one.key, look));
        const share = await pixelsThatDiffer(page, picture(earlier, name), picture(folder, name));
        if (share > 0) looks.push({ look, share });
      }
      const words = (['title', 'text', 'from'] as const).filter((part) => old[part] !== one[part]);
      if (looks.length + words.length > 0) changed.push({ shown: one, looks, words });
    }
  } finally {
    await page.close();
  }
  for (const { key } of [...removed, ...changed.map((change) => change.shown)])
    for (const look of LOOKS)
      copyFileSync(
        join(earlier, PICTURES, pictureName(key, look)),
        join(folder, BEFORE, pictureName(key, look)),
      );
  const counts = { added: added.length, removed: removed.length, changed: changed.length };
  return { against: nearName(earlier), added, removed, changed, counts };
}

/** As one would type it here. */
function nearName(path: string): string {
  const name = relative(process.cwd(), path);
  return name.startsWith('..') ? path : name || '.';
}

function picture(sheet: string, name: string): Buffer {
  return readFileSync(join(sheet, name));
}

/** Null where there is none. */
function readSheet(folder: string): z.infer<typeof sheetShape> | null {
  try {
    return sheetShape.parse(JSON.parse(readFileSync(join(folder, LIST), 'utf8')));
  } catch {
    return null;
  }
}
