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
  },
  join: 'Join the event',
  paste: 'If the button does not work, paste this link into your browser:',
  calendar: {
    add: 'Add to calendar:',
    file: 'Apple and others',
    google: 'Google',
    outlook: 'Outlook',
  },
  label: (name: string) => `${name}:`,
  confirmation: {
    subject: ({ title, date }: { title: string; date: string }) => `You're in: ${title}, ${date}`,
    preheader: ({ time, zone }: { time: string; zone: string }) =>
      `${time}, ${zone}. Your personal link is inside.`,
    eyebrow: 'You’re in',
    intro:
      'Your place is booked. The link below is yours alone: it shows a countdown first, and lets you in when we start.',
    why: ({ email, title }: Named) => `You receive this because ${email} is registered for ${title}.`,
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
};

/** What every language has to say. */
export type Copy = typeof en;
