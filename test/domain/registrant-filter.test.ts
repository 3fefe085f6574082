import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activeParts,
  filterEntries,
  isFilterName,
  isSameFilter,
  readFilter,
  registrantFilter,
  withoutParts,
} from '../../src/domain/registrant-filter.ts';
import { filters } from '../support/filters.ts';

const read = (query: string) => readFilter(new URLSearchParams(query));

describe('a filter', () => {
  it('is the same after it stood in a query, and after it stood in a body', () => {
    fc.assert(
      fc.property(filters, ({ numbers: _, ...filter }) => {
        const query = new URLSearchParams(filterEntries(filter));
        const { cancelled, ...others } = filter;
        const kept = cancelled ? filter : others;
        expect(readFilter(new URLSearchParams(query.toString()))).toEqual({ filter: kept, problems: [] });
        expect([...query.keys()].every(isFilterName)).toBe(true);
        const body = registrantFilter.parse(JSON.parse(JSON.stringify(filter)));
        expect(body).toEqual(filter);
        expect(registrantFilter.parse(body)).toEqual(body);
        expect(isSameFilter(body, kept)).toBe(true);
      }),
    );
  });

  it('reads lists given once or several times, in any order and case', () => {
    expect(
      read('emailStatus=none,failed&emailStatus=bounced&emailStatus=failed&emailDomain=M%C3%BCnchen.example')
        .filter,
    ).toEqual({ emailStatus: ['bounced', 'failed', 'none'], emailDomain: ['xn--mnchen-3ya.example'] });
  });

  it('leaves out other names, an empty search, and that nobody who cancelled is asked for', () => {
    expect(read('q=&sort=name&page=2')).toEqual({ filter: {}, problems: [] });
    expect(activeParts({ cancelled: false })).toEqual([]);
    expect(isSameFilter({ cancelled: false }, {})).toBe(true);
    expect(withoutParts({ joined: true, q: 'ada', cancelled: true }, ['q'])).toEqual({
      joined: true,
      cancelled: true,
    });
  });

  it.each([
    ['joined=maybe', 'joined', 'must be true or false'],
    ['joined=', 'joined', 'must be true or false'],
    ['joined=true&joined=false', 'joined', 'is given more than once'],
    ['emailStatus=lost', 'emailStatus', 'bounced'],
    ['emailStatus=', 'emailStatus', 'names no status'],
    ['emailDomain=a%20b', 'emailDomain', 'is no domain'],
    ['field.company=', 'field.company', 'is missing'],
    ['field.=ACME', 'field.', 'the name is missing'],
    ['field.__proto__=x', 'field.__proto__', 'must not be __proto__'],
    ['field.company=A&field.company=B', 'field.company', 'is given more than once'],
    ['source.utmFoo=x', 'source.utmFoo', 'is no source: use utmSource'],
    ['registeredAfter=2027-13-01T00:00:00Z', 'registeredAfter', 'must be a time'],
    ['registeredBefore=tomorrow', 'registeredBefore', 'must be a time'],
    [
      'registeredAfter=2027-01-01T01:00:00%2B01:00&registeredBefore=2027-01-01T00:00:00Z',
      'registeredBefore',
      'must be later than registeredAfter',
    ],
    ['registrantIds=1', 'registrantIds', 'UUID'],
    [`q=${'a'.repeat(201)}`, 'q', 'at most 200'],
  ])('%s in a query is told by its name, and the rest is read', (query, path, message) => {
    const { filter, problems } = read(`${query}&opened=true`);
    expect(problems).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(filter).toEqual({ opened: true });
  });
});
