import type { MailProps } from '../mail.ts';
import { Row, Rows } from './rows.tsx';
import { TextLink } from './words.tsx';

type Props = MailProps<'calendarLink'>;

/** How the entry leaves each calendar: the file takes it away where it was put in by a file, the others are asked by hand. */
export function RemoveFromCalendar({ content, values }: Props) {
  const { calendar } = content.copy;
  return (
    <div style={{ paddingTop: '8px' }}>
      <div
        className="ink"
        style={{ color: content.palette.light.ink, fontWeight: 'bold', paddingBottom: '8px' }}
      >
        {calendar.remove}
      </div>
      <Rows>
        <Row content={content} label="Google">
          {calendar.removeGoogle}
        </Row>
        <Row content={content} label="Outlook">
          {calendar.removeOutlook}
        </Row>
        <Row content={content} label="Apple">
          <TextLink content={content} link={values.calendarLink}>
            {calendar.removeByFile}
          </TextLink>
        </Row>
      </Rows>
    </div>
  );
}

/** The same in letters, a block. */
export function removeFromCalendarText({ content: { copy }, values }: Props): string {
  const { calendar } = copy;
  return [
    copy.label(calendar.remove),
    `${copy.label('Google')} ${calendar.removeGoogle}`,
    `${copy.label('Outlook')} ${calendar.removeOutlook}`,
    `${copy.label('Apple')} ${copy.label(calendar.removeByFile)}`,
    values.calendarLink,
  ].join('\n');
}
