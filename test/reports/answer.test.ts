import { describe, expect, it } from 'vitest';
import { deliveryEvent } from '../../src/domain/delivery/status.ts';
import { ANSWER_NAMES, ANSWERS, type ReportName, writeReport } from '../../src/reports/answer.ts';
import { readMailReport } from '../../src/reports/mail-report.ts';

const ID = '7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07';
const AT = new Date('2027-01-15T17:00:00Z');
const MAIL = {
  messageId: `${ID}@events.example.com`,
  from: 'events@events.example.com',
  to: 'ada@studio.example',
  subject: 'You’re in: 穏やかなソフトウェアの設計, Fri 15 Jan, and more words than one line holds',
  returnPath: 'bounces@events.example.com',
};
const REPORTS = ANSWER_NAMES.filter((name): name is ReportName => name !== 'opened');

describe('a mail answered', () => {
  it.each(REPORTS)('as %s comes back as a report that our own reader understands', async (name) => {
    const report = await readMailReport(Buffer.from(writeReport(name, MAIL, AT)));
    expect(report).toMatchObject({ messageId: ID, occurredAt: AT });
    expect(report.type).toBe(ANSWERS[name].reply ? 'delivery_status' : 'feedback');
    expect(report.event && deliveryEvent(report.event).status).toBe(ANSWERS[name].status);
    expect(report.status).toBe(ANSWERS[name].reply?.code ?? null);
  });

  it('is in lines that mail servers pass on, and in ASCII but for its words', () => {
    for (const name of REPORTS) {
      const lines = writeReport(name, MAIL, AT).split('\r\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998);
      expect(lines.join('')).toMatch(/^\p{ASCII}*$/u);
    }
  });

  it('knows an answer for each status that follows from one', () => {
    expect(new Set(ANSWER_NAMES.map((name) => ANSWERS[name].status))).toEqual(
      new Set(['bounced', 'deferred', 'failed', 'complained', 'opened']),
    );
  });
});
