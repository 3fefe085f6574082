import type { ReactElement } from 'react';
import { headerSignature, readHeader } from '../../src/domain/import/columns.ts';
import type { ImportedRegistrant } from '../../src/domain/import/read-row.ts';
import { UnmappedFile } from '../../src/domain/import/unmapped-file.ts';
import {
  BulkPreviewPage,
  type BulkPreviewPageProps,
  BulkRefusedPage,
  type SkippedPerson,
} from '../../src/team/bulk/bulk-preview-page.tsx';
import { BulkProgressPage, type BulkProgressPageProps } from '../../src/team/bulk/bulk-progress-page.tsx';
import { CorrectPage, type CorrectPageProps, type CorrectRow } from '../../src/team/bulk/correct-page.tsx';
import { ImportPage } from '../../src/team/imports/import-page.tsx';
import type { ImportOutcome } from '../../src/team/imports/import-result.tsx';
import { HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// Sending to many and importing, in every state.

const ARABIC = 'محمد بن موسى الخوارزمي';
const ID = '0190a1b2-0000-7000-8000-00000000000';

const person = (n: number, name: string, email: string): SkippedPerson => ({
  ...{ registrantId: `${ID}${n}`, firstName: name, lastName: '', email },
  suppressedFor: (['bounced', 'soft_bounces', 'provider', 'complained', null] as const)[n % 5] ?? null,
});
const SKIPPED = [
  person(0, 'Ada Lovelace', 'ada@example.com'),
  person(1, '', 'grace.hopper@example.com'),
  person(2, HOSTILE, `${'long.'.repeat(11)}@${'sub.'.repeat(20)}example.com`),
  person(3, ARABIC, 'al@example.com'),
  person(4, 'Wolfgang'.repeat(25), 'w@example.com'),
];

const PREVIEW: BulkPreviewPageProps = {
  ...{
    frame: FRAME,
    event: TEAM_EVENT,
    filter: {},
    isPicked: true,
    timeZone: 'UTC',
    queued: 41,
    skipped: [],
  },
  ...{ correctHref: '/team/events/x/correct?scope=selected', waits: false },
  hidden: { scope: 'selected', registrantId: [`${ID}1`, `${ID}2`], emailStatus: [], token: `${ID}0` },
};

const CORRECT_ROWS = SKIPPED.map(
  (one, i): CorrectRow => ({
    ...one,
    ...{ suggested: i % 2 ? null : one.email.replace('example', 'example-mail'), version: 'v', typed: null },
    ...{ ticked: i % 2 === 0, error: null },
    domainProblem: i === 1 ? 'The domain example.con does not exist' : null,
  }),
);
const CORRECT: CorrectPageProps = {
  ...{ frame: FRAME, event: TEAM_EVENT, filter: { emailStatus: ['bounced'] }, query: 'emailStatus=bounced' },
  ...{ rows: CORRECT_ROWS, total: 10_000, suggested: 3, isAgain: false, sends: true },
  ...{ first: null, next: '/team/events/x/correct?after=y', nextPosition: 'y' },
};

const SEND: BulkProgressPageProps = {
  ...{
    frame: FRAME,
    event: TEAM_EVENT,
    timeZone: 'Europe/Paris',
    isPaused: false,
    toCome: 0,
    leftOut: 0,
    refreshSeconds: null,
  },
  send: { askedBy: 'grace@example.com', askedAt: new Date('2027-01-13T14:55:30Z'), queued: 5, skipped: [] },
  byStatus: [{ status: 'delivered', count: 5 }],
};

const row = (changes: Partial<ImportedRegistrant>): ImportedRegistrant => ({
  ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', locale: 'en', accessKey: null },
  ...{ timeZone: 'America/Argentina/ComodRivadavia', fields: {}, source: {} },
  ...changes,
});

const problems = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    line: i + 2,
    message: 'email: must be an e-mail address, like ada@example.com',
  }));

const readAs = (...names: string[]) => {
  const columns = readHeader(names);
  return { columns, signature: headerSignature(columns), examples: names.map((name) => `${name} of Ada`) };
};

const CHECKED: Extract<ImportOutcome, { step: 'check' }> = {
  ...{ step: 'check', created: 1_204, existing: 31, rejected: [], rejectedCount: 0 },
  ...{ warnings: [], warningsCount: 0, chosenEncoding: null, mappedBy: 'name', mapping: {}, isChosen: false },
  ...{ encoding: { encoding: 'utf-8', isSure: true }, delimiter: ',', headerLine: 1 },
  ...readAs('email', 'first_name', 'Company'),
  first: [
    row({}),
    row({ email: 'grace@example.com', timeZone: null, locale: null, lastName: '', firstName: '' }),
  ],
};

function unmapped(names: string[]) {
  try {
    readHeader(names, {}, [['ada@example.com', 'Ada Lovelace', 'Analytical Engines']]);
  } catch (error) {
    if (error instanceof UnmappedFile) return { message: error.message, errors: error.errors, mapped: error };
  }
  throw new Error('these columns can be told');
}

const imports = (outcome: ImportOutcome | null, event = TEAM_EVENT) => (
  <ImportPage frame={FRAME} event={event} outcome={outcome} sendConfirmation={false} />
);

export function bulkPages(): Readonly<Record<string, ReactElement>> {
  return {
    'correct, first page': <CorrectPage {...CORRECT} />,
    'correct, mistakes': (
      <CorrectPage
        {...CORRECT}
        frame={LOUD_FRAME}
        event={{ ...TEAM_EVENT, title: HOSTILE }}
        isAgain
        rows={CORRECT_ROWS.map((one, i) => ({
          ...one,
          ...(i % 2 === 0 && { typed: HOSTILE, error: 'Another person is registered with this email.' }),
        }))}
      />
    ),
    'correct, nobody': (
      <CorrectPage {...CORRECT} rows={[]} total={0} suggested={0} sends={false} next={null} />
    ),
    preview: <BulkPreviewPage {...PREVIEW} />,
    'preview, skipped, hostile': (
      <BulkPreviewPage
        {...PREVIEW}
        frame={LOUD_FRAME}
        event={{ ...TEAM_EVENT, title: HOSTILE }}
        isPicked={false}
        filter={{ q: HOSTILE, emailStatus: ['bounced', 'failed', 'none'] }}
        queued={98_204}
        skipped={[
          { reason: 'suppressed', count: 1_209, first: SKIPPED },
          { reason: 'recently_sent', count: 2, first: SKIPPED.slice(3) },
          { reason: 'not_found', count: 1, first: [] },
        ]}
      />
    ),
    'preview, nobody': (
      <BulkPreviewPage
        {...PREVIEW}
        queued={0}
        isPicked={false}
        filter={{
          emailStatus: ['bounced'],
          joined: false,
          fields: { Company: HOSTILE },
          registeredAfter: '2027-01-01T00:00:00.000Z',
        }}
        skipped={[{ reason: 'suppressed', count: 1, first: SKIPPED.slice(0, 1) }]}
      />
    ),
    refused: (
      <BulkRefusedPage
        frame={FRAME}
        event={{ ...TEAM_EVENT, isOver: true }}
        title="The link can no longer be sent"
        filter={{ q: 'ada' }}
        sentence="The event has ended, so no links are sent."
      />
    ),
    'progress, under way': (
      <BulkProgressPage
        {...SEND}
        send={{
          ...SEND.send,
          queued: 98_204,
          skipped: [
            { reason: 'suppressed', count: 1_209 },
            { reason: 'recently_sent', count: 2 },
          ],
        }}
        byStatus={(['queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'failed'] as const).map(
          (status, i) => ({ status, count: 10 ** (i % 5) * 3 }),
        )}
        toCome={65_000}
        refreshSeconds={2}
      />
    ),
    'progress, done': <BulkProgressPage {...SEND} />,
    'progress, nobody in the end': (
      <BulkProgressPage
        {...SEND}
        send={{ ...SEND.send, askedBy: `${'long.'.repeat(20)}address@example.com` }}
        byStatus={[]}
        leftOut={5}
      />
    ),
    import: imports(null),
    'import, event over': imports(null, { ...TEAM_EVENT, isOver: true }),
    'import, event cancelled': imports(null, { ...TEAM_EVENT, isCancelled: true }),
    'import, checked': imports(CHECKED),
    'import, checked, hostile': imports(
      {
        ...CHECKED,
        rejectedCount: 1_200,
        rejected: [{ line: 2, message: `${HOSTILE}: at most 200 characters` }, ...problems(70)],
        warnings: [
          { line: 7, column: 'Zeitzone', message: `must be a time zone name; the cell has “${HOSTILE}”` },
          { line: 9, column: '', message: 'has 12 cells where the header has 5; left out: “x”' },
        ],
        warningsCount: 2,
        mappedBy: 'memory',
        encoding: { encoding: 'windows-1252', isSure: false },
        ...{ delimiter: '\t', headerLine: 12 },
        ...readAs(
          ...['E-Mail', 'Vorname', 'Name (Original Name)', HOSTILE, ARABIC, 'Company', 'Company', ''],
          ...['x'.repeat(120), 'utm_source', '参加者の言語', 'registered at'],
        ),
        first: [
          row({ firstName: HOSTILE, fields: { [HOSTILE.slice(0, 64)]: 'x'.repeat(200), Seat: '12' } }),
          row({
            firstName: ARABIC,
            lastName: '',
            accessKey: 'k'.repeat(64),
            source: { utmSource: 'newsletter' },
          }),
          row({ email: `${'long.'.repeat(11)}x@${'sub.'.repeat(20)}example.com` }),
        ],
      },
      { ...TEAM_EVENT, title: ARABIC },
    ),
    'import, imported': imports({
      ...{ step: 'import', created: 1_204, existing: 31, sendConfirmation: true },
      ...{ rejected: problems(2), rejectedCount: 2 },
      warnings: [{ line: 3, column: 'access_key', message: '“123” was read as 0123' }],
      warningsCount: 1,
    }),
    'import, refused': imports({
      step: 'refused',
      message: 'The first line of the file must name its columns. Nothing was imported.',
      errors: [
        { path: 'email', message: 'is missing: the first line must name a column email' },
        { path: HOSTILE, message: 'is there twice' },
      ],
      ...{ mapped: null, chosenEncoding: null },
    }),
    'import, columns to choose': imports({
      step: 'refused',
      ...unmapped(['Kontakt', 'Wer', 'Firma']),
      chosenEncoding: 'windows-1252',
    }),
  };
}
