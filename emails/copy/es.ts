import type { Copy } from './en.ts';

/**
 * Spanish for both sides of the Atlantic: "tú", and words and tenses that are at home in both. Intl begins its
 * weekdays small ("vie, 15 ene"); at the start of a line they get their capital here.
 */
export const es: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `Hola, ${name}:` : 'Hola:'),
  details: {
    when: 'Cuándo',
    host: 'Organiza',
    code: 'Tu código',
    moment: (date, time, zone) => `${date}, ${time}, ${zone}`,
    shortTime: (shortTime) => shortTime,
    hostTime: (time) => `Hora del evento: ${time}`,
    now: 'Ahora',
    was: 'Antes',
    planned: 'Previsto',
  },
  join: 'Entrar al evento',
  watch: 'Ver la grabación',
  paste: 'Abrir en el navegador:',
  countdown: {
    open: 'Abrir mi enlace',
    note: 'El enlace es solo para ti. Te muestra cuánto falta y, en cuanto abra la sala, te deja entrar.',
  },
  calendar: {
    add: 'Guardar en el calendario',
    update: 'Guardar el nuevo horario en el calendario',
    remove: 'Quitar del calendario',
    removeGoogle: 'Abre el evento y elige la papelera.',
    removeOutlook: 'Abre el evento y elige Eliminar.',
    removeByFile: 'Abrir este archivo',
    file: 'Apple y otros',
    google: 'Google',
    outlook: 'Outlook',
  },
  reservation: {
    online: 'En línea',
  },
  label: (name) => `${name}:`,
  writeToHost: '¿Alguna pregunta? Escribe a la organización:',
  confirmation: {
    subject: ({ title, when }) => `Te esperamos: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. Con la entrada de calendario y tu enlace.`),
    eyebrow: 'Te esperamos',
    intro:
      'Tu inscripción está confirmada. Guarda el evento en tu calendario: ahí tendrás tu enlace personal.',
    introSoon:
      'Tu inscripción está confirmada. El enlace de abajo es solo para ti y te deja entrar en cuanto abra la sala.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} está inscrita en «${title}».`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `Empieza ${startsIn}: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Dentro está tu enlace.`),
    // One o'clock alone is singular.
    tomorrow: (clock) => `mañana a ${/^0?1\D/.test(clock) ? 'la' : 'las'} ${clock}`,
    headline: ({ startsIn }) => `Empieza ${startsIn}`,
    seeYou: { tomorrow: 'Nos vemos mañana.', now: 'Estamos a punto de empezar.', soon: 'Nos vemos pronto.' },
    intro: ({ seeYou }) =>
      `${seeYou} El enlace de abajo es solo para ti y te deja entrar en cuanto abra la sala.`,
    why: ({ email, title }) =>
      `Recibes este recordatorio porque la dirección ${email} está inscrita en «${title}».`,
    stop: 'No recibir más recordatorios ni novedades de este evento',
  },
  access_link: {
    subject: ({ title }) => `Tu enlace: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Basta un clic.`),
    eyebrow: 'Tu enlace personal',
    intro: 'Aquí tienes de nuevo tu enlace. Es solo para ti y funciona tantas veces como lo necesites.',
    why: ({ email, title }) =>
      `El equipo de «${title}» te envía este mensaje porque la dirección ${email} está inscrita en el evento.`,
  },
  self_serve_link: {
    subject: ({ title }) => `Tu enlace: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. El enlace que pediste.`),
    eyebrow: 'Tu enlace personal',
    intro: 'Aquí tienes el enlace que pediste. Es solo para ti y funciona tantas veces como lo necesites.',
    why: ({ email, title }) =>
      `Alguien, seguramente tú, pidió en la página de «${title}» el enlace de ${email}. Si no fuiste tú, no tienes que hacer nada: nadie más lo ha recibido.`,
  },
  new_key: {
    subject: ({ title }) => `Tu nuevo enlace: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Reemplaza al anterior.`),
    eyebrow: 'Tu nuevo enlace',
    intro:
      'Tu enlace anterior ya no funciona: lo reemplazamos por precaución. El nuevo es solo para ti y funciona tantas veces como lo necesites.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} está inscrita en «${title}».`,
  },
  event_updated: {
    subject: ({ title, when }) => `Nuevo horario: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. Tu inscripción y tu enlace no cambian.`),
    eyebrow: 'Nuevo horario',
    intro:
      'Este evento tiene un nuevo horario. Tu inscripción se mantiene y tu enlace personal sigue siendo el mismo.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} está inscrita en «${title}».`,
  },
  event_cancelled: {
    subject: ({ title }) => `Cancelado: ${title}`,
    preheader: ({ shortTime, zone }) => `Estaba previsto para el ${shortTime}, ${zone}.`,
    eyebrow: 'Cancelado',
    intro: 'Este evento no se celebrará. Tu enlace personal deja de ser válido y no tienes que hacer nada.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} estaba inscrita en «${title}».`,
  },
  registration: {
    own: 'Tu inscripción',
    cannotCome: '¿No puedes venir? Avísanos',
  },
  registration_link: {
    subject: ({ title }) => `Tu inscripción: ${title}`,
    preheader: ({ shortTime, zone }) =>
      capital(`${shortTime}, ${zone}. El enlace funciona durante una hora.`),
    eyebrow: 'Tu inscripción',
    intro:
      'El enlace de abajo abre tu inscripción: puedes cambiarla o cancelarla. Funciona durante una hora.',
    open: 'Abrir mi inscripción',
    why: ({ email, title }) =>
      `Alguien, seguramente tú, pidió abrir la inscripción de ${email} en «${title}». Si no fuiste tú, no tienes que hacer nada: nadie más ha recibido este enlace.`,
  },
  nudge: {
    subject: ({ title }) => `Ya empezamos: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Tu lugar te espera.`),
    headline: 'Ya empezamos',
    intro: 'Tu lugar te espera. El enlace de abajo es solo para ti y te lleva directo al evento.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} está inscrita en «${title}».`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `La grabación: ${title}` : `Gracias por participar: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'Gracias por participar. Tu enlace personal te lleva a ella.'
        : capital(`${shortTime}, ${zone}. Gracias por tu tiempo.`),
    eyebrow: 'Gracias por participar',
    intro: 'Gracias por acompañarnos. Esperamos que te haya sido útil.',
    introWithReplay:
      'Gracias por acompañarnos. La grabación está lista y tu enlace personal te lleva a ella.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} estaba inscrita en «${title}».`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `Mira la grabación: ${title}` : `Lamentamos tu ausencia: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'La grabación está lista. Tu enlace personal te lleva a ella.'
        : capital(`${shortTime}, ${zone}. La sala ya está cerrada.`),
    eyebrow: 'Lamentamos tu ausencia',
    intro:
      'Parece que esta vez no pudiste asistir. La sala ya está cerrada y tu enlace personal ya no la abre.',
    introWithReplay:
      'Parece que esta vez no pudiste asistir. La grabación está lista y tu enlace personal te lleva a ella.',
    why: ({ email, title }) =>
      `Recibes este mensaje porque la dirección ${email} estaba inscrita en «${title}».`,
  },
  announcement: {
    subject: ({ title }) => `Novedades de ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Un mensaje del equipo.`,
    eyebrow: 'Novedades del equipo',
    intro: 'Este es un mensaje del equipo de este evento.',
    why: ({ email, title }) =>
      `El equipo de «${title}» te envía este mensaje porque la dirección ${email} está inscrita.`,
  },
  sign_in: {
    subject: ({ name }) => `Tu enlace para iniciar sesión en ${name}`,
    preheader: 'Tu enlace funciona una sola vez, durante 15\u00a0minutos.',
    eyebrow: 'Tu enlace de acceso',
    title: ({ name }) => `Inicia sesión en ${name}`,
    intro: 'Aquí tienes el enlace que pediste. Funciona una sola vez, durante 15\u00a0minutos.',
    button: 'Iniciar sesión',
    code: 'O escribe este código donde pediste iniciar sesión. No se lo digas a nadie:',
    why: ({ email, name }) =>
      `Alguien, seguramente tú, pidió iniciar sesión en ${name} con la dirección ${email}. Si no fuiste tú, no tienes que hacer nada: sin este enlace nadie puede entrar.`,
  },
  invitation: {
    subject: ({ name }) => `Tu invitación a ${name}`,
    preheader: 'Tu enlace funciona una sola vez, durante 7\u00a0días.',
    eyebrow: 'Invitación',
    title: ({ name }) => `Únete al equipo de ${name}`,
    intro: ({ inviter }) =>
      `${inviter} te ha añadido al equipo. Ahí verás quién se ha inscrito en cada evento y qué correos han llegado.`,
    button: 'Unirme al equipo',
    after:
      'Este enlace funciona una sola vez, durante 7\u00a0días. Después inicias sesión con esta dirección: cada vez te enviamos un enlace nuevo.',
    why: ({ email, inviter, name }) =>
      `Recibes este correo porque ${inviter} añadió ${email} al equipo de ${name}. Si no lo esperabas, no tienes que hacer nada.`,
  },
  registrants_export: {
    registrants: 'Inscripciones',
    file: 'Archivo',
    worksUntil: 'Válido hasta',
    moment: ({ shortTime, zone }) => `${shortTime}, ${zone}`,
    export_attached: {
      subject: ({ title }) => `Inscripciones: ${title}`,
      preheader: ({ rows }) => `Inscripciones: ${rows}. El archivo va adjunto, solo para ti.`,
      eyebrow: 'Tu exportación',
      intro: 'El archivo con las inscripciones de este evento va adjunto a este mensaje.',
    },
    export_link: {
      subject: ({ title }) => `Inscripciones: ${title}`,
      preheader: ({ until }) => `El enlace funciona hasta el ${until}.`,
      eyebrow: 'Tu exportación',
      intro:
        'El archivo con las inscripciones de este evento es demasiado grande para adjuntarlo. El enlace de abajo transmite los datos tal como están en el momento de la descarga.',
      button: 'Descargar la exportación',
      terms:
        'El enlace solo funciona para la persona a la que se envió y se puede anular en cualquier momento.',
    },
    export_failed: {
      subject: ({ title }) => `No se pudo exportar: ${title}`,
      preheader: ({ reason }) => reason,
      eyebrow: 'Sin exportar',
      intro: 'No se pudieron exportar las inscripciones de este evento.',
    },
    secret: {
      lead: 'Guarda este archivo solo para ti',
      text: 'Es un conjunto de credenciales: cada fila contiene el enlace de acceso de una persona, y quien tenga el archivo puede entrar en su lugar.',
      duty: 'No lo reenvíes y bórralo cuando termines.',
    },
    utc: 'Las horas del archivo están en UTC.',
    why: ({ email, title }) =>
      `Alguien del equipo, seguramente tú, pidió enviar las inscripciones de «${title}» a la dirección ${email}.`,
    reasons: {
      not_allowed: 'Quien pidió la exportación, o la dirección de destino, ya no puede recibirla.',
      too_many_rows:
        'Una hoja de Excel admite como máximo 1\u00a0048\u00a0575 inscripciones: pide mejor un archivo CSV.',
      too_many_columns:
        'Las inscripciones tienen más campos distintos que columnas puede tener un archivo: elige las columnas que necesites.',
      internal:
        'Un error de nuestro lado se repitió y está en el registro: vuelve a pedir la exportación, por favor.',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${title}: las inscripciones se borrarán el ${date}`,
    preheader: ({ people }) => `Inscripciones: ${people}. Expórtalas antes, o consérvalas más tiempo.`,
    eyebrow: 'Borrado dentro de una semana',
    intro:
      'Este evento ha terminado. Los datos personales de las personas inscritas se borrarán para siempre: nombres, direcciones de correo, respuestas y el contenido de sus correos. El informe y sus cifras se conservan.',
    people: 'Inscripciones',
    erasedOn: 'Se borran el',
    button: 'Conservarlas más tiempo',
    before: 'Si necesitas la lista, expórtala antes de ese día.',
    exports: 'Abrir las exportaciones',
    why: ({ email, name }) =>
      `Recibes este correo porque ${email} está en el equipo de ${name}. Nadie se borra antes de que el equipo lo sepa desde hace 7\u00a0días.`,
  },
  alert: {
    subject: ({ title }) => title,
    eyebrow: 'Alerta',
    raised: 'Detectado',
    severity: 'Nivel',
    severities: { critical: 'crítico', warning: 'advertencia', notice: 'aviso' },
    button: 'Abrir la página',
    why: ({ email, name }) =>
      `Recibes este correo porque los ajustes de ${name} envían las alertas a ${email}.`,
  },
  digest: {
    mail: 'Correo',
    begun: 'Inicio',
    mails: 'Correos',
    sent: 'Enviados',
    delivered: 'Entregados',
    bounced: 'Devueltos',
    failed: 'Fallidos',
    waiting: 'En espera',
    unsent: 'No enviados',
    reasons: 'Motivos',
    registered: 'Inscripciones',
    joined: 'Asistieron',
    missed: 'No asistieron',
    none: 'ninguno',
    unreported: 'no se comunica',
    bouncedList: 'Personas cuyo correo fue devuelto',
    failedList: 'Personas cuyo correo falló',
    missedList: 'Personas que no asistieron',
    digest_send: {
      subject: ({ title, mail }) => `${title}: las cifras del envío (${mail})`,
      preheader: ({ sent, bounced, failed }) =>
        `Enviados: ${sent}. Devueltos: ${bounced}. Fallidos: ${failed}.`,
      eyebrow: 'Después del envío',
      button: 'Ver los correos',
    },
    digest_event: {
      subject: ({ title }) => `${title}: las cifras del evento`,
      preheader: ({ registered, joined }) => `Inscripciones: ${registered}. Asistieron: ${joined}.`,
      eyebrow: 'A la mañana siguiente',
      button: 'Abrir el informe',
    },
    why: ({ email, name }) =>
      `Recibes este correo porque los ajustes de ${name} envían los resúmenes a ${email}.`,
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
