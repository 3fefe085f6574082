import type { ReactNode } from 'react';
import type { EventContent, MailProps } from '../mail.ts';

type DetailsProps = MailProps<'date' | 'time' | 'zone' | 'hostTime'>;

/** When, where and with whom, as rows. */
export function Details({ content, values }: DetailsProps) {
  const { details } = content.copy;
  const { hostName } = content.event;
  return (
    <div style={{ padding: '8px 0px 24px' }}>
      <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" border={0}>
        <tbody>
          <Row content={content} label={details.when}>
            <strong>{values.date}</strong>
            <br />
            <strong>{values.time}</strong>
            <Aside content={content}>{values.zone}</Aside>
            {/* Empty, and so without height, where the clocks are the same. */}
            <Aside content={content}>{values.hostTime}</Aside>
          </Row>
          <Row content={content} label={details.where}>
            {details.online}
          </Row>
          {hostName && (
            <Row content={content} label={details.host}>
              {hostName}
            </Row>
          )}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly content: EventContent;
  readonly label: string;
  readonly children: ReactNode;
}

function Row({ content, label, children }: RowProps) {
  const { ink, quiet, line } = content.palette.light;
  const cell = { borderTop: `1px solid ${line}`, padding: '10px 0px' };
  return (
    <tr>
      <td width="80" valign="top" className="quiet line" style={{ ...cell, color: quiet }}>
        {label}
      </td>
      <td valign="top" className="ink line" style={{ ...cell, color: ink }}>
        {children}
      </td>
    </tr>
  );
}

function Aside({ content, children }: { readonly content: EventContent; readonly children: string }) {
  return (
    <div className="quiet" style={{ color: content.palette.light.quiet, fontSize: '14px' }}>
      {children}
    </div>
  );
}
