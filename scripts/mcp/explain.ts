import { STATUS_MEANINGS } from '../../src/team/parts/status-badge.tsx';
import { isTrouble, reasonWords, suppressionWords } from '../../src/team/people/mail-words.ts';
import type { RegistrantDetails } from './server.ts';

/** What became of the mails to a person, in the words of the team's pages. */
export function explain(person: RegistrantDetails) {
  const { email, emailStatus, suggestedEmail, suppressions, messages, cancelledAt } = person;
  const [latest] = messages;
  return {
    email,
    emailStatus,
    meaning: STATUS_MEANINGS[emailStatus ?? 'none'],
    ...(isTrouble(emailStatus) && { reason: reasonWords(emailStatus, latest?.error ?? null, email) }),
    ...(cancelledAt && { cancelled: `They cancelled, or were cancelled, at ${cancelledAt}.` }),
    suppressions: suppressions.map(({ reason, scope }) => suppressionWords(reason, scope)),
    whatToDo: whatToDo(person),
    mails: messages.map(({ kind, status, to, subject, dueAt, acceptedAt, error, events }) => ({
      ...{ kind, status, meaning: STATUS_MEANINGS[status], to, subject, dueAt, acceptedAt, error },
      events: events.map(({ type, occurredAt }) => `${occurredAt} ${type}`),
    })),
    ...(suggestedEmail && { suggestedEmail }),
  };
}

function whatToDo({
  email,
  emailStatus,
  suggestedEmail,
  suppressions,
  cancelledAt,
}: RegistrantDetails): string {
  if (suggestedEmail) return `Ask whether ${suggestedEmail} is meant, and correct the email.`;
  if (suppressions.some(({ scope }) => scope === 'all'))
    return 'Ask for another address and correct the email. Where this one is right, lift the suppression first.';
  if (cancelledAt) return 'Restore the registration where they want to come after all.';
  if (emailStatus === 'delivered' || emailStatus === 'opened' || emailStatus === 'clicked')
    return `The mail server of ${email} took the mail: ask them to look in the spam folder, or send the link again.`;
  return 'Send the access link again where the address is right.';
}
