type Test = readonly [file: string, title: string];

const of = (file: string, ...titles: readonly string[]): readonly Test[] =>
  titles.map((title) => [file, title] as const);

/** Each statement of `SECURITY.md` by its code, and the tests that hold it. `claims.test.ts` compares the two. */
export const CLAIMS: Readonly<Record<string, readonly Test[]>> = {
  S1: [
    ...of(
      'api/rotate-keys.test.ts',
      'gives 22 hex characters to each, no two the same and none the old one',
      'gives four digits, never those that it was, where the event asks for them',
    ),
    ...of('api/registrants.test.ts', 'refuses %s and writes nothing'),
  ],
  S2: [
    ...of('team/api-keys.test.ts', 'shows a new key this once, and keeps it nowhere'),
    ...of('team/sign-in.test.ts', 'stands in no table, no log line and no shown mail'),
  ],
  S3: [
    ...of(
      'team/sign-in.test.ts',
      'stands in no table, no log line and no shown mail',
      'stands in no table, and in no mail that is shown to the team',
    ),
    ...of(
      'worker/exports.test.ts',
      'of a list that is too long for a mail is a link to it, and shows it to nobody else',
    ),
    ...of(
      'domain/signed-id.test.ts',
      'says whose it is, and nothing to anybody else',
      'is none when anything of it is changed',
    ),
  ],
  S4: of('domain/signed-id.test.ts', 'says whose it is, and nothing to anybody else'),
  S5: of('worker/exports.test.ts', 'stands in no table, before it is mailed, while it is and after'),
  S6: [
    ...of('emails/engine/merge.test.ts', 'gives the same mail from what was stored, byte for byte'),
    ...of('emails/engine/compile.test.ts', 'holds no value of anyone'),
  ],
  S7: [
    ...of('domain/signed-id.test.ts', 'says whose it is, and nothing to anybody else'),
    ...of('team/sign-in.test.ts', 'signs with the first, and takes links and codes of all'),
  ],
  S8: [
    ...of(
      'api/sender-domains.test.ts',
      'gives its private key to nobody: not in an answer, and not in the database',
    ),
    ...of(
      'domain/sender-domain.test.ts',
      'opens with the secret that sealed it, also as the second of two, and with no other',
    ),
    ...of('config.test.ts', 'stands in no line about it'),
  ],
  S9: of(
    'api/webhook-endpoints.test.ts',
    'is kept without its secret being readable, also in the answer to a repeated request',
  ),

  K1: of(
    'public/key-guessing.long.test.ts',
    'opens whatever was tried before, for its address and from its client',
    'opens while a thousand wrong ones come in at the same instant',
  ),
  K2: of(
    'public/key-guessing.long.test.ts',
    'takes ten from several servers together',
    'past its limit still spends the guesses of the address that it tries',
    'refuses clients that guess, lets everybody else in, and tells the team once',
  ),
  K3: of(
    'public/key-guessing.long.test.ts',
    'takes ten wrong guesses an hour: then the right one is refused too, and a new link is offered',
    'takes twenty a day',
    'that was shut out comes back as a long one in the mail that its owner asks for',
  ),
  K4: of(
    'public/key-guessing.long.test.ts',
    'is replaced by a long one after fifty in all, and the old link offers to mail the new one',
    'says in its settings how far guessing gets',
  ),
  K5: of(
    'public/key-guessing.long.test.ts',
    'refuses clients that guess, lets everybody else in, and tells the team once',
  ),
  K6: of(
    'public/key-guessing.long.test.ts',
    'goes on through its right links, short ones too, after sixty wrong ones',
  ),
  K7: [
    ...of(
      'api/rotate-keys.test.ts',
      'shuts every old link and opens a new one for each, of this event only',
      'with notify mails each their new link through the bulk priority, and says who gets none',
      'answers 202, shuts all old links at once, and says how far it is',
    ),
    ...of('team/events.test.ts', 'asks with the number of links, and tells afterwards what became of them'),
  ],
  K8: of(
    'public/own-registration.test.ts',
    'shows and changes nothing for the key alone',
    'opens for an hour by the link that is mailed, with which everything works',
    'opens nobody else’s registration, nor with a new email or key',
    'asks the same of a short key that was brought to another event',
  ),

  I1: of(
    'team/sign-in.test.ts',
    'works once, however often it was looked at',
    'works for fifteen minutes',
    'stays as it was where no session could be made',
  ),
  I2: of(
    'team/sign-in.test.ts',
    'is worth nothing in another browser, without one, late, or once its member left',
    'is tried five times, known address or not, also at the same instant',
  ),
  I3: of(
    'team/sign-in.test.ts',
    'is asked for five times an hour by one client for an address, known or not, which stops no other client',
    'mails one member ten links an hour, then one in five minutes, whoever asks',
    'still works after somebody asked with a bent path in its owner’s name',
  ),
  I4: of(
    'team/oidc.test.ts',
    'asks with PKCE, state and nonce, anew each time, and keeps them in a cookie that scripts do not see',
    'opens no session: it %s',
  ),
  I5: [
    ...of('team/oidc.test.ts', 'who was removed from the team does not come back by the domain'),
    ...of(
      'team/members.test.ts',
      'removes somebody after asking: their sessions and keys are worth nothing at once',
    ),
  ],
  I6: of(
    'team/sign-in.test.ts',
    'is a cookie that scripts, other sites and other hosts do not get',
    'is always a new one: what was planted before signing in opens nothing after',
    'gets another cookie each day; the one before counts for a minute',
    'ends after thirty days, however much it was used',
  ),

  W1: [
    ...of(
      'public/floods.long.test.ts',
      'is told by no answer to registering and asking for a link, in any order',
    ),
    ...of(
      'public/public.test.ts',
      'gets the same page and the same JSON for known and unknown addresses',
      'waits 60 s between two for an address, known or not, however it is written',
    ),
    ...of('team/sign-in.test.ts', 'answers alike whether the address is known or not'),
  ],
  W2: [
    ...of('public/floods.long.test.ts', 'makes no difference to what a server writes'),
    ...of('public/public.test.ts', 'leaves the looking up to the worker, without the address in the job'),
  ],
  W3: [
    ...of(
      'public/public.test.ts',
      'refuses a wrong pair the same way whether or not the address is registered',
    ),
    ...of(
      'public/key-guessing.long.test.ts',
      'looks the same to who guesses for an address that nobody registered',
    ),
  ],
  W5: [
    ...of(
      'domain/registration-session.test.ts',
      'shows nobody the address or the request',
      'is worth nothing for another event, after an hour, or under another secret',
      'is refused with any bit of it changed',
    ),
    ...of(
      'public/registered.test.ts',
      'has a cookie that no script reads, no other site sends and no neighbour sets',
      'is the neutral page to everybody else',
      'is neutral again after an hour',
      'is the same for an address that was registered before',
    ),
  ],
  W6: of(
    'public/registered.test.ts',
    'is replaced: the registration moves, its confirmation goes to the right one, and the old link is dead',
    'can be replaced again and again, five times an hour',
    'of somebody who was registered before stays theirs: whoever typed it registers with the right one',
    'is not told from one that nobody has: what is answered is the same',
    'is changed by nobody without the session, not even by who has its page of another event',
    'is changed from no other site',
  ),
  W7: [
    ...of(
      'public/mistyped-email.test.ts',
      'is asked about when the link is asked for, known address or not',
      'is answered: %s',
    ),
    ...of('public/mistyped-email-journeys.long.test.ts', 'is told by its domain alone'),
  ],
  W4: of(
    'public/own-registration.test.ts',
    'registers again with the public form as if for the first time, and the answer tells nobody',
  ),

  F1: [
    ...of(
      'public/floods.long.test.ts',
      'registers twenty people an hour, however it writes its IPv6 address, and more with a proof of work each',
      'asks for twenty links an hour, and more with a proof of work each',
    ),
    ...of(
      'team/sign-in.test.ts',
      'is asked for twenty times an hour by a client',
      'is asked for five times an hour by one client for an address, known or not, which stops no other client',
    ),
    ...of('http/client-address.test.ts', 'counts %s as %s'),
  ],
  F2: of(
    'public/floods.long.test.ts',
    'takes three hundred in ten minutes, then asks everybody for a proof, and tells the team once',
    'takes a thousand requests in ten minutes, then a proof from everybody',
  ),
  F3: [
    ...of(
      'public/floods.long.test.ts',
      'gets ten mails a day from the forms of all events, however it is written, whoever sends them',
    ),
    ...of('domain/inbox.test.ts', 'the inbox of %s is that of %j'),
  ],
  F4: of(
    'e2e/floods.long.test.ts',
    'let one client register twenty people an hour together',
    'let one client ask for twenty links an hour, and twenty times to sign in',
    'let one client ask five times an hour to sign one address in',
    'let ten mails a day go to one inbox, over all events and ways to write it',
    'take a proof of work that the other one asked for, once',
  ),
  F5: of('public/strangers.test.ts', 'is limited, or let in nowhere: %s'),
  F6: of(
    'public/floods.long.test.ts',
    'gets no further with %s as a proof',
    'gets the form again with what was typed and the widget, and registers with its proof',
    'works a thousand times an hour instead of waiting, and then waits',
  ),
  F7: of(
    'public/floods.long.test.ts',
    'hear of success where they filled in what nobody sees, and nothing comes of it',
    'that send the form at once, or say when it was shown, count double; nobody is refused for that',
  ),
  F8: of(
    'public/floods.long.test.ts',
    'takes three hundred in ten minutes, then asks everybody for a proof, and tells the team once',
  ),
  F9: of(
    'api/blocks.test.ts',
    'is made, listed and lifted over the API, by an address or a domain',
    'lets nobody in by the form, in any way of writing it, and the answer does not tell',
  ),
  F10: of(
    'e2e/floods.long.test.ts',
    'whoever is registered there, and whoever registers elsewhere, gets a link before the flood ends',
  ),

  R1: of('api/form-fields.test.ts', 'refuses a registration %s'),
  R2: of(
    'api/form-fields.test.ts',
    'are at most fifty: the API and imports say so, and take those that are there',
    'go with the last person who has them, and stay while somebody does',
  ),
  R3: [
    ...of(
      'http/hostile-input.long.test.ts',
      'names the field, and the text area’s line breaks stay',
      'of %s',
    ),
    ...of(
      'public/damaged-links.long.test.ts',
      'with %s lets the person in, and counts as no wrong guess',
      'with %s lets nobody in',
    ),
  ],
  R5: of(
    'api/consents.test.ts',
    'given with the public form is kept in the words that stood there, with the time',
    'is asked for again where its words have changed since the form was opened',
    'keeps its words whatever becomes of the form, and can be withdrawn all the same',
    'can be withdrawn when the event is over, was cancelled, or the registration is',
  ),
  R4: [
    ...of(
      'http/hostile-input.long.test.ts',
      '$method $path',
      'GET $path',
      'POST $path',
      'in the body of $method $path',
    ),
    ...of('db/database-error.test.ts', 'about a value is bad input over HTTP, and not temporary: %s'),
  ],

  L1: of(
    'http/get-changes-nothing.long.test.ts',
    'OPTIONS and HEAD $path',
    'GET $path',
    'a download notes in the audit log that it was made',
    'a personal link with a wrong key is counted, and otherwise changes nothing',
    'notes once a minute that a session and a key are in use',
    'gives an aged session another cookie',
  ),
  L2: [
    ...of('team/sign-in.test.ts', 'works once, however often it was looked at'),
    ...of('public/damaged-links.long.test.ts', 'stops reminders, after the page and with one click'),
  ],
  L3: of(
    'team/exports.test.ts',
    'opens for whoever asked, and for whom it was sent to',
    'asks everybody else to sign in, and then is not theirs',
    'opens for whoever has it, but not for a member whom it is not for',
  ),
  L4: of(
    'public/export-downloads.long.test.ts',
    'that a program had mailed to a member opens no more once they left, which is in the audit log once an hour',
    'is worth nothing once whoever asked for it, or had it sent, is no longer on the team',
  ),
  L5: [
    ...of(
      'security/headers.test.ts',
      'no page runs a script or a style that stands in it, or is shown in a frame of another site',
    ),
    ...of('ui/every-page.test.ts', 'no page asks for what the policy forbids'),
    ...of('public/event-head.test.ts', 'cannot end its block, whatever the team writes'),
  ],
  L6: [
    ...of('public/public.test.ts', 'refuses forms from other sites, and bodies over 64 KiB'),
    ...of('team/sign-in.test.ts', 'refuses forms of other sites, of other hosts beside ours as well'),
  ],
  L7: [
    ...of('security/headers.test.ts', 'a mail is shown in a frame of ours that runs nothing'),
    ...of('team/people.test.ts', 'is shown exactly, in a frame that may do nothing'),
  ],
  L8: [
    ...of('public/public.test.ts', 'is private: no referrer, not stored, not indexed, refusals included'),
    ...of('http/exposure.test.ts', 'answers of the API are kept nowhere'),
  ],
  L9: of(
    'public/own-registration.test.ts',
    'is asked first, cancels with one tap, and gets nothing that was on its way',
  ),
  L10: [
    ...of(
      'public/visits.test.ts',
      'comes with the registration and waiting pages, is the same for everybody, and no script reads it',
    ),
    ...of('domain/visit.test.ts', 'has the same mark as everybody, which only we can make'),
  ],
  L11: [
    ...of(
      'public/embed.test.ts',
      'is the form alone, and may be framed by exactly the event’s sites',
      'is the only page of an event that may be framed',
      'that no site may show says how to allow one, and is shown on none',
      'are refused where one is none: %j',
    ),
    ...of('domain/embed-origin.test.ts', '%s is none: it %s'),
  ],
  L12: [
    ...of(
      'public/embed.test.ts',
      'is the form alone, and may be framed by exactly the event’s sites',
      'leads to a thank-you in the frame, without a cookie, and the registrant has the source that the frame’s address says',
    ),
    ...of(
      'public/embed-in-browser.long.test.ts',
      'works where cookies of other sites are blocked, and needs none',
      'leads to all other pages in another window, since they refuse the frame',
    ),
  ],
  L13: [
    ...of(
      'public/embed.test.ts',
      'takes a form from itself alone, and from no other site, however its browser says so',
    ),
    ...of(
      'public/embed-in-browser.long.test.ts',
      'is as high as what is in it, also with mistakes; the registration has its source, and thanks get the focus',
      'listens to the form alone, and not to who speaks in its name',
    ),
  ],

  M1: [
    ...of(
      'emails/engine/merge.test.ts',
      'escapes in HTML as React does, and nowhere else',
      'lets no line break or control character into a subject',
    ),
    ...of('ui/every-page.test.ts', 'hostile words are words'),
    ...of(
      'providers/smtp/mime.test.ts',
      'whatever it says: short ASCII lines, from which another program reads the same',
    ),
  ],
  M2: of(
    'emails/overrides/custom-text.long.test.ts',
    '%j: %s',
    'cannot be compiled either, should they get past the check',
  ),
  M3: of(
    'emails/engine/values.test.ts',
    'does not carry %j to a stranger’s inbox',
    '%j and %j make no link where words set them side by side',
  ),
  M4: [
    ...of(
      'domain/formula-guard.test.ts',
      '%j is guarded where a spreadsheet begins a new cell',
      'any text comes back as it was, and never begins as a formula in between',
    ),
    ...of('api/exports.test.ts', 'keeps hostile names, and lets none of them be a formula'),
  ],

  A1: [
    ...of('team/api-keys.test.ts', 'let it do what they name, and nothing else, on every route'),
    ...of(
      'api/scopes.test.ts',
      'registers people with their confirmation and never sees an access link or key',
      'changes an address and mails nobody',
      'does not write to all: %s /events/:id%s',
    ),
  ],
  A2: of(
    'http/webhooks.test.ts',
    'over other bytes, even such that mean the same: 401',
    'made by the database’s time, whatever the machine’s clock says: 200',
    'with the secret that follows, or with both while it is rotated',
    '%s: 401, and nothing is kept',
  ),
  A3: of(
    'http/webhooks.test.ts',
    'is not there in production, nor without Mailpit',
    'needs an API key, the right type and a body of a sane size',
  ),
  A4: [
    ...of(
      'lib/public-http.test.ts',
      'is not connected to, by number or by name',
      'is what the one look-up of the name said, and not what a second one would have',
      'does not follow a redirect',
    ),
    ...of(
      'api/webhook-endpoints.test.ts',
      'is refused in production where its address is not public, or not https',
      'is sent nothing once its name leads to this machine, although it was public when it was added',
    ),
  ],
  A5: of(
    'webhooks/sending.test.ts',
    'is told to an endpoint, signed so that the library of Standard Webhooks accepts it',
    'comes with the access link only where the endpoint asks for it, as it is when it is sent, and the log never has it',
  ),
  A6: [
    ...of('api/webhook-endpoints.test.ts', 'is for keys of admins and of nobody, with the scope `export`'),
    ...of('webhooks/pages.test.ts', 'are for admins, and only admins are led there'),
  ],

  D1: [
    ...of(
      'e2e/nothing-personal.long.test.ts',
      'no log line and no job of a server or a worker holds an address, a name or a key',
    ),
    ...of(
      'log.test.ts',
      'an error of Postgres is logged without the row that it repeats',
      'an error of Postgres is logged without the value that it refused',
      'what a server said is logged without addresses and keys, and an error within another as well',
    ),
  ],
  D2: of(
    'api/registrants.test.ts',
    'erases everything personal everywhere, drops pending mails and keeps the counts',
  ),
  D3: [
    ...of(
      'worker/suppression.test.ts',
      'stays protected when its registrant is erased, and is named nowhere',
    ),
    ...of(
      'api/blocks.test.ts',
      'outlives the person: erased, their address stands nowhere and is blocked still',
    ),
  ],
  D4: of(
    'worker/erasure.test.ts',
    'on the wire, and then %s in words that name them',
    'bounced, deferred, complained of: what was told before goes with them',
    'sent: a late bounce, a webhook, an unsubscription',
  ),
  D5: of(
    'api/personal-data.test.ts',
    'gives all that is held of an address over all events, without keys and links',
    'erases an address everywhere: no table has it any more, and counts stay',
    'is noted in the audit log without the address, and is for keys with `export`',
    'is noted without the address, an entry each for the registrations',
  ),
  D6: [
    ...of(
      'worker/cancelled.test.ts',
      'gets none of a %s to all',
      'while a reminder to all is put into the ledger, gets none: whichever comes first',
      'between the reading of a mail and its sending gets none: the worker looks once more when it takes it',
    ),
    ...of('public/own-registration.test.ts', 'can ask for the link, and gets no other mail'),
  ],
  D7: [
    ...of(
      'public/visits.test.ts',
      'has no address and no version, and goes with the registrant',
      'is one row a client however often it comes, and bounded where many come',
    ),
    ...of(
      'domain/visit.test.ts',
      'is the same within an event, and another one at the next event, address, browser and secret',
    ),
  ],
  D9: of(
    'worker/mail-domains.test.ts',
    'is forgotten once nobody has it: a wrong one within an hour, a right one within a day',
    'has an address in a job of none',
  ),
  D10: of('public/registered.test.ts', 'leaves nothing of what was typed after an hour'),
  D8: of(
    'worker/retention.long.test.ts',
    'are erased a week after the team was told, and the report keeps its numbers',
    'wait where the mail that tells of it is not taken, and a new one says the new day',
    'is forgotten so many days after its end; who got it, when and what became of it stays',
  ),
  D11: of(
    'webhooks/sending.test.ts',
    'stands neither in what is still to be sent nor in the log, nor in what receivers answered',
    'while a request about them is under way leaves no answer behind',
  ),

  B1: of(
    'pictures/read-picture.long.test.ts',
    'that a camera turned stands upright, and says nothing of where it was taken',
    'that is something else at the same time is only a picture afterwards',
  ),
  B2: [
    ...of('api/images.test.ts', 'that is %s, whatever it is called'),
    ...of(
      'pictures/read-picture.long.test.ts',
      '%s, with the reason and what to do',
      'the library reads nothing but pictures from then on',
    ),
  ],
  B3: [
    ...of(
      'api/images.test.ts',
      'that has more pixels than are read, by its head alone',
      'and %s is refused',
      'of exactly 10 MiB is read',
    ),
    ...of('lib/semaphore.test.ts', 'lets so many work at the same time, and the others in their order'),
  ],
  B4: [
    ...of(
      'security/headers.test.ts',
      'an uploaded picture can do nothing where it is opened by itself, and is shown on other sites',
    ),
    ...of(
      'public/pictures.test.ts',
      'a picture is served with its type, for ever, and is nothing that a browser runs',
    ),
  ],
  B5: [
    ...of('api/images.test.ts', 'needs the scope `write`', 'past the limit of one key'),
    ...of('team/pictures.test.ts', 'is taken of members on our own pages only'),
  ],

  D12: [
    ...of(
      'worker/alerts.long.test.ts',
      'is told once when it happens, by chat and unless mail is down by mail, and names nobody; so is its end',
      'mails go out, and it is told again until it takes it',
    ),
    ...of(
      'worker/digests.test.ts',
      'has the figures of the ledger, the commonest reasons, and nobody’s address',
    ),
  ],

  Q1: of(
    'db/sql-functions.test.ts',
    'takes nothing over by its search_path, temporary objects or settings',
    'fixes the search_path of every function that runs with the rights of the owner',
    'takes %s for a name and nothing else',
  ),
  Q2: of(
    'db/sql-functions.test.ts',
    'can read and write no table, and call nothing else of ours that does',
    'has only what it was granted: nobody else may call any function of the migration',
  ),
  Q3: [
    ...of(
      'db/sql-functions.test.ts',
      'lists all that is wrong with the input, each with its path, and writes nothing',
      'stands in the audit log with the role that asked for it',
    ),
    ...of(
      'db/sql-rules.test.ts',
      'that SQL takes is kept as the API keeps it',
      'is kept or refused as the API does it with names',
      'of the form are taken or refused as the API does it, and others as they are',
    ),
  ],

  P1: of('scripts/check/dependencies.long.test.ts', 'names %s'),
  P2: of(
    'scripts/build/sbom.test.ts',
    'names each production package of the lock file at its version, and no development package',
  ),

  O1: of('config.test.ts', 'refuses %s=%s in one line', 'stop production: %s=%j'),
  O2: of(
    'http/exposure.test.ts',
    'metrics and details are for %s',
    'and not for %j',
    'whoever names it sees all, from anywhere',
  ),
  O3: of('http/client-address.test.ts', 'believes as many entries from the right as there are proxies'),
  O4: [
    ...of('team/api-keys.test.ts', 'revokes a key after asking: at once, in the API'),
    ...of(
      'public/export-downloads.long.test.ts',
      'is worth nothing once it was withdrawn, which is in the audit log once',
    ),
    ...of('api/rotate-keys.test.ts', 'shuts every old link and opens a new one for each, of this event only'),
  ],
};
