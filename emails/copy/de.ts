import type { Copy } from './en.ts';

/**
 * German. After the greeting's comma a sentence goes on in small letters; each introduction begins with a word
 * that has a capital anyway (Sie, Ihr). "Anmelden" is for the event, "einloggen" for the team. Quotation marks
 * are „ and “; no-break spaces (\u00a0) hold a number and its unit together.
 */
export const de: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `Hallo ${name},` : 'Hallo,'),
  details: {
    when: 'Wann',
    host: 'Mit',
    code: 'Ihr Code',
    moment: (date, time, zone) => `${date}, ${time}, ${zone}`,
    shortTime: (shortTime) => `${shortTime}\u00a0Uhr`,
    hostTime: (time) => `Ortszeit der Veranstaltung: ${time}`,
    now: 'Neu',
    was: 'Bisher',
    planned: 'Geplant',
  },
  join: 'Zur Veranstaltung',
  watch: 'Aufzeichnung ansehen',
  paste: 'Im Browser öffnen:',
  countdown: {
    open: 'Meinen Link öffnen',
    note: 'Der Link ist nur für Sie bestimmt. Er zeigt einen Countdown, bis der Raum öffnet, und lässt Sie dann hinein.',
  },
  calendar: {
    add: 'In den Kalender eintragen',
    update: 'Den neuen Termin in den Kalender eintragen',
    remove: 'Aus dem Kalender entfernen',
    removeGoogle: 'Den Eintrag öffnen und den Papierkorb wählen.',
    removeOutlook: 'Den Eintrag öffnen und „Löschen“ wählen.',
    removeByFile: 'Diese Datei öffnen',
    file: 'Apple und andere',
    google: 'Google',
    outlook: 'Outlook',
  },
  reservation: {
    online: 'Online',
  },
  label: (name) => `${name}:`,
  writeToHost: 'Fragen zur Veranstaltung? Schreiben Sie an:',
  confirmation: {
    subject: ({ title, when }) => `Sie sind dabei: ${title}, ${when}`,
    preheader: ({ zone }) => `${zone}. Mit Kalendereintrag und Ihrem persönlichen Link.`,
    eyebrow: 'Sie sind dabei',
    intro:
      'Ihr Platz ist reserviert. Tragen Sie den Termin in Ihren Kalender ein: Der Eintrag enthält Ihren persönlichen Link.',
    introSoon:
      'Ihr Platz ist reserviert. Der Link unten ist nur für Sie bestimmt und lässt Sie hinein, sobald der Raum öffnet.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet ist.`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `Beginnt ${startsIn}: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Mit Ihrem Link.`,
    tomorrow: (clock) => `morgen um ${clock}\u00a0Uhr`,
    headline: ({ startsIn }) => `Beginnt ${startsIn}`,
    seeYou: {
      tomorrow: 'Sie sind morgen dabei, wir freuen uns auf Sie.',
      now: 'Ihr Termin beginnt gleich.',
      soon: 'Sie sind bald dabei, wir freuen uns auf Sie.',
    },
    intro: ({ seeYou }) =>
      `${seeYou} Der Link unten ist nur für Sie bestimmt und lässt Sie hinein, sobald der Raum öffnet.`,
    why: ({ email, title }) => `Sie erhalten diese Erinnerung, weil ${email} für „${title}“ angemeldet ist.`,
    stop: 'Erinnerungen und Neuigkeiten zu dieser Veranstaltung abbestellen',
  },
  access_link: {
    subject: ({ title }) => `Ihr Link: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Ein Klick genügt.`,
    eyebrow: 'Ihr persönlicher Link',
    intro:
      'Sie erhalten hier noch einmal Ihren Link. Er ist nur für Sie bestimmt und funktioniert, so oft Sie ihn brauchen.',
    why: ({ email, title }) =>
      `Das Team von „${title}“ hat Ihnen diese Mail geschickt, weil ${email} dafür angemeldet ist.`,
  },
  self_serve_link: {
    subject: ({ title }) => `Ihr Link: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Wie gewünscht.`,
    eyebrow: 'Ihr persönlicher Link',
    intro:
      'Sie haben um Ihren Link gebeten, hier ist er. Er ist nur für Sie bestimmt und funktioniert, so oft Sie ihn brauchen.',
    why: ({ email, title }) =>
      `Jemand, vermutlich Sie, hat auf der Seite von „${title}“ den Link für ${email} angefordert. Falls Sie das nicht waren, brauchen Sie nichts zu tun: Außer Ihnen hat ihn niemand erhalten.`,
  },
  new_key: {
    subject: ({ title }) => `Ihr neuer Link: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Ersetzt den bisherigen.`,
    eyebrow: 'Ihr neuer Link',
    intro:
      'Ihr bisheriger Link funktioniert nicht mehr: Er wurde vorsorglich ersetzt. Der neue ist nur für Sie bestimmt und funktioniert, so oft Sie ihn brauchen.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet ist.`,
  },
  event_updated: {
    subject: ({ title, when }) => `Neuer Termin: ${title}, ${when}`,
    preheader: ({ zone }) => `${zone}. Ihr Platz bleibt reserviert, Ihr Link gilt weiter.`,
    eyebrow: 'Neuer Termin',
    intro:
      'Ihr Termin hat sich geändert: Die Veranstaltung wurde verschoben. Ihr Platz bleibt reserviert, und Ihr persönlicher Link bleibt derselbe.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet ist.`,
  },
  event_cancelled: {
    subject: ({ title }) => `Abgesagt: ${title}`,
    preheader: ({ shortTime, zone }) => `Geplant war: ${shortTime}\u00a0Uhr, ${zone}.`,
    eyebrow: 'Abgesagt',
    intro:
      'Ihr Termin entfällt: Die Veranstaltung findet nicht statt. Sie brauchen nichts weiter zu tun, Ihr persönlicher Link funktioniert nicht mehr.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet war.`,
  },
  registration: {
    own: 'Ihre Anmeldung',
    cannotCome: 'Sie können nicht kommen? Sagen Sie uns Bescheid',
  },
  registration_link: {
    subject: ({ title }) => `Ihre Anmeldung: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Der Link gilt eine Stunde.`,
    eyebrow: 'Ihre Anmeldung',
    intro: 'Der Link unten öffnet Ihre Anmeldung: Sie können sie ändern oder absagen. Er gilt eine Stunde.',
    open: 'Anmeldung öffnen',
    why: ({ email, title }) =>
      `Jemand, vermutlich Sie, wollte die Anmeldung von ${email} für „${title}“ öffnen. Falls Sie das nicht waren, brauchen Sie nichts zu tun: Außer Ihnen hat den Link niemand erhalten.`,
  },
  nudge: {
    subject: ({ title }) => `Es hat begonnen: ${title}`,
    preheader: ({ shortTime, zone }) => `Seit ${shortTime}\u00a0Uhr, ${zone}. Ihr Platz wartet.`,
    headline: 'Es hat begonnen',
    intro: 'Ihr Platz wartet auf Sie. Der Link unten ist nur für Sie bestimmt und führt direkt hinein.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet ist.`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `Die Aufzeichnung: ${title}` : `Danke für Ihre Teilnahme: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'Danke für Ihre Teilnahme. Ihr persönlicher Link führt dorthin.'
        : `${shortTime}\u00a0Uhr, ${zone}. Danke für Ihre Zeit.`,
    eyebrow: 'Danke für Ihre Teilnahme',
    intro: 'Ihre Teilnahme hat uns gefreut. Wir hoffen, dass sich die Zeit für Sie gelohnt hat.',
    introWithReplay:
      'Ihre Teilnahme hat uns gefreut. Die Aufzeichnung ist fertig, und Ihr persönlicher Link führt dorthin.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet war.`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `Zum Nachholen: ${title}` : `Schade, dass Sie nicht dabei waren: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'Die Aufzeichnung ist fertig. Ihr persönlicher Link führt dorthin.'
        : `${shortTime}\u00a0Uhr, ${zone}. Der Raum ist geschlossen.`,
    eyebrow: 'Schade, dass Sie nicht dabei waren',
    intro:
      'Sie konnten diesmal wohl nicht dabei sein. Der Raum ist geschlossen, und Ihr persönlicher Link führt nicht mehr hinein.',
    introWithReplay:
      'Sie konnten diesmal wohl nicht dabei sein. Die Aufzeichnung ist fertig, und Ihr persönlicher Link führt dorthin.',
    why: ({ email, title }) => `Sie erhalten diese Mail, weil ${email} für „${title}“ angemeldet war.`,
  },
  announcement: {
    subject: ({ title }) => `Neuigkeiten zu ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}. Eine Nachricht vom Team.`,
    eyebrow: 'Neuigkeiten vom Team',
    intro: 'Hier ist eine Nachricht vom Team dieser Veranstaltung.',
    why: ({ email, title }) =>
      `Das Team von „${title}“ hat Ihnen diese Mail geschickt, weil ${email} dafür angemeldet ist.`,
  },
  sign_in: {
    subject: ({ name }) => `Ihr Login-Link für ${name}`,
    preheader: 'Der Link funktioniert nur einmal und nur 15\u00a0Minuten lang.',
    eyebrow: 'Ihr Login-Link',
    title: ({ name }) => `Bei ${name} einloggen`,
    intro: 'Sie haben diesen Link angefordert. Er funktioniert nur einmal und nur 15\u00a0Minuten lang.',
    button: 'Einloggen',
    code: 'Oder geben Sie diesen Code dort ein, wo Sie sich einloggen wollten. Sagen Sie ihn niemandem:',
    why: ({ email, name }) =>
      `Jemand, vermutlich Sie, wollte sich mit ${email} bei ${name} einloggen. Falls Sie das nicht waren, brauchen Sie nichts zu tun: Ohne diesen Link kommt niemand hinein.`,
  },
  invitation: {
    subject: ({ name }) => `Ihre Einladung zu ${name}`,
    preheader: 'Der Link funktioniert einmal, innerhalb von 7\u00a0Tagen.',
    eyebrow: 'Einladung',
    title: ({ name }) => `Willkommen im Team von ${name}`,
    intro: ({ inviter }) =>
      `${inviter} hat Sie ins Team aufgenommen. Dort sehen Sie, wer sich zu welcher Veranstaltung angemeldet hat und welche E-Mails angekommen sind.`,
    button: 'Dem Team beitreten',
    after:
      'Dieser Link funktioniert einmal, innerhalb von 7\u00a0Tagen. Danach loggen Sie sich mit dieser E-Mail-Adresse ein: Wir schicken Ihnen jedes Mal einen neuen Link.',
    why: ({ email, inviter, name }) =>
      `Sie erhalten diese E-Mail, weil ${inviter} die Adresse ${email} ins Team von ${name} aufgenommen hat. Falls Sie das nicht erwartet haben, brauchen Sie nichts zu tun.`,
  },
  registrants_export: {
    registrants: 'Anmeldungen',
    file: 'Datei',
    worksUntil: 'Gültig bis',
    moment: ({ shortTime, zone }) => `${shortTime}\u00a0Uhr, ${zone}`,
    export_attached: {
      subject: ({ title }) => `Anmeldungen: ${title}`,
      preheader: ({ rows }) => `Anmeldungen: ${rows}. Als Datei im Anhang, nur für Sie bestimmt.`,
      eyebrow: 'Ihr Export',
      intro: 'Die Datei mit den Anmeldungen zu dieser Veranstaltung finden Sie im Anhang.',
    },
    export_link: {
      subject: ({ title }) => `Anmeldungen: ${title}`,
      preheader: ({ until }) => `Der Link gilt bis ${until}.`,
      eyebrow: 'Ihr Export',
      intro:
        'Die Datei mit den Anmeldungen zu dieser Veranstaltung ist zu groß für einen Anhang. Der Link unten liefert die Daten so, wie sie im Moment des Downloads sind.',
      button: 'Export herunterladen',
      terms:
        'Der Link funktioniert nur für die Person, an die er geschickt wurde, und kann jederzeit widerrufen werden.',
    },
    export_failed: {
      subject: ({ title }) => `Export nicht möglich: ${title}`,
      preheader: ({ reason }) => reason,
      eyebrow: 'Export nicht möglich',
      intro: 'Die Anmeldungen zu dieser Veranstaltung konnten nicht exportiert werden.',
    },
    secret: {
      lead: 'Behalten Sie diese Datei für sich',
      text: 'Sie besteht aus Zugangsdaten: Jede Zeile enthält den Zugangslink einer Person, und wer die Datei hat, kommt unter deren Namen hinein.',
      duty: 'Bitte leiten Sie die Datei nicht weiter, und löschen Sie sie nach Gebrauch.',
    },
    utc: 'Die Zeiten in der Datei sind in UTC angegeben.',
    why: ({ email, title }) =>
      `Jemand aus dem Team, vermutlich Sie, hat die Anmeldungen zu „${title}“ für ${email} angefordert.`,
    reasons: {
      not_allowed:
        'Wer den Export angefordert hat oder die Adresse, an die er gehen sollte, hat darauf kein Anrecht mehr.',
      too_many_rows:
        'Ein Excel-Blatt fasst höchstens 1.048.575 Anmeldungen: Bitte fordern Sie stattdessen eine CSV-Datei an.',
      too_many_columns:
        'Die Anmeldungen haben mehr verschiedene Felder, als eine Datei Spalten haben kann: Bitte wählen Sie die nötigen Spalten aus.',
      internal:
        'Auf unserer Seite ist wiederholt ein Fehler aufgetreten, der im Protokoll steht: Bitte fordern Sie den Export noch einmal an.',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${title}: Die Anmeldungen werden am ${date} gelöscht`,
    preheader: ({ people }) =>
      `Anmeldungen: ${people}. Exportieren Sie sie vorher, oder behalten Sie sie länger.`,
    eyebrow: 'Löschung in einer Woche',
    intro:
      'Diese Veranstaltung ist vorbei. Die personenbezogenen Daten der Angemeldeten werden endgültig gelöscht: Namen, E-Mail-Adressen, Antworten und der Inhalt ihrer E-Mails. Der Bericht mit seinen Zahlen bleibt.',
    people: 'Anmeldungen',
    erasedOn: 'Löschung am',
    button: 'Länger behalten',
    before: 'Wenn Sie die Liste brauchen, exportieren Sie sie vor diesem Tag.',
    exports: 'Zu den Exporten',
    why: ({ email, name }) =>
      `Sie erhalten diese E-Mail, weil ${email} zum Team von ${name} gehört. Niemand wird gelöscht, bevor das Team es seit 7\u00a0Tagen weiß.`,
  },
  alert: {
    subject: ({ title }) => title,
    eyebrow: 'Warnmeldung',
    raised: 'Ausgelöst',
    severity: 'Stufe',
    severities: { critical: 'kritisch', warning: 'Warnung', notice: 'Hinweis' },
    button: 'Seite öffnen',
    why: ({ email, name }) =>
      `Sie erhalten diese E-Mail, weil die Einstellungen von ${name} Warnmeldungen an ${email} senden.`,
  },
  digest: {
    mail: 'E-Mail',
    begun: 'Begonnen',
    mails: 'E-Mails',
    sent: 'Gesendet',
    delivered: 'Zugestellt',
    bounced: 'Unzustellbar',
    failed: 'Gescheitert',
    waiting: 'Wartend',
    unsent: 'Nicht gesendet',
    reasons: 'Gründe',
    registered: 'Angemeldet',
    joined: 'Teilgenommen',
    missed: 'Verpasst',
    none: 'keine',
    unreported: 'nicht gemeldet',
    bouncedList: 'Wessen E-Mail zurückkam',
    failedList: 'Wessen E-Mail scheiterte',
    missedList: 'Wer nicht da war',
    digest_send: {
      subject: ({ title, mail }) => `${title}: Zahlen zum Versand (${mail})`,
      preheader: ({ sent, bounced, failed }) =>
        `Gesendet: ${sent}. Unzustellbar: ${bounced}. Gescheitert: ${failed}.`,
      eyebrow: 'Nach dem Versand',
      button: 'E-Mails ansehen',
    },
    digest_event: {
      subject: ({ title }) => `${title}: Zahlen der Veranstaltung`,
      preheader: ({ registered, joined }) => `Angemeldet: ${registered}. Teilgenommen: ${joined}.`,
      eyebrow: 'Am Morgen danach',
      button: 'Bericht öffnen',
    },
    why: ({ email, name }) =>
      `Sie erhalten diese E-Mail, weil die Einstellungen von ${name} Zusammenfassungen an ${email} senden.`,
  },
};
