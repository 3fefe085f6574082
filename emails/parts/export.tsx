import type { SiteMailProps } from '../mail.ts';
import { Row, Rows } from './rows.tsx';
import { titledRowsText } from './text-part.ts';

/** Wide enough for the longest label in any language. */
const LABEL_WIDTH = 124;

/** What a file of registrants holds, and how long its link lives, if it has one. */
export function ExportDetails({
  content,
  values,
  until,
}: SiteMailProps<'rows' | 'fileName'> & { readonly until?: string }) {
  const { registrants, file, worksUntil } = content.copy.registrants_export;
  const row = { content, labelWidth: LABEL_WIDTH };
  return (
    <Rows isBetween>
      <Row {...row} label={registrants}>
        <strong>{values.rows}</strong>
      </Row>
      <Row {...row} label={file}>
        <span dir="auto">{values.fileName}</span>
      </Row>
      {until && (
        <Row {...row} label={worksUntil}>
          {until}
        </Row>
      )}
    </Rows>
  );
}

/** The same in letters, below the event's name. */
export function exportDetailsText({
  content,
  values,
  until,
}: SiteMailProps<'eventTitle' | 'rows' | 'fileName'> & { readonly until?: string }): string {
  const { registrants, file, worksUntil } = content.copy.registrants_export;
  return titledRowsText(
    content,
    values.eventTitle,
    [registrants, values.rows],
    [file, values.fileName],
    ...(until ? [[worksUntil, until] as const] : []),
  );
}

type ContentOnly = Pick<SiteMailProps, 'content'>;

/** What such a file is, so that nobody forwards it unawares. Framed: it must not be overlooked. */
export function Secret({ content }: ContentOnly) {
  const { ink, line } = content.palette.light;
  const { secret } = content.copy.registrants_export;
  return (
    <div
      className="ink line"
      style={{ border: `1px solid ${line}`, borderRadius: '8px', color: ink, padding: '14px 16px' }}
    >
      <strong>{secret.lead}</strong>
      <div style={{ paddingTop: '4px' }}>{secret.text}</div>
      <div style={{ paddingTop: '4px' }}>{secret.duty}</div>
    </div>
  );
}

export function secretText({ content: { copy } }: ContentOnly): string {
  const { lead, text, duty } = copy.registrants_export.secret;
  return [lead, text, duty].join('\n');
}
