import { CancelledPage } from '../../src/public/event/cancelled-page.tsx';
import { WaitingPage } from '../../src/public/room/waiting-page.tsx';
import { renderPage } from '../../src/ui/render.tsx';
import { servePages } from '../ui/page-server.ts';
import { BEFORE, EVENT, sampleView } from './samples.tsx';

export const EVENT_ROOM = '/room';
const DOORS = '/e/calm-software/doors';
const LINK = '/e/calm-software/live?email=ada%40example.com&key=0123';

export interface FakeEvent {
  readonly link: string;
  /** Moves the opening of its room to so many milliseconds from now. */
  startsIn(ms: number): void;
  cancel(): void;
  /** Answers so many more requests for the link and its doors, and the others with 503. */
  failAfter(requests: number): void;
  /** Answers all of them again. */
  recover(): void;
  /** Whether anybody was in the room before the start. */
  enteredEarly(): boolean;
  close(): Promise<void>;
}

/** An access link as the server answers it: waiting page, then the room. */
export async function openFakeEvent(): Promise<FakeEvent> {
  let start = 0;
  let cancelled = false;
  let answersLeft = Number.POSITIVE_INFINITY;
  let early = false;
  const server = await servePages((path, response) => {
    const left = start - performance.now();
    if (path === EVENT_ROOM) {
      early ||= left > 0;
      response.end('<!doctype html><title>Room</title>');
      return;
    }
    if (answersLeft-- <= 0) {
      response.writeHead(503).end();
    } else if (path === DOORS) {
      if (!cancelled && left > 0) response.setHeader('X-Opens-In', Math.ceil(left));
      response.writeHead(204).end();
    } else if (cancelled) {
      response.end(renderPage(<CancelledPage view={sampleView({ ...EVENT, cancelledAt: BEFORE })} />));
    } else if (left <= 0) {
      response.writeHead(303, { Location: EVENT_ROOM }).end();
    } else {
      const opensInMs = Math.ceil(left);
      response.setHeader('X-Opens-In', opensInMs);
      response.end(
        renderPage(<WaitingPage view={{ ...sampleView(EVENT), opensInMs }} calendarUrl="/calendar" />),
      );
    }
  });
  return {
    link: server.url + LINK,
    startsIn: (ms) => {
      start = performance.now() + ms;
    },
    cancel: () => {
      cancelled = true;
    },
    failAfter: (requests) => {
      answersLeft = requests;
    },
    recover: () => {
      answersLeft = Number.POSITIVE_INFINITY;
    },
    enteredEarly: () => early,
    close: server.close,
  };
}
