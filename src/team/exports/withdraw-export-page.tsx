import { shownAddress } from '../../domain/address.ts';
import { Confirm } from '../parts/confirm.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { timeText } from '../parts/time.tsx';
import { FORMAT_WORDS } from './export-form.tsx';
import type { ExportRow } from './export-table.tsx';

export interface WithdrawExportPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  readonly timeZone: string;
  readonly row: ExportRow;
}

/** Asks before an export is taken back, and says what cannot be taken back with it. */
export function WithdrawExportPage({ frame, event, timeZone, row }: WithdrawExportPageProps) {
  const exports = `/team/events/${event.id}/exports`;
  return (
    <TeamLayout {...frame} title="Revoke link" section="events" event={event} width="narrow">
      <Confirm
        title={
          row.isWithdrawable
            ? 'Revoke the link to this export?'
            : 'The link to this export can no longer be revoked'
        }
        action={`${exports}/${row.id}/withdraw`}
        submit={row.isWithdrawable ? { label: 'Revoke link', tone: 'danger' } : null}
        cancelHref={exports}
      >
        <p>
          <bdi>{row.askedBy}</bdi> asked for it on {timeText(row.askedAt, timeZone)}:{' '}
          {FORMAT_WORDS[row.format]}, {row.who ?? registrants(row.rows)}, to <bdi>{shownAddress(row.to)}</bdi>
          .
        </p>
        {row.isWithdrawable ? <p>{consequence(row)}</p> : <p>The link has already stopped working.</p>}
      </Confirm>
    </TeamLayout>
  );
}

function consequence({ access }: ExportRow): string {
  if (!access) return 'It is not sent, and its file is deleted.';
  if ('attached' in access)
    return 'The file was attached to a mail, which cannot be taken back once it is sent. If the file is in the wrong hands, reset all access links of the event.';
  return 'The link stops working. A file that was already downloaded cannot be taken back; if it is in the wrong hands, reset all access links of the event.';
}

function registrants(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'registrant' : 'registrants'}`;
}
