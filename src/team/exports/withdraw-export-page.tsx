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
    <TeamLayout {...frame} title="Withdraw an export" section="events" event={event} width="narrow">
      <Confirm
        title={row.isWithdrawable ? 'Withdraw this export?' : 'This export cannot be withdrawn any more'}
        action={`${exports}/${row.id}/withdraw`}
        submit={row.isWithdrawable ? { label: 'Withdraw the export', tone: 'danger' } : null}
        cancelHref={exports}
      >
        <p>
          <bdi>{row.askedBy}</bdi> asked for it on {timeText(row.askedAt, timeZone)}:{' '}
          {FORMAT_WORDS[row.format]}, {row.rows.toLocaleString('en')}{' '}
          {row.rows === 1 ? 'registrant' : 'registrants'}, to <bdi>{shownAddress(row.to)}</bdi>.
        </p>
        {row.isWithdrawable ? <p>{consequence(row)}</p> : <p>It is over already.</p>}
      </Confirm>
    </TeamLayout>
  );
}

function consequence({ access }: ExportRow): string {
  if (!access) return 'It is not mailed, and nothing of it is kept.';
  if ('attached' in access)
    return 'The file was attached to a mail: where that mail has gone out, nobody can take it back. If the file is in the wrong hands, change the access keys of the event.';
  return 'Its link opens nothing any more. What was downloaded already cannot be taken back; if it is in the wrong hands, change the access keys of the event.';
}
