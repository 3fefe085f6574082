import type { Copy } from './en.ts';

/**
 * Portuguese as it is spelt in Brazil, in words that are at home in Portugal too: no "você", and none of the
 * words that part the two (tela/ecrã, registrado/registado, compartilhar/partilhar). Ends of time stand in
 * brackets or after a colon: "até as" and "até às" part them as well.
 */
export const pt: Copy = {
  direction: 'ltr',
  languageName: 'Português',
  skipToContent: 'Ir para o conteúdo',
  logoOf: (host) => `Logotipo de ${host}`,
  lessThanAMinute: 'menos de um minuto',

  details: {
    when: 'Quando',
    yourTime: 'No seu fuso horário',
    eventTime: 'No fuso do evento',
    wasPlanned: 'Estava previsto para',
    took: 'Aconteceu em',
    host: 'Organização',
    about: 'Sobre o evento',
    questions: 'Dúvidas?',
    writeTo: 'Escreva para',
  },

  phase: {
    running: 'Em andamento',
    open: 'A sala está aberta',
    ended: 'Encerrado',
    cancelled: 'Cancelado',
  },

  home: {
    title: 'Próximos eventos',
    none: 'De momento não há eventos públicos.',
    teamSignIn: 'Acesso da organização',
  },

  form: {
    fieldProblems: {
      required: 'Preencha este campo.',
      invalid: 'Escolha ou escreva outra coisa aqui.',
      too_long: 'É demasiado longo. Encurte-o.',
      changed: 'O texto mudou. Leia-o e decida novamente.',
    },
    choose: 'Escolha uma opção',
    proof: {
      many: 'Neste momento chegam muitos formulários da sua rede ou para este evento.',
      check: 'Em vez de esperar, o seu navegador faz uma breve verificação.',
      again: 'Depois, envie o formulário outra vez.',
      notSent: 'O seu formulário ainda não foi enviado',
    },
    email: 'Endereço de e‑mail',
    firstName: 'Nome',
    lastName: 'Sobrenome',
    optional: 'opcional',
    summary: 'Verifique os dados',
    errorTitle: (title) => `Erro: ${title}`,
    problems: {
      email: {
        required: 'Preencha o seu endereço de e‑mail.',
        invalid: 'Escreva um endereço de e‑mail no formato nome@exemplo.com.',
        too_long: 'Este endereço é longo demais. Escreva um mais curto.',
      },
      firstName: {
        required: 'Preencha o seu nome.',
        invalid: 'Escreva o seu nome com letras.',
        too_long: 'Este nome é longo demais. Escreva uma forma mais curta.',
      },
      lastName: {
        required: 'Preencha o seu sobrenome.',
        invalid: 'Escreva o seu sobrenome com letras.',
        too_long: 'Este sobrenome é longo demais. Escreva uma forma mais curta.',
      },
    },
  },

  suggestion: {
    question: (email: string) => `Quis dizer ${email}?`,
    use: (email: string) => `Usar ${email}`,
    keep: (email: string) => `Manter ${email}`,
    taken: (email: string) => `O endereço de e-mail agora é ${email}.`,
  },

  register: {
    registerFor: (event: string) => `Inscrever-se em “${event}”`,
    leaveEmpty: 'Deixe este campo vazio',
    heading: 'Inscrição',
    jump: 'Fazer inscrição',
    emailHint: 'O seu link pessoal será enviado para este endereço.',
    submit: 'Fazer inscrição',
    running: 'O evento já começou. Faça a sua inscrição e receba o link em seguida.',
    ended: 'Este evento terminou e as inscrições estão encerradas.',
    cancelled: 'Este evento foi cancelado e não vai acontecer.',
  },

  sendLink: {
    heading: 'Já fez a inscrição?',
    intro: 'Escreva o endereço que usou na inscrição e enviaremos o seu link de novo.',
    submit: 'Receber o meu link',
  },

  registered: {
    title: 'Veja a sua caixa de entrada',
    sent: 'A sua inscrição está feita. Enviamos o seu link pessoal para o endereço indicado.',
    sentRunning:
      'A sua inscrição está feita e o evento já começou. O seu link pessoal está a caminho do endereço indicado.',
    keepIt:
      'O link funciona até o evento terminar, quantas vezes for preciso. É só seu: por favor, não o passe a outras pessoas.',
    notThere: 'Ainda não chegou?',
    spam: 'Pode demorar um minuto. Veja também na pasta de spam e confirme se o endereço estava certo.',
    sendAgain: 'Enviar de novo',
    back: 'Voltar ao evento',
    sentTo: (email: string) => `A sua inscrição está feita. Enviamos o seu link pessoal para ${email}.`,
    sentToRunning: (email: string) =>
      `A sua inscrição está feita e o evento já começou. O seu link pessoal está a caminho de ${email}.`,
    spamFrom: (sender: string) =>
      `Pode demorar um minuto. Se não chegar, procure na pasta de spam um e-mail de ${sender}.`,
    calendars: { google: 'Google Agenda', outlook: 'Outlook', file: 'Arquivo de calendário' },
    linkByMail: 'O seu link pessoal chega por e-mail. É com ele que participa.',
    wrongAddress: 'Endereço errado? Altere-o',
    changeIntro: 'Indique o endereço certo. A sua inscrição passa para ele e enviamos o link para lá.',
    change: 'Alterar o endereço',
    changed: 'O endereço foi alterado.',
    changeExpired:
      'O endereço pode ser alterado aqui durante uma hora após a inscrição e no mesmo navegador. Inscreva-se de novo com o endereço certo.',
    wrongDomain: {
      does_not_exist: (domain: string) =>
        `O domínio ${domain} não existe, por isso o nosso e-mail não pode chegar. Altere o endereço, por favor.`,
      no_mail: (domain: string) =>
        `O domínio ${domain} não aceita e-mails, por isso o nosso não pode chegar. Altere o endereço, por favor.`,
    },
  },

  linkRequested: {
    title: 'Veja a sua caixa de entrada',
    sent: 'Se este endereço estiver inscrito, o link já está a caminho.',
    privacy: 'A resposta é a mesma para qualquer endereço. Assim, ninguém descobre aqui quem se inscreveu.',
    notThere: 'Nada depois de alguns minutos?',
    spam: 'Veja na pasta de spam.',
    otherAddress: 'Talvez a inscrição tenha sido feita com outro endereço.',
    tryAnother: 'Tentar outro endereço',
    register: 'Ou inscreva-se agora, se ainda não se inscreveu.',
  },

  waiting: {
    title: 'À espera do início',
    heading: 'A sala abre em',
    starting: 'A sala está aberta. A entrada é automática, só um momento…',
    openNow: 'Abrir o evento',
    unreachable: 'Sem conexão no momento. Esta página continua tentando.',
    keepOpen: 'Deixe esta página aberta: quando a sala abrir, a entrada é automática.',
    addToCalendar: 'Adicionar ao calendário',
    lateHeading: 'Vai chegar mais tarde?',
    late: (end) =>
      `O seu link permite entrar a qualquer momento até o fim (${end}). Abra-o de novo a partir do e‑mail quando quiser.`,
    opensIn: (duration) => `A sala abre em ${duration}.`,
    opensAt: (time) => `Hora de abertura da sala: ${time}.`,
    announcement: 'A sala abre {in}.',
  },

  room: {
    youAreIn: 'Boas-vindas',
    waiting: 'À espera da sala',
    notOpen: 'A sala ainda não está aberta',
    notOpenHint:
      'O anfitrião ainda não adicionou a sala. Deixe esta página aberta: a entrada é automática assim que a sala estiver disponível.',
    until: (end) => `Fim previsto: ${end}`,
    comeBack: 'Se perder a conexão, abra o seu link de novo: ele funciona até o fim.',
  },

  ended: {
    title: 'Este evento terminou',
    thanks: 'Não é mais possível participar. Agradecemos o seu interesse.',
    contact: 'Procura uma gravação ou tem alguma dúvida?',
  },

  replay: {
    heading: 'Ver a gravação',
    intro: 'Escreva o endereço que usou na inscrição e enviaremos o seu link: agora ele leva à gravação.',
  },

  cancelled: {
    title: 'Este evento foi cancelado',
    explanation: 'Ele não vai acontecer. Não é preciso fazer nada: o seu link já não funciona.',
    calendar: 'Se o evento ainda estiver no seu calendário, pode apagá-lo de lá.',
  },

  linkRefused: {
    title: 'Este link não funciona',
    explanation: 'Talvez esteja incompleto ou tenha sido substituído por um mais recente.',
    remedy:
      'Escreva o endereço que usou na inscrição. Se ele estiver inscrito, enviaremos para lá o link atual.',
    register: 'Ainda não se inscreveu?',
    toEvent: 'Ir para o evento',
  },

  linkLocked: {
    title: 'Este link está bloqueado',
    explanation: 'Este endereço foi testado com chaves erradas demasiadas vezes.',
    remedy:
      'Escreva o endereço que usou na inscrição. Se ele estiver inscrito, enviaremos para lá um novo link.',
    submit: 'Receber o meu novo link',
  },

  unsubscribe: {
    title: 'Parar os e-mails opcionais?',
    explanation:
      'A sua inscrição e o seu link continuam válidos. Os lembretes, os avisos e os outros e-mails opcionais deste evento deixam de chegar.',
    submit: 'Parar estes e-mails',
    doneTitle: 'E-mails opcionais desativados',
    done: 'Não enviaremos mais lembretes nem avisos deste evento. A sua inscrição e o seu link continuam válidos.',
    undo: 'Reativar estes e-mails',
    undoneTitle: 'E-mails reativados',
    undone: 'Enviaremos os próximos lembretes e avisos deste evento.',
  },

  registration: {
    title: 'A sua inscrição',
    lead: 'A sua inscrição está feita. Aqui é possível alterar o que nos indicou.',
    emailFixed: 'Este endereço não pode ser alterado aqui. Para usar outro, faça uma nova inscrição com ele.',
    emailFixedHost:
      'Este endereço não pode ser alterado aqui. Para usar outro, faça uma nova inscrição com ele ou escreva a quem organiza.',
    name: 'Nome',
    language: 'Idioma dos seus e-mails',
    timeZone: 'Fuso horário',
    save: 'Guardar alterações',
    saved: 'As suas alterações estão guardadas.',
    changedMeanwhile:
      'A sua inscrição foi alterada entretanto, talvez noutra janela. Veja o que está abaixo: guardar de novo substitui essas alterações.',
    toEvent: 'Ir para o evento',
    cannotComeTitle: 'Não pode participar?',
    cannotComeText:
      'Cancele a sua inscrição para avisar quem organiza. É possível voltar até o evento terminar.',
    cannotCome: 'Não posso participar',
    cancelTitle: 'Cancelar a sua inscrição?',
    cancelText:
      'Não receberá mais e-mails deste evento, a não ser que peça um. É possível voltar até ele terminar.',
    cancel: 'Cancelar a minha inscrição',
    keep: 'Manter a minha inscrição',
    cancelledTitle: 'A sua inscrição está cancelada',
    cancelledText:
      'Já não recebe e-mails deste evento. Se os seus planos mudarem, é possível voltar até ele terminar.',
    restore: 'Afinal posso participar',
    restored: 'A sua inscrição está de novo ativa. O seu link pessoal está a caminho por e-mail.',
    ended: 'Este evento terminou. Já não é possível alterar nada aqui.',
    eventCancelled: 'Este evento foi cancelado. Já não é possível alterar nada aqui.',
    dataQuestions: 'Perguntas sobre os seus dados?',
    mailTitle: 'Confirme a sua identidade',
    mailText: 'Enviamos um link para o endereço desta inscrição. Ele abre a sua inscrição durante uma hora.',
    mailSubmit: 'Receber o link por e-mail',
    mailSent: 'Enviamos um link para o endereço desta inscrição. Ele funciona durante uma hora.',
    mailExpired: 'O link desse e-mail funcionava durante uma hora e já não abre nada. Peça um novo.',
    open: 'Abrir a minha inscrição',
    consents: {
      title: 'Seus consentimentos',
      given: (day: string) => `Consentimento dado em ${day}.`,
      withdrawn: (day: string) => `Consentimento retirado em ${day}.`,
      withdraw: 'Retirar consentimento',
      done: 'Seu consentimento foi retirado.',
    },
  },

  error: {
    400: {
      title: 'Não foi possível concluir',
      text: 'O pedido estava incompleto ou não foi entendido. Volte e tente novamente.',
    },
    401: { title: 'Faça login', text: 'Esta página é só para quem fez login.' },
    403: {
      title: 'Acesso não permitido',
      text: 'O acesso a esta página é restrito, ou o formulário foi enviado de outro site. Volte, recarregue a página e tente novamente.',
    },
    404: {
      title: 'Página não encontrada',
      text: 'Não existe nenhuma página neste endereço. Veja se falta uma parte do link ou abra-o de novo a partir do e‑mail.',
    },
    405: {
      title: 'Não é possível aqui',
      text: 'Este endereço não permite fazer isso. Abra o link do e‑mail ou comece pela página do evento.',
    },
    410: {
      title: 'Não está mais disponível',
      text: 'Este link era válido por tempo limitado, e esse tempo acabou.',
    },
    413: {
      title: 'Conteúdo demais',
      text: 'O que foi enviado é maior do que podemos aceitar. Reduza o conteúdo e tente novamente.',
    },
    429: { title: 'Tentativas demais', text: 'Houve tentativas demais em pouco tempo.' },
    500: {
      title: 'Algo deu errado',
      text: 'O erro é nosso, não seu, e já foi anotado. Tente novamente daqui a pouco.',
    },
    503: {
      title: 'Voltamos já',
      text: 'No momento não conseguimos responder. Tente novamente daqui a pouco.',
    },
  },
  accessInformation: { link: 'Seu link pessoal:', key: 'Sua chave de acesso:' },
  errorAdvice: {
    tryAgainIn: (duration) => `Poderá tentar novamente em ${duration}.`,
    triesByItself: 'Esta página vai tentar novamente sozinha.',
    backToEvent: 'Voltar ao evento',
  },
};
