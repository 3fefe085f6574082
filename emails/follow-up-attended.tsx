import type { Mail, MailProps } from './mail.ts';
import { FOLLOW_UP_VARIABLES, FollowUp, followUpMail } from './parts/follow-up.tsx';
import { sampleProps } from './samples.ts';

type Variable = (typeof FOLLOW_UP_VARIABLES)[number];

/** To who came in: thanks, and the recording where there is one. */
export default function FollowUpAttended(props: MailProps<Variable>) {
  return <FollowUp {...props} kind="follow_up_attended" />;
}

FollowUpAttended.PreviewProps = sampleProps('follow_up_attended', FOLLOW_UP_VARIABLES);

export const followUpAttended: Mail<Variable> = {
  ...followUpMail('follow_up_attended'),
  Html: FollowUpAttended,
};
