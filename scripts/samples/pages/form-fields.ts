import type { FormField } from '../../../src/domain/form-fields.ts';
import type { Language } from '../../../src/domain/locale.ts';

interface Words {
  readonly company: string;
  readonly topic: string;
  readonly topicHelp: string;
  readonly question: string;
  readonly questionHelp: string;
  readonly news: string;
  readonly consent: string;
  readonly consentHelp: string;
}

/** What a team may ask, in each language. */
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    company: 'Company',
    topic: 'What interests you most?',
    topicHelp: 'We begin with what most of you choose.',
    question: 'Your question to the host',
    questionHelp: 'It is read out without your name.',
    news: 'Tell me about the next events',
    consent: 'I agree that Studio keeps my answers for this event, and may write to me about it.',
    consentHelp: 'You can withdraw this at any time on the page of your registration.',
  },
  fr: {
    company: 'Entreprise',
    topic: 'Qu’est-ce qui vous intéresse le plus ?',
    topicHelp: 'Nous commençons par le sujet le plus choisi.',
    question: 'Votre question à l’intervenant',
    questionHelp: 'Elle est lue sans votre nom.',
    news: 'M’informer des prochains événements',
    consent: 'J’accepte que Studio conserve mes réponses pour cet événement et m’écrive à ce sujet.',
    consentHelp: 'Vous pouvez retirer cet accord à tout moment sur la page de votre inscription.',
  },
  de: {
    company: 'Unternehmen',
    topic: 'Was interessiert Sie am meisten?',
    topicHelp: 'Wir beginnen mit dem, was die meisten wählen.',
    question: 'Ihre Frage an den Gastgeber',
    questionHelp: 'Sie wird ohne Ihren Namen vorgelesen.',
    news: 'Über die nächsten Veranstaltungen informieren',
    consent:
      'Ich bin damit einverstanden, dass Studio meine Antworten für diese Veranstaltung speichert und mir dazu schreibt.',
    consentHelp: 'Sie können das jederzeit auf der Seite Ihrer Anmeldung widerrufen.',
  },
  es: {
    company: 'Empresa',
    topic: '¿Qué te interesa más?',
    topicHelp: 'Empezamos por lo que más se elija.',
    question: 'Tu pregunta para la persona que presenta',
    questionHelp: 'Se lee sin tu nombre.',
    news: 'Avisarme de los próximos eventos',
    consent: 'Acepto que Studio guarde mis respuestas para este evento y me escriba sobre él.',
    consentHelp: 'Puedes retirarlo en cualquier momento en la página de tu inscripción.',
  },
  pt: {
    company: 'Empresa',
    topic: 'O que mais lhe interessa?',
    topicHelp: 'Começamos pelo tema mais escolhido.',
    question: 'A sua pergunta a quem apresenta',
    questionHelp: 'É lida sem o seu nome.',
    news: 'Avisar-me dos próximos eventos',
    consent: 'Aceito que o Studio guarde as minhas respostas para este evento e me escreva sobre ele.',
    consentHelp: 'Pode retirar o consentimento a qualquer momento na página da sua inscrição.',
  },
  ja: {
    company: '会社名',
    topic: '最も関心のあるテーマ',
    topicHelp: '選んだ方が最も多いテーマから始めます。',
    question: '登壇者へのご質問',
    questionHelp: 'お名前は伏せて読み上げます。',
    news: '次回以降のイベントの案内を受け取る',
    consent: 'このイベントのために回答を保存し、連絡に利用することに同意します。',
    consentHelp: '登録内容のページでいつでも取り消せます。',
  },
  ar: {
    company: 'الشركة',
    topic: 'ما أكثر ما يهمك؟',
    topicHelp: 'نبدأ بالموضوع الذي يختاره أكثركم.',
    question: 'سؤالك إلى المضيف',
    questionHelp: 'يُقرأ دون ذكر اسمك.',
    news: 'أعلموني بالفعاليات القادمة',
    consent: 'أوافق على أن يحتفظ Studio بإجاباتي لهذه الفعالية وأن يراسلني بشأنها.',
    consentHelp: 'يمكنك سحب موافقتك في أي وقت من صفحة تسجيلك.',
  },
};

/** One field of each type. */
export function sampleFormFields(language: Language): FormField[] {
  const words = WORDS[language];
  const label = (text: string) => ({ [language]: text });
  const field = { options: [], required: false, help: null } as const;
  return [
    { ...field, name: 'company', type: 'text', label: label(words.company), required: true },
    {
      ...field,
      ...{ name: 'topic', type: 'select', label: label(words.topic), help: label(words.topicHelp) },
      options: ['Product', 'Design', 'Engineering'],
    },
    {
      ...field,
      ...{
        name: 'question',
        type: 'textarea',
        label: label(words.question),
        help: label(words.questionHelp),
      },
    },
    { ...field, name: 'news', type: 'checkbox', label: label(words.news) },
    {
      ...field,
      ...{ name: 'privacy', type: 'consent', label: label(words.consent), help: label(words.consentHelp) },
      required: true,
    },
  ];
}
