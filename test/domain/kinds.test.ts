import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mails, siteMails } from '../../emails/index.ts';
import { KINDS, kindRow, MAIL_KINDS, REGISTRANT_KINDS } from '../../src/domain/kinds.ts';

const PROJECT = new URL('../../', import.meta.url);

/** Where kinds are written out side by side on purpose. */
const REGISTRIES = ['src/domain/kinds.ts', 'emails/index.ts', 'emails/mail.ts'];

describe('the table of kinds', () => {
  it('has a template for each kind, and none for another', () => {
    expect(Object.keys(mails).toSorted()).toEqual([...REGISTRANT_KINDS].toSorted());
    expect([...new Set(Object.values(siteMails).map(({ kind }) => kind))].toSorted()).toEqual(
      KINDS.filter((kind) => kindRow(kind).audience === 'team').toSorted(),
    );
  });

  it.each(KINDS)('says of %s what fits its audience', (kind) => {
    const { audience, fanOut, customisable, bringsLink, sample, goesOutAfter, stoppedBy } = kindRow(kind);
    expect(sample !== null).toBe(audience === 'registrant');
    if (audience === 'team') {
      expect({ fanOut, customisable, bringsLink }).toEqual({
        fanOut: false,
        customisable: false,
        bringsLink: false,
      });
      // The rule does not ask a team's mail for its event at all.
      expect(goesOutAfter).toEqual(['cancellation', 'end']);
    }
    expect(stoppedBy).toContain('all');
  });

  it('lets only the cancellation go out after a cancellation', () => {
    expect(REGISTRANT_KINDS.filter((kind) => kindRow(kind).goesOutAfter.includes('cancellation'))).toEqual([
      'event_cancelled',
    ]);
  });

  it('lets only what somebody asks for go out after their own cancellation', () => {
    expect(KINDS.filter((kind) => kindRow(kind).goesOutAfter.includes('own_cancellation'))).toEqual([
      'self_serve_link',
      'registration_link',
    ]);
  });

  it('is the only list of kinds', () => {
    const quoted = KINDS.map((kind) => `'${kind}'`).join('|');
    // Two that differ: a kind's name may stand beside itself, as a key.
    const list = new RegExp(`(${quoted})\\s*,\\s*(?!\\1)(?:${quoted})`);
    const files = ['src', 'emails', 'worker', 'scripts'].flatMap((folder) =>
      readdirSync(new URL(folder, PROJECT), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
        .map((name) => `${folder}/${name}`),
    );
    expect(files.length).toBeGreaterThan(300);
    expect(
      files.filter(
        (file) => !REGISTRIES.includes(file) && list.test(readFileSync(new URL(file, PROJECT), 'utf8')),
      ),
    ).toEqual([]);
    expect(list.test(`['reminder', 'sign_in']`)).toBe(true);
  });

  it('gives each kind its deadline', () => {
    const at = (hour: number) => new Date(Date.UTC(2027, 0, 15, hour));
    const event = {
      ...{ startsAt: at(17), endsAt: at(18), graceMinutes: 60, closedAt: null, replayUrl: null },
      reminderMinutes: [60, 10],
    };
    const replayed = { ...event, replayUrl: 'https://video.example/1' };
    const closed = { ...event, closedAt: at(16) };
    expect(MAIL_KINDS.confirmation.deadline(event)).toEqual(at(19));
    expect(MAIL_KINDS.confirmation.deadline(replayed)).toEqual(at(19));
    expect(MAIL_KINDS.access_link.deadline(event)).toEqual(at(19));
    expect(MAIL_KINDS.access_link.deadline(closed)).toEqual(at(16));
    for (const kind of ['self_serve_link', 'new_key'] as const) {
      expect(MAIL_KINDS[kind].deadline(event, at(17))).toEqual(at(19));
      expect(MAIL_KINDS[kind].deadline(closed, at(17))).toEqual(at(16));
      // The link leads to the replay for a day more.
      expect(MAIL_KINDS[kind].deadline(replayed, at(17))).toEqual(at(19 + 24));
      expect(MAIL_KINDS[kind].deadline(replayed, at(21))).toEqual(at(21 + 24));
    }
    expect(MAIL_KINDS.reminder.deadline(event, 60)).toEqual(at(17));
    expect(MAIL_KINDS.event_updated.deadline(event, { startsAt: at(12) })).toEqual(at(17));
    expect(MAIL_KINDS.event_updated.deadline(event, { startsAt: at(20) })).toEqual(at(20));
    expect(MAIL_KINDS.event_cancelled.deadline(event, at(16))).toEqual(at(17));
    expect(MAIL_KINDS.event_cancelled.deadline(event, at(17))).toEqual(at(19));
    expect(MAIL_KINDS.registration_link.deadline(event, at(12))).toEqual(at(13));
    expect(MAIL_KINDS.registrants_export.deadline(at(0)).getTime() - at(0).getTime()).toBe(86_400_000);
    expect(MAIL_KINDS.sign_in.deadline(at(0)).getTime() - at(0).getTime()).toBe(900_000);
  });
});
