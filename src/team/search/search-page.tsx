import type { FoundPerson } from '../../db/search.ts';
import { shownAddress } from '../../domain/address.ts';
import { Marked } from '../parts/marked.tsx';
import { SearchForm } from '../parts/palette.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { nameOf } from '../people/person-texts.ts';
import type { FoundAction } from './search-actions.ts';

export interface SearchResultsProps {
  readonly q: string;
  readonly events: readonly { readonly id: string; readonly title: string; readonly whenText: string }[];
  readonly people: readonly FoundPerson[];
  readonly actions: readonly FoundAction[];
  /** `q` is too short to look for people with. */
  readonly isShort: boolean;
}

export interface SearchPageProps extends SearchResultsProps {
  readonly frame: TeamFrame;
  readonly eventId: string | null;
}

/** Events, people and actions, whatever page one is on: also what the palette shows. */
export function SearchPage({ frame, eventId, ...results }: SearchPageProps) {
  return (
    <TeamLayout {...frame} title="Search" section={null} event={null} width="narrow" palette={false}>
      <SearchForm q={results.q} eventId={eventId} autoFocus />
      <SearchResults {...results} />
    </TeamLayout>
  );
}

export function SearchResults({ q, events, people, actions, isShort }: SearchResultsProps) {
  const isEmpty = events.length + people.length + actions.length === 0;
  return (
    <turbo-frame id="search-results" target="_top">
      <div className="search-results" data-results>
        <Group title="Events">
          {events.map(({ id, title, whenText }) => (
            <li key={id}>
              <a href={`/team/events/${id}`}>
                <bdi dir="auto">
                  <Marked text={title} q={q} />
                </bdi>
                <span className="quiet">{whenText}</span>
              </a>
            </li>
          ))}
        </Group>
        <Group title="People">
          {people.map((person) => (
            <li key={person.id}>
              <a href={`/team/events/${person.eventId}/people/${person.id}`}>
                <bdi dir="auto">
                  <Marked text={nameOf(person)} q={q} />
                </bdi>
                <span className="quiet">
                  <span dir="ltr">
                    <Marked text={shownAddress(person.email)} q={q} />
                  </span>{' '}
                  · <bdi>{person.eventTitle}</bdi>
                </span>
              </a>
            </li>
          ))}
        </Group>
        <Group title="Go to">
          {actions.map(({ label, href }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </Group>
        {isEmpty ? <p className="quiet search-results__none">Nothing matches “{q}”.</p> : null}
        {isShort ? <p className="quiet search-results__none">Type three letters to find people.</p> : null}
      </div>
    </turbo-frame>
  );
}

function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: readonly React.ReactNode[];
}) {
  if (children.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="search-results__title">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}
