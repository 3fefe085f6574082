import type { ReactNode } from 'react';
import type { EventContent, MailProps } from '../mail.ts';

type When = 'date' | 'time' | 'zone' | 'hostTime';
type OldWhen = 'oldDate' | 'oldTime' | 'oldZone' | 'oldHostTime';

/** When, where and with whom, as rows. */
export function Details({ content, values }: MailProps<When>) {
  const { details } = content.copy;
  return (
    <Rows>
      <Row content={content} label={details.when}>
        <Clock content={content} values={values} />
      </Row>
      <Where content={content} />
      <Host content={content} />
    </Rows>
  );
}

/** The same of an event that was moved: the time that holds first, the other one below it, quiet and struck out. */
export function MovedDetails({ content, values }: MailProps<When | OldWhen>) {
  const { details } = content.copy;
  return (
    <Rows>
      <Row content={content} label={details.now}>
        <Clock content={content} values={values} />
      </Row>
      <Row content={content} label={details.was} isQuiet>
        <StruckOut date={values.oldDate} time={values.oldTime} />
        <Note content={content}>{values.oldZone}</Note>
        <Note content={content}>{values.oldHostTime}</Note>
      </Row>
      <Where content={content} />
      <Host content={content} />
    </Rows>
  );
}

/** And of one that was cancelled: when it would have been, and nowhere. */
export function CancelledDetails({ content, values }: MailProps<When>) {
  return (
    <Rows isLast>
      <Row content={content} label={content.copy.details.planned} isQuiet>
        <StruckOut date={values.date} time={values.time} />
        <Note content={content}>{values.zone}</Note>
        <Note content={content}>{values.hostTime}</Note>
      </Row>
      <Host content={content} />
    </Rows>
  );
}

function Clock({ content, values }: MailProps<When>) {
  return (
    <>
      <strong>{values.date}</strong>
      <br />
      <strong>{values.time}</strong>
      <Note content={content}>{values.zone}</Note>
      {/* Empty, and so without height, where the clocks are the same. */}
      <Note content={content}>{values.hostTime}</Note>
    </>
  );
}

/** For the eye only; the row's label says the same in words. */
function StruckOut({ date, time }: { readonly date: string; readonly time: string }) {
  return (
    <span style={{ textDecoration: 'line-through' }}>
      {date}
      <br />
      {time}
    </span>
  );
}

function Where({ content }: { readonly content: EventContent }) {
  const { details } = content.copy;
  return (
    <Row content={content} label={details.where}>
      {details.online}
    </Row>
  );
}

function Host({ content }: { readonly content: EventContent }) {
  const { hostName } = content.event;
  if (!hostName) return null;
  return (
    <Row content={content} label={content.copy.details.host}>
      <span dir="auto">{hostName}</span>
    </Row>
  );
}

/** `isLast`: small print follows, which keeps its own distance, and no button. */
function Rows({ isLast = false, children }: { readonly isLast?: boolean; readonly children: ReactNode }) {
  return (
    <div style={{ padding: isLast ? '8px 0px 0px' : '8px 0px 24px' }}>
      <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" border={0}>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly content: EventContent;
  readonly label: string;
  /** What it says matters less than the other rows. */
  readonly isQuiet?: boolean;
  readonly children: ReactNode;
}

function Row({ content, label, isQuiet = false, children }: RowProps) {
  const { ink, quiet, line } = content.palette.light;
  const cell = { borderTop: `1px solid ${line}`, padding: '10px 0px' };
  return (
    <tr>
      <td width="80" valign="top" className="quiet line" style={{ ...cell, color: quiet }}>
        {label}
      </td>
      <td
        valign="top"
        className={isQuiet ? 'quiet line' : 'ink line'}
        style={{ ...cell, color: isQuiet ? quiet : ink }}
      >
        {children}
      </td>
    </tr>
  );
}

function Note({ content, children }: { readonly content: EventContent; readonly children: string }) {
  return (
    <div className="quiet" style={{ color: content.palette.light.quiet, fontSize: '14px' }}>
      {children}
    </div>
  );
}
