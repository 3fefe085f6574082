import type { Copy } from './en.ts';

/** Addresses stand within full-width brackets: mail programs would take letters right after one for a part of it. */
export const ja: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `${name} 様` : 'こんにちは。'),
  details: {
    when: '日時',
    host: '主催者',
    code: '参加コード',
    moment: (date, time, zone) => `${date} ${time}（${zone}）`,
    shortTime: (shortTime) => shortTime,
    hostTime: (time) => `開催地の時刻：${time}`,
    now: '変更後',
    was: '変更前',
    planned: '予定日時',
  },
  join: 'イベントに参加する',
  watch: '録画を見る',
  paste: 'ブラウザーで開く：',
  countdown: {
    open: '専用リンクを開く',
    note: 'リンクはあなた専用です。開場までは残り時間が表示され、開場するとそのまま参加できます。',
  },
  calendar: {
    add: 'カレンダーに追加',
    update: 'カレンダーに新しい日時を登録',
    remove: 'カレンダーから削除',
    removeGoogle: '予定を開いて、ごみ箱のアイコンを選びます。',
    removeOutlook: '予定を開いて、［削除］を選びます。',
    removeByFile: 'このファイルを開く',
    file: 'Appleなど',
    google: 'Google',
    outlook: 'Outlook',
  },
  reservation: {
    online: 'オンライン',
  },
  label: (name) => `${name}：`,
  writeToHost: '主催者へのお問い合わせ：',
  confirmation: {
    subject: ({ title, when }) => `登録完了：${title}、${when}`,
    preheader: ({ zone }) => `${zone}。カレンダー用の予定と専用リンクをお届けします。`,
    eyebrow: '登録完了',
    intro: 'お席をご用意しました。カレンダーに追加すると、予定の中にあなた専用のリンクが入ります。',
    introSoon: 'お席をご用意しました。下のリンクはあなた専用です。開場すると、そのまま参加できます。',
    why: ({ email, title }) => `このメールは、「${title}」にご登録のアドレス（${email}）にお送りしています。`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `${startsIn}に開始：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。あなた専用のリンクをお届けします。`,
    tomorrow: (clock) => `明日${clock}`,
    headline: ({ startsIn }) => `${startsIn}に始まります`,
    seeYou: {
      tomorrow: '明日、お待ちしています。',
      now: 'まもなく始まります。',
      soon: 'ご参加をお待ちしています。',
    },
    intro: ({ seeYou }) => `${seeYou}下のリンクはあなた専用です。開場すると、そのまま参加できます。`,
    why: ({ email, title }) =>
      `このリマインダーは、「${title}」にご登録のアドレス（${email}）にお送りしています。`,
    stop: 'このイベントのリマインダーとお知らせの配信を停止する',
  },
  access_link: {
    subject: ({ title }) => `参加用リンク：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。ワンクリックで参加できます。`,
    eyebrow: 'あなた専用のリンク',
    intro: 'リンクをあらためてお送りします。あなた専用で、何度でもお使いいただけます。',
    why: ({ email, title }) =>
      `このメールは、「${title}」の運営チームが、ご登録のアドレス（${email}）にお送りしています。`,
  },
  self_serve_link: {
    subject: ({ title }) => `参加用リンク：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。ご依頼のリンクをお届けします。`,
    eyebrow: 'あなた専用のリンク',
    intro: 'ご依頼のリンクをお送りします。あなた専用で、何度でもお使いいただけます。',
    why: ({ email, title }) =>
      `このメールは、「${title}」のページで、このアドレス（${email}）へのリンクの送信が依頼されたため、お送りしています。お心当たりがなければ、そのままでかまいません。ほかの方には届いていません。`,
  },
  new_key: {
    subject: ({ title }) => `新しい参加用リンク：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。これまでのリンクに代わるものです。`,
    eyebrow: 'あなた専用の新しいリンク',
    intro:
      '念のためリンクを新しいものに変更しました。これまでのリンクは使えません。新しいリンクはあなた専用で、何度でもお使いいただけます。',
    why: ({ email, title }) => `このメールは、「${title}」にご登録のアドレス（${email}）にお送りしています。`,
  },
  event_updated: {
    subject: ({ title, when }) => `日時変更：${title}、${when}`,
    preheader: ({ zone }) => `${zone}。ご登録とリンクは、そのままお使いいただけます。`,
    eyebrow: '日時変更',
    intro: 'このイベントの日時が変わりました。ご登録はそのまま有効で、専用リンクも変わりません。',
    why: ({ email, title }) => `このメールは、「${title}」にご登録のアドレス（${email}）にお送りしています。`,
  },
  event_cancelled: {
    subject: ({ title }) => `開催中止：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）に予定されていました。`,
    eyebrow: '開催中止',
    intro:
      'このイベントは開催されないことになりました。専用リンクは使えなくなりましたが、お手続きは必要ありません。',
    why: ({ email, title }) =>
      `このメールは、「${title}」にご登録だったアドレス（${email}）にお送りしています。`,
  },
  registration: {
    own: 'ご登録内容',
    cannotCome: '参加できなくなった方はこちら',
  },
  registration_link: {
    subject: ({ title }) => `ご登録内容：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。リンクは1時間有効です。`,
    eyebrow: 'ご登録内容',
    intro: '下のリンクから、ご登録内容の確認、変更、キャンセルができます。リンクの有効期間は1時間です。',
    open: '登録内容を開く',
    why: ({ email, title }) =>
      `このメールは、「${title}」のご登録（${email}）を開くためのリンクの送信が依頼されたため、お送りしています。お心当たりがなければ、そのままでかまいません。ほかの方には届いていません。`,
  },
  nudge: {
    subject: ({ title }) => `開始しました：${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）に始まりました。お席をご用意しています。`,
    headline: '始まりました',
    intro: 'お席をご用意してお待ちしています。下のリンクはあなた専用で、そのまま参加できます。',
    why: ({ email, title }) => `このメールは、「${title}」にご登録のアドレス（${email}）にお送りしています。`,
  },
  follow_up_attended: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `録画のご案内：${title}` : `ご参加ありがとうございました：${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? '録画は、あなた専用のリンクからご覧いただけます。'
        : `${shortTime}（${zone}）。ありがとうございました。`,
    eyebrow: 'ご参加ありがとうございました',
    intro: 'ご参加いただき、ありがとうございました。お役に立てていれば幸いです。',
    introWithReplay:
      'ご参加いただき、ありがとうございました。録画をご用意しましたので、あなた専用のリンクからご覧ください。',
    why: ({ email, title }) =>
      `このメールは、「${title}」にご登録だったアドレス（${email}）にお送りしています。`,
  },
  follow_up_missed: {
    subject: ({ title, hasReplay }) =>
      hasReplay ? `録画をご覧いただけます：${title}` : `またの機会に：${title}`,
    preheader: ({ shortTime, zone, hasReplay }) =>
      hasReplay
        ? '録画は、あなた専用のリンクからご覧いただけます。'
        : `${shortTime}（${zone}）。会場は閉じられました。`,
    eyebrow: 'またの機会をお待ちしています',
    intro: '今回はご参加いただけなかったようです。会場はすでに閉じており、専用リンクからは入れません。',
    introWithReplay:
      '今回はご参加いただけなかったようです。録画をご用意しましたので、あなた専用のリンクからご覧ください。',
    why: ({ email, title }) =>
      `このメールは、「${title}」にご登録だったアドレス（${email}）にお送りしています。`,
  },
  announcement: {
    subject: ({ title }) => `${title}：主催者からのお知らせ`,
    preheader: ({ shortTime, zone }) => `${shortTime}（${zone}）。主催者からのお知らせです。`,
    eyebrow: '主催者からのお知らせ',
    intro: 'このイベントの主催者からのお知らせです。',
    why: ({ email, title }) =>
      `このメールは、「${title}」の主催者から、ご登録のアドレス（${email}）にお送りしています。`,
  },
  sign_in: {
    subject: ({ name }) => `${name}へのサインイン`,
    preheader: 'リンクは15分以内に1回だけお使いいただけます。',
    eyebrow: 'サインイン用リンク',
    title: ({ name }) => `${name}へのサインイン`,
    intro: 'ご依頼のリンクをお送りします。15分以内に1回だけお使いいただけます。',
    button: 'サインイン',
    code: 'または、サインインを依頼した画面に次のコードを入力してください。コードはだれにも教えないでください。',
    why: ({ email, name }) =>
      `このメールは、${name}へのサインインがこのアドレス（${email}）で依頼されたため、お送りしています。お心当たりがなければ、そのままでかまいません。このリンクがなければ、だれもサインインできません。`,
  },
  invitation: {
    subject: ({ name }) => `${name}への招待`,
    preheader: 'リンクは7日以内に1回だけお使いいただけます。',
    eyebrow: 'チームへの招待',
    title: ({ name }) => `${name}のチームに参加`,
    intro: ({ inviter }) =>
      `${inviter}さんがあなたをチームに追加しました。各イベントの登録者と、メールの到着状況を確認できます。`,
    button: 'チームに参加',
    after:
      'このリンクは7日以内に1回だけお使いいただけます。その後はこのメールアドレスでサインインできます。サインインのたびに新しいリンクをお送りします。',
    why: ({ email, inviter, name }) =>
      `このメールは、${inviter}さんがこのアドレス（${email}）を${name}のチームに追加したため、お送りしています。お心当たりがなければ、そのままでかまいません。`,
  },
  registrants_export: {
    registrants: '登録者数',
    file: 'ファイル',
    worksUntil: '有効期限',
    moment: ({ shortTime, zone }) => `${shortTime}（${zone}）`,
    export_attached: {
      subject: ({ title }) => `登録者一覧：${title}`,
      preheader: ({ rows }) => `登録者数：${rows}。ファイルを添付しました。取り扱いにご注意ください。`,
      eyebrow: '登録者一覧',
      intro: 'このイベントの登録者一覧を添付ファイルでお送りします。',
    },
    export_link: {
      subject: ({ title }) => `登録者一覧：${title}`,
      preheader: ({ until }) => `リンクの有効期限は${until}です。`,
      eyebrow: '登録者一覧',
      intro:
        'このイベントの登録者一覧は、添付するには大きすぎます。下のリンクから、ダウンロードした時点のデータをお受け取りいただけます。',
      button: '登録者一覧をダウンロード',
      terms: 'このリンクは、お送り先のご本人だけがお使いいただけます。途中で取り消されることもあります。',
    },
    export_failed: {
      subject: ({ title }) => `登録者一覧を作成できませんでした：${title}`,
      preheader: ({ reason }) => reason,
      eyebrow: '作成できませんでした',
      intro: 'このイベントの登録者一覧を書き出すことができませんでした。',
    },
    secret: {
      lead: 'このファイルはほかの方に渡さないでください',
      text: '認証情報をまとめたものです。各行に登録者の専用リンクがあり、ファイルを持っていれば、だれでもその人として参加できてしまいます。',
      duty: '転送はせず、使い終わったら削除してください。',
    },
    utc: 'ファイル内の時刻はUTC（協定世界時）です。',
    why: ({ email, title }) =>
      `このメールは、「${title}」の登録者一覧をこのアドレス（${email}）に送るよう、運営チームのどなたか（おそらくあなた）が依頼されたため、お送りしています。`,
    reasons: {
      not_allowed: '依頼された方、または送り先のアドレスには、このデータを受け取る権限がもうありません。',
      too_many_rows: 'Excelのシートには1,048,575人までしか入らないため、CSV形式でご依頼ください。',
      too_many_columns:
        '登録者の項目の種類がファイルの列数の上限を超えているため、必要な列を選んでご依頼ください。',
      internal:
        'こちらで障害が繰り返し起きた（ログに記録済みです）ため、お手数ですがもう一度ご依頼ください。',
    },
  },
  retention_notice: {
    subject: ({ title, date }) => `${title}：登録者の情報は${date}に削除されます`,
    preheader: ({ people }) =>
      `登録者数：${people}。必要な場合は、その前にエクスポートするか、保存期間を延ばしてください。`,
    eyebrow: '1週間後に削除',
    intro:
      'このイベントは終了しました。登録者の個人情報（氏名、メールアドレス、回答、メールの内容）は完全に削除されます。レポートとその数値は残ります。',
    people: '登録者数',
    erasedOn: '削除日',
    button: '保存期間を延ばす',
    before: 'リストが必要な場合は、この日より前にエクスポートしてください。',
    exports: 'エクスポートを開く',
    why: ({ email, name }) =>
      `このメールは、${email}が${name}のチームに登録されているため、お送りしています。チームにお知らせしてから7日が過ぎるまで、削除されることはありません。`,
  },
  alert: {
    subject: ({ title }) => title,
    eyebrow: 'アラート',
    raised: '発生',
    severity: '重要度',
    severities: { critical: '重大', warning: '警告', notice: '通知' },
    button: 'ページを開く',
    why: ({ email, name }) =>
      `このメールは、${name}の設定でアラートの送信先に${email}が指定されているため、お送りしています。`,
  },
  digest: {
    mail: 'メール',
    begun: '開始',
    mails: '件数',
    sent: '送信済み',
    delivered: '配信済み',
    bounced: '不達',
    failed: '失敗',
    waiting: '送信待ち',
    unsent: '未送信',
    reasons: '理由',
    registered: '登録者数',
    joined: '参加者数',
    missed: '欠席者数',
    none: 'なし',
    unreported: '報告なし',
    bouncedList: 'メールが届かなかった方',
    failedList: 'メールの送信に失敗した方',
    missedList: '欠席した方',
    digest_send: {
      subject: ({ title, mail }) => `${title}：送信の結果（${mail}）`,
      preheader: ({ sent, bounced, failed }) => `送信済み：${sent}。不達：${bounced}。失敗：${failed}。`,
      eyebrow: '送信の結果',
      button: 'メールを見る',
    },
    digest_event: {
      subject: ({ title }) => `${title}：イベントの結果`,
      preheader: ({ registered, joined }) => `登録者数：${registered}。参加者数：${joined}。`,
      eyebrow: '翌朝のまとめ',
      button: 'レポートを開く',
    },
    why: ({ email, name }) =>
      `このメールは、${name}の設定でまとめの送信先に${email}が指定されているため、お送りしています。`,
  },
};
