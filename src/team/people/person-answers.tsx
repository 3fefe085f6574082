import type { ReactNode } from 'react';
import { isStanding, standingConsent } from '../../domain/consent.ts';
import { fieldLabels, inFormOrder, isTick, TICKED } from '../../domain/form-fields.ts';
import { DefinitionList } from '../parts/definition-list.tsx';
import { Section } from '../parts/section.tsx';
import { Tag } from '../parts/status-badge.tsx';
import { Time } from '../parts/time.tsx';
import type { PeopleEvent, Person } from './person.ts';

export interface PersonAnswersProps {
  readonly person: Person;
  readonly event: PeopleEvent;
}

/** Before the limit somebody could have thousands. */
const SHOWN_FIELDS = 100;

/** What somebody answered, in the order of the form, with what came in beside it; and what they agreed to. */
export function PersonAnswers({ person, event }: PersonAnswersProps) {
  const labels = fieldLabels(event);
  const names = inFormOrder(event, Object.keys(person.fields)).filter((name) => {
    const asked = event.formFields.find((field) => field.name === name);
    if (asked?.type !== 'consent') return true;
    // What was ticked before consents were kept is told of nowhere else.
    return person.fields[name] !== undefined && !standingConsent(person.consents, name);
  });
  const more = names.length - SHOWN_FIELDS;
  return (
    <>
      {names.length > 0 ? (
        <Section title="Answers" id="answers" level={3}>
          <DefinitionList
            stacked
            items={[
              ...names.slice(0, SHOWN_FIELDS).map((name) => ({
                term: labels.get(name) ?? name,
                value: answerOf(name, person, event),
              })),
              ...(more > 0
                ? [
                    {
                      term: 'Further fields',
                      value: `${more.toLocaleString('en')} more, in an export of all columns`,
                    },
                  ]
                : []),
            ]}
          />
        </Section>
      ) : null}
      {person.consents.length > 0 ? (
        <Section title="Consents" id="consents" level={3}>
          <ul className="person-consents">
            {person.consents.toReversed().map((consent) => (
              <li key={`${consent.name} ${consent.at} ${consent.text}`}>
                <p dir="auto" className="person-consents__text">
                  {consent.text}
                </p>
                <p className="quiet">
                  Given <Time at={new Date(consent.at)} timeZone={event.timeZone} show="second" zoneless />
                  {consent.withdrawnAt === null ? null : (
                    <>
                      , withdrawn{' '}
                      <Time
                        at={new Date(consent.withdrawnAt)}
                        timeZone={event.timeZone}
                        show="second"
                        zoneless
                      />
                    </>
                  )}
                </p>
                {isStanding(consent) ? null : <Tag tone="warning">Withdrawn</Tag>}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function answerOf(name: string, person: Person, event: PeopleEvent): ReactNode {
  const value = person.fields[name];
  if (value === undefined || value === '') return null;
  const asked = event.formFields.find((field) => field.name === name);
  if (asked && isTick(asked) && value === TICKED) return 'Yes';
  return (
    <bdi dir="auto" className="person-answer">
      {value}
    </bdi>
  );
}
