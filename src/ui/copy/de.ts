import type { Copy } from './en.ts';

/**
 * German. "Sie" throughout; "Anmeldung" always means registering for the event, so signing in is "einloggen".
 * Durations stand in the nominative, which is all that Intl writes: never after "in" ("in 2 Tage").
 */
export const de: Copy = {
  direction: 'ltr',
  languageName: 'Deutsch',
  skipToContent: 'Zum Inhalt springen',
  logoOf: (host) => `Logo von ${host}`,
  lessThanAMinute: 'weniger als eine Minute',

  details: {
    when: 'Wann',
    yourTime: 'Ihre Ortszeit',
    eventTime: 'Ortszeit der Veranstaltung',
    wasPlanned: 'War geplant für',
    took: 'Fand statt am',
    host: 'Veranstaltet von',
    about: 'Worum es geht',
    questions: 'Fragen?',
    writeTo: 'Schreiben Sie an',
  },

  phase: {
    running: 'Läuft gerade',
    open: 'Der Raum ist geöffnet',
    ended: 'Beendet',
    cancelled: 'Abgesagt',
  },

  home: {
    title: 'Kommende Veranstaltungen',
    none: 'Zurzeit gibt es keine öffentlichen Veranstaltungen.',
    teamSignIn: 'Team-Login',
  },

  form: {
    fieldProblems: {
      required: 'Füllen Sie dieses Feld aus.',
      invalid: 'Wählen oder schreiben Sie hier etwas anderes.',
      too_long: 'Das ist zu lang. Kürzen Sie es.',
      changed: 'Der Wortlaut hat sich geändert. Bitte lesen Sie ihn und entscheiden Sie neu.',
    },
    choose: 'Bitte wählen',
    proof: {
      many: 'Aus Ihrem Netz oder für diese Veranstaltung kommen gerade viele Formulare.',
      check: 'Statt zu warten, macht Ihr Browser eine kurze Prüfung.',
      again: 'Senden Sie das Formular danach noch einmal ab.',
      notSent: 'Ihr Formular wurde noch nicht gesendet',
    },
    email: 'E‑Mail-Adresse',
    firstName: 'Vorname',
    lastName: 'Nachname',
    optional: 'freiwillig',
    summary: 'Bitte prüfen Sie Ihre Angaben',
    errorTitle: (title) => `Fehler: ${title}`,
    problems: {
      email: {
        required: 'Geben Sie bitte Ihre E‑Mail-Adresse ein.',
        invalid: 'Geben Sie bitte eine E‑Mail-Adresse der Form name@beispiel.de ein.',
        too_long: 'Diese Adresse ist zu lang. Geben Sie bitte eine kürzere ein.',
      },
      firstName: {
        required: 'Geben Sie bitte Ihren Vornamen ein.',
        invalid: 'Geben Sie Ihren Vornamen bitte in Buchstaben ein.',
        too_long: 'Dieser Vorname ist zu lang. Kürzen Sie ihn bitte.',
      },
      lastName: {
        required: 'Geben Sie bitte Ihren Nachnamen ein.',
        invalid: 'Geben Sie Ihren Nachnamen bitte in Buchstaben ein.',
        too_long: 'Dieser Nachname ist zu lang. Kürzen Sie ihn bitte.',
      },
    },
  },

  suggestion: {
    question: (email: string) => `Meinten Sie ${email}?`,
    use: (email: string) => `${email} verwenden`,
    keep: (email: string) => `${email} beibehalten`,
    taken: (email: string) => `Die E-Mail-Adresse lautet jetzt ${email}.`,
  },

  register: {
    registerFor: (event: string) => `Für „${event}“ anmelden`,
    leaveEmpty: 'Lassen Sie dieses Feld leer',
    heading: 'Anmeldung',
    jump: 'Zur Anmeldung',
    emailHint: 'An diese Adresse schicken wir Ihren persönlichen Link.',
    submit: 'Anmelden',
    running: 'Die Veranstaltung läuft bereits. Melden Sie sich an, dann kommt Ihr Link sofort.',
    ended: 'Diese Veranstaltung ist vorbei, die Anmeldung ist geschlossen.',
    cancelled: 'Diese Veranstaltung wurde abgesagt und findet nicht statt.',
  },

  sendLink: {
    heading: 'Schon angemeldet?',
    intro:
      'Geben Sie die Adresse ein, mit der Sie sich angemeldet haben, und wir schicken Ihnen den Link noch einmal.',
    submit: 'Link anfordern',
  },

  registered: {
    title: 'Schauen Sie in Ihr Postfach',
    sent: 'Sie sind angemeldet. Ihren persönlichen Link haben wir an die angegebene Adresse geschickt.',
    sentRunning:
      'Sie sind angemeldet, und die Veranstaltung läuft bereits. Ihr persönlicher Link ist an die angegebene Adresse unterwegs.',
    keepIt:
      'Der Link funktioniert bis zum Ende der Veranstaltung, so oft Sie möchten. Er ist nur für Sie bestimmt: Bitte geben Sie ihn nicht weiter.',
    notThere: 'Noch nichts angekommen?',
    spam: 'Es kann eine Minute dauern. Sehen Sie auch im Spam-Ordner nach und prüfen Sie, ob die Adresse richtig war.',
    sendAgain: 'Noch einmal schicken',
    back: 'Zurück zur Veranstaltung',
    sentTo: (email: string) =>
      `Sie sind angemeldet. Ihren persönlichen Link haben wir an ${email} geschickt.`,
    sentToRunning: (email: string) =>
      `Sie sind angemeldet, und die Veranstaltung läuft bereits. Ihr persönlicher Link ist an ${email} unterwegs.`,
    spamFrom: (sender: string) =>
      `Es kann eine Minute dauern. Kommt nichts an, suchen Sie im Spam-Ordner nach einer E-Mail von ${sender}.`,
    calendars: { google: 'Google Kalender', outlook: 'Outlook', file: 'Kalenderdatei' },
    linkByMail: 'Ihr persönlicher Link kommt per E-Mail. Mit ihm nehmen Sie teil.',
    wrongAddress: 'Falsche Adresse? Ändern',
    changeIntro:
      'Geben Sie die richtige Adresse ein. Ihre Anmeldung gilt dann für diese Adresse, und wir schicken Ihren Link dorthin.',
    change: 'Adresse ändern',
    changed: 'Die Adresse wurde geändert.',
    changeExpired:
      'Hier lässt sich die Adresse nur eine Stunde lang nach der Anmeldung und im selben Browser ändern. Bitte melden Sie sich mit der richtigen Adresse noch einmal an.',
    wrongDomain: {
      does_not_exist: (domain: string) =>
        `Die Domain ${domain} gibt es nicht, unsere E-Mail kann also nicht ankommen. Bitte ändern Sie die Adresse.`,
      no_mail: (domain: string) =>
        `Die Domain ${domain} nimmt keine E-Mails an, unsere kann also nicht ankommen. Bitte ändern Sie die Adresse.`,
    },
  },

  linkRequested: {
    title: 'Schauen Sie in Ihr Postfach',
    sent: 'Wenn diese Adresse angemeldet ist, trifft der Link gleich dort ein.',
    privacy:
      'Diese Antwort ist für jede Adresse gleich. So kann hier niemand herausfinden, wer angemeldet ist.',
    notThere: 'Nach ein paar Minuten noch nichts da?',
    spam: 'Sehen Sie im Spam-Ordner nach.',
    otherAddress: 'Vielleicht haben Sie sich mit einer anderen Adresse angemeldet.',
    tryAnother: 'Eine andere Adresse versuchen',
    register: 'Oder melden Sie sich jetzt an, falls Sie es noch nicht getan haben.',
  },

  waiting: {
    title: 'Warten auf den Beginn',
    heading: 'Bis der Raum öffnet, noch',
    starting: 'Der Raum ist geöffnet. Einen Moment, Sie kommen gleich hinein\u00a0…',
    openNow: 'Veranstaltung öffnen',
    unreachable: 'Gerade keine Verbindung. Diese Seite versucht es weiter.',
    keepOpen: 'Lassen Sie diese Seite geöffnet: Sobald der Raum öffnet, nehmen Sie automatisch teil.',
    addToCalendar: 'In den Kalender eintragen',
    lateHeading: 'Sie kommen später?',
    late: (end) =>
      `Ihr Link lässt Sie bis ${end}\u00a0Uhr jederzeit hinein. Öffnen Sie ihn wieder aus Ihrer Mail, sobald Sie so weit sind.`,
    opensIn: (duration) => `Noch ${duration}, bis der Raum öffnet.`,
    opensAt: (time) => `Der Raum öffnet um ${time}\u00a0Uhr.`,
    announcement: 'Der Raum öffnet {in}.',
  },

  room: {
    youAreIn: 'Sie sind dabei',
    waiting: 'Warten auf den Raum',
    notOpen: 'Der Raum ist noch nicht offen',
    notOpenHint:
      'Der Veranstalter hat den Raum noch nicht freigegeben. Lassen Sie diese Seite geöffnet: Sobald der Raum offen ist, gelangen Sie automatisch hinein.',
    until: (end) => `Läuft bis ${end}\u00a0Uhr`,
    comeBack: 'Verbindung verloren? Öffnen Sie Ihren Link noch einmal: Er funktioniert bis zum Ende.',
  },

  ended: {
    title: 'Diese Veranstaltung ist vorbei',
    thanks: 'Eine Teilnahme ist nicht mehr möglich. Vielen Dank für Ihr Interesse.',
    contact: 'Sie suchen eine Aufzeichnung oder haben eine Frage?',
  },

  replay: {
    heading: 'Aufzeichnung ansehen',
    intro:
      'Geben Sie die Adresse ein, mit der Sie sich angemeldet haben, und wir schicken Ihnen Ihren Link: Er führt jetzt zur Aufzeichnung.',
  },

  cancelled: {
    title: 'Diese Veranstaltung wurde abgesagt',
    explanation: 'Der Termin entfällt. Sie müssen nichts tun. Ihr Link funktioniert nicht mehr.',
    calendar: 'Steht er noch in Ihrem Kalender, können Sie ihn dort löschen.',
  },

  linkRefused: {
    title: 'Dieser Link funktioniert nicht',
    explanation: 'Vielleicht ist er unvollständig, oder ein neuerer Link hat ihn ersetzt.',
    remedy:
      'Geben Sie die Adresse ein, mit der Sie sich angemeldet haben. Wenn wir sie kennen, schicken wir den aktuellen Link dorthin.',
    register: 'Noch nicht angemeldet?',
    toEvent: 'Zur Veranstaltung',
  },

  linkLocked: {
    title: 'Dieser Link ist gesperrt',
    explanation: 'Für diese Adresse wurden zu viele falsche Schlüssel ausprobiert.',
    remedy:
      'Geben Sie die Adresse ein, mit der Sie sich angemeldet haben. Wenn wir sie kennen, schicken wir sofort einen neuen Link dorthin.',
    submit: 'Neuen Link anfordern',
  },

  unsubscribe: {
    title: 'Optionale Mails abbestellen?',
    explanation:
      'Sie bleiben angemeldet, und Ihr Link funktioniert weiter. Erinnerungen, Ankündigungen und andere optionale Mails zu dieser Veranstaltung entfallen.',
    submit: 'Abbestellen',
    doneTitle: 'Abbestellt',
    done: 'Sie erhalten zu dieser Veranstaltung keine Erinnerungen und Ankündigungen mehr. Sie bleiben angemeldet, und Ihr Link funktioniert weiter.',
    undo: 'Diese Mails wieder aktivieren',
    undoneTitle: 'Diese Mails sind wieder eingeschaltet',
    undone: 'Sie erhalten die noch ausstehenden Erinnerungen und Ankündigungen zu dieser Veranstaltung.',
  },

  registration: {
    title: 'Ihre Anmeldung',
    lead: 'Sie sind angemeldet. Hier können Sie Ihre Angaben ändern.',
    emailFixed:
      'Diese Adresse lässt sich hier nicht ändern. Um eine andere zu verwenden, melden Sie sich damit noch einmal an.',
    emailFixedHost:
      'Diese Adresse lässt sich hier nicht ändern. Um eine andere zu verwenden, melden Sie sich damit noch einmal an, oder schreiben Sie dem Veranstalter.',
    name: 'Vor- und Nachname',
    language: 'Sprache Ihrer E-Mails',
    timeZone: 'Zeitzone',
    save: 'Änderungen speichern',
    saved: 'Ihre Änderungen sind gespeichert.',
    changedMeanwhile:
      'Ihre Anmeldung wurde inzwischen geändert, vielleicht in einem anderen Fenster. Prüfen Sie die Angaben unten: Wenn Sie noch einmal speichern, ersetzen Sie jene Änderungen.',
    toEvent: 'Zur Veranstaltung',
    cannotComeTitle: 'Sie können nicht kommen?',
    cannotComeText:
      'Sagen Sie Ihre Anmeldung ab, damit der Veranstalter Bescheid weiß. Bis zum Ende der Veranstaltung können Sie es sich anders überlegen.',
    cannotCome: 'Ich kann nicht kommen',
    cancelTitle: 'Anmeldung absagen?',
    cancelText:
      'Sie erhalten zu dieser Veranstaltung keine E-Mails mehr, außer Sie fordern eine an. Bis zum Ende der Veranstaltung können Sie es sich anders überlegen.',
    cancel: 'Anmeldung absagen',
    keep: 'Angemeldet bleiben',
    cancelledTitle: 'Ihre Anmeldung ist abgesagt',
    cancelledText:
      'Sie erhalten zu dieser Veranstaltung keine E-Mails mehr. Wenn sich Ihre Pläne ändern, können Sie bis zum Ende wieder dazukommen.',
    restore: 'Ich kann doch kommen',
    restored: 'Sie sind wieder angemeldet. Ihr persönlicher Link ist per E-Mail an Sie unterwegs.',
    ended: 'Diese Veranstaltung ist beendet. Hier lässt sich nichts mehr ändern.',
    eventCancelled: 'Diese Veranstaltung wurde abgesagt. Hier lässt sich nichts mehr ändern.',
    dataQuestions: 'Fragen zu Ihren Daten?',
    mailTitle: 'Bitte bestätigen Sie, dass Sie es sind',
    mailText:
      'Wir schicken einen Link an die Adresse dieser Anmeldung. Er öffnet Ihre Anmeldung für eine Stunde.',
    mailSubmit: 'Link per E-Mail anfordern',
    mailSent: 'Wir haben einen Link an die Adresse dieser Anmeldung geschickt. Er gilt eine Stunde.',
    mailExpired:
      'Der Link aus dieser E-Mail galt eine Stunde und öffnet nichts mehr. Fordern Sie einen neuen an.',
    open: 'Anmeldung öffnen',
    consents: {
      title: 'Ihre Einwilligungen',
      given: (day: string) => `Eingewilligt am ${day}.`,
      withdrawn: (day: string) => `Einwilligung widerrufen am ${day}.`,
      withdraw: 'Einwilligung widerrufen',
      done: 'Ihre Einwilligung ist widerrufen.',
    },
  },

  error: {
    400: {
      title: 'Das hat nicht geklappt',
      text: 'Die Anfrage war unvollständig oder nicht zu verstehen. Gehen Sie zurück und versuchen Sie es noch einmal.',
    },
    401: { title: 'Bitte loggen Sie sich ein', text: 'Diese Seite ist nur für eingeloggte Personen.' },
    403: {
      title: 'Kein Zugriff',
      text: 'Diese Seite steht Ihnen nicht offen, oder das Formular kam von einer anderen Website. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.',
    },
    404: {
      title: 'Seite nicht gefunden',
      text: 'Unter dieser Adresse gibt es keine Seite. Prüfen Sie, ob im Link etwas fehlt, oder öffnen Sie ihn noch einmal aus Ihrer Mail.',
    },
    405: {
      title: 'Hier nicht möglich',
      text: 'Unter dieser Adresse geht das nicht. Öffnen Sie den Link aus Ihrer Mail oder beginnen Sie auf der Seite der Veranstaltung.',
    },
    410: {
      title: 'Nicht mehr verfügbar',
      text: 'Dieser Link galt nur für eine begrenzte Zeit, und die ist abgelaufen.',
    },
    413: {
      title: 'Zu viel auf einmal',
      text: 'Das ist mehr, als wir annehmen können. Kürzen Sie Ihre Eingabe und versuchen Sie es noch einmal.',
    },
    429: { title: 'Zu viele Versuche', text: 'Das wurde in kurzer Zeit zu oft versucht.' },
    500: {
      title: 'Etwas ist schiefgegangen',
      text: 'Der Fehler liegt bei uns, nicht bei Ihnen, und ist schon festgehalten. Bitte versuchen Sie es gleich noch einmal.',
    },
    503: {
      title: 'Gleich wieder da',
      text: 'Im Moment können wir nicht antworten. Bitte versuchen Sie es gleich noch einmal.',
    },
  },
  accessInformation: { link: 'Ihr persönlicher Link:', key: 'Ihr Zugangsschlüssel:' },
  errorAdvice: {
    tryAgainIn: (duration) => `Noch ${duration}, dann können Sie es wieder versuchen.`,
    triesByItself: 'Diese Seite versucht es von selbst noch einmal.',
    backToEvent: 'Zurück zur Veranstaltung',
  },
};
