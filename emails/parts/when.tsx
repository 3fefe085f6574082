import type { ReactNode } from 'react';
import type { EventContent, MailProps } from '../mail.ts';
import { startEdge } from '../theme.ts';
import { Note } from './rows.tsx';

export const TILE_VARIABLES = ['tileMonth', 'tileDay', 'tileWeekday'] as const;
type TileVariable = (typeof TILE_VARIABLES)[number];
type Clock = 'date' | 'time' | 'zone' | 'hostTime';

interface WhenProps extends MailProps<TileVariable | Clock> {
  /** It is no longer so: the time is struck out. */
  readonly isOff?: boolean;
  /** A button stands above it, and not the mail's title. */
  readonly isBelow?: boolean;
}

/** When it is: a leaf of a calendar, and beside it the day and the time in words. */
export function When({ content, values, isOff = false, isBelow = false }: WhenProps) {
  const gap =
    startEdge(content.copy.direction) === 'left' ? { paddingLeft: '16px' } : { paddingRight: '16px' };
  const { ink, quiet } = content.palette.light;
  return (
    <div style={isBelow ? { paddingTop: '24px' } : { paddingBottom: '20px' }}>
      <table role="presentation" cellPadding="0" cellSpacing="0" border={0}>
        <tbody>
          <tr>
            <td width="68" valign="top">
              <Tile content={content} values={values} />
            </td>
            <td
              valign="middle"
              className={isOff ? 'quiet' : 'ink'}
              style={{ ...gap, color: isOff ? quiet : ink }}
            >
              {isOff ? (
                <StruckOut date={values.date} time={values.time} />
              ) : (
                <strong>
                  {values.date}
                  <br />
                  {values.time}
                </strong>
              )}
              <Zones content={content} zone={values.zone} hostTime={values.hostTime} />
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** Under a time: whose clock it is on, and what the host's clock shows; the second is empty, and so without height, where both agree. */
export function Zones({
  content,
  zone,
  hostTime,
}: {
  readonly content: EventContent;
  readonly zone: string;
  readonly hostTime: string;
}) {
  return (
    <>
      <Note content={content}>{zone}</Note>
      <Note content={content}>{hostTime}</Note>
    </>
  );
}

/** For the eye only; the words around it say the same. */
export function StruckOut({ date, time }: { readonly date: string; readonly time: string }) {
  return (
    <span style={{ textDecoration: 'line-through' }}>
      {date}
      <br />
      {time}
    </span>
  );
}

/** For the eye only: what stands beside it says it all. */
function Tile({ content, values }: MailProps<TileVariable>) {
  const { palette } = content;
  const { light } = palette;
  return (
    <table
      role="presentation"
      aria-hidden="true"
      width="68"
      cellPadding="0"
      cellSpacing="0"
      border={0}
      className="soft"
      style={{ backgroundColor: light.soft, border: `1px solid ${light.line}`, borderRadius: '10px' }}
    >
      <tbody>
        <TileRow
          style={{
            backgroundColor: palette.button,
            borderRadius: '9px 9px 0px 0px',
            color: palette.buttonText,
            fontSize: '13px',
            fontWeight: 'bold',
            padding: '2px 2px',
          }}
        >
          {values.tileMonth}
        </TileRow>
        <TileRow
          className="ink"
          style={{
            color: light.ink,
            fontSize: '26px',
            fontWeight: 'bold',
            lineHeight: '30px',
            paddingTop: '4px',
          }}
        >
          {values.tileDay}
        </TileRow>
        <TileRow className="quiet" style={{ color: light.quiet, fontSize: '12px', padding: '0px 2px 5px' }}>
          {values.tileWeekday}
        </TileRow>
      </tbody>
    </table>
  );
}

function TileRow({
  className,
  style,
  children,
}: {
  readonly className?: string;
  readonly style: React.CSSProperties;
  readonly children: ReactNode;
}) {
  return (
    <tr>
      <td align="center" className={className} style={style}>
        {children}
      </td>
    </tr>
  );
}
