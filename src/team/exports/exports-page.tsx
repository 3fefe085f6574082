import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { ExportForm, type ExportFormProps, exportTitle } from './export-form.tsx';
import { type ExportRow, ExportTable } from './export-table.tsx';

/** Seconds between looks at an export that is being made. */
const LOOK_EVERY = 2;

export interface ExportsPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  /** Of the event: on its clock the times are shown. */
  readonly timeZone: string;
  readonly form: ExportFormProps;
  readonly rows: readonly ExportRow[];
  /** The page with the older ones; null: there are none. */
  readonly next: string | null;
  /** The newest ones, where these are older. */
  readonly first: string | null;
}

/** Asks for a file with the event's registrants, and shows what became of those asked for before. */
export function ExportsPage({ frame, event, timeZone, form, rows, next, first }: ExportsPageProps) {
  const isMoving = rows.some(({ isOver }) => !isOver);
  return (
    <TeamLayout {...frame} title="Exports" section="events" event={event}>
      {first ? null : (
        <Card
          id="request"
          title={exportTitle(form.choice)}
          lead="A file sent by email: attached, or as a link that works for 24 hours if the file is large."
        >
          <ExportForm {...form} />
        </Card>
      )}
      <Section id="past" title="Past exports">
        <LiveRegion id="exports" every={isMoving ? LOOK_EVERY : null} announce={announcement(rows)}>
          {rows.length > 0 ? (
            <>
              <ExportTable eventId={event.id} timeZone={timeZone} rows={rows} />
              {isMoving ? (
                <noscript>
                  <p>
                    <a href={`/team/events/${event.id}/exports#past`}>Look how far they are</a>
                  </p>
                </noscript>
              ) : null}
            </>
          ) : (
            <Empty title="No exports yet">
              Exports of this event appear here: who requested it, when, and its status.
            </Empty>
          )}
        </LiveRegion>
        {next || first ? (
          <Pager
            label="Past exports"
            sentence="Newest first"
            previous={first}
            next={next}
            words={{ previous: 'Newest', next: 'Older' }}
          />
        ) : null}
      </Section>
    </TeamLayout>
  );
}

/** Coarse: how each one ended, not how far it is. */
function announcement(rows: readonly ExportRow[]): string {
  const [newest] = rows;
  return newest ? `The newest export: ${newest.status.word}` : '';
}
