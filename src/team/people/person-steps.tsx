import { Time } from '../parts/time.tsx';
import type { FieldLabels } from './filter-words.ts';
import type { RegistrationStep } from './person.ts';

export interface PersonStepsProps {
  readonly steps: readonly RegistrationStep[];
  readonly registeredAt: Date;
  readonly timeZone: string;
  /** What the form's fields are called, by name. */
  readonly labels: FieldLabels;
}

const WORDS: Readonly<Record<RegistrationStep['action'], string>> = {
  registrant_cancelled: 'Cancelled by',
  registrant_restored: 'Restored by',
  consent_given: 'Gave the consent',
  consent_withdrawn: 'Withdrew the consent',
};

/** What became of a registration that was cancelled, and of consents; newest first. */
export function PersonSteps({ steps, registeredAt, timeZone, labels }: PersonStepsProps) {
  return (
    <ol className="timeline__events">
      {steps.toReversed().map((step) => (
        <li key={`${step.at.getTime()} ${step.action} ${'field' in step ? step.field : ''}`}>
          <Time at={step.at} timeZone={timeZone} show="second" zoneless />
          <span>
            {WORDS[step.action]}{' '}
            <bdi>{'by' in step ? inSentence(step.by) : `“${labels.get(step.field) ?? step.field}”`}</bdi>
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
