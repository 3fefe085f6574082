/** Every sentence of the public pages. The type of this object binds the other languages: a missing one does not compile. */
export const en = {
  direction: 'ltr' as 'ltr' | 'rtl',
  languageName: 'English',
  skipToContent: 'Skip to the content',
  logoOf: (host: string) => `Logo of ${host}`,
  lessThanAMinute: 'less than a minute',

  details: {
    when: 'When',
    yourTime: 'Your time',
    eventTime: 'Event time',
    wasPlanned: 'Was planned for',
    took: 'Took place',
    host: 'Host',
    about: 'About this event',
    questions: 'Questions?',
    writeTo: 'Write to',
  },

  phase: {
    running: 'On now',
    /** Before the start, and after the end. */
    open: 'The room is open',
    ended: 'Ended',
    cancelled: 'Cancelled',
  },

  home: {
    title: 'Upcoming events',
    none: 'There are no public events at the moment.',
    teamSignIn: 'Team sign-in',
  },

  form: {
    fieldProblems: {
      required: 'Fill in this field.',
      invalid: 'Choose or write something else here.',
      too_long: 'This is too long. Shorten it.',
      changed: 'The wording has changed. Please read it and decide again.',
    },
    choose: 'Please choose',
    proof: {
      many: 'Many people are sending this form from where you are, or for this event.',
      check: 'Your browser does a short check instead of waiting.',
      again: 'Then send the form again.',
      notSent: 'Your form was not sent yet',
    },
    email: 'Email address',
    firstName: 'First name',
    lastName: 'Last name',
    optional: 'optional',
    summary: 'Please check what you entered',
    errorTitle: (title: string) => `Error: ${title}`,
    problems: {
      email: {
        required: 'Enter your email address.',
        invalid: 'Enter an email address in the form name@example.com.',
        too_long: 'This address is too long. Enter a shorter one.',
      },
      firstName: {
        required: 'Enter your first name.',
        invalid: 'Enter your first name in letters.',
        too_long: 'This first name is too long. Shorten it.',
      },
      lastName: {
        required: 'Enter your last name.',
        invalid: 'Enter your last name in letters.',
        too_long: 'This last name is too long. Shorten it.',
      },
    },
  },

  suggestion: {
    question: (email: string) => `Did you mean ${email}?`,
    use: (email: string) => `Use ${email}`,
    keep: (email: string) => `Keep ${email}`,
    taken: (email: string) => `The email address is now ${email}.`,
  },

  register: {
    /** The name of the form where it stands alone, and of a link that leads to it. */
    registerFor: (event: string) => `Register for ${event}`,
    leaveEmpty: 'Leave this field empty',
    heading: 'Register',
    jump: 'Register',
    emailHint: 'Your personal link goes to this address.',
    submit: 'Register',
    running: 'The event has started. Register and your link arrives at once.',
    ended: 'This event has ended. Registration is closed.',
    cancelled: 'This event was cancelled. It will not take place.',
  },

  sendLink: {
    heading: 'Already registered?',
    intro: 'Enter the email you registered with, and we will send your link again.',
    submit: 'Send me my link',
  },

  registered: {
    title: 'Check your inbox',
    sent: 'You are registered. We sent your personal link to the address you gave.',
    sentRunning:
      'You are registered, and the event is on now. Your personal link is on its way to the address you gave.',
    keepIt:
      'The link works until the event ends, as often as you like. It is yours alone: please do not pass it on.',
    notThere: 'Not there yet?',
    spam: 'It can take a minute. Check your spam folder too, and make sure the email address was right.',
    sendAgain: 'Send it again',
    back: 'Back to the event',
    sentTo: (email: string) => `You are registered. We sent your personal link to ${email}.`,
    sentToRunning: (email: string) =>
      `You are registered, and the event is on now. Your personal link is on its way to ${email}.`,
    spamFrom: (sender: string) =>
      `It can take a minute. If it does not arrive, look in your spam folder for an email from ${sender}.`,
    calendars: { google: 'Google Calendar', outlook: 'Outlook', file: 'Calendar file' },
    linkByMail: 'Your personal link comes by email. Use it to join.',
    wrongAddress: 'Wrong address? Change it',
    changeIntro: 'Enter the right address. Your registration moves to it, and we send your link there.',
    change: 'Change the address',
    changed: 'The address was changed.',
    changeExpired:
      'You can change the address here for one hour after registering, in the same browser. Please register again with the right one.',
    wrongDomain: {
      does_not_exist: (domain: string) =>
        `The domain ${domain} does not exist, so our email cannot arrive. Please change the address.`,
      no_mail: (domain: string) =>
        `The domain ${domain} does not accept email, so ours cannot arrive. Please change the address.`,
    },
  },

  linkRequested: {
    title: 'Check your inbox',
    sent: 'If this address is registered, its link is on the way.',
    privacy: 'We say the same for every address, so that nobody can find out here who is registered.',
    notThere: 'No email after a few minutes?',
    spam: 'Check your spam folder.',
    otherAddress: 'You may have registered with another email address.',
    tryAnother: 'Try another address',
    register: 'Or register now, if you have not yet.',
  },

  waiting: {
    title: 'Waiting for the start',
    heading: 'The room opens in',
    starting: 'The room is open. Letting you in…',
    openNow: 'Open the event',
    unreachable: 'No connection just now. This page keeps trying.',
    keepOpen: 'Keep this page open. You will join automatically when the room opens.',
    addToCalendar: 'Add to calendar',
    lateHeading: 'Running late?',
    late: (end: string) =>
      `Your link lets you in at any moment until ${end}. Open it again from your email whenever you are ready.`,
    opensIn: (duration: string) => `The room opens in ${duration}.`,
    opensAt: (time: string) => `The room opens at ${time}.`,
    /** `{in}` becomes "in 5 minutes". */
    announcement: 'The room opens {in}.',
  },

  room: {
    youAreIn: 'You are in',
    waiting: 'Waiting for the room',
    notOpen: 'The room is not open yet',
    notOpenHint:
      'The host has not added the room yet. Keep this page open: you will join automatically as soon as the room is there.',
    until: (end: string) => `On until ${end}`,
    comeBack: 'If you lose the connection, open your link again: it works until the end.',
  },

  ended: {
    title: 'This event has ended',
    thanks: 'You can no longer join. Thank you for your interest.',
    contact: 'Looking for a recording, or have a question?',
  },

  /** After the end, where there is a recording. */
  replay: {
    heading: 'Watch the replay',
    intro: 'Enter the email you registered with, and we will send you your link: it now leads to the replay.',
  },

  cancelled: {
    title: 'This event was cancelled',
    explanation: 'It will not take place. There is nothing you need to do. Your link no longer works.',
    calendar: 'If it is still in your calendar, you can delete it there.',
  },

  linkRefused: {
    title: 'This link does not work',
    explanation: 'It may be incomplete, or a newer link has replaced it.',
    remedy: 'Enter the email you registered with. If it is registered, we will send its current link there.',
    register: 'Not registered yet?',
    toEvent: 'Go to the event',
  },

  linkLocked: {
    title: 'This link is locked',
    explanation: 'Too many wrong keys were tried for this address.',
    remedy:
      'Enter the email you registered with. If it is registered, we will send a new link there immediately.',
    submit: 'Send me my new link',
  },

  unsubscribe: {
    title: 'Unsubscribe from this event’s optional mails?',
    explanation:
      'You stay registered, and your link keeps working. Reminders, announcements and other optional mails for this event stop.',
    submit: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    done: 'You will get no more reminders or announcements for this event. You are still registered, and your link still works.',
    undo: 'Turn these mails back on',
    undoneTitle: 'These mails are back on',
    undone: 'You will get the remaining reminders and announcements for this event.',
  },

  /** The registrant's own page. */
  registration: {
    title: 'Your registration',
    lead: 'You are registered. Here you can change what you told us.',
    emailFixed: 'This address cannot be changed here. To use another one, register again with it.',
    emailFixedHost:
      'This address cannot be changed here. To use another one, register again with it, or write to the host.',
    name: 'Name',
    language: 'Language of your emails',
    timeZone: 'Time zone',
    save: 'Save changes',
    saved: 'Your changes are saved.',
    changedMeanwhile:
      'Your registration was changed meanwhile, perhaps in another window. Check what is below: saving again replaces those changes.',
    toEvent: 'Go to the event',
    cannotComeTitle: 'Cannot come?',
    cannotComeText: 'Tell the host by cancelling your registration. You can come back until the event ends.',
    cannotCome: 'I cannot come',
    cancelTitle: 'Cancel your registration?',
    cancelText:
      'You will get no more emails about this event, unless you ask for one. You can come back until it ends.',
    cancel: 'Cancel my registration',
    keep: 'Keep my registration',
    cancelledTitle: 'Your registration is cancelled',
    cancelledText:
      'You get no more emails about this event. If your plans change, you can come back until it ends.',
    restore: 'I can come after all',
    restored: 'You are registered again. Your personal link is on its way to you by email.',
    ended: 'This event has ended. Nothing can be changed here any more.',
    eventCancelled: 'This event was cancelled. Nothing can be changed here any more.',
    dataQuestions: 'Questions about your data?',
    mailTitle: 'Confirm that it is you',
    mailText: 'We email a link to the address of this registration. It opens your registration for one hour.',
    mailSubmit: 'Email me the link',
    mailSent: 'We sent a link to the address of this registration. It works for one hour.',
    mailExpired: 'The link in that email works for one hour, and no longer opens. Ask for a new one.',
    open: 'Open my registration',
    consents: {
      title: 'What you agreed to',
      given: (day: string) => `You agreed on ${day}.`,
      withdrawn: (day: string) => `You withdrew your consent on ${day}.`,
      withdraw: 'Withdraw',
      done: 'Your consent is withdrawn.',
    },
  },

  error: {
    400: {
      title: 'That did not work',
      text: 'The request was incomplete or not understood. Go back and try again.',
    },
    401: { title: 'Please sign in', text: 'This page is only for people who are signed in.' },
    403: {
      title: 'Not allowed',
      text: 'This page is not open to you, or the form was sent from another site. Go back, reload the page and try again.',
    },
    404: {
      title: 'Page not found',
      text: 'There is no page at this address. Check that the link is complete, or open it again from your email.',
    },
    405: {
      title: 'Not possible here',
      text: 'This address cannot be used in this way. Open the link from your email, or start at the event’s page.',
    },
    410: {
      title: 'No longer available',
      text: 'This link has expired.',
    },
    413: {
      title: 'Too much at once',
      text: 'This is larger than we accept. Shorten it and try again.',
    },
    429: { title: 'Too many attempts', text: 'This was tried too often in a short time.' },
    500: {
      title: 'Something went wrong',
      text: 'This is our mistake, not yours. The error was logged. Please try again in a moment.',
    },
    503: { title: 'Back soon', text: 'We cannot answer just now. Please try again in a moment.' },
  },
  /** What the team copies for somebody who asks how to join, above the link and the key; `registered.keepIt` follows. */
  accessInformation: { link: 'Your personal link:', key: 'Your access key:' },
  errorAdvice: {
    tryAgainIn: (duration: string) => `Try again in ${duration}.`,
    triesByItself: 'This page tries again by itself.',
    backToEvent: 'Back to the event',
  },
};

/** The sentences of one language. */
export type Copy = typeof en;
