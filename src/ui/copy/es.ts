import type { Copy } from './en.ts';

/**
 * Spanish for both sides of the Atlantic: "tú", and words and tenses that are at home in both ("funciona",
 * "la dirección que indicaste"). Ends of time stand in brackets or after a colon: "hasta las 19:00" would be
 * wrong before 1:00 and before a date.
 */
export const es: Copy = {
  direction: 'ltr',
  languageName: 'Español',
  skipToContent: 'Ir al contenido',
  logoOf: (host) => `Logotipo de ${host}`,
  lessThanAMinute: 'menos de un minuto',

  details: {
    when: 'Cuándo',
    yourTime: 'Tu hora local',
    eventTime: 'Hora del evento',
    wasPlanned: 'Fecha prevista',
    took: 'Tuvo lugar',
    host: 'Organiza',
    about: 'Sobre el evento',
    questions: '¿Alguna pregunta?',
    writeTo: 'Escribe a',
  },

  phase: {
    running: 'En curso',
    open: 'La sala está abierta',
    ended: 'Finalizado',
    cancelled: 'Cancelado',
  },

  home: {
    title: 'Próximos eventos',
    none: 'No hay eventos públicos en este momento.',
    teamSignIn: 'Acceso del equipo',
  },

  form: {
    fieldProblems: {
      required: 'Rellene este campo.',
      invalid: 'Elija o escriba otra cosa aquí.',
      too_long: 'Es demasiado largo. Acórtelo.',
      changed: 'El texto ha cambiado. Léelo y decide de nuevo.',
    },
    choose: 'Elija una opción',
    proof: {
      many: 'En este momento llegan muchos formularios desde tu red o para este evento.',
      check: 'En lugar de esperar, tu navegador hace una breve comprobación.',
      again: 'Después, vuelve a enviar el formulario.',
      notSent: 'Tu formulario aún no se ha enviado',
    },
    email: 'Correo electrónico',
    firstName: 'Nombre',
    lastName: 'Apellidos',
    optional: 'opcional',
    summary: 'Revisa los datos',
    errorTitle: (title) => `Hay un error: ${title}`,
    problems: {
      email: {
        required: 'Escribe tu correo electrónico.',
        invalid: 'Escribe un correo electrónico con el formato nombre@ejemplo.com.',
        too_long: 'Esta dirección es demasiado larga. Escribe una más corta.',
      },
      firstName: {
        required: 'Escribe tu nombre.',
        invalid: 'Escribe tu nombre con letras.',
        too_long: 'Este nombre es demasiado largo. Acórtalo.',
      },
      lastName: {
        required: 'Escribe tus apellidos.',
        invalid: 'Escribe tus apellidos con letras.',
        too_long: 'Estos apellidos son demasiado largos. Acórtalos.',
      },
    },
  },

  suggestion: {
    question: (email: string) => `¿Querías decir ${email}?`,
    use: (email: string) => `Usar ${email}`,
    keep: (email: string) => `Mantener ${email}`,
    taken: (email: string) => `La dirección de correo ahora es ${email}.`,
  },

  register: {
    registerFor: (event: string) => `Inscribirse en «${event}»`,
    leaveEmpty: 'Deje este campo vacío',
    heading: 'Inscripción',
    jump: 'Inscribirme',
    emailHint: 'A esta dirección te enviaremos tu enlace personal.',
    submit: 'Inscribirme',
    running: 'El evento está en curso. Inscríbete y recibirás tu enlace enseguida.',
    ended: 'Este evento ha terminado y la inscripción está cerrada.',
    cancelled: 'Este evento está cancelado y no se celebrará.',
  },

  sendLink: {
    heading: '¿No encuentras tu enlace?',
    intro: 'Escribe la dirección con la que te inscribiste y te lo enviamos de nuevo.',
    submit: 'Recibir mi enlace',
  },

  registered: {
    title: 'Revisa tu correo',
    sent: 'Tu inscripción está hecha. Hemos enviado tu enlace personal a la dirección que indicaste.',
    sentRunning:
      'Tu inscripción está hecha y el evento está en curso. Tu enlace personal va en camino a la dirección que indicaste.',
    keepIt:
      'El enlace funciona hasta que termine el evento, tantas veces como quieras. Es solo para ti: por favor, no lo compartas.',
    notThere: '¿Aún no ha llegado?',
    spam: 'Puede tardar un minuto. Mira también en la carpeta de spam y comprueba que la dirección sea correcta.',
    sendAgain: 'Enviarlo de nuevo',
    back: 'Volver al evento',
    sentTo: (email: string) => `Tu inscripción está hecha. Hemos enviado tu enlace personal a ${email}.`,
    sentToRunning: (email: string) =>
      `Tu inscripción está hecha y el evento está en curso. Tu enlace personal va en camino a ${email}.`,
    spamFrom: (sender: string) =>
      `Puede tardar un minuto. Si no llega, busca en la carpeta de spam un correo de ${sender}.`,
    calendars: { google: 'Google Calendar', outlook: 'Outlook', file: 'Archivo de calendario' },
    linkByMail: 'Tu enlace personal llega por correo. Con él podrás entrar.',
    wrongAddress: '¿Dirección incorrecta? Cámbiala',
    changeIntro: 'Escribe la dirección correcta. Tu inscripción pasará a ella y enviaremos allí tu enlace.',
    change: 'Cambiar la dirección',
    changed: 'La dirección se ha cambiado.',
    changeExpired:
      'La dirección se puede cambiar aquí durante una hora después de la inscripción y en el mismo navegador. Inscríbete de nuevo con la correcta.',
    wrongDomain: {
      does_not_exist: (domain: string) =>
        `El dominio ${domain} no existe, así que nuestro correo no puede llegar. Cambia la dirección, por favor.`,
      no_mail: (domain: string) =>
        `El dominio ${domain} no acepta correo, así que el nuestro no puede llegar. Cambia la dirección, por favor.`,
    },
  },

  linkRequested: {
    title: 'Revisa tu correo',
    sent: 'Si esta dirección está inscrita, su enlace ya va en camino.',
    privacy:
      'Respondemos lo mismo para cualquier dirección. Así nadie puede averiguar aquí quién se ha inscrito.',
    notThere: '¿Sigue sin llegar al cabo de unos minutos?',
    spam: 'Mira en la carpeta de spam.',
    otherAddress: 'Quizá te inscribiste con otra dirección.',
    tryAnother: 'Probar con otra dirección',
    register: 'O inscríbete ahora, si aún no lo has hecho.',
  },

  waiting: {
    title: 'A la espera del inicio',
    heading: 'La sala abre en',
    starting: 'La sala está abierta. Entrarás en un momento…',
    openNow: 'Abrir el evento',
    unreachable: 'No hay conexión en este momento. Esta página lo sigue intentando.',
    keepOpen: 'Deja esta página abierta: cuando abra la sala, entrarás automáticamente.',
    addToCalendar: 'Guardar en el calendario',
    lateHeading: '¿Vas a llegar tarde?',
    late: (end) =>
      `Con tu enlace puedes entrar en cualquier momento hasta el final (${end}). Ábrelo de nuevo desde el correo cuando quieras.`,
    opensIn: (duration) => `La sala abre en ${duration}.`,
    opensAt: (time) => `Hora de apertura de la sala: ${time}.`,
    announcement: 'La sala abre {in}.',
  },

  room: {
    youAreIn: 'Estás en el evento',
    waiting: 'Esperando la sala',
    notOpen: 'La sala aún no está abierta',
    notOpenHint:
      'El anfitrión todavía no ha añadido la sala. Deja esta página abierta: entrarás automáticamente en cuanto esté disponible.',
    until: (end) => `Final previsto: ${end}`,
    comeBack: 'Si pierdes la conexión, vuelve a abrir tu enlace: funciona hasta el final.',
  },

  ended: {
    title: 'Este evento ha terminado',
    thanks: 'Ya no es posible participar. Gracias por tu interés.',
    contact: '¿Buscas una grabación o tienes alguna pregunta?',
  },

  replay: {
    heading: 'Ver la grabación',
    intro:
      'Escribe la dirección con la que te inscribiste y te enviamos tu enlace: ahora lleva a la grabación.',
  },

  cancelled: {
    title: 'Este evento está cancelado',
    explanation: 'No se celebrará. No tienes que hacer nada: tu enlace ya no funciona.',
    calendar: 'Si sigue en tu calendario, puedes borrarlo de ahí.',
  },

  linkRefused: {
    title: 'Este enlace no funciona',
    explanation: 'Puede que esté incompleto o que lo haya reemplazado uno más reciente.',
    remedy:
      'Escribe la dirección con la que te inscribiste. Si está inscrita, enviaremos allí su enlace actual.',
    register: '¿Aún no te has inscrito?',
    toEvent: 'Ir al evento',
  },

  linkLocked: {
    title: 'Este enlace está bloqueado',
    explanation: 'Se han probado demasiadas claves incorrectas con esta dirección.',
    remedy:
      'Escribe la dirección con la que te inscribiste. Si está inscrita, enviaremos allí enseguida un enlace nuevo.',
    submit: 'Recibir mi nuevo enlace',
  },

  unsubscribe: {
    title: '¿Dejar de recibir los correos opcionales?',
    explanation:
      'Tu inscripción se mantiene y tu enlace sigue funcionando. Dejarás de recibir los recordatorios, los anuncios y los demás correos opcionales de este evento.',
    submit: 'Dejar de recibirlos',
    doneTitle: 'Ya no recibirás estos correos',
    done: 'Ya no te enviaremos recordatorios ni anuncios de este evento. Tu inscripción se mantiene y tu enlace sigue funcionando.',
    undo: 'Volver a recibir estos correos',
    undoneTitle: 'Volverás a recibir estos correos',
    undone: 'Recibirás los recordatorios y los anuncios de este evento que aún están por llegar.',
  },

  registration: {
    title: 'Tu inscripción',
    lead: 'Tu inscripción está hecha. Aquí puedes cambiar lo que nos dijiste.',
    emailFixed: 'Esta dirección no se puede cambiar aquí. Para usar otra, inscríbete de nuevo con ella.',
    emailFixedHost:
      'Esta dirección no se puede cambiar aquí. Para usar otra, inscríbete de nuevo con ella o escribe a quien organiza.',
    name: 'Nombre',
    language: 'Idioma de tus correos',
    timeZone: 'Zona horaria',
    save: 'Guardar cambios',
    saved: 'Tus cambios están guardados.',
    changedMeanwhile:
      'Tu inscripción ha cambiado entretanto, quizá en otra ventana. Revisa lo de abajo: si guardas de nuevo, sustituyes esos cambios.',
    toEvent: 'Ir al evento',
    cannotComeTitle: '¿No puedes venir?',
    cannotComeText:
      'Cancela tu inscripción para que quien organiza lo sepa. Puedes volver hasta que termine el evento.',
    cannotCome: 'No puedo ir',
    cancelTitle: '¿Cancelar tu inscripción?',
    cancelText:
      'No recibirás más correos de este evento, salvo que pidas uno. Puedes volver hasta que termine.',
    cancel: 'Cancelar mi inscripción',
    keep: 'Mantener mi inscripción',
    cancelledTitle: 'Tu inscripción está cancelada',
    cancelledText:
      'No recibes más correos de este evento. Si cambian tus planes, puedes volver hasta que termine.',
    restore: 'Al final sí puedo ir',
    restored: 'Tu inscripción vuelve a estar activa. Tu enlace personal va en camino por correo.',
    ended: 'Este evento ha terminado. Ya no se puede cambiar nada aquí.',
    eventCancelled: 'Este evento está cancelado. Ya no se puede cambiar nada aquí.',
    dataQuestions: '¿Preguntas sobre tus datos?',
    mailTitle: 'Confirma tu identidad',
    mailText: 'Enviamos un enlace a la dirección de esta inscripción. Abre tu inscripción durante una hora.',
    mailSubmit: 'Enviarme el enlace',
    mailSent: 'Hemos enviado un enlace a la dirección de esta inscripción. Funciona durante una hora.',
    mailExpired: 'El enlace de ese correo funcionaba durante una hora y ya no abre nada. Pide uno nuevo.',
    open: 'Abrir mi inscripción',
    consents: {
      title: 'Tus consentimientos',
      given: (day: string) => `Diste tu consentimiento el ${day}.`,
      withdrawn: (day: string) => `Retiraste tu consentimiento el ${day}.`,
      withdraw: 'Retirar mi consentimiento',
      done: 'Tu consentimiento se ha retirado.',
    },
  },

  error: {
    400: {
      title: 'No se pudo completar',
      text: 'La solicitud estaba incompleta o no se entendió. Vuelve atrás e inténtalo de nuevo.',
    },
    401: { title: 'Inicia sesión', text: 'Para ver esta página hay que iniciar sesión.' },
    403: {
      title: 'Acceso no permitido',
      text: 'Esta página no está abierta para ti, o el formulario se envió desde otro sitio web. Vuelve atrás, recarga la página e inténtalo de nuevo.',
    },
    404: {
      title: 'Página no encontrada',
      text: 'No hay ninguna página en esta dirección. Mira si al enlace le falta algo o ábrelo de nuevo desde el correo.',
    },
    405: {
      title: 'Aquí no es posible',
      text: 'Esta dirección no permite hacer eso. Abre el enlace del correo o empieza en la página del evento.',
    },
    410: {
      title: 'Ya no está disponible',
      text: 'Este enlace era válido por un tiempo limitado, y ese tiempo ya pasó.',
    },
    413: {
      title: 'Demasiado contenido',
      text: 'Lo que se envió supera el tamaño que aceptamos. Acórtalo e inténtalo de nuevo.',
    },
    429: { title: 'Demasiados intentos', text: 'Hubo demasiados intentos en poco tiempo.' },
    500: {
      title: 'Algo salió mal',
      text: 'El error es nuestro, no tuyo, y ya quedó anotado. Inténtalo de nuevo en un momento.',
    },
    503: {
      title: 'Volvemos enseguida',
      text: 'En este momento no podemos responder. Inténtalo de nuevo dentro de poco.',
    },
  },
  accessInformation: { link: 'Tu enlace personal:', key: 'Tu clave de acceso:' },
  errorAdvice: {
    tryAgainIn: (duration) => `Podrás intentarlo de nuevo en ${duration}.`,
    triesByItself: 'Esta página lo intentará de nuevo automáticamente.',
    backToEvent: 'Volver al evento',
  },
};
