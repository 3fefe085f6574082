import { durationInWords } from '../ui/duration.ts';
import { ButtonLink, ButtonRow } from './parts/button.tsx';
import { type TeamFrame, TeamLayout } from './parts/team-layout.tsx';

export interface TeamErrorPageProps {
  readonly frame: TeamFrame;
  readonly status: number;
  /** What exactly, as a sentence; the usual one for the status where there is none. */
  readonly detail?: string | null | undefined;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter?: number | undefined;
  /** Where the person came from; absent: the events. */
  readonly back?: { readonly href: string; readonly label: string };
}

const WORDS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: ['The request was not understood', 'Go back, reload the page and try again.'],
  403: ['Only admins can do this', 'Ask an admin of your team to do it, or to make you an admin.'],
  404: ['Page not found', 'It may have been removed, or the address is wrong.'],
  405: ['This is not possible here', 'Go back, reload the page and try again.'],
  409: [
    'Something changed in the meantime',
    'Somebody else has changed it. Go back, reload the page and look at what is there now.',
  ],
  410: ['No longer available', 'It was removed, or it has expired.'],
  413: ['Too large', 'Send a smaller file or less text.'],
  422: ['Something needs attention', 'Go back and correct what you entered.'],
  429: ['Too many attempts', 'Wait a moment, then try again.'],
  500: [
    'Something went wrong on our side',
    'The error is in the log, and nothing was changed. Try again in a moment.',
  ],
  503: ['We cannot reach the database', 'This usually lasts a moment only. Mails wait and are not lost.'],
};

/** Whatever a team page cannot do: what happened and what to do next, with the navigation in its place. */
export function TeamErrorPage({ frame, status, detail, retryAfter, back }: TeamErrorPageProps) {
  const [title, text] = WORDS[status] ?? WORDS[status < 500 ? 400 : 500] ?? ['', ''];
  const home = frame.member
    ? { href: '/team/events', label: 'Go to the events' }
    : { href: '/team/sign-in', label: 'Go to sign-in' };
  return (
    <TeamLayout {...frame} title={title} section={null} event={null} width="narrow">
      {detail || !retryAfter ? <p>{detail || text}</p> : null}
      {retryAfter ? <p>Try again in {durationInWords(retryAfter * 1000, 'en', 'en')}.</p> : null}
      <ButtonRow>
        <ButtonLink {...(back ?? home)}>{(back ?? home).label}</ButtonLink>
      </ButtonRow>
      <p className="quiet">Error {status}</p>
    </TeamLayout>
  );
}
