import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isVisitorMark,
  judgeVisit,
  VISIT_REASONS,
  type VisitReason,
  verdictOf,
  visitClient,
  visitorMark,
  visitWords,
} from '../../src/domain/visit.ts';
import { type SampleVisitor, VISITORS } from '../support/visitors.ts';

const judge = ({ headers, method }: Pick<SampleVisitor, 'headers' | 'method'>, isSecure = true) =>
  judgeVisit({ method: method ?? 'GET', header: (name) => headers[name], isSecure });

describe('a visit to a personal link', () => {
  it.each(VISITORS)('by $name is $reason', (visitor) => {
    const { reason, agent, verdict } = judge(visitor);
    expect({ reason, agent }).toEqual({ reason: visitor.reason, agent: visitor.agent });
    expect(verdict).toBe(verdictOf(reason));
  });

  it('has a sample of every reason that headers give', () => {
    const found = new Set<string>(VISITORS.map(({ reason }) => reason));
    expect(VISIT_REASONS.filter((reason) => !found.has(reason))).toEqual(['many_links']);
    expect(VISITORS.length).toBeGreaterThanOrEqual(30);
  });

  it('by what calls itself Chrome is a person’s over http, where browsers send no Fetch Metadata', () => {
    const imitation = VISITORS.filter(({ reason }) => reason === 'imitated_browser');
    expect(imitation.map((visitor) => judge(visitor, false).reason)).toEqual(['without_fetch_headers']);
  });

  it('is told in words that name who it was', () => {
    expect(visitWords('link_scanner', 'Microsoft Safe Links')).toBe(
      'A link scanner opened the link (Microsoft Safe Links)',
    );
    expect(visitWords('no_user_agent', null)).toBe('A program that does not say its name opened the link');
  });
});

describe('docs/visits.md', () => {
  it('has the table of visitors as it is judged', () => {
    const rows = VISITORS.map((visitor) => {
      const { verdict, reason } = judge(visitor);
      return `| ${visitor.name} | ${verdict === 'person' ? 'yes' : 'no'} | \`${reason}\` |`;
    });
    expect(readFileSync(new URL('../../docs/visits.md', import.meta.url), 'utf8')).toContain(rows.join('\n'));
  });

  it('explains every reason', () => {
    const text = readFileSync(new URL('../../docs/visits.md', import.meta.url), 'utf8');
    const missing = VISIT_REASONS.filter((reason: VisitReason) => !text.includes(`| \`${reason}\` |`));
    expect(missing).toEqual([]);
  });
});

describe('a client', () => {
  const secret = 'a secret of the tests that is long enough';
  const origin = { address: '198.51.100.7', userAgent: 'Mozilla/5.0' };

  it('is the same within an event, and another one at the next event, address, browser and secret', () => {
    const hash = (within: string, from = origin, by = secret) =>
      visitClient(by, within, from).toString('hex');
    const others = [
      hash('event-2'),
      hash('event-1', { ...origin, address: '198.51.100.8' }),
      hash('event-1', { ...origin, userAgent: 'Mozilla/5.1' }),
      hash('event-1', origin, `${secret}.`),
    ];
    expect(hash('event-1')).toBe(hash('event-1'));
    expect(new Set([hash('event-1'), ...others]).size).toBe(5);
    expect(hash('event-1')).toMatch(/^[0-9a-f]{24}$/);
  });

  it('has the same mark as everybody, which only we can make', () => {
    const older = 'another secret of the tests that is long enough';
    expect(isVisitorMark(secret, visitorMark(secret))).toBe(true);
    expect(isVisitorMark(`${older},${secret}`, visitorMark(secret))).toBe(true);
    for (const mark of ['', 'x', visitorMark(older), `${visitorMark(secret)}x`])
      expect(isVisitorMark(secret, mark), mark).toBe(false);
  });
});
