import type { EventContent, MailProps } from '../mail.ts';
import { startEdge } from '../theme.ts';
import { sourceLines } from './custom-text.tsx';
import { Row, Rows } from './rows.tsx';
import { StruckOut, Zones } from './when.tsx';

/** What a mail takes that may say the recipient's code: only some events have one. */
export const CODE_VARIABLES = ['accessCode'] as const;

/** What else there is to know: what it is about, with what code one comes in, and with whom. Nothing where there is none of it. */
export function About({
  content,
  code,
  isBrief = false,
}: {
  readonly content: EventContent;
  readonly code?: string;
  /** Whoever reads this knows what it is about, or has just read it. */
  readonly isBrief?: boolean;
}) {
  const { event } = content;
  const summary = isBrief ? null : content.summary;
  const hasRows = event.hostName !== null || (code !== undefined && showsCode(content));
  if (!summary && !hasRows) return null;
  return (
    <div style={{ paddingTop: '24px' }}>
      {summary && <Summary content={content} text={summary} />}
      {hasRows && (
        <Rows>
          {code !== undefined && <CodeRow content={content} code={code} />}
          <HostRow content={content} />
        </Rows>
      )}
    </div>
  );
}

/** Whether the recipient's key is short enough to be said: a key of letters stands in the link alone. */
export function showsCode({ event }: EventContent): boolean {
  return event.keyStyle === 'digits';
}

/** Quiet, and in two lines: the mail is about the place in it. */
function Summary({ content, text }: { readonly content: EventContent; readonly text: string }) {
  const { quiet, line } = content.palette.light;
  return (
    <div
      dir="auto"
      className="quiet line"
      style={{
        borderTop: `1px solid ${line}`,
        color: quiet,
        fontSize: '14px',
        padding: '12px 0px',
        textAlign: startEdge(content.copy.direction),
      }}
    >
      {sourceLines(text)}
    </div>
  );
}

function CodeRow({ content, code }: { readonly content: EventContent; readonly code: string }) {
  if (!showsCode(content)) return null;
  return (
    <Row content={content} label={content.copy.details.code}>
      {/* Digits are read from left to right in every language. */}
      <strong dir="ltr" style={{ letterSpacing: '2px' }}>
        {code}
      </strong>
    </Row>
  );
}

export function HostRow({ content }: { readonly content: EventContent }) {
  const { hostName } = content.event;
  if (!hostName) return null;
  const name = <span dir="auto">{hostName}</span>;
  return (
    <Row content={content} label={content.copy.details.host} isMiddle={content.hostPictureUrl !== null}>
      {content.hostPictureUrl ? (
        <WithPicture content={content} url={content.hostPictureUrl} name={name} />
      ) : (
        name
      )}
    </Row>
  );
}

interface PictureProps {
  readonly content: EventContent;
  readonly url: string;
  readonly name: React.ReactNode;
}

/** 40 px, round where a mail program can. The name stands beside it, so it has no words of its own. */
function WithPicture({ content, url, name }: PictureProps) {
  const gap =
    startEdge(content.copy.direction) === 'left' ? { paddingLeft: '10px' } : { paddingRight: '10px' };
  return (
    <table role="presentation" cellPadding="0" cellSpacing="0" border={0}>
      <tbody>
        <tr>
          <td width="40">
            <img src={url} alt="" width="40" height="40" style={{ borderRadius: '20px', display: 'block' }} />
          </td>
          <td className="ink" style={{ ...gap, color: content.palette.light.ink }}>
            {name}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** When a moved event was to be before: quiet and struck out. */
export function WasRow({ content, values }: MailProps<'oldDate' | 'oldTime' | 'oldZone' | 'oldHostTime'>) {
  return (
    <div style={{ paddingBottom: '10px' }}>
      <Rows>
        <Row content={content} label={content.copy.details.was} isQuiet>
          <StruckOut date={values.oldDate} time={values.oldTime} />
          <Zones content={content} zone={values.oldZone} hostTime={values.oldHostTime} />
        </Row>
      </Rows>
    </div>
  );
}

/** When something that is over was, and with whom. */
export function PastDetails({ content, values }: MailProps<'date' | 'time' | 'zone' | 'hostTime'>) {
  return (
    <div style={{ paddingTop: '24px' }}>
      <Rows>
        <Row content={content} label={content.copy.details.when}>
          {values.date}
          <br />
          {values.time}
          <Zones content={content} zone={values.zone} hostTime={values.hostTime} />
        </Row>
        <HostRow content={content} />
      </Rows>
    </div>
  );
}
