import type { EventContent, MailProps } from '../mail.ts';
import { Note, Row, Rows } from './rows.tsx';

type When = 'date' | 'time' | 'zone' | 'hostTime';
type OldWhen = 'oldDate' | 'oldTime' | 'oldZone' | 'oldHostTime';

/** When, where and with whom, as rows; `isBelow`: beneath the button. */
export function Details({
  content,
  values,
  isBelow = false,
}: MailProps<When> & { readonly isBelow?: boolean }) {
  const { details } = content.copy;
  return (
    <Rows isBelow={isBelow}>
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

/** And of one that is over: when it was, and with whom. */
export function PastDetails({ content, values, isLast }: MailProps<When> & { readonly isLast: boolean }) {
  return (
    <Rows isLast={isLast}>
      <Row content={content} label={content.copy.details.when}>
        <Clock content={content} values={values} />
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
