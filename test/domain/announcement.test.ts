import { expect, it } from 'vitest';
import { keptFilter } from '../../src/domain/announcement.ts';

it('keeps of a filter what names nobody', () => {
  const registeredAfter = '2027-01-15T17:00:00.000Z';
  expect(
    keptFilter({
      ...{ emailStatus: ['bounced'], joined: false, registeredAfter, registrantIds: ['a', 'b'] },
      ...{ q: 'ada', emailDomain: ['example.com'], fields: { company: 'ACME' }, source: { utmSource: 'x' } },
    }),
  ).toEqual({
    ...{ emailStatus: ['bounced'], joined: false, registeredAfter, registrantIds: 2 },
    ...{ q: null, emailDomain: null, fields: null, source: null },
  });
  expect(keptFilter({})).toBeNull();
});
