import { PRIORITIES } from '../../domain/message.ts';
import type { MailState, ReadMailState } from '../../operations/mail-state.ts';
import type { TeamBanner } from '../../pages/team/parts/team-layout.tsx';

export function createBanner(readMailState: ReadMailState): () => Promise<TeamBanner | null> {
  return async () => {
    const known = await readMailState();
    return known ? bannerOf(known) : null;
  };
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
