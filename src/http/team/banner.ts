import { PRIORITIES } from '../../domain/message.ts';
import { orWithout } from '../../lib/remember.ts';
import type { Logger } from '../../log.ts';
import type { MailState, ReadMailState } from '../../operations/mail-state.ts';
import type { TeamBanner } from '../../pages/team/parts/team-layout.tsx';

/** Never rejects: where the state of mail is not known, pages stand without a banner, and the log says why. */
export function createBanner(readMailState: ReadMailState, log: Logger): () => Promise<TeamBanner | null> {
  async function read(): Promise<TeamBanner | null> {
    const known = await readMailState();
    if (!known) throw new Error('The database has not told the state of mail in time.');
    return bannerOf(known);
  }
  return async () =>
    (await orWithout(read, (error) => log.warn({ err: error }, 'a page has no banner'))) ?? null;
}

export function bannerOf({ state, reason, oldestDueSeconds }: MailState): TeamBanner | null {
  if (state === 'refused')
    return {
      tone: 'danger',
      text: `No mail goes out: the mail server refuses us. “${reason}” It is tried again each minute; mails wait and are not lost.`,
    };
  if (state !== 'late') return null;
  const minutes = Math.round(Math.max(...PRIORITIES.map((priority) => oldestDueSeconds[priority])) / 60);
  return {
    tone: 'warning',
    text: `Mail is late: the oldest has been due for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Is a worker running?`,
  };
}
