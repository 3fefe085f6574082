import { Button, ButtonLink, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Checkbox, FileField } from '../parts/field.tsx';
import { Section } from '../parts/section.tsx';
import { Table } from '../parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { COLUMN_MEANINGS } from './column-meanings.ts';
import { type ImportOutcome, ImportResult } from './import-result.tsx';

export interface ImportPageProps {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  /** Null: no file was sent yet. */
  readonly outcome: ImportOutcome | null;
  readonly sendConfirmation: boolean;
}

/** The script finds it by this, and links in the result its buttons. */
const FORM = 'import-form';

/** Registrants from a file: choose it, look what it would do, import it. */
export function ImportPage({ frame, event, outcome, sendConfirmation }: ImportPageProps) {
  const people = `/team/events/${event.id}/people`;
  return (
    <TeamLayout {...frame} title="Import people" section="events" event={event} scripts={['import.js']}>
      <div className="import-form">
        <Card
          title="Import people from a CSV file"
          id="import"
          lead="People who are already registered are not changed, so you can import a file again."
          actions={<ButtonLink href={people}>People</ButtonLink>}
        >
          {event.isCancelled ? (
            <p>The event is cancelled, so registration is closed.</p>
          ) : (
            <form
              className="form"
              id={FORM}
              method="post"
              action={`/team/events/${event.id}/import`}
              encType="multipart/form-data"
              data-import
            >
              <FileField
                name="file"
                label="CSV file"
                required
                accept=".csv,.txt,text/csv"
                hint={
                  <>
                    As a spreadsheet or another platform (Eventbrite, Zoom, Teams …) writes it: encoding,
                    separator and columns are detected. Up to 100 MiB
                    <noscript> (20 MiB while this page’s script is off)</noscript>. An export of another event
                    works as well.
                  </>
                }
              />
              <Checkbox
                name="sendConfirmation"
                label="Send a confirmation to each new registrant"
                checked={sendConfirmation && !event.isOver}
                disabled={event.isOver}
                hint={
                  event.isOver
                    ? 'The event has ended, so no confirmations are sent.'
                    : 'It brings their access link immediately. Without it nobody is notified now; reminders are sent in any case.'
                }
              />
              <ButtonRow>
                <Button tone="primary" name="step" value="check">
                  Check the file
                </Button>
                <Button name="step" value="import">
                  Import
                </Button>
              </ButtonRow>
              <p className="field__hint">Checking reads the whole file and changes nothing.</p>
              <div className="progress" data-import-progress hidden>
                <p className="progress__label" id="import-progress-label" />
                <progress max={100} aria-labelledby="import-progress-label" />
              </div>
            </form>
          )}
        </Card>
      </div>
      <div className="import-result" id="import-result" tabIndex={-1}>
        {outcome ? (
          <ImportResult outcome={outcome} form={FORM} eventId={event.id} isOver={event.isOver} />
        ) : null}
      </div>
      <div className="column-meanings">
        <Section
          title="Columns"
          id="columns"
          lead="In any order, in upper or lower case. Common names are recognised in many languages."
        >
          <Table
            label="Columns that a file may have"
            rows={COLUMN_MEANINGS}
            rowKey={({ name }) => name.split(',')[0]?.replaceAll(' ', '-') ?? name}
            columns={[
              {
                key: 'name',
                label: 'Column',
                isHeading: true,
                cell: ({ name }) => <span className="column-names">{name}</span>,
              },
              { key: 'meaning', label: 'Meaning', cell: ({ meaning }) => meaning },
              { key: 'example', label: 'Example', cell: ({ example }) => example },
            ]}
          />
        </Section>
      </div>
    </TeamLayout>
  );
}
