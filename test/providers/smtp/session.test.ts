import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Asked, runScript, type Script, told } from '../../support/smtp-script.ts';

const GOOD: Readonly<Record<Asked['what'], string>> = {
  RSET: '250 reset',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go ahead',
  content: '250 queued',
  QUIT: '221 bye',
};
const mailsTo = (count: number) => Array.from({ length: count }, (_, i) => ({ to: `${i}@example.com` }));
/** Answers as a well-behaved server, but for some of these. */
const saying =
  (others: Readonly<Record<string, string | null>>): Script['answer'] =>
  ({ what, to }) => {
    const key = `${what} ${to.split('@')[0]}`;
    return key in others ? (others[key] ?? null) : GOOD[what];
  };
const outcomes = ({ attempts }: Awaited<ReturnType<typeof runScript>>, count: number) =>
  mailsTo(count).map(({ to }) => told(attempts.get(to)));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('on the wire', () => {
  const commands = (i: number) => `MAIL FROM:<${i}@example.com>\r\nRCPT TO:<${i}@example.com>\r\nDATA\r\n`;
  const content = (i: number) => `Subject: ${i}@example.com\r\n\r\nHi\r\n.\r\n`;

  it('a mail’s content and the commands of the next one leave together', async () => {
    const { writes } = await runScript(mailsTo(3), { answer: saying({}) });
    expect(writes).toEqual([
      commands(0),
      `${content(0)}${commands(1)}`,
      `${content(1)}${commands(2)}`,
      content(2),
    ]);
  });

  it('each command waits for the answer to the one before where the server offers no more', async () => {
    const { writes } = await runScript(mailsTo(2), { answer: saying({}) }, { pipelining: false });
    const steps = (i: number) => [...commands(i).split(/(?<=\n)/), content(i)];
    expect(writes).toEqual([...steps(0), ...steps(1)]);
  });

  it('a refused mail is followed by a reset, together with the next mail’s commands', async () => {
    const run = await runScript(mailsTo(2), {
      answer: saying({ 'RCPT 0': '550 5.1.1 no such user', 'DATA 0': '554 no valid recipients' }),
    });
    expect(run.writes).toEqual([commands(0), `RSET\r\n${commands(1)}`, content(1)]);
    expect(outcomes(run, 2)).toEqual(['550 RCPT TO', 'accepted']);
  });

  it('a mail after one whose content was refused needs no reset where the server takes its sender', async () => {
    const run = await runScript(mailsTo(2), { answer: saying({ 'content 0': '554 5.7.1 spam' }) });
    expect(run.writes).toEqual([commands(0), `${content(0)}${commands(1)}`, content(1)]);
    expect(outcomes(run, 2)).toEqual(['554 DATA', 'accepted']);
  });

  it('a mail after one whose content was refused is said again where the server kept that one’s sender', async () => {
    let refused = false;
    const run = await runScript(mailsTo(2), {
      answer: ({ what, to }) => {
        if (what === 'content' && to.startsWith('0')) refused = true;
        if (what === 'RSET') refused = false;
        if (what === 'content') return refused ? '554 5.7.1 spam' : GOOD.content;
        return refused && what !== 'RSET' ? '503 5.5.1 bad sequence' : GOOD[what];
      },
    });
    expect(run.writes.at(-2)).toBe(`RSET\r\n${commands(1)}`);
    expect(outcomes(run, 2)).toEqual(['554 DATA', 'accepted']);
  });

  it('a server that is slow with a mail is told of the next one when it is free', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const { writes } = await runScript(mailsTo(4), {
      answer: ({ what, to }) => {
        if (what === 'content' && to.startsWith('0')) now += 500;
        return GOOD[what];
      },
    });
    expect(writes).toEqual([
      commands(0),
      `${content(0)}${commands(1)}`,
      content(1),
      commands(2),
      `${content(2)}${commands(3)}`,
      content(3),
    ]);
  });

  it('dots at line starts are doubled', async () => {
    const { writes } = await runScript([{ to: 'a', content: '.\r\n.a\r\n..\r\nb.\r\n' }], {
      answer: saying({}),
    });
    expect(writes[1]).toBe('..\r\n..a\r\n...\r\nb.\r\n.\r\n');
  });
});

describe('a mail that may no longer leave', () => {
  it('leaves nothing at a server that waits for its content, not even an empty mail', async () => {
    const run = await runScript(
      [{ to: '0@example.com' }, { to: '1@example.com', mayLeave: async () => false }],
      {
        answer: saying({}),
      },
    );
    expect(outcomes(run, 2)).toEqual(['accepted', 'not_attempted']);
    expect(run.writes).toHaveLength(2);
    expect(run.writes.at(-1)).toMatch(/DATA\r\n$/);
  });

  it('is certainly not taken when the connection ends while it waits for leave', async () => {
    const run = await runScript([{ to: '0@example.com', mayLeave: () => new Promise(() => undefined) }], {
      answer: saying({}),
    });
    expect(outcomes(run, 1)).toEqual(['not taken']);
  });
});

describe('a server that takes commands at once', () => {
  it.each<[name: string, others: Readonly<Record<string, string | null>>, expected: string[]]>([
    ['says 421 to a mail’s content', { 'content 0': '421 4.3.2 going down' }, ['421 DATA', 'not taken']],
    ['says 421 to the next mail', { 'MAIL 1': '421 4.7.0 enough' }, ['accepted', '421 MAIL FROM']],
    ['says 421 to a recipient', { 'RCPT 1': '421 4.7.0 enough' }, ['accepted', '421 RCPT TO']],
    ['says 421 in place of 354', { 'DATA 1': '421 4.7.0 enough' }, ['accepted', '421 DATA']],
    [
      'goes before a content’s answer',
      { 'content 0': null, 'MAIL 1': null, 'RCPT 1': null, 'DATA 1': null },
      ['unknown', 'not taken'],
    ],
    [
      'goes after a content’s answer',
      { 'MAIL 1': null, 'RCPT 1': null, 'DATA 1': null },
      ['accepted', 'not taken'],
    ],
    ['goes after a refusal', { 'RCPT 1': '550 no', 'DATA 1': null }, ['accepted', '550 RCPT TO']],
    ['goes before 354', { 'DATA 1': null }, ['accepted', 'not taken']],
    ['waits for the content of a mail it has refused', { 'RCPT 1': '550 no' }, ['accepted', '550 RCPT TO']],
    [
      'waits for the content of a mail whose sender it has refused',
      { 'MAIL 1': '553 no' },
      ['accepted', '553 MAIL FROM'],
    ],
    ['says 250 in place of 354', { 'DATA 1': '250 ok' }, ['accepted', 'not taken']],
    ['says 354 to a content', { 'content 0': '354 go ahead' }, ['unknown', 'not taken']],
    ['says what is no answer', { 'content 0': 'Hello' }, ['unknown', 'not taken']],
    ['says two things in one answer', { 'content 0': '250-queued\r\n550 not' }, ['unknown', 'not taken']],
    ['answers what nobody asked', { 'DATA 0': '354 go ahead\r\n250 queued' }, ['not taken', 'no turn']],
  ])('and %s: what became of each mail is known as far as it can be', async (_, others, expected) => {
    const run = await runScript(mailsTo(2), { answer: saying(others) });
    expect(outcomes(run, 2)).toEqual(expected);
  });

  it('is said to have lost its place where it did, and not where it went', async () => {
    const lost = await runScript(mailsTo(2), { answer: saying({ 'RCPT 1': '354 go ahead' }) });
    const went = await runScript(mailsTo(2), { answer: saying({ 'RCPT 1': '421 going' }) });
    expect([lost.lostPlace, went.lostPlace]).toEqual([1, 0]);
  });
});

const ways = [{ pipelining: true }, { pipelining: false }];

it('no answer is taken for another mail’s, however answers are cut and whatever is refused', async () => {
  const refusal = fc.constantFrom(
    '450 4.2.0 later',
    '550-5.1.1 no\r\n550 such user',
    '554 5.7.1 refused, ädä',
  );
  const mail = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({ MAIL: refusal }),
    fc.record({ RCPT: refusal }),
    fc.record({ DATA: refusal }),
    fc.record({ content: refusal }),
  ) as fc.Arbitrary<Partial<Record<Asked['what'], string>>>;
  await fc.assert(
    fc.asyncProperty(
      fc.array(mail, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...ways),
      fc.boolean(),
      async (plans, pieces, way, keepsSender) => {
        // Each mail's transaction as a server sees it: what follows a refusal is out of order.
        let stage: 'none' | 'sender' | 'recipient' = 'none';
        const answer = ({ what, to }: Asked): string => {
          const planned = plans[Number.parseInt(to, 10)]?.[what];
          if (what === 'RSET') stage = 'none';
          if (what === 'MAIL' && stage !== 'none') return '503 5.5.1 sender already given';
          if (what === 'RCPT' && stage === 'none') return '503 5.5.1 no sender';
          if (what === 'DATA' && stage !== 'recipient') return '503 5.5.1 no recipient';
          if (planned) {
            if (what === 'content' && !keepsSender) stage = 'none';
            return planned;
          }
          if (what === 'MAIL') stage = 'sender';
          if (what === 'RCPT') stage = 'recipient';
          if (what === 'content') stage = 'none';
          return GOOD[what];
        };
        const known = new Map<string, string>();
        // What a connection left behind goes over another one, as the pool has it.
        for (let left = mailsTo(plans.length); left.length > 0; ) {
          stage = 'none';
          const { attempts, settledTwice } = await runScript(left, { answer, pieces }, way);
          expect(settledTwice).toEqual([]);
          const before = left.length;
          for (const [to, attempt] of attempts)
            if (told(attempt) !== 'not taken') known.set(to, told(attempt));
          left = left.filter(({ to }) => !known.has(to));
          expect(left.length).toBeLessThan(before);
        }
        const commands = { MAIL: 'MAIL FROM', RCPT: 'RCPT TO', DATA: 'DATA', content: 'DATA' } as const;
        const expected = plans.map((plan) => {
          const [refused] = Object.entries(plan) as [keyof typeof commands, string][];
          return refused ? `${refused[1].slice(0, 3)} ${commands[refused[0]]}` : 'accepted';
        });
        expect(mailsTo(plans.length).map(({ to }) => known.get(to))).toEqual(expected);
      },
    ),
    { numRuns: 400 },
  );
});

it('a server that answers anything never has a mail count as accepted whose content it did not answer 25x', async () => {
  const line = fc.oneof(
    fc.constantFrom(
      '250 ok',
      '354 go',
      '250-ok',
      '250 ok\r\n250 ok',
      '354 go\r\n250 ok',
      '',
      '25',
      '2500',
      '220 hi',
      '421 bye',
    ),
    fc.constantFrom(
      '250 ok',
      '354 go',
      '550 no',
      '450 later',
      '503 order',
      'ok',
      '250-a\r\n550 b',
      '-250 ok',
      ' 250 ok',
    ),
    fc.string({ maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 2, max: 10 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
      fc.constantFrom(...ways),
      async (lines, honest, pieces, way) => {
        const answeredWell = new Set<string>();
        let asked = 0;
        const answer = ({ what, to }: Asked): string | null => {
          // Mostly what a good server says, so that it comes to contents at all.
          const said = ++asked % honest ? GOOD[what] : (lines[asked % lines.length] ?? '');
          if (what === 'content' && /^25\d/.test(said)) answeredWell.add(to);
          return said;
        };
        const { attempts, settledTwice } = await runScript(mailsTo(6), { answer, pieces }, way);
        for (const [to, attempt] of attempts)
          if (told(attempt) === 'accepted') expect(answeredWell).toContain(to);
        expect(settledTwice).toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
});
