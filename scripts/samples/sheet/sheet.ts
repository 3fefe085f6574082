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
import { sheetPage } from './page.ts';
import { LOOKS, pictureName, pixelsThatDiffer, takePictures, type Windows } from './pictures.ts';

const mailShape = z.object({
  key: z.string(),
  mail: z.string(),
  kind: z.string(),
  language: z.string(),
  state: z.string(),
  subject: z.string(),
  /** SHA-256 of the text part. */
  text: z.string(),
  problems: z.array(z.string()),
});
const sheetShape = z.object({ mails: z.array(mailShape) });

/** A mail on a sheet; its pictures lie in `mails/`. */
export type SheetMail = z.infer<typeof mailShape>;

const INDEX = 'index.html';
const LIST = 'sheet.json';
const PICTURES = 'mails';
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
 * Writes a sheet of the mails into `folder` and says what changed against an earlier one: `against`, else the one that was
 * there, which is kept in `previous`. Of that only what `selection` means counts.
 */
export async function writeSheet(
  browser: Windows,
  outcomes: readonly Outcome[],
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
  const arrived = outcomes.flatMap(({ sent: { sample }, received, problems }) =>
    received ? [{ ...sample, ...received.mail, problems }] : [],
  );
  await takePictures(
    browser,
    arrived.map(({ key, HTML }) => ({ key, html: HTML })),
    join(folder, PICTURES),
  );
  const mails: SheetMail[] = arrived.map(({ key, mail, kind, language, state, Subject, Text, problems }) => ({
    ...{ key, mail, kind, language, state, problems: [...problems] },
    subject: Subject,
    text: createHash('sha256').update(Text.replaceAll('\r\n', '\n')).digest('hex'),
  }));
  const compared = await compare(browser, { folder, earlier, mails, selection: options.selection });
  const changes = { ...compared, page: pathToFileURL(join(folder, INDEX)).href };
  writeFileSync(join(folder, INDEX), sheetPage(mails, changes));
  // Last: without it this is no sheet to compare another one with.
  writeFileSync(join(folder, LIST), `${JSON.stringify({ mails }, null, 1)}\n`);
  return changes;
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
    readonly mails: readonly SheetMail[];
    readonly selection: Selection;
  },
): Promise<Omit<Changes, 'page'>> {
  const { folder, earlier, mails, selection } = sheets;
  const before = readSheet(earlier)?.mails.filter((mail) => isSelected(selection, mail)) ?? null;
  if (!before) return { against: null, added: [], removed: [], changed: [], counts: null };
  const known = new Map(before.map((mail) => [mail.key, mail]));
  const now = new Set(mails.map(({ key }) => key));
  const added = mails.filter(({ key }) => !known.has(key));
  const removed = before.filter(({ key }) => !now.has(key));
  const changed: Change[] = [];
  const page = await browser.newPage();
  try {
    for (const mail of mails) {
      const old = known.get(mail.key);
      if (!old) continue;
      const looks: { look: (typeof LOOKS)[number]; share: number }[] = [];
      for (const look of LOOKS) {
        const name = join(PICTURES, pictureName(mail.key, look));
        const share = await pixelsThatDiffer(page, picture(earlier, name), picture(folder, name));
        if (share > 0) looks.push({ look, share });
      }
      const words = (['subject', 'text'] as const).filter((part) => old[part] !== mail[part]);
      if (looks.length + words.length > 0) changed.push({ mail, looks, words });
    }
  } finally {
    await page.close();
  }
  for (const { key } of [...removed, ...changed.map(({ mail }) => mail)])
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
