import { LANGUAGES, type Language } from '../../../src/domain/locale.ts';
import { isSelected, PAGE, type Selection } from '../samples.ts';
import { PAGE_NAMES, type PageName, type PageState, statesOf } from './page-states.ts';

/** One page to be looked at. */
export interface PageSample {
  /** `waiting.de.soon`: names its pictures. */
  readonly key: string;
  readonly name: PageName;
  readonly language: Language;
  readonly stateName: string;
  readonly state: PageState;
}

/** By page, then by state and language. */
export function selectPages(selection: Selection): PageSample[] {
  return PAGE_NAMES.flatMap((name) =>
    Object.entries(statesOf(name)).flatMap(([stateName, state]) =>
      (state.languages ?? LANGUAGES).map((language) => ({
        ...{ name, language, stateName, state, key: `${name}.${language}.${stateName}` },
      })),
    ),
  ).filter(({ name, language, stateName }) =>
    isSelected(selection, { name, kind: PAGE, language, state: stateName }),
  );
}
