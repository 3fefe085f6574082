import type { MailProps } from '../mail.ts';
import { ButtonCell, Buttons } from './action.tsx';
import { type CalendarLinkVariable, calendarChoices } from './calendar-line.tsx';

/** The ways into a calendar as a mail's first action: a button each, below what they are for. */
export function CalendarButtons({
  content,
  values,
  label,
}: MailProps<CalendarLinkVariable> & { readonly label: string }) {
  const { ink } = content.palette.light;
  return (
    <div style={{ paddingTop: '8px' }}>
      <div className="ink" style={{ color: ink, fontWeight: 'bold', paddingBottom: '8px' }}>
        {label}
      </div>
      <Buttons isWide>
        {calendarChoices({ content, values }).flatMap(({ name, link }, index) => [
          ...(index > 0 ? [<td key={`before ${name}`} width="2%" />] : []),
          <ButtonCell key={name} content={content} link={link} label={name} width="32%" padding="11px 4px" />,
        ])}
      </Buttons>
    </div>
  );
}
