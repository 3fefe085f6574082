/** Which way a language runs. */
export type Direction = 'ltr' | 'rtl';

interface Named {
  readonly title: string;
  readonly email: string;
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
    where: 'Where',
    host: 'Host',
    online: 'Online, through your personal link',
    /** In one line: date, time, zone. */
    moment: (date: string, time: string, zone: string) => `${date}, ${time}, ${zone}`,
    hostTime: (time: string) => `Host’s clock: ${time}`,
    /** Of an event that was moved: the time that holds, and the one that no longer does. Narrow: one short word each. */
    now: 'Now',
    was: 'Was',
    /** Of a cancelled event: when it would have been. */
    planned: 'Planned',
  },
  join: 'Join the event',
  paste: 'If the button does not work, paste this link into your browser:',
  calendar: {
    add: 'Add to calendar:',
    /** Before the same links, when the event was moved, */
    update: 'Put the new time in your calendar:',
    /** and before the file alone, when it was cancelled. */
    remove: 'Remove it from your calendar:',
    file: 'Apple and others',
    google: 'Google',
    outlook: 'Outlook',
  },
  label: (name: string) => `${name}:`,
  /** An address follows. */
  writeToHost: 'Questions? Write to the host:',
  confirmation: {
    subject: ({ title, date }: { title: string; date: string }) => `You're in: ${title}, ${date}`,
    preheader: ({ time, zone }: { time: string; zone: string }) =>
      `${time}, ${zone}. Your personal link is inside.`,
    eyebrow: 'You’re in',
    intro:
      'Your place is booked. The link below is yours alone: it shows a countdown first, and lets you in when we start.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
  },
  reminder: {
    /** `startsIn` has its preposition and its grammatical case: "in 24 hours", "dans 1 heure", "in 2 Tagen". */
    subject: ({ startsIn, title }: { startsIn: string; title: string }) => `Starts ${startsIn}: ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `${shortTime}, ${zone}. Your personal link is inside.`,
    eyebrow: ({ startsIn }: { startsIn: string }) => `Starts ${startsIn}`,
    intro:
      'Your place is booked. The link below is yours alone: it shows a countdown first, and lets you in when we start.',
    why: ({ email, title }: Named) =>
      `You receive this reminder because ${email} is registered for ${title}.`,
    /** A link, not a button: the place itself stays booked. */
    stop: 'Stop the reminders of this event',
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
  event_updated: {
    subject: ({ title }: { title: string }) => `New time: ${title}`,
    preheader: ({ shortTime, zone }: { shortTime: string; zone: string }) =>
      `Now ${shortTime}, ${zone}. Your link stays the same.`,
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
      'This event will not take place. Your personal link no longer leads anywhere, and there is nothing you need to do.',
    why: ({ email, title }: Named) => `You receive this because ${email} was registered for ${title}.`,
  },
  /** For the team: `name` is that of the site. The link lives 15 minutes and opens once. */
  sign_in: {
    subject: ({ name }: { name: string }) => `Sign in to ${name}`,
    preheader: 'Your link works once, within 15 minutes.',
    eyebrow: 'Your sign-in link',
    title: ({ name }: { name: string }) => `Sign in to ${name}`,
    intro: 'Here is the link you asked for. It works once, within 15 minutes.',
    button: 'Sign in',
    why: ({ email, name }: { email: string; name: string }) =>
      `Someone, most likely you, asked to sign in to ${name} as ${email}. If it was not you, simply ignore it: without this link nobody gets in.`,
  },
};

/** What every language has to say. */
export type Copy = typeof en;
