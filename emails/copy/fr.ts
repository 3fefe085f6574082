import type { Copy } from './en.ts';

/**
 * French typography: a no-break space (\u00a0) before a colon and inside « », a narrow one (\u202f) before a
 * question mark, written as escapes so that they can be seen.
 */
export const fr: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `Bonjour ${name},` : 'Bonjour,'),
  details: {
    when: 'Quand',
    host: 'Avec',
    code: 'Votre code',
    moment: (date, time, zone) => `${date}, ${time}, ${zone}`,
    shortTime: (shortTime) => shortTime,
    hostTime: (time) => `Heure de l’organisateur\u00a0: ${time}`,
    now: 'Nouveau',
    was: 'Ancien',
    planned: 'Prévu',
  },
  join: 'Rejoindre l’événement',
  watch: 'Voir l’enregistrement',
  paste: 'Ouvrir dans le navigateur\u00a0:',
  countdown: {
    open: 'Ouvrir mon lien',
    note: 'Ce lien n’appartient qu’à vous. Il affiche un compte à rebours, puis vous fait entrer à l’ouverture de la salle.',
  },
  calendar: {
    add: 'Ajouter à mon agenda',
    update: 'Noter le nouvel horaire dans mon agenda',
    remove: 'Retirer de mon agenda',
    removeGoogle: 'Ouvrez l’événement et choisissez la corbeille.',
    removeOutlook: 'Ouvrez l’événement et choisissez Supprimer.',
    removeByFile: 'Ouvrir ce fichier',
    file: 'Apple et autres',
    google: 'Google',
    outlook: 'Outlook',
  },
  reservation: {
    online: 'En ligne',
  },
  label: (name) => `${name}\u00a0:`,
  writeToHost: 'Une question\u202f? Écrivez à l’organisateur\u00a0:',
  confirmation: {
    subject: ({ title, when }) => `C'est noté\u00a0: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. Avec l’ajout à l’agenda et votre lien.`),
    eyebrow: 'C’est noté',
    intro:
      'Votre place est réservée. Ajoutez l’événement à votre agenda\u00a0: votre lien personnel y figure.',
    introSoon:
      'Votre place est réservée. Le lien ci-dessous n’appartient qu’à vous\u00a0: il vous fait entrer dès l’ouverture de la salle.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `Début ${startsIn}\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Votre lien personnel vous attend.`,
    tomorrow: (clock) => `demain à ${clock}`,
    headline: ({ startsIn }) => `Début ${startsIn}`,
    seeYou: { tomorrow: 'À demain.', now: 'Nous allons commencer.', soon: 'À bientôt.' },
    intro: ({ seeYou }) =>
      `${seeYou} Le lien ci-dessous n’appartient qu’à vous\u00a0: il vous fait entrer dès l’ouverture de la salle.`,
    why: ({ email, title }) =>
      `Vous recevez ce rappel car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
    stop: 'Ne plus recevoir les rappels et les nouvelles de cet événement',
  },
  access_link: {
    subject: ({ title }) => `Votre lien pour ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Un clic et vous y êtes.`,
    eyebrow: 'Votre lien personnel',
    intro:
      'Voici de nouveau votre lien. Il n’appartient qu’à vous et fonctionne autant de fois que nécessaire.',
    why: ({ email, title }) =>
      `L’équipe de «\u00a0${title}\u00a0» vous envoie ce message car l’adresse ${email} y est inscrite.`,
  },
  self_serve_link: {
    subject: ({ title }) => `Votre lien pour ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Le lien que vous avez demandé.`,
    eyebrow: 'Votre lien personnel',
    intro:
      'Voici le lien que vous avez demandé. Il n’appartient qu’à vous et fonctionne autant de fois que nécessaire.',
    why: ({ email, title }) =>
      `Quelqu’un, sans doute vous, a demandé le lien de ${email} sur la page de «\u00a0${title}\u00a0». Si ce n’était pas vous, il n’y a rien à faire\u00a0: il n’a été envoyé à personne d’autre.`,
  },
  new_key: {
    subject: ({ title }) => `Votre nouveau lien pour ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Il remplace l’ancien.`,
    eyebrow: 'Votre nouveau lien',
    intro:
      'Votre ancien lien ne fonctionne plus\u00a0: il a été remplacé par précaution. Le nouveau n’appartient qu’à vous et fonctionne autant de fois que nécessaire.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  event_updated: {
    subject: ({ title, when }) => `Nouvel horaire\u00a0: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. Votre place et votre lien restent les mêmes.`),
    eyebrow: 'Nouvel horaire',
    intro: 'Cet événement a été déplacé. Votre place reste réservée et votre lien personnel reste le même.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  event_cancelled: {
    subject: ({ title }) => `Annulé\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `L’événement était prévu ${shortTime}, ${zone}.`,
    eyebrow: 'Annulé',
    intro:
      'Cet événement n’aura pas lieu. Votre lien personnel n’est plus valable, et vous n’avez rien à faire.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} était inscrite à «\u00a0${title}\u00a0».`,
  },
  registration: {
    own: 'Votre inscription',
    cannotCome: 'Vous ne pouvez pas venir\u00a0? Dites-le-nous',
  },
  registration_link: {
    subject: ({ title }) => `Votre inscription\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Le lien est valable une heure.`,
    eyebrow: 'Votre inscription',
    intro:
      'Le lien ci-dessous ouvre votre inscription\u00a0: vous pouvez la modifier ou l’annuler. Il est valable une heure.',
    open: 'Ouvrir mon inscription',
    why: ({ email, title }) =>
      `Quelqu’un, sans doute vous, a demandé à ouvrir l’inscription de ${email} à «\u00a0${title}\u00a0». Si ce n’était pas vous, il n’y a rien à faire\u00a0: ce lien n’a été envoyé à personne d’autre.`,
  },
  nudge: {
    subject: ({ title }) => `C'est commencé\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `Depuis ${shortTime}, ${zone}. Votre place vous attend.`,
    headline: 'C’est commencé',
    intro:
      'Votre place vous attend. Le lien ci-dessous n’appartient qu’à vous et vous fait entrer directement.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `L'enregistrement\u00a0: ${title}` : `Merci d'avoir participé\u00a0: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'Merci de votre participation. Votre lien personnel y mène.'
        : `${shortTime}, ${zone}. Merci d’avoir été là.`,
    eyebrow: 'Merci d’avoir participé',
    intro: 'Merci d’avoir été parmi nous. Nous espérons que ce moment vous a été utile.',
    introWithReplay:
      'Merci d’avoir été parmi nous. L’enregistrement est prêt\u00a0: votre lien personnel y mène.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} était inscrite à «\u00a0${title}\u00a0».`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `À voir en différé\u00a0: ${title}` : `Vous nous avez manqué\u00a0: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'L’enregistrement est prêt. Votre lien personnel y mène.'
        : `${shortTime}, ${zone}. La salle est fermée.`,
    eyebrow: 'Vous nous avez manqué',
    intro:
      'Il semble que vous n’ayez pas pu être là cette fois. La salle est fermée et votre lien personnel n’y mène plus.',
    introWithReplay:
      'Il semble que vous n’ayez pas pu être là cette fois. L’enregistrement est prêt\u00a0: votre lien personnel y mène.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} était inscrite à «\u00a0${title}\u00a0».`,
  },
  announcement: {
    subject: ({ title }) => `Des nouvelles de ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Un message de l’équipe.`,
    eyebrow: 'Des nouvelles de l’équipe',
    intro: 'Voici un message de l’équipe de cet événement.',
    why: ({ email, title }) =>
      `L’équipe de «\u00a0${title}\u00a0» vous envoie ce message car l’adresse ${email} est inscrite.`,
  },
  sign_in: {
    subject: ({ name }) => `Connexion à ${name}`,
    preheader: 'Votre lien fonctionne une seule fois, pendant 15 minutes.',
    eyebrow: 'Votre lien de connexion',
    title: ({ name }) => `Connexion à ${name}`,
    intro: 'Voici le lien que vous avez demandé. Il fonctionne une seule fois, pendant 15 minutes.',
    button: 'Se connecter',
    code: 'Ou saisissez ce code là où vous avez demandé à vous connecter. Ne le communiquez à personne\u00a0:',
    why: ({ email, name }) =>
      `Quelqu’un, sans doute vous, a demandé à se connecter à ${name} avec l’adresse ${email}. Si ce n’était pas vous, il n’y a rien à faire\u00a0: sans ce lien, personne ne peut entrer.`,
  },
  invitation: {
    subject: ({ name }) => `Votre invitation à ${name}`,
    preheader: 'Votre lien fonctionne une seule fois, pendant 7 jours.',
    eyebrow: 'Invitation',
    title: ({ name }) => `Rejoignez l’équipe de ${name}`,
    intro: ({ inviter }) =>
      `${inviter} vous invite dans l’équipe. Vous y verrez qui s’est inscrit à chaque événement, et quels e-mails sont arrivés.`,
    button: 'Rejoindre l’équipe',
    after:
      'Ce lien fonctionne une seule fois, pendant 7 jours. Ensuite, vous vous connectez avec cette adresse\u00a0: nous vous envoyons chaque fois un nouveau lien.',
    why: ({ email, inviter, name }) =>
      `Vous recevez cet e-mail parce que ${inviter} a ajouté ${email} à l’équipe de ${name}. Si vous ne vous y attendiez pas, il n’y a rien à faire.`,
  },
  registrants_export: {
    registrants: 'Inscrits',
    file: 'Fichier',
    worksUntil: 'Expiration',
    moment: ({ shortTime, zone }) => `${shortTime}, ${zone}`,
    export_attached: {
      subject: ({ title }) => `Inscrits à ${title}`,
      preheader: ({ rows }) => `Inscrits\u00a0: ${rows}. Le fichier est joint, pour vous seulement.`,
      eyebrow: 'Votre export',
      intro: 'Le fichier des inscrits à cet événement est joint à ce message.',
    },
    export_link: {
      subject: ({ title }) => `Inscrits à ${title}`,
      preheader: ({ until }) => `Expiration du lien\u00a0: ${until}.`,
      eyebrow: 'Votre export',
      intro:
        'Le fichier des inscrits à cet événement est trop volumineux pour être joint. Le lien ci-dessous vous transmet les données telles qu’elles sont au moment du téléchargement.',
      button: 'Télécharger l’export',
      terms:
        'Ce lien ne fonctionne que pour la personne à qui il a été envoyé, et peut être révoqué à tout moment.',
    },
    export_failed: {
      subject: ({ title }) => `Export impossible\u00a0: ${title}`,
      preheader: ({ reason }) => reason,
      eyebrow: 'Export impossible',
      intro: 'Les inscrits à cet événement n’ont pas pu être exportés.',
    },
    secret: {
      lead: 'Gardez ce fichier pour vous',
      text: 'C’est un ensemble d’identifiants\u00a0: chaque ligne contient le lien d’accès d’une personne, et quiconque a le fichier peut entrer à sa place.',
      duty: 'Ne le transférez pas, et supprimez-le dès que vous n’en avez plus besoin.',
    },
    utc: 'Les heures du fichier sont en UTC.',
    why: ({ email, title }) =>
      `Quelqu’un de l’équipe, sans doute vous, a demandé l’envoi à ${email} des inscrits à «\u00a0${title}\u00a0».`,
    reasons: {
      not_allowed: 'La personne qui a demandé l’export, ou l’adresse prévue, n’y a plus droit.',
      too_many_rows:
        'Une feuille Excel contient au plus 1\u00a0048\u00a0575 inscrits\u00a0: demandez plutôt un fichier CSV.',
      too_many_columns:
        'Les inscrits ont plus de champs différents qu’un fichier ne peut avoir de colonnes\u00a0: choisissez les colonnes utiles.',
      internal:
        'Une erreur s’est répétée de notre côté, elle est dans le journal\u00a0: demandez l’export à nouveau.',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${title}\u00a0: les inscrits seront effacés le ${date}`,
    preheader: ({ people }) => `Inscrits\u00a0: ${people}. Exportez-les avant, ou gardez-les plus longtemps.`,
    eyebrow: 'Effacement dans une semaine',
    intro:
      'Cet événement est terminé. Les données personnelles des inscrits seront effacées définitivement\u00a0: noms, adresses e-mail, réponses et contenu de leurs e-mails. Le rapport et ses chiffres restent.',
    people: 'Inscrits',
    erasedOn: 'Effacés le',
    button: 'Les garder plus longtemps',
    before: 'Si vous avez besoin de la liste, exportez-la avant ce jour.',
    exports: 'Ouvrir les exports',
    why: ({ email, name }) =>
      `Vous recevez cet e-mail parce que ${email} fait partie de l’équipe de ${name}. Personne n’est effacé avant que l’équipe n’en soit informée depuis 7\u00a0jours.`,
  },
  alert: {
    subject: ({ title }) => title,
    eyebrow: 'Alerte',
    raised: 'Signalé',
    severity: 'Niveau',
    severities: { critical: 'critique', warning: 'avertissement', notice: 'information' },
    button: 'Ouvrir la page',
    why: ({ email, name }) =>
      `Vous recevez cet e-mail parce que les réglages de ${name} envoient les alertes à ${email}.`,
  },
  digest: {
    mail: 'E-mail',
    begun: 'Début',
    mails: 'E-mails',
    sent: 'Envoyés',
    delivered: 'Remis',
    bounced: 'Revenus',
    failed: 'Échoués',
    waiting: 'En attente',
    unsent: 'Non envoyés',
    reasons: 'Raisons',
    registered: 'Inscrits',
    joined: 'Présents',
    missed: 'Absents',
    none: 'aucune',
    unreported: 'non communiqué',
    bouncedList: 'Les inscrits dont l’e-mail est revenu',
    failedList: 'Les inscrits dont l’e-mail a échoué',
    missedList: 'Les absents',
    digest_send: {
      subject: ({ title, mail }) => `${title}\u00a0: les chiffres de l'envoi (${mail})`,
      preheader: ({ sent, bounced, failed }) =>
        `Envoyés\u00a0: ${sent}. Revenus\u00a0: ${bounced}. Échoués\u00a0: ${failed}.`,
      eyebrow: 'Après l’envoi',
      button: 'Voir les e-mails',
    },
    digest_event: {
      subject: ({ title }) => `${title}\u00a0: les chiffres de l'événement`,
      preheader: ({ registered, joined }) => `Inscrits\u00a0: ${registered}. Présents\u00a0: ${joined}.`,
      eyebrow: 'Le lendemain matin',
      button: 'Ouvrir le rapport',
    },
    why: ({ email, name }) =>
      `Vous recevez cet e-mail parce que les réglages de ${name} envoient les bilans à ${email}.`,
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
