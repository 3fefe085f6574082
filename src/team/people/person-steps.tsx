import { Time } from '../parts/time.tsx';
import type { RegistrationStep } from './person.ts';

export interface PersonStepsProps {
  readonly steps: readonly RegistrationStep[];
  readonly registeredAt: Date;
  readonly timeZone: string;
}

const WORDS: Readonly<Record<RegistrationStep['action'], string>> = {
  registrant_cancelled: 'Cancelled by',
  registrant_restored: 'Restored by',
};

/** What became of a registration that was cancelled, newest first. */
export function PersonSteps({ steps, registeredAt, timeZone }: PersonStepsProps) {
  return (
    <ol className="timeline__events">
      {steps.toReversed().map(({ at, action, by }) => (
        <li key={at.getTime()}>
          <Time at={at} timeZone={timeZone} show="second" zoneless />
          <span>
            {WORDS[action]} <bdi>{inSentence(by)}</bdi>
          </span>
        </li>
      ))}
      <li>
        <Time at={registeredAt} timeZone={timeZone} show="second" zoneless />
        <span>Registered</span>
      </li>
    </ol>
  );
}

/** `The registrant` → `the registrant`; an address stays as it is. */
function inSentence(actor: string): string {
  return actor.replace(/^The /, 'the ').replace(/^Somebody /, 'somebody ');
}
