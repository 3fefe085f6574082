import type { Visit } from '../../db/visit.ts';
import { visitWords } from '../../domain/visit.ts';
import { Time } from '../parts/time.tsx';

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** In how many places a person opened the link: a browser at an address is one. */
export function placesOf(visits: readonly Visit[]): number {
  return new Set(visits.flatMap(({ verdict, client }) => (verdict === 'person' ? [client] : []))).size;
}

/** `two places`. */
export function placesText(count: number): string {
  return `${NUMBERS[count] ?? count.toLocaleString('en')} ${count === 1 ? 'place' : 'places'}`;
}

export interface PersonVisitsProps {
  readonly visits: readonly Visit[];
  readonly timeZone: string;
}

/** From where the link was opened, as far as it is known: the browser, its system, and when. */
export function PersonVisits({ visits, timeZone }: PersonVisitsProps) {
  if (visits.length === 0) return <p className="quiet">No visit is known.</p>;
  const places = placesOf(visits);
  return (
    <>
      {places > 1 ? <p className="person-places">Opened in {placesText(places)}</p> : null}
      <ol className="timeline__events person-visits">
        {[...visits]
          .sort((a, b) => a.firstAt.getTime() - b.firstAt.getTime())
          .map((visit, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may come at one instant
            <li key={i}>
              <Time at={visit.firstAt} timeZone={timeZone} show="second" zoneless />
              <span>
                <bdi dir="auto">{headOf(visit)}</bdi>
                <span className="timeline__detail">
                  {whatOf(visit)}
                  {visit.visits > 1 ? (
                    <>
                      {' '}
                      · {visit.visits.toLocaleString('en')} times, last{' '}
                      <Time at={visit.lastAt} timeZone={timeZone} show="second" zoneless />
                    </>
                  ) : null}
                </span>
              </span>
            </li>
          ))}
      </ol>
    </>
  );
}

function headOf({ verdict, reason, agent, isOthers }: Visit): string {
  if (isOthers) return 'Further places';
  return verdict === 'machine' ? visitWords(reason, agent) : (agent ?? 'An unknown browser');
}

function whatOf({ verdict, reason, whileOpen }: Visit): string {
  if (verdict === 'uncertain') return `${visitWords(reason, null)}.`;
  if (verdict === 'machine') return whileOpen ? 'Not counted as joined' : 'Not while the room was open';
  return whileOpen ? 'Joined' : 'Opened the link while the room was closed';
}
