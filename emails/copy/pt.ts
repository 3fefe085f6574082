import type { Copy } from './en.ts';

/**
 * Portuguese as it is spelt in Brazil, in words that are at home in Portugal too: no "você", and none of the
 * words that part the two (equipe/equipa, contagem regressiva/decrescente, arquivo/ficheiro). Intl begins its
 * weekdays small ("sex., 15 de jan."); at the start of a line they get their capital here.
 */
export const pt: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `Olá, ${name},` : 'Olá,'),
  details: {
    when: 'Quando',
    host: 'Com',
    code: 'Código',
    moment: (date, time, zone) => `${date}, ${time}, ${zone}`,
    shortTime: (shortTime) => shortTime,
    hostTime: (time) => `No fuso do evento: ${time}`,
    now: 'Agora',
    was: 'Antes',
    planned: 'Previsto',
  },
  join: 'Entrar no evento',
  watch: 'Ver a gravação',
  paste: 'Abrir no navegador:',
  countdown: {
    open: 'Abrir o meu link',
    note: 'O link é só seu. Mostra quanto tempo falta e, assim que a sala abrir, leva direto a ela.',
  },
  calendar: {
    add: 'Adicionar ao calendário',
    update: 'Adicionar o novo horário ao calendário',
    remove: 'Remover do calendário',
    removeGoogle: 'Abra o evento e escolha o ícone do lixo.',
    removeOutlook: 'Abra o evento e apague-o.',
    removeByFile: 'Abrir este link',
    file: 'Apple e outros',
    google: 'Google',
    outlook: 'Outlook',
  },
  reservation: {
    online: 'Online',
  },
  label: (name) => `${name}:`,
  writeToHost: 'Dúvidas? Escreva para a organização:',
  confirmation: {
    subject: ({ title, when }) => `Tudo certo: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. Com a entrada do calendário e o seu link.`),
    eyebrow: 'Tudo certo',
    intro:
      'O seu lugar está reservado. Adicione o evento ao calendário: o seu link pessoal fica guardado nele.',
    introSoon: 'O seu lugar está reservado. O link abaixo é só seu e leva direto à sala assim que ela abrir.',
    why: ({ email, title }) => `Enviamos este e-mail porque o endereço ${email} está inscrito em “${title}”.`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `Começa ${startsIn}: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. O seu link está aqui.`),
    // One o'clock alone is singular.
    tomorrow: (clock) => `amanhã ${/^0?1\D/.test(clock) ? 'à' : 'às'} ${clock}`,
    headline: ({ startsIn }) => `Começa ${startsIn}`,
    seeYou: { tomorrow: 'Até amanhã.', now: 'Estamos prestes a começar.', soon: 'Até breve.' },
    intro: ({ seeYou }) => `${seeYou} O link abaixo é só seu e leva direto à sala assim que ela abrir.`,
    why: ({ email, title }) =>
      `Enviamos este lembrete porque o endereço ${email} está inscrito em “${title}”.`,
    stop: 'Parar os lembretes e as novidades deste evento',
  },
  access_link: {
    subject: ({ title }) => `O seu link: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Basta um clique.`),
    eyebrow: 'O seu link pessoal',
    intro: 'Aqui está de novo o seu link. Ele é só seu e funciona quantas vezes for preciso.',
    why: ({ email, title }) =>
      `A organização de “${title}” enviou este e-mail porque o endereço ${email} está inscrito no evento.`,
  },
  self_serve_link: {
    subject: ({ title }) => `O seu link: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. O link que foi pedido.`),
    eyebrow: 'O seu link pessoal',
    intro: 'Recebemos o seu pedido: aqui está o link. Ele é só seu e funciona quantas vezes for preciso.',
    why: ({ email, title }) =>
      `Alguém pediu, na página de “${title}”, o link de ${email}. Se o pedido não foi seu, basta ignorar este e-mail: ninguém mais o recebeu.`,
  },
  new_key: {
    subject: ({ title }) => `O seu novo link: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. Substitui o anterior.`),
    eyebrow: 'O seu novo link',
    intro:
      'O seu link anterior deixou de funcionar: foi substituído por precaução. O novo é só seu e funciona quantas vezes for preciso.',
    why: ({ email, title }) => `Enviamos este e-mail porque o endereço ${email} está inscrito em “${title}”.`,
  },
  event_updated: {
    subject: ({ title, when }) => `Novo horário: ${title}, ${when}`,
    preheader: ({ zone }) => capital(`${zone}. O seu lugar e o seu link não mudam.`),
    eyebrow: 'Novo horário',
    intro:
      'Este evento tem um novo horário. O seu lugar continua reservado e o seu link pessoal continua o mesmo.',
    why: ({ email, title }) => `Enviamos este e-mail porque o endereço ${email} está inscrito em “${title}”.`,
  },
  event_cancelled: {
    subject: ({ title }) => `Cancelado: ${title}`,
    preheader: ({ shortTime, zone }) => `Estava previsto para ${shortTime}, ${zone}.`,
    eyebrow: 'Cancelado',
    intro: 'Este evento não vai acontecer. O seu link pessoal deixa de valer, e não é preciso fazer nada.',
    why: ({ email, title }) =>
      `Enviamos este e-mail porque o endereço ${email} estava inscrito em “${title}”.`,
  },
  registration: {
    own: 'A sua inscrição',
    cannotCome: 'Não pode participar? Avise-nos',
  },
  registration_link: {
    subject: ({ title }) => `A sua inscrição: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. O link funciona durante uma hora.`),
    eyebrow: 'A sua inscrição',
    intro:
      'O link abaixo abre a sua inscrição: é possível alterá-la ou cancelá-la. Ele funciona durante uma hora.',
    open: 'Abrir a minha inscrição',
    why: ({ email, title }) =>
      `Alguém pediu para abrir a inscrição de ${email} em “${title}”. Se o pedido não foi seu, basta ignorar este e-mail: ninguém mais recebeu o link.`,
  },
  nudge: {
    subject: ({ title }) => `Já começou: ${title}`,
    preheader: ({ shortTime, zone }) => capital(`${shortTime}, ${zone}. O seu lugar está à espera.`),
    headline: 'Já começou',
    intro: 'O seu lugar está à espera. O link abaixo é só seu e leva direto ao evento.',
    why: ({ email, title }) => `Enviamos este e-mail porque o endereço ${email} está inscrito em “${title}”.`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `A gravação: ${title}` : `Agradecemos a sua presença: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'Agradecemos a sua presença. O seu link pessoal leva à gravação.'
        : capital(`${shortTime}, ${zone}. Agradecemos o seu tempo.`),
    eyebrow: 'Agradecemos a sua presença',
    intro: 'Foi bom contar com a sua presença. Esperamos que o evento tenha sido útil.',
    introWithReplay:
      'Foi bom contar com a sua presença. A gravação está pronta, e o seu link pessoal leva a ela.',
    why: ({ email, title }) =>
      `Enviamos este e-mail porque o endereço ${email} estava inscrito em “${title}”.`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `Veja a gravação: ${title}` : `Sentimos a sua falta: ${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'A gravação está pronta. O seu link pessoal leva a ela.'
        : capital(`${shortTime}, ${zone}. A sala já fechou.`),
    eyebrow: 'Sentimos a sua falta',
    intro:
      'Parece que desta vez não foi possível participar. A sala já fechou, e o seu link pessoal deixou de a abrir.',
    introWithReplay:
      'Parece que desta vez não foi possível participar. A gravação está pronta, e o seu link pessoal leva a ela.',
    why: ({ email, title }) =>
      `Enviamos este e-mail porque o endereço ${email} estava inscrito em “${title}”.`,
  },
  announcement: {
    subject: ({ title }) => `Novidades sobre ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Uma mensagem da equipe.`,
    eyebrow: 'Novidades da equipe',
    intro: 'Esta é uma mensagem da equipe deste evento.',
    why: ({ email, title }) =>
      `A equipe de “${title}” enviou este e-mail porque o endereço ${email} está inscrito.`,
  },
  sign_in: {
    subject: ({ name }) => `O seu link para entrar em ${name}`,
    preheader: 'O link funciona uma única vez, durante 15\u00a0minutos.',
    eyebrow: 'O seu link de acesso',
    title: ({ name }) => `Entrar em ${name}`,
    intro: 'Recebemos o seu pedido: aqui está o link. Ele funciona uma única vez, durante 15\u00a0minutos.',
    button: 'Entrar',
    code: 'Ou escreva este código onde pediu para entrar, e não o diga a ninguém:',
    why: ({ email, name }) =>
      `Alguém pediu para entrar em ${name} com o endereço ${email}. Se o pedido não foi seu, basta ignorar este e-mail: sem este link, ninguém consegue entrar.`,
  },
  invitation: {
    subject: ({ name }) => `O seu convite para ${name}`,
    preheader: 'O link funciona uma única vez, durante 7\u00a0dias.',
    eyebrow: 'Convite',
    title: ({ name }) => `Convite para ${name}`,
    intro: ({ inviter }) =>
      `${inviter} enviou este convite. Com ele, pode ver quem se inscreveu em cada evento e quais mensagens chegaram.`,
    button: 'Aceitar o convite',
    after:
      'Este link funciona uma única vez, durante 7\u00a0dias. Depois, basta entrar com este endereço: a cada vez, enviamos um novo link.',
    why: ({ email, inviter, name }) =>
      `Este e-mail foi enviado porque ${inviter} convidou ${email} para ${name}. Se não o esperava, basta ignorá-lo.`,
  },
  registrants_export: {
    registrants: 'Inscrições',
    file: 'Lista',
    worksUntil: 'Válido até',
    moment: ({ shortTime, zone }) => `${shortTime}, ${zone}`,
    export_attached: {
      subject: ({ title }) => `Inscrições: ${title}`,
      preheader: ({ rows }) => `Inscrições: ${rows}. A lista segue em anexo e é confidencial.`,
      eyebrow: 'A sua exportação',
      intro: 'A lista das inscrições neste evento segue em anexo.',
    },
    export_link: {
      subject: ({ title }) => `Inscrições: ${title}`,
      preheader: ({ until }) => `O link funciona até ${until}.`,
      eyebrow: 'A sua exportação',
      intro:
        'A lista das inscrições neste evento é grande demais para seguir em anexo. O link abaixo transmite os dados tal como estão no momento do download.',
      button: 'Fazer o download da lista',
      terms: 'O link só funciona para a pessoa a quem foi enviado e pode ser anulado a qualquer momento.',
    },
    export_failed: {
      subject: ({ title }) => `Exportação não concluída: ${title}`,
      preheader: ({ reason }) => reason,
      eyebrow: 'Exportação não concluída',
      intro: 'Não foi possível exportar as inscrições neste evento.',
    },
    secret: {
      lead: 'Esta lista é confidencial',
      text: 'É um conjunto de credenciais: cada linha contém o link de acesso de uma pessoa, e quem tiver a lista pode entrar no lugar dela.',
      duty: 'Não encaminhe a lista e apague-a depois de usar.',
    },
    utc: 'Os horários da lista estão em UTC.',
    why: ({ email, title }) =>
      `Alguém da organização pediu o envio das inscrições em “${title}” para ${email}.`,
    reasons: {
      not_allowed: 'Quem pediu a exportação, ou o endereço de destino, deixou de ter direito a ela.',
      too_many_rows: 'O Excel aceita no máximo 1.048.575 inscrições: o remédio é pedir a lista em CSV.',
      too_many_columns:
        'As inscrições têm mais campos diferentes do que as colunas possíveis: é preciso escolher as colunas necessárias.',
      internal: 'Um erro do nosso lado repetiu-se e ficou anotado: é preciso pedir a exportação de novo.',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${title}: as inscrições serão apagadas em ${date}`,
    preheader: ({ people }) => `Inscrições: ${people}. Exporte-as antes, ou guarde-as por mais tempo.`,
    eyebrow: 'Dados apagados dentro de uma semana',
    intro:
      'Este evento terminou. Os dados pessoais das pessoas inscritas serão apagados definitivamente: nomes, endereços de e-mail, respostas e o conteúdo das mensagens. O relatório e os seus números continuam disponíveis.',
    people: 'Inscrições',
    erasedOn: 'Apagadas em',
    button: 'Guardar por mais tempo',
    before: 'Se precisar da lista, exporte-a antes desse dia.',
    exports: 'Abrir as exportações',
    why: ({ email, name }) =>
      `Este e-mail foi enviado porque ${email} faz parte da equipe de ${name}. Ninguém é apagado antes de a equipe saber disso há 7\u00a0dias.`,
  },
  alert: {
    subject: ({ title }) => title,
    eyebrow: 'Alerta',
    raised: 'Detectado',
    severity: 'Nível',
    severities: { critical: 'crítico', warning: 'aviso', notice: 'informação' },
    button: 'Abrir a página',
    why: ({ email, name }) =>
      `Este e-mail foi enviado porque as configurações de ${name} enviam os alertas para ${email}.`,
  },
  digest: {
    mail: 'E-mail',
    begun: 'Início',
    mails: 'E-mails',
    sent: 'Enviados',
    delivered: 'Entregues',
    bounced: 'Devolvidos',
    failed: 'Falharam',
    waiting: 'Em espera',
    unsent: 'Não enviados',
    reasons: 'Motivos',
    registered: 'Inscrições',
    joined: 'Participaram',
    missed: 'Faltaram',
    none: 'nenhum',
    unreported: 'não informado',
    bouncedList: 'Pessoas cujo e-mail foi devolvido',
    failedList: 'Pessoas cujo e-mail falhou',
    missedList: 'Pessoas que faltaram',
    digest_send: {
      subject: ({ title, mail }) => `${title}: os números do envio (${mail})`,
      preheader: ({ sent, bounced, failed }) =>
        `Enviados: ${sent}. Devolvidos: ${bounced}. Falharam: ${failed}.`,
      eyebrow: 'Depois do envio',
      button: 'Ver os e-mails',
    },
    digest_event: {
      subject: ({ title }) => `${title}: os números do evento`,
      preheader: ({ registered, joined }) => `Inscrições: ${registered}. Participaram: ${joined}.`,
      eyebrow: 'Na manhã seguinte',
      button: 'Abrir o relatório',
    },
    why: ({ email, name }) =>
      `Este e-mail foi enviado porque as configurações de ${name} enviam os resumos para ${email}.`,
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
