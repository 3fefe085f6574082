import { shownAddress } from '../../domain/address.ts';
import { type Conditions, MILESTONES, type Milestone } from '../../domain/milestones.ts';

const TEXTS: Readonly<Record<Milestone, readonly [came: string, didNot: string]>> = {
  delivered: ['people whose mail was delivered', 'people of whose mail no delivery is known'],
  opened: ['people who opened a mail', 'people who opened no mail'],
  linkOpened: ['people whose link was opened', 'people whose link was not opened'],
  joined: ['people who joined', 'people who did not join'],
};

/** What the conditions leave, a phrase each: "people who opened a mail", "people at example.com". */
export function conditionTexts(conditions: Conditions): string[] {
  return [
    ...MILESTONES.flatMap((name) =>
      conditions[name] === undefined ? [] : [TEXTS[name][conditions[name] ? 0 : 1]],
    ),
    ...(conditions.emailDomain
      ? [
          `people at ${conditions.emailDomain.map((domain) => shownAddress(`x@${domain}`).slice(2)).join(' or ')}`,
        ]
      : []),
  ];
}
