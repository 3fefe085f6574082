import type { CustomText } from '../../src/domain/custom-text.ts';
import type { CustomisableKind } from '../../src/domain/kinds.ts';
import type { Language } from '../../src/domain/locale.ts';
import { COPY } from '../copy/languages.ts';
import { eventContent } from '../engine/content.ts';
import type { VariableName } from '../engine/values.ts';
import { mails } from '../index.ts';
import type { MailEvent } from '../mail.ts';
import { wordVariables } from './word-variables.ts';

type Written = { readonly [Field in keyof CustomText]: string };

/**
 * What a kind of mail says where the team says nothing, written as a team would write it: `Starts {{startsIn}}: {{eventTitle}}`.
 * A mail with this text as its custom text says the same as one without any. There is no default signature.
 */
export function defaultText(kind: CustomisableKind, language: Language, event: MailEvent): Written {
  const content = eventContent({
    language,
    event: { ...event, title: variable('eventTitle') },
    postalAddress: '',
  });
  // A subject reads only what its mail declares.
  const values = Object.fromEntries(wordVariables(kind).map((name) => [name, variable(name)]));
  return {
    subject: mails[kind].subject({ content, values: values as Record<VariableName, string> }),
    introduction: introOf(COPY[language][kind], event),
    signature: '',
  };
}

interface Introduced {
  readonly intro: string | ((values: { readonly seeYou: string }) => string);
  readonly introWithReplay?: string;
}

function introOf({ intro, introWithReplay }: Introduced, { replayUrl }: MailEvent): string {
  if (replayUrl !== null && introWithReplay) return introWithReplay;
  return typeof intro === 'string' ? intro : intro({ seeYou: variable('seeYou') });
}

function variable(name: VariableName): string {
  return `{{${name}}}`;
}
