import type { Language } from '../../domain/locale.ts';
import { assetPath } from '../../ui/assets.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { durationInWords } from '../../ui/duration.ts';
import type { EventView } from '../event/event-view.ts';
import type { AskedProof } from '../event/form.tsx';

/** The widget's own words by language; it knows English by itself. */
const WORDS = {
  ar: 'altcha-ar.js',
  de: 'altcha-de.js',
  en: null,
  es: 'altcha-es.js',
  fr: 'altcha-fr.js',
  ja: 'altcha-ja.js',
  pt: 'altcha-pt.js',
} as const satisfies Readonly<Record<Language, string | null>>;

/**
 * Takes the place of waiting: a browser that runs scripts works for a second or two, and the form can be sent. Without scripts
 * it says how long to wait, and nothing of a check.
 */
export function Proof({ view, waitSeconds, wasSent = false }: AskedProof & { readonly view: EventView }) {
  const copy = copyFor(view.language);
  const { many, check, again } = copy.form.proof;
  const words = WORDS[view.language];
  return (
    <div
      className="proof"
      data-proof={`${view.path}/challenge`}
      data-widget={assetPath('altcha.js')}
      data-worker={assetPath('altcha-worker.js')}
      data-words={words ? assetPath(words) : undefined}
      data-language={view.language}
    >
      <p>{many}</p>
      <p data-proof-check hidden>
        {[check, ...(wasSent ? [again] : [])].join(view.language === 'ja' ? '' : ' ')}
      </p>
      <noscript>
        <p>{copy.errorAdvice.tryAgainIn(durationInWords(waitSeconds * 1000, view.locale, view.language))}</p>
      </noscript>
    </div>
  );
}
