import type { Severity } from '../../src/domain/alerts.ts';
import type { ExportFailure } from '../../src/domain/export-failure.ts';

/** Which way a language runs. */
export type Direction = 'ltr' | 'rtl';

interface Named {
  readonly title: string;
  readonly email: string;
}

interface FollowUp {
  readonly title: string;
  readonly hasReplay: boolean;
}

interface FollowUpTime {
  readonly shortTime: string;
  readonly zone: string;
  readonly hasReplay: boolean;
}

interface ExportFacts {
  readonly rows: string;
  readonly until: string;
  readonly reason: string;
}

/**
 * Every sentence of every mail. This file's shape binds the other languages: one that lacks a sentence does not
 * compile. Subjects keep the plain apostrophe so that they travel as ASCII.
 */
export const en = {
  direction: 'ltr' as Direction,
  greeting: (name: string) => (name ? `Hi ${name},` : 'Hello,'),
  details: {
    when: 'When',
    host: 'Host',
    /** Four digits follow: the key of the recipient’s link. Narrow, as the other labels. */
    code: 'Your code',
    /** In one line: date, time, zone. */
    moment: (date: string, time: string, zone: string) => `${date}, ${time}, ${zone}`,
    /** A start in one line, for a subject: `Fri 15 Jan, 18:00`. */
    shortTime: (shortTime: string) => shortTime,
    hostTime: (time: string) => `Host’s time: ${time}`,
    /** Of an event that was moved: the time that holds, and the one that no longer does. Narrow: one short word each. */
    now: 'Now',
    was: 'Was',
    /** Of a cancelled event: when it would have been. */
    planned: 'Planned',
  },
  join: 'Join the event',
  /** The recording of an event that is over. */
  watch: 'Watch the recording',
  /** The link of the button follows. */
  paste: 'Open in browser:',
  /** The link, days before it leads anywhere: a button, and what is behind it. */
  countdown: {
    open: 'Open my link',
    note: 'The link is yours alone. It shows a countdown until the room opens, and then lets you in.',
  },
  calendar: {
    /** Above three calendars, */
    add: 'Add to calendar',
    /** when the event was moved, */
    update: 'Put the new time in your calendar',
    /** and when it was cancelled: how, in two of them, and a link to the file that does it in the third. */
    remove: 'Remove it from your calendar',
    removeGoogle: 'Open the event and select the delete icon.',
    removeOutlook: 'Open the event and select Delete.',
    removeByFile: 'Open this file',
    file: 'Apple and others',
    google: 'Google',
    outlook: 'Outlook',
  },
  /** In calendars and what programs show of a registration: where it is, and a key of four digits. */
  reservation: {
    online: 'Online',
  },
  label: (name: string) => `${name}:`,
  /** An address follows. */
  writeToHost: 'Questions? Write to the host:',
  confirmation: {
    subject: ({ title, when }: { title: string; when: string }) => `You're in: ${title}, ${when}`,
    preheader: ({ zone }: { zone: string }) => `${zone}. Your calendar entry and your link are inside.`,
    eyebrow: 'You’re in',
    intro: 'Your place is booked. Add the event to your calendar: the entry holds your personal link.',
    /** The same where it starts within the hour, or has started. */
    introSoon:
      'Your place is booked. The link below is yours alone: it lets you in as soon as the room opens.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
  },
  reminder: {
    /** `startsIn` has its preposition and its grammatical case: "in 1 hour", "dans 1 heure", "in 2 Tagen", or is the next line. */
    subject: ({ startsIn, title }: { startsIn: string; title: string }) => `Starts ${startsIn}: ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. Your personal link is inside.`,
    /** The same of what starts on the next day. */
    tomorrow: (clock: string) => `tomorrow at ${clock}`,
    headline: ({ startsIn }: { startsIn: string }) => `Starts ${startsIn}`,
    /** A sentence: on the day before, half an hour before or less, and at other times. */
    seeYou: { tomorrow: 'See you tomorrow.', now: 'We are about to start.', soon: 'See you soon.' },
    intro: ({ seeYou }: { seeYou: string }) =>
      `${seeYou} The link below is yours alone: it lets you in as soon as the room opens.`,
    why: ({ email, title }: Named) =>
      `You receive this reminder because ${email} is registered for ${title}.`,
    /** A link, not a button: the place itself stays booked. */
    stop: 'Unsubscribe from reminders and news of this event',
  },
  access_link: {
    subject: ({ title }: { title: string }) => `Your link to ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. One click and you are there.`,
    eyebrow: 'Your personal link',
    intro: 'Here is your link once more. It is yours alone, and works as often as you need it.',
    why: ({ email, title }: Named) =>
      `The team of ${title} sent you this because ${email} is registered for it.`,
  },
  self_serve_link: {
    subject: ({ title }: { title: string }) => `Your link to ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. The link you asked for.`,
    eyebrow: 'Your personal link',
    intro: 'Here is the link you asked for. It is yours alone, and works as often as you need it.',
    why: ({ email, title }: Named) =>
      `Someone, most likely you, asked on the page of ${title} for the link of ${email}. If it was not you, simply ignore it: nobody else received it.`,
  },
  /** The earlier link opens nothing any more: after a leak, or because too many keys were guessed. Calm: nobody has to worry. */
  new_key: {
    subject: ({ title }: { title: string }) => `Your new link to ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. It replaces your earlier one.`,
    eyebrow: 'Your new link',
    intro:
      'Your earlier link no longer works: we replaced it as a precaution. The new one is yours alone, and works as often as you need it.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
  },
  event_updated: {
    subject: ({ title, when }: { title: string; when: string }) => `New time: ${title}, ${when}`,
    preheader: ({ zone }: { zone: string }) => `${zone}. Your place and your link stay the same.`,
    eyebrow: 'New time',
    intro: 'This event has been moved. Your place stays booked, and your personal link stays the same.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
  },
  event_cancelled: {
    subject: ({ title }: { title: string }) => `Cancelled: ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `It was planned for ${shortTime}, ${zone}.`,
    eyebrow: 'Cancelled',
    intro:
      'This event will not take place. Your personal link no longer works, and there is nothing you need to do.',
    why: ({ email, title }: Named) => `You receive this because ${email} was registered for ${title}.`,
  },
  /** The registrant's own page. */
  registration: {
    own: 'Your registration',
    /** A link: it leads to a page that asks. */
    cannotCome: 'Cannot come? Tell us',
  },
  /** Where a key could be guessed: the key alone does not open the registration. The link lives an hour. */
  registration_link: {
    subject: ({ title }: { title: string }) => `Your registration for ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. The link opens for one hour.`,
    eyebrow: 'Your registration',
    intro: 'The link below opens your registration: you can change it, or cancel it. It works for one hour.',
    open: 'Open my registration',
    why: ({ email, title }: Named) =>
      `Someone, most likely you, asked to open the registration of ${email} for ${title}. If it was not you, simply ignore it: nobody else received it.`,
  },
  /** Some minutes after the start, to who is not in yet. */
  nudge: {
    subject: ({ title }: { title: string }) => `We have started: ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `Since ${shortTime}, ${zone}. Your place is waiting.`,
    headline: 'We have started',
    intro: 'Your place is waiting. The link below is yours alone, and takes you straight in.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
  },
  /** After the end, to who came in; the link leads to the recording where there is one. */
  follow_up_attended: {
    subject: ({ title, hasReplay }: FollowUp) =>
      hasReplay ? `The recording: ${title}` : `Thank you for joining: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }: FollowUpTime) =>
      hasReplay
        ? 'Thank you for joining us. Your personal link leads to it.'
        : `${shortTime}, ${zone}. Thank you for your time.`,
    eyebrow: 'Thank you for joining',
    intro: 'Thank you for being there. We hope it was worth your time.',
    introWithReplay: 'Thank you for being there. The recording is ready, and your personal link leads to it.',
    why: ({ email, title }: Named) => `You receive this because ${email} was registered for ${title}.`,
  },
  /** And to who did not: a scanner or a second device can hide that somebody came, so it does not insist. */
  follow_up_missed: {
    subject: ({ title, hasReplay }: FollowUp) =>
      hasReplay ? `Watch the recording: ${title}` : `Sorry we missed you: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }: FollowUpTime) =>
      hasReplay
        ? 'The recording is ready. Your personal link leads to it.'
        : `${shortTime}, ${zone}. The room has closed.`,
    eyebrow: 'Sorry we missed you',
    intro:
      'It seems you could not be there this time. The room has closed, and your personal link no longer opens it.',
    introWithReplay:
      'It seems you could not be there this time. The recording is ready, and your personal link leads to it.',
    why: ({ email, title }: Named) => `You receive this because ${email} was registered for ${title}.`,
  },
  /** The team's own text stands in place of `intro` and of the subject. */
  announcement: {
    subject: ({ title }: { title: string }) => `News about ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. A message from the team.`,
    eyebrow: 'News from the team',
    intro: 'Here is a message from the team of this event.',
    why: ({ email, title }: Named) =>
      `The team of ${title} sent you this because ${email} is registered for it.`,
  },
  /** For the team: `name` is that of the site. The link lives 15 minutes and opens once. */
  sign_in: {
    subject: ({ name }: { name: string }) => `Sign in to ${name}`,
    preheader: 'Your link works once, within 15 minutes.',
    eyebrow: 'Your sign-in link',
    title: ({ name }: { name: string }) => `Sign in to ${name}`,
    intro: 'Here is the link you asked for. It works once, within 15 minutes.',
    button: 'Sign in',
    code: 'Or type this code where you asked to sign in. Tell it to nobody:',
    why: ({ email, name }: { email: string; name: string }) =>
      `Someone, most likely you, asked to sign in to ${name} as ${email}. If it was not you, simply ignore it: without this link nobody gets in.`,
  },
  /** For somebody new on the team. The link lives 7 days and opens once; `inviter` is an address. */
  invitation: {
    subject: ({ name }: { name: string }) => `You're invited to ${name}`,
    preheader: 'Your link works once, within 7 days.',
    eyebrow: 'Invitation',
    title: ({ name }: { name: string }) => `Join the team of ${name}`,
    intro: ({ inviter }: { inviter: string }) =>
      `${inviter} added you to the team. There you see who registered for which event, and which mails arrived.`,
    button: 'Join the team',
    after:
      'This link works once, within 7 days. After that you sign in with this email address: each time, we send you a new link.',
    why: ({ email, inviter, name }: { email: string; inviter: string; name: string }) =>
      `You receive this because ${inviter} added ${email} to the team of ${name}. If you did not expect it, simply ignore it.`,
  },
  /** For the team, too: a file of all registrants of an event. */
  registrants_export: {
    /** The rows' labels. Narrow: some fourteen letters stand on one line. */
    registrants: 'Registrants',
    file: 'File',
    worksUntil: 'Works until',
    moment: ({ shortTime, zone }: { shortTime: string; zone: string }) => `${shortTime}, ${zone}`,
    export_attached: {
      subject: ({ title }: { title: string }) => `Registrants of ${title}`,
      preheader: ({ rows }: ExportFacts) => `Registrants: ${rows}. The file is attached, for you alone.`,
      eyebrow: 'Your export',
      intro: 'The file with the registrants of this event is attached.',
    },
    export_link: {
      subject: ({ title }: { title: string }) => `Registrants of ${title}`,
      preheader: ({ until }: ExportFacts) => `The link works until ${until}.`,
      eyebrow: 'Your export',
      intro:
        'The file with the registrants of this event is too large to attach. The link below streams the data as it is at the moment of the download.',
      button: 'Download the export',
      terms: 'The link works only for the person it was sent to, and can be withdrawn at any time.',
    },
    export_failed: {
      subject: ({ title }: { title: string }) => `Registrants of ${title}: could not be exported`,
      preheader: ({ reason }: ExportFacts) => reason,
      eyebrow: 'Not exported',
      intro: 'The export of this event’s registrants could not be made.',
    },
    secret: {
      lead: 'Keep this file to yourself',
      text: 'It is a bundle of credentials: every row holds a person’s access link, and whoever has the file can enter as that person.',
      duty: 'Do not forward it, and delete it when you are done.',
    },
    utc: 'Times in the file are in UTC.',
    why: ({ email, title }: Named) =>
      `Someone on the team, most likely you, asked to send the registrants of ${title} to ${email}.`,
    /** A sentence each: what is wrong, and what to do about it. */
    reasons: {
      not_allowed: 'Whoever asked for it, or the address it was to go to, may no longer have it.',
      too_many_rows: 'An Excel sheet holds 1,048,575 registrants at the most: ask for a CSV file instead.',
      too_many_columns:
        'The registrants have more different fields than a file may have columns: choose the columns that you need.',
      internal: 'Something on our side kept failing, and is in the log: please ask for the export again.',
    } satisfies Record<ExportFailure, string>,
  },
  /** For the team: a week before the people of an event that is long over are erased. */
  retention_notice: {
    subject: ({ title, date }: { title: string; date: string }) =>
      `${title}: its people will be erased on ${date}`,
    preheader: ({ people }: { people: string }) =>
      `People: ${people}. Export them before, or keep them longer.`,
    eyebrow: 'Erasure in a week',
    intro:
      'This event is over, and the personal data of its people will be erased for good: names, email addresses, answers, and what their mails said. The report and its numbers stay.',
    /** The rows’ labels. Narrow: some fourteen letters stand on one line. */
    people: 'People',
    erasedOn: 'Erased on',
    button: 'Keep them longer',
    before: 'If you need the list, export it before that day.',
    exports: 'Open the exports',
    why: ({ email, name }: { email: string; name: string }) =>
      `You receive this because ${email} is on the team of ${name}. Nobody is erased before the team has known of it for 7 days.`,
  },
  /** For whom ALERT_TO names. What is wrong is said in English, as the team’s pages are. */
  alert: {
    subject: ({ title }: { title: string }) => title,
    eyebrow: 'Alert',
    /** The rows’ labels. Narrow: some fourteen letters stand on one line. */
    raised: 'Raised',
    severity: 'Severity',
    severities: { critical: 'critical', warning: 'warning', notice: 'notice' } satisfies Record<
      Severity,
      string
    >,
    button: 'Open the page',
    why: ({ email, name }: { email: string; name: string }) =>
      `You receive this because the settings of ${name} send alerts to ${email}.`,
  },
  /** For them, too: what became of a mail to many, and of an event. */
  digest: {
    mail: 'Mail',
    begun: 'Begun',
    mails: 'Mails',
    sent: 'Sent',
    delivered: 'Delivered',
    bounced: 'Bounced',
    failed: 'Failed',
    waiting: 'Waiting',
    unsent: 'Not sent',
    reasons: 'Reasons',
    registered: 'Registered',
    joined: 'Joined',
    missed: 'Missed it',
    /** No reasons. */
    none: 'none',
    /** The mail server does not say what was delivered. */
    unreported: 'not reported',
    bouncedList: 'Whose mail bounced',
    failedList: 'Whose mail failed',
    missedList: 'Who missed it',
    digest_send: {
      subject: ({ title, mail }: { title: string; mail: string }) =>
        `${title}: the figures of a send (${mail})`,
      preheader: ({ sent, bounced, failed }: { sent: string; bounced: string; failed: string }) =>
        `Sent: ${sent}. Bounced: ${bounced}. Failed: ${failed}.`,
      eyebrow: 'After the send',
      button: 'See the mails',
    },
    digest_event: {
      subject: ({ title }: { title: string }) => `${title}: the figures of the event`,
      preheader: ({ registered, joined }: { registered: string; joined: string }) =>
        `Registered: ${registered}. Joined: ${joined}.`,
      eyebrow: 'The morning after',
      button: 'Open the report',
    },
    why: ({ email, name }: { email: string; name: string }) =>
      `You receive this because the settings of ${name} send digests to ${email}.`,
  },
};

/** What every language has to say. */
export type Copy = typeof en;
