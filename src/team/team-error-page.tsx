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
  400: ['That request made no sense', 'Go back, load the page again, and try once more.'],
  403: ['Only admins may do this', 'Ask an admin of your team to do it, or to make you one.'],
  404: ['There is nothing here', 'It may have been removed, or the address is mistyped.'],
  405: ['That is not done this way', 'Go back, load the page again, and try once more.'],
  409: [
    'Something changed in the meantime',
    'Somebody else was here first. Go back, load the page again, and look at what is there now.',
  ],
  410: ['This is gone', 'It was removed, or its time is over.'],
  413: ['That is too much at once', 'Send a smaller file or less text.'],
  422: ['Something needs another look', 'Go back and mend what you entered.'],
  429: ['That was a little fast', 'Wait a moment, then try again.'],
  500: [
    'Something went wrong on our side',
    'It was written down. Nothing was half done; try again in a moment.',
  ],
  503: [
    'We cannot reach the database',
    'This usually mends itself in a moment. Mails wait and are not lost.',
  ],
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
