import type { Copy } from './en.ts';

/**
 * What others wrote, Latin as often as not, inside an Arabic sentence: an isolate takes its direction from itself,
 * so "5 steps to calm!" keeps its 5 in front and its mark behind.
 */
const isolate = (text: string) => `\u2068${text}\u2069`;

/**
 * The same for subjects, which lose isolates on their way out (see `clean.ts`): marks on both sides hold a Latin
 * title's first digit and last mark to it, and change nothing about an Arabic one; the third keeps numbers that
 * follow from joining it.
 */
const marked = (text: string) => `\u200e${text}\u200e\u200f`;

/** Requests are verbal nouns: an imperative would have to know whether it speaks to a man or a woman. */
export const ar: Copy = {
  direction: 'rtl',
  greeting: (name) => (name ? `مرحبًا ${isolate(name)}،` : 'مرحبًا،'),
  details: {
    when: 'الموعد',
    host: 'المضيف',
    code: 'رمزك',
    moment: (date, time, zone) => `${date}، ${time}، ${zone}`,
    shortTime: (shortTime) => shortTime,
    hostTime: (time) => `وقت المضيف: ${time}`,
    now: 'الجديد',
    was: 'السابق',
    planned: 'كان مقررًا',
  },
  join: 'الانضمام إلى الفعالية',
  watch: 'مشاهدة التسجيل المصوّر',
  paste: 'فتح في المتصفح:',
  countdown: {
    open: 'فتح رابطي',
    note: 'الرابط لك وحدك: يعرض الوقت المتبقي، ثم يُدخلك عند فتح القاعة.',
  },
  // Each name begins in Arabic: names in Latin letters only would run together from left to right.
  calendar: {
    add: 'إضافة الموعد إلى التقويم',
    update: 'إضافة الموعد الجديد إلى التقويم',
    remove: 'إزالة الموعد من التقويم',
    removeGoogle: 'فتح الموعد ثم اختيار سلة المهملات.',
    removeOutlook: 'فتح الموعد ثم اختيار «حذف».',
    removeByFile: 'فتح هذا الملف',
    file: 'تقويم Apple وغيره',
    google: 'تقويم Google',
    outlook: 'تقويم Outlook',
  },
  reservation: {
    online: 'عبر الإنترنت',
  },
  label: (name) => `${name}:`,
  writeToHost: 'للتواصل مع المضيف:',
  confirmation: {
    subject: ({ title, when }) => `تم تسجيلك: ${marked(title)}، ${when}`,
    preheader: ({ zone }) => `${zone}. موعد التقويم ورابطك الشخصي في الداخل.`,
    eyebrow: 'تم تسجيلك',
    intro: 'مكانك محجوز. عند إضافة الموعد إلى التقويم، يُحفظ فيه رابطك الشخصي.',
    introSoon: 'مكانك محجوز. الرابط أدناه لك وحدك، ويُدخلك عند فتح القاعة.',
    why: ({ email, title }) => `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} مسجل في «${isolate(title)}».`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `البداية ${startsIn}: ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. رابطك الشخصي في الداخل.`,
    tomorrow: (clock) => `غدًا الساعة ${clock}`,
    headline: ({ startsIn }) => `البداية ${startsIn}`,
    seeYou: { tomorrow: 'نراك غدًا.', now: 'سنبدأ بعد قليل.', soon: 'نراك قريبًا.' },
    intro: ({ seeYou }) => `${seeYou} الرابط أدناه لك وحدك، ويُدخلك عند فتح القاعة.`,
    why: ({ email, title }) => `وصلك هذا التذكير لأن العنوان ${isolate(email)} مسجل في «${isolate(title)}».`,
    stop: 'إلغاء الاشتراك في تذكيرات هذه الفعالية وأخبارها',
  },
  access_link: {
    subject: ({ title }) => `رابطك إلى ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. نقرة واحدة تكفي للدخول.`,
    eyebrow: 'رابطك الشخصي',
    intro: 'إليك رابطك من جديد. هو لك وحدك، وصالح لأي عدد من المرات.',
    why: ({ email, title }) =>
      `أرسل إليك فريق «${isolate(title)}» هذه الرسالة لأن العنوان ${isolate(email)} مسجل فيها.`,
  },
  self_serve_link: {
    subject: ({ title }) => `رابطك إلى ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. الرابط الذي طلبته.`,
    eyebrow: 'رابطك الشخصي',
    intro: 'إليك الرابط الذي طلبته. هو لك وحدك، وصالح لأي عدد من المرات.',
    why: ({ email, title }) =>
      `ورد طلب، منك على الأرجح، في صفحة «${isolate(title)}» لإرسال رابط ${isolate(email)}. إن لم يكن منك، فيمكن تجاهله: لم تصل الرسالة إلى غيرك.`,
  },
  new_key: {
    subject: ({ title }) => `رابطك الجديد إلى ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. يحل محل رابطك السابق.`,
    eyebrow: 'رابطك الجديد',
    intro: 'لم يعد رابطك السابق صالحًا: تم استبداله احتياطًا. الرابط الجديد لك وحدك، وصالح لأي عدد من المرات.',
    why: ({ email, title }) => `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} مسجل في «${isolate(title)}».`,
  },
  event_updated: {
    subject: ({ title, when }) => `موعد جديد: ${marked(title)}، ${when}`,
    preheader: ({ zone }) => `${zone}. مكانك محجوز ورابطك لم يتغير.`,
    eyebrow: 'موعد جديد',
    intro: 'تغيّر موعد هذه الفعالية. مكانك لا يزال محجوزًا، ورابطك الشخصي لم يتغير.',
    why: ({ email, title }) => `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} مسجل في «${isolate(title)}».`,
  },
  event_cancelled: {
    subject: ({ title }) => `تم الإلغاء: ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `كان الموعد المقرر ${shortTime}، ${zone}.`,
    eyebrow: 'تم الإلغاء',
    intro: 'لن تُقام هذه الفعالية. لم يعد رابطك الشخصي يعمل، وليس عليك فعل شيء.',
    why: ({ email, title }) =>
      `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} كان مسجلًا في «${isolate(title)}».`,
  },
  registration: {
    own: 'تسجيلك',
    cannotCome: 'لا يمكنك الحضور؟ أخبرنا',
  },
  registration_link: {
    subject: ({ title }) => `تسجيلك في ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. الرابط صالح لساعة واحدة.`,
    eyebrow: 'تسجيلك',
    intro: 'الرابط أدناه يفتح تسجيلك: يمكنك تعديله أو إلغاؤه. وهو صالح لساعة واحدة.',
    open: 'فتح تسجيلي',
    why: ({ email, title }) =>
      `ورد طلب، منك على الأرجح، لفتح تسجيل ${isolate(email)} في «${isolate(title)}». إن لم يكن منك، فيمكن تجاهله: لم يصل الرابط إلى غيرك.`,
  },
  nudge: {
    subject: ({ title }) => `بدأت الفعالية: ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. مكانك في انتظارك.`,
    headline: 'بدأت الفعالية',
    intro: 'مكانك في انتظارك. الرابط أدناه لك وحدك، ويُدخلك مباشرة.',
    why: ({ email, title }) => `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} مسجل في «${isolate(title)}».`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `التسجيل المصوّر: ${marked(title)}` : `شكرًا على الحضور: ${marked(title)}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? 'شكرًا على حضورك. رابطك الشخصي يوصلك إلى التسجيل المصوّر.'
        : `${shortTime}، ${zone}. شكرًا على وقتك.`,
    eyebrow: 'شكرًا على الحضور',
    intro: 'شكرًا على حضورك معنا. نرجو أن يكون الوقت معنا مفيدًا.',
    introWithReplay: 'شكرًا على حضورك معنا. التسجيل المصوّر جاهز، ورابطك الشخصي يوصلك إليه.',
    why: ({ email, title }) =>
      `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} كان مسجلًا في «${isolate(title)}».`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `متاح للمشاهدة: ${marked(title)}` : `افتقدنا حضورك: ${marked(title)}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay ? 'التسجيل المصوّر جاهز، ورابطك الشخصي يوصلك إليه.' : `${shortTime}، ${zone}. أُغلقت القاعة.`,
    eyebrow: 'افتقدنا حضورك',
    intro: 'يبدو أن الحضور لم يتيسر لك هذه المرة. أُغلقت القاعة، ولم يعد رابطك الشخصي يفتحها.',
    introWithReplay: 'يبدو أن الحضور لم يتيسر لك هذه المرة. التسجيل المصوّر جاهز، ورابطك الشخصي يوصلك إليه.',
    why: ({ email, title }) =>
      `وصلتك هذه الرسالة لأن العنوان ${isolate(email)} كان مسجلًا في «${isolate(title)}».`,
  },
  announcement: {
    subject: ({ title }) => `أخبار عن ${marked(title)}`,
    preheader: ({ shortTime, zone }) => `${shortTime}، ${zone}. رسالة من الفريق.`,
    eyebrow: 'أخبار من الفريق',
    intro: 'هذه رسالة من فريق هذه الفعالية.',
    why: ({ email, title }) =>
      `أرسل إليك فريق «${isolate(title)}» هذه الرسالة لأن العنوان ${isolate(email)} مسجل فيها.`,
  },
  sign_in: {
    subject: ({ name }) => `تسجيل الدخول إلى ${marked(name)}`,
    preheader: 'رابطك صالح لمرة واحدة، خلال 15 دقيقة.',
    eyebrow: 'رابط تسجيل الدخول',
    title: ({ name }) => `تسجيل الدخول إلى ${isolate(name)}`,
    intro: 'إليك الرابط الذي طلبته. هو صالح لمرة واحدة، خلال 15 دقيقة.',
    button: 'تسجيل الدخول',
    code: 'أو يمكن إدخال هذا الرمز حيث طُلب تسجيل الدخول، من دون إطلاع أحد عليه:',
    why: ({ email, name }) =>
      `ورد طلب، منك على الأرجح، لتسجيل الدخول إلى ${isolate(name)} بالعنوان ${isolate(email)}. إن لم يكن منك، فيمكن تجاهله: لا يدخل أحد من دون هذا الرابط.`,
  },
  invitation: {
    subject: ({ name }) => `دعوة إلى ${marked(name)}`,
    preheader: 'رابطك صالح لمرة واحدة، خلال 7 أيام.',
    eyebrow: 'دعوة',
    title: ({ name }) => `الانضمام إلى فريق ${isolate(name)}`,
    intro: ({ inviter }) =>
      `وردتك دعوة من ${isolate(inviter)} إلى الفريق. هناك يظهر من سجّل في كل فعالية، وأي الرسائل وصلت.`,
    button: 'الانضمام إلى الفريق',
    after:
      'هذا الرابط صالح لمرة واحدة، خلال 7 أيام. بعد ذلك يكون تسجيل الدخول بهذا العنوان: نرسل إليك رابطًا جديدًا في كل مرة.',
    why: ({ email, inviter, name }) =>
      `وصلتك هذه الرسالة بسبب دعوة من ${isolate(inviter)} للعنوان ${isolate(email)} إلى فريق ${isolate(name)}. إن لم تكن متوقعة، فيمكن تجاهلها.`,
  },
  registrants_export: {
    registrants: 'عدد المسجلين',
    file: 'الملف',
    worksUntil: 'صالح حتى',
    moment: ({ shortTime, zone }) => `${shortTime}، ${zone}`,
    export_attached: {
      subject: ({ title }) => `المسجلون في ${marked(title)}`,
      preheader: ({ rows }) => `عدد المسجلين: ${rows}. الملف مرفق، وهو لك وحدك.`,
      eyebrow: 'ملف المسجلين',
      intro: 'الملف الذي يضم المسجلين في هذه الفعالية مرفق بهذه الرسالة.',
    },
    export_link: {
      subject: ({ title }) => `المسجلون في ${marked(title)}`,
      preheader: ({ until }) => `الرابط صالح حتى ${until}.`,
      eyebrow: 'ملف المسجلين',
      intro:
        'الملف الذي يضم المسجلين في هذه الفعالية أكبر من أن يُرفق. الرابط أدناه ينقل البيانات كما هي لحظة التنزيل.',
      button: 'تنزيل الملف',
      terms: 'هذا الرابط لا يعمل إلا لمن أُرسل إليه، ويمكن إلغاؤه في أي وقت.',
    },
    export_failed: {
      subject: ({ title }) => `تعذر تصدير المسجلين: ${marked(title)}`,
      preheader: ({ reason }) => reason,
      eyebrow: 'تعذر التصدير',
      intro: 'لم يكن تصدير المسجلين في هذه الفعالية ممكنًا.',
    },
    secret: {
      lead: 'هذا الملف لك وحدك',
      text: 'هو مجموعة من بيانات الدخول: في كل صف رابط دخول شخص ما، ومن لديه الملف يمكنه الدخول مكانه.',
      duty: 'الرجاء عدم إعادة توجيه الملف، وحذفه بعد الانتهاء منه.',
    },
    utc: 'الأوقات في الملف بالتوقيت العالمي المنسق (UTC).',
    why: ({ email, title }) =>
      `ورد طلب من الفريق، منك على الأرجح، لإرسال المسجلين في «${isolate(title)}» إلى العنوان ${isolate(email)}.`,
    reasons: {
      not_allowed: 'لم يعد من حق صاحب الطلب، أو العنوان الذي كان سيُرسل إليه الملف، الحصول عليه.',
      too_many_rows: 'تتسع ورقة Excel لعدد 1,048,575 من المسجلين على الأكثر: الرجاء طلب ملف CSV بدلًا منها.',
      too_many_columns:
        'حقول المسجلين المختلفة أكثر من الأعمدة التي يتسع لها الملف: الرجاء اختيار الأعمدة اللازمة.',
      internal: 'تكرر خطأ من جهتنا، وهو مدوَّن في السجل: الرجاء طلب التصدير مرة أخرى.',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${marked(title)}: تُحذف بيانات المسجلين في ${date}`,
    preheader: ({ people }) =>
      `عدد المسجلين: ${people}. يمكن تصدير البيانات قبل ذلك، أو الاحتفاظ بها مدة أطول.`,
    eyebrow: 'الحذف بعد أسبوع',
    intro:
      'انتهت هذه الفعالية، وستُحذف البيانات الشخصية للمسجلين فيها نهائيًا: الأسماء وعناوين البريد الإلكتروني والإجابات ومحتوى الرسائل. ويبقى التقرير وأرقامه.',
    people: 'عدد المسجلين',
    erasedOn: 'تاريخ الحذف',
    button: 'الاحتفاظ بها مدة أطول',
    before: 'عند الحاجة إلى القائمة، يمكن تصديرها قبل هذا اليوم.',
    exports: 'فتح صفحة التصدير',
    why: ({ email, name }) =>
      `وصلتك هذه الرسالة لأن ${isolate(email)} ضمن فريق ${isolate(name)}. لا يُحذف أحد قبل أن يعلم الفريق بذلك منذ 7 أيام.`,
  },
  alert: {
    subject: ({ title }) => marked(title),
    eyebrow: 'تنبيه',
    raised: 'وقت الحدوث',
    severity: 'المستوى',
    severities: { critical: 'حرج', warning: 'تحذير', notice: 'إشعار' },
    button: 'فتح الصفحة',
    why: ({ email, name }) =>
      `وصلتك هذه الرسالة لأن إعدادات ${isolate(name)} ترسل التنبيهات إلى ${isolate(email)}.`,
  },
  digest: {
    mail: 'الرسالة',
    begun: 'البداية',
    mails: 'عدد الرسائل',
    sent: 'أُرسلت',
    delivered: 'سُلّمت',
    bounced: 'ارتدت',
    failed: 'فشلت',
    waiting: 'في الانتظار',
    unsent: 'لم تُرسل',
    reasons: 'الأسباب',
    registered: 'المسجلون',
    joined: 'الحاضرون',
    missed: 'الغائبون',
    none: 'لا شيء',
    unreported: 'غير معروف',
    bouncedList: 'من ارتدت رسائلهم',
    failedList: 'من فشلت رسائلهم',
    missedList: 'من لم يحضروا',
    digest_send: {
      subject: ({ title, mail }) => `${marked(title)}: أرقام الإرسال (${mail})`,
      preheader: ({ sent, bounced, failed }) => `أُرسلت: ${sent}. ارتدت: ${bounced}. فشلت: ${failed}.`,
      eyebrow: 'بعد الإرسال',
      button: 'عرض الرسائل',
    },
    digest_event: {
      subject: ({ title }) => `${marked(title)}: أرقام الفعالية`,
      preheader: ({ registered, joined }) => `المسجلون: ${registered}. الحاضرون: ${joined}.`,
      eyebrow: 'في صباح اليوم التالي',
      button: 'فتح التقرير',
    },
    why: ({ email, name }) =>
      `وصلتك هذه الرسالة لأن إعدادات ${isolate(name)} ترسل الملخصات إلى ${isolate(email)}.`,
  },
};
