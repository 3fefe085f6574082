import type { Language } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { countdown, twoDigits, unitName } from '../../ui/duration.ts';

export interface CountdownProps {
  readonly opensInMs: number;
  /** The address that says when the room opens. */
  readonly doors: string;
  readonly language: Language;
  readonly locale: string;
}

const UNITS = ['day', 'hour', 'minute', 'second'] as const;

/**
 * The digits that `countdown.browser.ts` keeps right. They are silent for screen readers, which hear the
 * announcements instead. Without JavaScript they are hidden, as they would go stale.
 */
export function Countdown({ opensInMs, doors, language, locale }: CountdownProps) {
  const { waiting } = copyFor(language);
  const { days, hours, minutes, seconds } = countdown(opensInMs);
  const values = [days, hours, minutes, seconds];
  return (
    <section
      className="countdown"
      aria-labelledby="countdown-heading"
      data-countdown
      data-opens-in={opensInMs}
      data-doors={doors}
      data-locale={locale}
      data-announcement={waiting.announcement}
    >
      <h2 className="countdown__heading" id="countdown-heading">
        {waiting.heading}
      </h2>
      <div className="countdown__digits" role="timer" aria-live="off" data-digits>
        {UNITS.map((unit, index) => {
          const value = values[index] ?? 0;
          const leading = values.slice(0, index + 1).every((each) => each === 0);
          return (
            <p key={unit} className="countdown__unit" data-unit={unit} hidden={leading && index < 2}>
              <span className="countdown__number">{twoDigits(value, locale)}</span>{' '}
              <span className="countdown__name">{unitName(value, unit, locale)}</span>
            </p>
          );
        })}
      </div>
      <p className="countdown__state" hidden data-unreachable>
        {waiting.unreachable}
      </p>
      <p className="countdown__state" hidden data-entering>
        <span data-starting>{waiting.starting}</span>{' '}
        <button type="button" className="button button--quiet" data-load>
          {waiting.openNow}
        </button>
      </p>
      <p className="visually-hidden" role="status" data-announcer />
    </section>
  );
}
