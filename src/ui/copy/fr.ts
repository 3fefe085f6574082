import type { Copy } from './en.ts';

export const fr: Copy = {
  direction: 'ltr',
  languageName: 'Français',
  skipToContent: 'Aller au contenu',
  logoOf: (host) => `Logo de ${host}`,
  lessThanAMinute: 'moins d’une minute',

  details: {
    when: 'Quand',
    yourTime: 'À votre heure',
    eventTime: 'Heure de l’événement',
    wasPlanned: 'Était prévu',
    took: 'A eu lieu',
    host: 'Hôte',
    about: 'À propos',
    questions: 'Une question ?',
    writeTo: 'Écrivez à',
  },

  phase: {
    running: 'En cours',
    open: 'La salle est ouverte',
    ended: 'Terminé',
    cancelled: 'Annulé',
  },

  home: {
    title: 'Événements à venir',
    none: 'Il n’y a pas d’événement public pour le moment.',
    teamSignIn: 'Connexion de l’équipe',
  },

  form: {
    fieldProblems: {
      required: 'Remplissez ce champ.',
      invalid: 'Choisissez ou écrivez autre chose ici.',
      too_long: 'C’est trop long. Raccourcissez-le.',
      changed: 'Le texte a changé. Veuillez le lire et décider à nouveau.',
    },
    choose: 'Choisissez',
    proof: {
      many: 'Beaucoup de formulaires arrivent en ce moment de votre réseau ou pour cet événement.',
      check: 'Au lieu d’attendre, votre navigateur fait une courte vérification.',
      again: 'Envoyez ensuite le formulaire à nouveau.',
      notSent: 'Votre formulaire n’a pas encore été envoyé',
    },
    email: 'Adresse e‑mail',
    firstName: 'Prénom',
    lastName: 'Nom',
    optional: 'facultatif',
    summary: 'Veuillez vérifier votre saisie',
    errorTitle: (title) => `Erreur : ${title}`,
    problems: {
      email: {
        required: 'Saisissez votre adresse e‑mail.',
        invalid: 'Saisissez une adresse e‑mail de la forme nom@exemple.fr.',
        too_long: 'Cette adresse est trop longue. Saisissez-en une plus courte.',
      },
      firstName: {
        required: 'Saisissez votre prénom.',
        invalid: 'Saisissez votre prénom en lettres.',
        too_long: 'Ce prénom est trop long. Raccourcissez-le.',
      },
      lastName: {
        required: 'Saisissez votre nom.',
        invalid: 'Saisissez votre nom en lettres.',
        too_long: 'Ce nom est trop long. Raccourcissez-le.',
      },
    },
  },

  suggestion: {
    question: (email: string) => `Vouliez-vous dire ${email} ?`,
    use: (email: string) => `Utiliser ${email}`,
    keep: (email: string) => `Garder ${email}`,
    taken: (email: string) => `L’adresse e-mail est maintenant ${email}.`,
  },

  register: {
    registerFor: (event: string) => `S’inscrire à « ${event} »`,
    leaveEmpty: 'Laissez ce champ vide',
    heading: 'Inscription',
    jump: 'S’inscrire',
    emailHint: 'Votre lien personnel sera envoyé à cette adresse.',
    submit: 'S’inscrire',
    running: 'L’événement a commencé. Inscrivez-vous : votre lien arrive aussitôt.',
    ended: 'Cet événement est terminé et les inscriptions sont closes.',
    cancelled: 'Cet événement est annulé. Il n’aura pas lieu.',
  },

  sendLink: {
    heading: 'Inscription déjà faite ?',
    intro: 'Saisissez l’adresse de votre inscription : nous y renvoyons votre lien.',
    submit: 'Recevoir mon lien',
  },

  registered: {
    title: 'Consultez votre messagerie',
    sent: 'Votre inscription est enregistrée. Nous avons envoyé votre lien personnel à l’adresse indiquée.',
    sentRunning:
      'Votre inscription est enregistrée et l’événement est en cours. Votre lien personnel part à l’adresse indiquée.',
    keepIt:
      'Le lien fonctionne jusqu’à la fin de l’événement, autant de fois que vous le souhaitez. Il est personnel : merci de ne pas le transmettre.',
    notThere: 'Toujours rien ?',
    spam: 'L’envoi peut prendre une minute. Regardez aussi dans vos courriers indésirables et vérifiez l’adresse indiquée.',
    sendAgain: 'Renvoyer le lien',
    back: 'Retour à l’événement',
    sentTo: (email: string) =>
      `Votre inscription est enregistrée. Nous avons envoyé votre lien personnel à ${email}.`,
    sentToRunning: (email: string) =>
      `Votre inscription est enregistrée et l’événement est en cours. Votre lien personnel part à ${email}.`,
    spamFrom: (sender: string) =>
      `L’envoi peut prendre une minute. Si rien n’arrive, cherchez dans vos courriers indésirables un message de ${sender}.`,
    calendars: { google: 'Google Agenda', outlook: 'Outlook', file: 'Fichier de calendrier' },
    linkByMail: 'Votre lien personnel arrive par e-mail. Il vous permet de participer.',
    wrongAddress: 'Adresse erronée ? Modifiez-la',
    changeIntro:
      'Indiquez la bonne adresse. Votre inscription y est transférée et nous y envoyons votre lien.',
    change: 'Modifier l’adresse',
    changed: 'L’adresse a été modifiée.',
    changeExpired:
      'L’adresse se modifie ici pendant une heure après l’inscription, dans le même navigateur. Merci de vous inscrire à nouveau avec la bonne adresse.',
    wrongDomain: {
      does_not_exist: (domain: string) =>
        `Le domaine ${domain} n’existe pas : notre e-mail ne peut pas arriver. Merci de modifier l’adresse.`,
      no_mail: (domain: string) =>
        `Le domaine ${domain} n’accepte pas d’e-mails : le nôtre ne peut pas arriver. Merci de modifier l’adresse.`,
    },
  },

  linkRequested: {
    title: 'Consultez votre messagerie',
    sent: 'Si cette adresse est inscrite, son lien est en route.',
    privacy:
      'Nous répondons de même pour toutes les adresses, afin que personne ne puisse savoir ici qui est inscrit.',
    notThere: 'Rien au bout de quelques minutes ?',
    spam: 'Regardez dans vos courriers indésirables.',
    otherAddress: 'Votre inscription utilise peut-être une autre adresse.',
    tryAnother: 'Essayer une autre adresse',
    register: 'Ou inscrivez-vous maintenant, si ce n’est pas encore fait.',
  },

  waiting: {
    title: 'En attente du début',
    heading: 'La salle ouvre dans',
    starting: 'La salle est ouverte. Vous allez entrer…',
    openNow: 'Ouvrir l’événement',
    unreachable: 'Pas de connexion pour le moment. Cette page continue d’essayer.',
    keepOpen:
      'Gardez cette page ouverte. Vous rejoindrez l’événement automatiquement à l’ouverture de la salle.',
    addToCalendar: 'Ajouter au calendrier',
    lateHeading: 'Un retard ?',
    late: (end) =>
      `Votre lien vous fait entrer à tout moment jusqu’à ${end}. Rouvrez-le depuis notre message quand vous voulez.`,
    opensIn: (duration) => `La salle ouvre dans ${duration}.`,
    opensAt: (time) => `La salle ouvre à ${time}.`,
    announcement: 'La salle ouvre {in}.',
  },

  room: {
    youAreIn: 'Vous y êtes',
    waiting: 'En attente de la salle',
    notOpen: 'La salle n’est pas encore ouverte',
    notOpenHint:
      'L’hôte n’a pas encore ajouté la salle. Gardez cette page ouverte : vous y entrerez automatiquement dès qu’elle sera disponible.',
    until: (end) => `En cours jusqu’à ${end}`,
    comeBack: 'En cas de coupure, rouvrez votre lien : il fonctionne jusqu’à la fin.',
  },

  ended: {
    title: 'Cet événement est terminé',
    thanks: 'Il n’y a plus rien à rejoindre ici. Merci de votre intérêt.',
    contact: 'Vous cherchez un enregistrement ou avez une question ?',
  },

  replay: {
    heading: 'Revoir l’événement',
    intro:
      'Saisissez l’adresse de votre inscription : nous y envoyons votre lien, qui mène maintenant à l’enregistrement.',
  },

  cancelled: {
    title: 'Cet événement est annulé',
    explanation: 'Il n’aura pas lieu. Vous n’avez rien à faire : votre lien ne fonctionne plus.',
    calendar: 'S’il figure encore dans votre calendrier, vous pouvez l’y supprimer.',
  },

  linkRefused: {
    title: 'Ce lien ne fonctionne pas',
    explanation: 'Il est peut-être incomplet, ou un lien plus récent l’a remplacé.',
    remedy:
      'Saisissez l’adresse de votre inscription. Si elle est inscrite, nous y envoyons son lien actuel.',
    register: 'Pas encore d’inscription ?',
    toEvent: 'Aller à l’événement',
  },

  linkLocked: {
    title: 'Ce lien est bloqué',
    explanation: 'Trop de clés erronées ont été essayées pour cette adresse.',
    remedy:
      'Saisissez l’adresse de votre inscription. Si elle est inscrite, nous y envoyons aussitôt un nouveau lien.',
    submit: 'Recevoir mon nouveau lien',
  },

  unsubscribe: {
    title: 'Ne plus recevoir les messages facultatifs ?',
    explanation:
      'Votre inscription et votre lien restent valables. Les rappels, les annonces et les autres messages facultatifs de cet événement cessent.',
    submit: 'Se désabonner',
    doneTitle: 'Vous êtes désabonné(e)',
    done: 'Vous ne recevrez plus de rappel ni d’annonce pour cet événement. Votre inscription et votre lien restent valables.',
    undo: 'Réactiver ces messages',
    undoneTitle: 'Ces messages reprennent',
    undone: 'Vous recevrez les rappels et les annonces encore prévus pour cet événement.',
  },

  registration: {
    title: 'Votre inscription',
    lead: 'Votre inscription est enregistrée. Vous pouvez modifier ici ce que vous avez indiqué.',
    emailFixed:
      'Cette adresse ne peut pas être modifiée ici. Pour en utiliser une autre, inscrivez-vous à nouveau avec elle.',
    emailFixedHost:
      'Cette adresse ne peut pas être modifiée ici. Pour en utiliser une autre, inscrivez-vous à nouveau avec elle, ou écrivez à l’organisateur.',
    name: 'Nom',
    language: 'Langue de vos e‑mails',
    timeZone: 'Fuseau horaire',
    save: 'Enregistrer',
    saved: 'Vos modifications sont enregistrées.',
    changedMeanwhile:
      'Votre inscription a été modifiée entre-temps, peut-être dans une autre fenêtre. Vérifiez ce qui suit : un nouvel enregistrement remplace ces modifications.',
    toEvent: 'Aller à l’événement',
    cannotComeTitle: 'Vous ne pouvez pas venir ?',
    cannotComeText:
      'Annulez votre inscription pour prévenir l’organisateur. Vous pourrez revenir jusqu’à la fin de l’événement.',
    cannotCome: 'Je ne peux pas venir',
    cancelTitle: 'Annuler votre inscription ?',
    cancelText:
      'Vous ne recevrez plus d’e‑mails pour cet événement, sauf si vous en demandez un. Vous pourrez revenir jusqu’à la fin.',
    cancel: 'Annuler mon inscription',
    keep: 'Garder mon inscription',
    cancelledTitle: 'Votre inscription est annulée',
    cancelledText:
      'Vous ne recevez plus d’e‑mails pour cet événement. Si vos projets changent, vous pouvez revenir jusqu’à la fin.',
    restore: 'Je peux finalement venir',
    restored: 'Votre inscription est rétablie. Votre lien personnel vous est envoyé par e‑mail.',
    ended: 'Cet événement est terminé. Plus rien ne peut être modifié ici.',
    eventCancelled: 'Cet événement est annulé. Plus rien ne peut être modifié ici.',
    dataQuestions: 'Des questions sur vos données ?',
    mailTitle: 'Confirmez qu’il s’agit bien de vous',
    mailText:
      'Nous envoyons un lien à l’adresse de cette inscription. Il ouvre votre inscription pendant une heure.',
    mailSubmit: 'Recevoir le lien par e‑mail',
    mailSent: 'Nous avons envoyé un lien à l’adresse de cette inscription. Il est valable une heure.',
    mailExpired:
      'Le lien de cet e‑mail était valable une heure et n’ouvre plus rien. Demandez-en un nouveau.',
    open: 'Ouvrir mon inscription',
    consents: {
      title: 'Vos consentements',
      given: (day: string) => `Consentement donné le ${day}.`,
      withdrawn: (day: string) => `Consentement retiré le ${day}.`,
      withdraw: 'Retirer mon consentement',
      done: 'Votre consentement est retiré.',
    },
  },

  error: {
    400: {
      title: 'Cela n’a pas fonctionné',
      text: 'La demande était incomplète ou n’a pas été comprise. Revenez en arrière et réessayez.',
    },
    401: { title: 'Veuillez vous connecter', text: 'Cette page est réservée aux personnes connectées.' },
    403: {
      title: 'Accès refusé',
      text: 'Cette page ne vous est pas ouverte, ou le formulaire vient d’un autre site. Revenez en arrière, rechargez la page et réessayez.',
    },
    404: {
      title: 'Page introuvable',
      text: 'Il n’y a pas de page à cette adresse. Vérifiez qu’il ne manque rien au lien, ou rouvrez-le depuis notre message.',
    },
    405: {
      title: 'Impossible ici',
      text: 'Cette adresse ne permet pas ce qui lui est demandé. Ouvrez le lien de notre message ou partez de la page de l’événement.',
    },
    410: {
      title: 'Plus disponible',
      text: 'Ce lien était valable pour un temps limité, et ce temps est écoulé.',
    },
    413: {
      title: 'Trop à la fois',
      text: 'L’envoi dépasse la taille que nous acceptons. Raccourcissez-le et réessayez.',
    },
    429: { title: 'Trop de tentatives', text: 'Il y a eu trop d’essais en peu de temps.' },
    500: {
      title: 'Une erreur est survenue',
      text: 'C’est notre faute, pas la vôtre. Elle a été notée. Veuillez réessayer dans un instant.',
    },
    503: {
      title: 'De retour bientôt',
      text: 'Nous ne pouvons pas répondre pour le moment. Veuillez réessayer dans un instant.',
    },
  },
  accessInformation: { link: 'Votre lien personnel :', key: 'Votre clé d’accès :' },
  errorAdvice: {
    tryAgainIn: (duration) => `Réessayez dans ${duration}.`,
    triesByItself: 'Cette page réessaie d’elle-même.',
    backToEvent: 'Retour à l’événement',
  },
};
