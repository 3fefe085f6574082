import { formattingLocale, type Language } from '../domain/locale.ts';
import { copyFor } from '../ui/copy/copy-for.ts';
import type { Copy } from '../ui/copy/en.ts';
import { durationInWords } from '../ui/duration.ts';
import { Layout } from '../ui/layout.tsx';

export interface ErrorPageProps {
  /** The HTTP status; one without words of its own reads as 400 or 500. */
  readonly status: number;
  readonly language: Language;
  /** Seconds after which it makes sense to try again, in words on the page. */
  readonly retryAfter?: number | undefined;
  /** For a GET that may simply be repeated: the page does so by itself after `retryAfter` seconds, or ten. */
  readonly repeats?: boolean;
  /** The event's permalink, where the visitor came from one. */
  readonly eventUrl?: string | undefined;
}

/** Any answer that is no page: what happened, and what to do. */
export function ErrorPage({ status, language, retryAfter, repeats = false, eventUrl }: ErrorPageProps) {
  const { error, errorAdvice } = copyFor(language);
  const { title, text } = error[worded(status, error)];
  return (
    <Layout
      language={language}
      title={title}
      head={repeats ? <meta httpEquiv="refresh" content={String(Math.max(1, retryAfter ?? 10))} /> : null}
    >
      <div className="card">
        <p className="error-status">{status}</p>
        <h1>{title}</h1>
        <p className="lead">{text}</p>
        {repeats ? <p>{errorAdvice.triesByItself}</p> : null}
        {retryAfter && !repeats ? (
          <p>
            {errorAdvice.tryAgainIn(
              durationInWords(retryAfter * 1000, formattingLocale(language, null), language),
            )}
          </p>
        ) : null}
        {eventUrl ? (
          <p>
            <a className="link" href={eventUrl}>
              {errorAdvice.backToEvent}
            </a>
          </p>
        ) : null}
      </div>
    </Layout>
  );
}

function worded(status: number, sentences: Copy['error']): keyof Copy['error'] {
  if (status in sentences) return status as keyof Copy['error'];
  return status < 500 ? 400 : 500;
}
