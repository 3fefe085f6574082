import type { Mail, MailProps } from './mail.ts';
import { FOLLOW_UP_VARIABLES, FollowUp, followUpMail } from './parts/follow-up.tsx';
import { sampleProps } from './samples.ts';

type Variable = (typeof FOLLOW_UP_VARIABLES)[number];

/** To who did not come in: the recording where there is one, or that the room has closed. */
export default function FollowUpMissed(props: MailProps<Variable>) {
  return <FollowUp {...props} kind="follow_up_missed" />;
}

FollowUpMissed.PreviewProps = sampleProps('follow_up_missed', FOLLOW_UP_VARIABLES);

export const followUpMissed: Mail<Variable> = { ...followUpMail('follow_up_missed'), Html: FollowUpMissed };
