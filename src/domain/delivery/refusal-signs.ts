import type { RefusalReason } from './refusal.ts';

/** What tells a reason. All that it names must fit. */
interface Sign {
  readonly reason: RefusalReason;
  /** The reply's number, the empty string where none is given. */
  readonly replies?: RegExp;
  /** The particular enhanced status code. */
  readonly codes?: RegExp;
  readonly unlessCodes?: RegExp;
  /** The words as `plainWords` leaves them: addresses, links and hosts are `<>`, IP addresses `ip`. */
  readonly words?: RegExp;
}

const any = (...patterns: readonly string[]) => new RegExp(patterns.join('|'), 'i');
const NOT = "(?:is |are |was |has |have |does |do |did |could |can)?(?:not|n't)";
const WHO =
  '(?:user(?:name|id)?|recipient(?: address| mailbox)?|mail ?box|account|addressee|(?:e-?mail )?address(?:es)?|alias|login|local part|customer|member|person|name)';

/** How a report names the command that was answered, where it was about the sender. It stands before the reply. */
export const ABOUT_SENDER =
  /(?:after|in reply to|did not like our|in response to) (?:the )?(?:mail from|ehlo|helo|initial connection|banner)|but sender was rejected/i;

/** In this order: the first that fits decides. */
export const SIGNS: readonly Sign[] = [
  { reason: 'temporary', words: any('gr[ae]y-? ?list') },

  // Words about all our mail, whatever the code: Postfix refuses to relay with 454, too.
  {
    reason: 'sender_authentication',
    words: any(
      '\\b(?:spf|dkim|dmarc|domainkeys?|sender ?id)\\b',
      'unauthenticated (?:e-?mail|mail|message|sender)',
      'sender is unauthenticated|sender policy framework|\\bbatv\\b|backscatter|unsigned dsn|third-party dsn|(?:signature|hash).{0,20}(?:not|invalid|fail|missing)|verification failure',
    ),
  },
  {
    reason: 'sender_address',
    words: any(
      '\\bsender(?:.s)? ?(?:e-?mail |mail |address |domain |verif\\w+ |callout |is |was |not |name )*.{0,60}?\\b(?:reject|refus|den(?:y|ied)|fail|invalid|unknown|not (?:exist|found|allowed|authori[sz]ed|permitted|accepted|verified|valid|resolve)|(?:does|do|did|could)(?: not|n.t)|block|bann|unresolv|forbidden|unauthori[sz]ed|no (?:mx|such))',
      '(?:reject|refus|den(?:y|ied)|invalid|unknown|bad|unverified|unresolvable|forged|spoofed|verify|verification of|blocked|nonexistent|unauthori[sz]ed) (?:the |your )?(?:envelope )?(?:sender|from:|from (?:header|address)|return[- ]path|mail from:)',
      '[ée]metteur (?:invalide|inconnu)|bogus mail|purported responsible|sender (?:isn.t|is not|not) |unroutable sender|different address or alias|fully qualified|address is not verified|(?:unresolvable|unregistered) (?:sender|relay)|from: domain|valid from\\b|from (?:header|address|domain) .{0,30}(?:not|n.t|invalid|missing)|(?:domain|address) of (?:the )?sender|sender domain|return address|reverse[- ]path|\\bmail ?from ?(?::|command|<).{0,40}(?:reject|refus|invalid|not|den)',
      'sender (?:address )?verif|(?:verify|verifying) (?:the )?sender|callout verification|verification failed for',
      '\\byour (?:mail |e-?mail |sender |from )?(?:domain|address)\\b.{0,60}(?:not|n.t|reject|block|list|invalid|unknown|refus|deni)',
      '(?:unknown|unauthori[sz]ed|unrecogni[sz]ed) (?:sending|sender) domain|spoof|forg(?:ed|ery|ing)',
      'not allowed to send|not authori[sz]ed to (?:send|use)|not permitted to send',
      ABOUT_SENDER.source,
      'adresse (?:de l.)?exp[ée]diteur|expéditeur (?:refus|inconnu)|absender(?:adresse)? .{0,30}(?:abgelehnt|ungültig|unbekannt)|remitente .{0,30}(?:rechazad|inválid)|remetente .{0,30}(?:rejeitad|inválid)|mittente .{0,30}(?:rifiutat|non valid)',
    ),
  },
  {
    reason: 'relaying',
    words: any(
      '\\b(?:re-?)?relay(?:ing|ed)?\\b(?!\\.).{0,40}(?:den(?:y|ied)|not|n.t\\b|prohibit|disallow|refus|reject|forbid|disabled|fail|restrict|unauthori)',
      '(?:not|n.t|no|never|unable to|without|un-?authori[sz]ed|den(?:y|ied)|prohibited|forbidden|disallowed|illegal|attempt(?:ed)? to|for|open|third[- ]party|mail) re-?lay',
      'rcpt ?hosts?\\b|as a relay|not a (?:registered )?gateway|not local host|\\brelaying mail\\b|configured to relay|(?:don.t|not) handle mail for|is (?:currently )?not (?:a )?permitted to relay|gateway to|non-?local (?:recipient|user|domain)|domain (?:is )?not (?:hosted|local|served)|not a local (?:domain|recipient)',
      'we do not (?:relay|accept mail for)|relais (?:refus|interdit|non)|weiterleitung .{0,20}(?:verweigert|nicht)|retransmisi|reenv[ií]o .{0,20}(?:deneg|no perm)',
    ),
  },
  {
    reason: 'login',
    words: any(
      '\\b(?:smtp |client )?auth(?:entication|enticate|enticated|enticating)?\\b.{0,40}(?:required|requires|needed|necessary|first|fail|missing|invalid|incorrect|unsuccess|not|before|must|bad)',
      '(?:require|need|must|please|should|failed|invalid|without|not|before|missing|bad|use|enable).{0,30}\\b(?:smtp )?auth(?:entication|enticate|enticated|enticating)?\\b',
      '(?:please|must|need to|have to|should) (?:first )?(?:be )?log(?:ged)? ?in|login (?:required|first|fail)|pop before smtp|check (?:your )?(?:new )?mail first',
      '(?:password|credential|username).{0,30}(?:incorrect|invalid|wrong|not accepted|expired|fail|bad)|(?:incorrect|invalid|wrong|bad) (?:username|password|credential)',
      'must issue a starttls|starttls (?:is )?(?:first|required)|encryption (?:is )?required|no auth|does not advertise auth|tls (?:is )?required|authenti(?:fi)?cation (?:invalide|requise|turned on)|captcha|access to submit messages',
    ),
  },
  {
    reason: 'quota',
    words: any(
      "(?:daily|hourly|monthly|weekly|per[- ](?:day|hour|month|minute)|24[- ]hours?|sending|send|outgoing|outbound|sender(?:'s)?|smtp|relay|plan|trial|submission)\\b.{0,40}\\b(?:limit|quota|allowance|allotment|cap)\\b",
      '\\b(?:limit|quota|allowance|maximum|max)\\b.{0,40}(?:(?:an?|per|each|/) ?(?:hour|day|minute|month|24)|daily|hourly|of sent|of outgoing|for sending|credits)',
      'too many (?:messages|e-?mails|mails|recipients) (?:sent )?(?:today|this (?:hour|day|month)|in the last|per)|(?:limit|quota) .{0,30}(?:messages|recipients) (?:sent|per)|out of credits|insufficient (?:credit|balance)',
    ),
  },

  { reason: 'unknown_for_now', codes: /^4\.1\.1$/, words: any('user unknown|unknown user|no such user') },
  { reason: 'temporary', codes: /^4\./ },
  { reason: 'temporary', replies: /^4/ },

  // Google Groups says both of every group that it does not show.
  { reason: 'policy', words: any('group (?:that )?you tried to contact') },

  // Words about us.
  {
    reason: 'temporary',
    // Gmail of a mailbox: nothing that we do wrong.
    words: any(
      'receiving (?:mail|messages?|e-?mails?) (?:at a rate|too (?:quickly|fast))|temporar(?:i?l)?y for exceeding receiving',
    ),
  },
  {
    reason: 'rate',
    words: any(
      'too many (?:\\w+ ){0,2}(?:messages|mails?|e-?mails|connections|errors|recipients|requests|sessions|commands|rcpt|concurrent|complaints|attempts|hops? per|unknown|invalid|bad|transactions)',
      'slow(?:ing)? down|throttl|rate[- ]?limit|rate control|(?:message|mail|connection|sending) rate|frequency (?:is )?limit|limit(?:ed)? (?:on|the) (?:rate|frequency|number)|too (?:fast|quickly|frequent|often)|sending too|(?:unusual|high|excessive|suspicious) (?:rate|volume|number) of|concurren(?:t|cy)|connection limit|trop de connexions|numerous attempts',
      'user complaints|mail flood',
    ),
  },
  {
    reason: 'blocked',
    words: any(
      '(?:block|black|deny|drop|stop)[- ]?list|\\b(?:rbl|dnsbl|rhsbl|sbl|xbl|pbl|cbl|bl\\d*|s3140|s3150)\\b|\\(bl\\)|dns ?(?:block|black)|spamhaus|spamcop|sorbs|barracuda|uceprotect|abusix|mailspike|senderbase|senderscore',
      'reputation|\\bbanned\\b|blocked|\\bblocking\\b|blocage|bloqu[ée]|gesperrt',
      '\\byour (?:\\w+ ){0,2}(?:ip|server|host|network|mta|mail ?server|isp|provider)\\b|\\b(?:client|connecting|source|originating|sending) (?:ip|host|server|mta)',
      '\\bip\\b.{0,60}(?:reject|refus|den(?:y|ied)|list|bad|poor|not (?:allowed|accepted|welcome|authori|permitted)|dynamic|residential|suspicious)|(?:from|by|of|for) (?:this |that |the |your )?ip(?: address)?\\b.{0,40}(?:not|reject|refus|den)',
      '\\b(?:ptr|rdns|r-dns|helo|ehlo)\\b|reverse[- ]?(?:dns|lookup|hostname|record|name|mapping|resol)|(?:generic|dynamic) (?:hostname|ip|reverse|pool)|hostname (?:mismatch|not found|reject)|match(?:es)? (?:the )?client|forward[- ]confirmed|bad (?:host|rdns|dns ptr)',
      'smtp server of your isp|(?:contact|see) (?:the |your )?(?:blocking|isp)|(?:does|do) not accept mail from|open proxy|(?:bad|poor|invalid) ip|no access from|(?:cannot|can.t|unable to) (?:find|resolve) your|no matches to nameserver|confirm this mail server|not welcome|go away|no (?:smtp )?service (?:for|to) you|junk ?mail reject',
    ),
  },
  {
    reason: 'content',
    words: any(
      'spam(?!cop|haus)|\\b(?:uce|ube)\\b|virus|malware|phish|trojan|worm\\b|unsolicited|\\bjunk\\b|bulk (?:mail|e-?mail)|mass ?mail|suspicious|objectionable|profan|offensive|blacklisted (?:url|link)|advertis|mail score|message score|images or other attachments|detected that this message|contains? (?:a |an )?(?:url|link|word)|content.{0,30}(?:reject|den|not accept|block|filter|polic|violat)|infected',
      'abus(?:e|ive)|(?:prohibited|forbidden|illegal|banned|executable|dangerous|invalid) (?:attachment|content|file)|attachment.{0,40}(?:not allowed|reject|prohibit|forbid|not permit|not accept)',
    ),
  },

  { reason: 'protocol', words: any('\\bmime\\b|(?:duplicate|multiple .{0,20}) ?headers?') },
  // RFC 7504.
  {
    reason: 'no_mail',
    replies: /^5(?:21|56)$/,
    words: any('not accept(?:ing)? (?:network messages|(?:any )?mail)|no mail'),
  },
  { reason: 'no_mail', replies: /^556$/ },

  // Words about a mailbox, certain ones first.
  {
    reason: 'mailbox_full',
    words: any(
      'over ?(?:the |its |his |her )?(?:disk |storage |mail ?)?quota|quota.{0,40}(?:exceed|full|reach|violat|over|limit)|exceed.{0,50}(?:quota|storage|allocat)|(?:out of|not enough|no|insufficient|exceeded|over) (?:\\w+ ){0,3}(?:storage|space|disk)\\b|storage.{0,30}(?:exceed|limit|full|alloc)|(?:disk|volume).{0,20}full',
      '(?:mail ?box|inbox|mail ?folder|user|account|maildrop|mail ?store|mail ?file|box)\\b.{0,40}\\bfull\\b|\\bfull\\b.{0,20}(?:mail ?box|inbox)|mailfull|too full|number of messages in',
      'disk ?(?:space)? ?quota|enough space|allowed quota|space has been used|sufficient .{0,20}space|too much mail data|mail file size|mail ?box .{0,30}exceed|account .{0,20}(?:exceeded|over) ',
      'bo[iî]te.{0,40}pleine|postfach.{0,30}voll|speicherplatz|(?:buz[oó]n|casilla|cuenta).{0,30}(?:llen|agotad|excedid)|espacio.{0,30}agotad|caixa.{0,40}cheia|casella.{0,40}piena|casilla.{0,30}llena|переполнен|メールボックス.{0,20}(?:一杯|いっぱい|容量)|邮箱(?:已满|空间不足)|postbus.{0,20}vol|brevl[åa]da.{0,20}full|skrzynk.{0,30}(?:pełn|przepełn)',
    ),
  },
  {
    reason: 'too_large',
    words: any(
      '(?:message|mail|header|attachment|file|letter|content|it) (?:size )?(?:is |was |are )?(?:too (?:big|large|long)|exceed)',
      'too (?:big|large) (?:message|mail|for)|(?:message|mail|maximum|max|fixed|file) size|size (?:limit|exceed|restriction|violat|too)|exceeds? (?:the )?(?:\\w+ ){0,3}size|oversi[sz]e|larger than',
    ),
  },
  { reason: 'unknown_domain', words: any('domain (?:is )?not reachable') },
  {
    reason: 'temporary',
    words: any(
      'malformed or unexpected name server|host not found,? try again|(?:dns|name ?server|mx|domain) (?:lookup )?.{0,30}(?:temporar|timed? ?out|timeout|servfail|server failure|problem|format error)|servfail|name service error.{0,60}(?:malformed|unexpected|timeout)|dns (?:query|lookup) (?:failed|failure|error)(?!.{0,60}not found)',
      'retry time|retry timeout|all hosts (?:for .{0,60})?have been failing|aborted after|accept our requests to connect|not reachable|(?:message|queue|delivery|retry|maximum|mail) (?:time |lifetime |age )?(?:has )?expired|(?:delivery )?time (?:is |was )?expired|been in the queue too long|on the queue too long|in queue too long|too old|queue[- ]?(?:life)?time|for (?:more than )?\\d+ (?:hours?|days?).{0,40}(?:undeliver|deliver|retr|queue|could not)|unable to deliver .{0,40}for \\d+|delivery (?:was |is |has been )?delayed|not been (?:collected|delivered) (?:for|after)',
      'not (?:currently |presently )?accepting (?:new |any )?(?:connections?|messages|mail right|network)|(?:is |are |too |server |system )busy|try (?:again )?later|temporar(?:y|ily)|system (?:is )?(?:not accepting|maintenance|overload|resources|shutting)|resources|maintenance|overload|shutting down',
      "connection (?:was )?(?:refused|reset|lost|closed|timed|dropped|failed|broken|died|unexpected)|(?:lost|dropped|closed) connection|(?:could not|cannot|can't|couldn't|unable to|failed to|wasn't able to) (?:establish|connect|reach|contact|make)|timed? ?out|timeout|(?:host|network|server|service) (?:is )?(?:unreachable|down|not respond|did not respond)|no route to|no answer from|not respond(?:ing)?|did not respond|no response",
      '\\b(?:mail |routing |forwarding )?loop|hop count|too many hops|(?:local|internal|mailer|server|system|configuration|config|software|i/o|disk|queue file|processing) (?:\\w+ )?(?:configuration )?(?:error|fault|failure|problem)|cannot (?:open|create|write|update|append)|read[- ]only|out of memory|mailer (?:error|fault)',
    ),
    unlessCodes: /^5\.(?:1\.[1236]|1\.10|2\.1)$|^5\.7\./,
  },
  {
    reason: 'disabled',
    words: any(
      `\\b${WHO}\\b.{0,60}\\b(?:disabled|deactivated|inactive|suspended|closed|discontinued|terminated|expired|locked|archived|cancelled|canceled|deleted|removed|frozen|dormant|not (?:been )?activ(?:e|ated)|unavailable for delivery|no longer (?:active|available|valid|accept\\w*|in (?:use|service)|receiv\\w*|monitored|with|work\\w*|exist\\w*|used|employed))\\b`,
      '\\b(?:disabled|inactive|suspended|deactivated|expired|locked|closed) (?:user|recipient|account|mail ?box|address)|no longer (?:with (?:us|the|this)|works? (?:for|here|at)|an? (?:valid|active|employee)|on server|valid|available|exist)|account (?:is )?(?:blocked|frozen)|has been (?:disabled|suspended|deactivated)|currently suspended|archived recipient|suspend the service|mail receiving disabled|bo[iî]te .{0,30}archiv',
      'kont[oe].{0,30}(?:deaktiviert|gesperrt|gelöscht)|compte.{0,30}(?:désactiv|suspendu|ferm|inactif)|(?:cuenta|casilla|buz[oó]n).{0,30}(?:desactivad|suspendid|deshabilitad|expirad|cancelad|eliminad)|conta.{0,30}(?:desativad|suspens|inativ)|account .{0,20}(?:disattivat|sospes)',
    ),
  },
  {
    reason: 'moved',
    words: any(
      '(?:has|have) (?:moved|changed)|moved to|moved permanently|changed (?:his|her|their|its|the)? ?(?:e-?mail|address)|new (?:e-?mail )?address (?:is|:)|no forwarding address|left no forward|has been replaced by',
    ),
  },
  {
    reason: 'unknown_domain',
    words: any(
      '\\b(?:host|domain)(?: name)?s?\\b.{0,40}\\b(?:unknown|not found|(?:not|n.t) (?:exist|found|known|resolve)|(?:does|do|could|did)(?: not|n.t) (?:exist|be found|resolve)|has no (?:mx|a record|mail)|couldn.t be found|could not be (?:found|resolved)|invalid|illegal|no (?:mx|such))',
      'domain is not reachable|\\b(?:unknown|no such|invalid|bad|nonexistent|non-existent|unresolvable|unroutable|unrouteable) (?:host|domain|destination|mail domain|mx)|unrouteable (?:address|mail domain|domain)|unroutable|nxdomain|no (?:mx|a|valid mx|mail exchanger|dns|aaaa) record|name or service not known|name service error.{0,60}host not found|couldn.t find any host|all relevant mx records|no mail ?server|no mx |dns (?:error|lookup).{0,40}(?:nxdomain|not found|no such)|address lookup (?:failed|did not yield)',
      'domaine .{0,20}(?:inconnu|n.existe)|domain .{0,30}(?:existiert nicht|nicht gefunden|unbekannt)|dominio .{0,30}(?:no existe|non esiste|desconocid)',
    ),
  },
  {
    reason: 'no_mail',
    words: any(
      '\\bnull ?mx\\b|indicated no smtp service|(?:host|domain|server|recipient|site|system)\\b.{0,30}\\b(?:does not|doesn.t|do not|never|not) (?:accept|receive|take|handle)(?:ing)? (?:any )?(?:mail|e-?mail|messages)(?! (?:from|for|with|right))|no mail (?:is )?accepted|does not (?:accept|receive) (?:any )?(?:mail|e-?mail)(?! (?:from|for|with|right))|not configured to receive',
    ),
  },
  {
    reason: 'unknown_address',
    words: any(
      `\\b${WHO}\\b.{0,60}?\\b(?:unknown|(?:${NOT}|no|never) (?:\\w+ )?(?:found|known|exist\\w*|valid|recogni[sz]ed|registered|listed|here|on (?:this|our)|present|hosted|resolve|a (?:valid|known|user)|(?:be )?(?:located|delivered to)|have (?:an? )?(?:mail|inbox)|configured|defined|handled)|invalid|non-?exist\\w*|bad|illegal|isn.t (?:valid|registered|found)|couldn.t be found|could not be (?:found|located|resolved)|can.?not be found|undeliverable)\\b`,
      `\\b(?:unknown|no such|invalid|bad|incorrect|illegal|non-?existent|nonexisting|unrecogni[sz]ed|wrong|undefined) (?:local |remote |mail |destination |final |delivery |virtual |or \\w+ |system )*${WHO}\\b`,
      `\\bno (?:such )?(?:\\w+ )?${WHO} (?:by that|with (?:that|this)|of that|here|on|found|exist|at this|in this|named|called|matching)`,
      "doesn't have an? \\S+ account|does not have an? \\S+ account|no such (?:person|user|recipient|mailbox|address|account|addressee|one|customer|entry|name|local)|not (?:a )?(?:known|valid|existing|registered|our) (?:user|recipient|mailbox|customer|account|member|address)|nobody (?:here|by that)|no one here|(?:does not|doesn't|don't) exist|not exist here|not in (?:our|the) (?:directory|database|system|table)|user not (?:in|listed)|not listed in|recipientnotfound|resolver\\.adr\\.|mailboxes? (?:not|unknown)|unknown local|unknown[- ]?(?:user|recipient)|(?:user|recipient|mailbox|account)[-_]?(?:unknown|not[-_]?found|does[-_]?not[-_]?exist)",
      'can.?t accept user|not an? (?:active|local) address|no valid recipients(?! from)|recipient not ok|not ?found$|<> not found|badrcptto|badrecipientto|validrcptto|no one at (?:this|that)|missing home|following recipients? (?:was|were|is) undeliverable|non .{0,3}existent user|unknown e-?mail|unavaiable|nessun utente|no existe (?:dich|es[ea]|el |la )|no mailbox here|not a mailbox|no mail ?box|address (?:could ?n.t|could not) be found|address not found|recipient not found|name (?:is )?not recogni[sz]ed|unable to (?:find|locate|verify) (?:the )?(?:recipient|user|address)|wasn.t found at|couldn.t be found|no account|no user|is not (?:a )?(?:user|recipient|known|valid|local)|was not found|failed recipient validation|recipient verif\\w+ failed|recipient[^.]{0,20} check failed|not at this (?:site|address)',
      '(?:email |mail )?adresse.{0,50}(?:introuvable|inconnue|invalide|n.existe|nicht gefunden|existiert nicht|ungültig|unbekannt|nicht vorhanden|nicht bekannt)|destinataire.{0,40}(?:inconnu|invalide|n.existe|introuvable)|utilisateur.{0,20}(?:inconnu|n.existe)|(?:boîte|compte).{0,40}(?:n.existe|inconnu)|(?:empf(?:ä|ae)nger|benutzer|postfach|konto|mailbox)\\S*.{0,40}(?:unbekannt|nicht (?:gefunden|vorhanden|bekannt|existent)|existiert nicht|ungültig)|unbekannter? (?:empf|benutzer|nutzer)|kein (?:benutzer|empf|postfach)',
      '(?:direcci[oó]n|destinatario|usuario|buz[oó]n|cuenta|correo).{0,50}(?:no (?:existe|encontrad|v[aá]lid|se (?:ha )?encontr)|desconocid|inv[aá]lid|inexistente|non (?:trovat|esiste|valid)|sconosciut|inesistente)|no se (?:ha )?(?:encontr|pudo encontr)|(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|caixa|conta).{0,50}(?:n[aã]o (?:existe|encontrad|foi encontrad)|desconhecid|inv[aá]lid|inexistente)|(?:utente|casella|indirizzo).{0,40}(?:sconosciut|non (?:esiste|trovat|valid)|inesistente)',
      '(?:adres|gebruiker|ontvanger).{0,40}(?:niet gevonden|onbekend|bestaat niet)|(?:u[zż]ytkownik|adres|skrzynk|konto).{0,40}(?:nie istnieje|nieznan|nie znaleziono)|(?:mottagare|adress|användare|modtager|bruker).{0,40}(?:okänd|finns inte|ukendt|ukjent|ikke)|(?:пользовател|адрес|ящик|получател)\\S*.{0,40}(?:не существует|не найден|неизвест|нет)|такого пользователя|нет такого',
      '(?:アドレス|ユーザ|宛先|メールボックス).{0,30}(?:不明|存在し|見つか|ありません|無効)|アドレス不明|宛先不明|(?:用户|邮箱|收件人|地址).{0,20}(?:不存在|未找到|无效|不正确)|(?:kullanıcı|adres).{0,30}(?:bulunamadı|yok|geçersiz)|(?:사용자|수신자|주소).{0,20}(?:없|찾을 수)',
    ),
  },

  // Codes that say the address is bad, whatever else is said.
  { reason: 'unknown_address', codes: /^5\.1\.1$/ },
  { reason: 'unknown_domain', codes: /^5\.(?:1\.2|4\.4|4\.310)$/ },
  { reason: 'bad_address', codes: /^5\.1\.3$/ },
  { reason: 'moved', codes: /^5\.1\.6$/ },
  { reason: 'no_mail', codes: /^5\.1\.10$/ },
  // Exchange Online: no such recipient. Of others 5.4.1 is "no answer from host".
  {
    reason: 'unknown_address',
    words: any('recipient address rejected: access denied'),
  },
  { reason: 'unknown_address', codes: /^5\.4\.1$/, words: any('recipient address rejected|access denied') },
  { reason: 'disabled', codes: /^5\.(?:2\.1|7\.13)$/ },
  { reason: 'mailbox_full', codes: /^5\.2\.2$/ },
  { reason: 'too_large', codes: /^5\.(?:2\.3|3\.4)$/ },
  { reason: 'quota', codes: /^5\.4\.5$/ },
  { reason: 'temporary', codes: /^5\.(?:3\.[125]|4\.[1-9]\d*)$/ },
  { reason: 'sender_address', codes: /^5\.1\.[78]$/ },
  { reason: 'sender_authentication', codes: /^5\.7\.(?:2[0-79]|509)$/ },
  { reason: 'blocked', codes: /^5\.7\.(?:25|6[0-4]\d|511)$/ },
  { reason: 'rate', codes: /^5\.7\.(?:28|70[58])$/ },
  { reason: 'protocol', codes: /^5\.(?:6\.\d+|5\.[1-6])$/ },
  { reason: 'login', replies: /^53[0458]$/ },
  { reason: 'login', codes: /^5\.7\.(?:8|1[124])$/ },
  { reason: 'policy', codes: /^5\.7\./ },

  // Words that may mean several things.
  {
    reason: 'policy',
    words: any(
      "polic(?:y|ies)|administrat|prohibit|not (?:be )?(?:allowed|permitted|authori[sz]ed|welcome)|n't (?:allowed|permitted|authori[sz]ed)|access (?:is )?denied|permission|unauthori[sz]ed|forbidden|security|restrict|disallow|violat|rejected by (?:a |the )?(?:rule|filter|admin|server|recipient)|filter|(?:message|mail|e-?mail|data|it|transaction) (?:was |is |has been |been |from \\S+ )?(?:reject|refus|den(?:y|ied)|not accepted|block|declin)|message (?:content|contains)|content|only (?:members|subscribers)|not (?:a )?(?:member|subscribed)|moderat|white ?list|not wanted|complian|organi[sz]ational|members[- ]only|headers? (?:is|are) not accepted|(?:user|recipient|recipient id).{0,10}(?:refuses?|rejects?)\\b|list of senders|attachments?|pre-?approved|r[eé]put|richtlinie|politique|pol[ií]tica|closed|private|delivery not authorized",
    ),
  },
  {
    reason: 'protocol',
    words: any(
      'bad sequence|improper (?:use|sequence|command)|(?:command|parameter|argument|option).{0,30}(?:not|un|un?recogni[sz]ed|out of|order|invalid|disabled|syntax|missing)|syntax error|unrecogni[sz]ed|unimplemented|nested mail|need (?:mail|rcpt)|bare (?:lf|cr|linefeed)|line too long|8 ?bit|smtputf8|malformed|non-?ascii|header (?:is )?(?:missing|invalid|error|malformed)|missing (?:header|date|from|message-id)|(?:not|violat\\w*|compl\\w*|per) .{0,20}rfc ?\\d+|rfc ?\\d+.{0,20}(?:compl|violat)',
    ),
  },
  { reason: 'protocol', replies: /^50/ },
  {
    reason: 'temporary',
    words: any(
      'service (?:is |currently )?(?:not available|unavailable|refused|refus[ée])|(?:server|system|service|mail system) (?:error|problem|failure|fault)|try again|unable to process|unexpected',
    ),
  },
  {
    reason: 'unknown_address',
    words: any(
      `\\b${WHO}\\b.{0,40}(?:unavailable|not available|rejected|refused|denied|not accepted|not deliverable)`,
      '^\\W*<>\\W*rejected\\W*$|not our (?:user|customer|member)|mailbox (?:is )?(?:unavailable|not available|disabled)|action not taken|undeliverable address|cannot be delivered to this|(?:invalid|unknown) (?:\\w+ )?(?:recipient|user|address)',
    ),
  },
  // Outlook.com's code for a mailbox that is not there, and Sendmail's where a server gave none.
  { reason: 'unknown_address', codes: /^5\.5\.0$/, replies: /^(?:550)?$/, words: /^\W*$/ },
];
