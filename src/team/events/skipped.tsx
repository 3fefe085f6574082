import type { MailCounts } from '../../actions/fan-out.ts';
import { people } from '../parts/counted.ts';
import { RadioGroup } from '../parts/field.tsx';

const REASONS = {
  cancelled: (count: number) => `${people(count)} cancelled`,
  suppressed: (count: number) =>
    `${people(count)} will not get this mail: the address bounced, or its owner unsubscribed`,
  recently_sent: (count: number) => `${people(count)} got one a moment ago`,
  unchanged: (count: number) => `${people(count)} ${count === 1 ? 'knows' : 'know'} the new time already`,
  had_one: (count: number) => `${people(count)} had such a mail of this event before`,
} as const satisfies Record<MailCounts['skipped'][number]['reason'], (count: number) => string>;

/** Who gets no mail, and why; '' where everybody does. */
export function skippedText(skipped: MailCounts['skipped']): string {
  const reasons = skipped.map(({ reason, count }) => REASONS[reason](count));
  return reasons.length > 0 ? `${reasons.join('. ')}.` : '';
}

/** Whether to write to all of them. */
export function NotifyChoice({ counts, whom }: { readonly counts: MailCounts; readonly whom: string }) {
  return (
    <RadioGroup
      name="notify"
      legend="Mail"
      value={counts.mails > 0 ? 'yes' : 'no'}
      hint={skippedText(counts.skipped) || undefined}
      options={[
        {
          value: 'yes',
          label: `Notify ${whom} (${counts.mails.toLocaleString('en')})`,
          disabled: counts.mails === 0,
        },
        { value: 'no', label: 'Notify nobody' },
      ]}
    />
  );
}
