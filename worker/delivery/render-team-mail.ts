import type { CompiledTemplate } from '../../emails/engine/compile.ts';
import { mergeSubject } from '../../emails/engine/merge.ts';
import type { SiteValuesInput } from '../../emails/engine/site-values.ts';
import { siteVariables } from '../../emails/engine/variables.ts';
import type { SiteMailName } from '../../emails/mail.ts';
import { inventedRegistrant, previewTemplate, previewVariables } from '../../emails/preview-mail.ts';
import { findPermission, holdBackExport } from '../../src/actions/export.ts';
import { EXPORT_CONTENT_TYPE, exportFileName, withExportFile } from '../../src/actions/export-file.ts';
import { isPast } from '../../src/db/alert.ts';
import { findNotice } from '../../src/db/alert-notice.ts';
import type { Due } from '../../src/db/delivery.ts';
import { findEvent } from '../../src/db/event.ts';
import { findExport, type RegistrantsExport } from '../../src/db/export.ts';
import { transaction } from '../../src/db/pool.ts';
import { findErasure } from '../../src/db/retention.ts';
import { findSignIn } from '../../src/db/sign-in.ts';
import { MAX_ATTACHED_BYTES } from '../../src/domain/export-limits.ts';
import type { RegistrantKind } from '../../src/domain/kinds.ts';
import { type Language, languageFor } from '../../src/domain/locale.ts';
import type { About } from '../../src/domain/message.ts';
import { erasureAt } from '../../src/domain/retention.ts';
import { secretValues, withoutSecrets } from '../../src/domain/secret-values.ts';
import { signedLink } from '../../src/domain/signed-id.ts';
import type { Attachment } from '../../src/providers/attachment.ts';
import type { WorkerContext } from '../context.ts';
import { FrozenMail } from './frozen-mail.ts';
import type { Candidate } from './load.ts';
import type { RenderedMail, Unrenderable } from './render.ts';

/** What a mail to the team is made of. */
interface TeamMail {
  readonly type: 'mail';
  compile(): Promise<CompiledTemplate>;
  write(email: string): Record<string, string>;
  readonly files: readonly Attachment[];
}

/** The same of a mail in the site's own look. */
interface SiteMail extends Pick<TeamMail, 'type' | 'files'> {
  readonly site: SiteMailName;
  readonly language: Language;
  readonly values: Omit<SiteValuesInput, 'email' | 'language'>;
}

/** Settles what a mail to the team says, or says again what an earlier attempt settled. Its files are written anew. */
export async function renderTeamMail(
  context: WorkerContext,
  { due, event, senders }: Candidate,
): Promise<RenderedMail | Unrenderable> {
  const { templates, config } = context;
  const { id, eventId, kind, about } = due;
  const toAddress = due.frozen?.toAddress ?? due.to;
  if (!toAddress) throw new Error(`The ${kind} mail goes to nobody.`);
  const mail = await describe(context, due);
  if (mail.type === 'not_sent') return mail;
  const source = due.frozen ? await templates.frozen(due.frozen.templateHash) : await mail.compile();
  const secrets = secretValues(config, about);
  const { files } = mail;
  const variables = due.frozen?.variables ?? withoutSecrets(mail.write(toAddress));
  const all = { ...variables, ...secrets };
  const subject = mergeSubject(source, all);
  // A sample looks as it will to registrants; everything else is from the site to its team.
  const chosen = about?.sample && event ? senders.senderOf(event) : null;
  const sender = due.frozen ? due.frozen.sender : chosen;
  const said = { toAddress, subject, sender };
  const from = { siteAddress: config.mailFrom.address, dkim: senders.signerOf(sender) };
  return {
    type: 'mail',
    due,
    frozen: { ...said, templateHash: source.hash, variables },
    mail: new FrozenMail({ ...said, ...from, id, eventId, kind, source, variables: all, files }),
  };
}

async function describe(context: WorkerContext, due: Due): Promise<TeamMail | Unrenderable> {
  const { about } = due;
  if (about?.export) return inSiteLook(context, await describeExport(context, due, about, about.export));
  if (about?.signIn) return inSiteLook(context, await describeSignIn(context, about, about.signIn));
  if (about?.retention) return inSiteLook(context, await describeErasure(context, due, about.retention));
  if (about?.notice) return inSiteLook(context, await describeNotice(context, about.notice));
  if (about?.sample) return describeSample(context, due, about.sample);
  throw new Error('It is not known what the mail is about.');
}

function inSiteLook({ templates }: WorkerContext, mail: SiteMail | Unrenderable): TeamMail | Unrenderable {
  if (mail.type === 'not_sent') return mail;
  const { site, language, values, files } = mail;
  return {
    type: 'mail',
    compile: () => templates.currentForTeam(site, language),
    write: (email) => siteVariables(site, { email, language, ...values }),
    files,
  };
}

/** What a registrant would get, but to nobody: its links open nothing, and stop nobody's reminders. */
async function describeSample(
  { pool, config, templates }: WorkerContext,
  { eventId, kind }: Due,
  { language: asked, words }: NonNullable<About['sample']>,
): Promise<TeamMail | Unrenderable> {
  const event = eventId ? await findEvent(pool, { id: eventId }) : null;
  if (!event) throw new Error('There is no such event.');
  const language = languageFor(asked);
  const registrant = inventedRegistrant(language);
  const { publicUrl, postalAddress, appSecret } = config;
  const input = {
    ...{ kind: kind as RegistrantKind, language, event, registrant, words, publicUrl, postalAddress },
    unsubscribeLink: signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id),
  };
  return {
    type: 'mail',
    compile: () => templates.once(previewTemplate(input)),
    write: () => previewVariables(input),
    files: [],
  };
}

async function describeSignIn(
  { pool, config }: WorkerContext,
  about: About,
  { id }: NonNullable<About['signIn']>,
): Promise<SiteMail | Unrenderable> {
  const signIn = await findSignIn(pool, id);
  if (!signIn) return { type: 'not_sent', error: 'Whoever asked is no longer on the team.' };
  const values = secretValues(config, about);
  const mail = { type: 'mail', language: languageFor(signIn.language), files: [] } as const;
  const { invitedBy, inviterEmail, usedAt } = signIn;
  if (invitedBy === null) return { ...mail, site: 'sign_in', values };
  if (usedAt) return { type: 'not_sent', error: 'They have joined the team already.' };
  return {
    ...mail,
    site: 'invitation',
    values: { ...values, ...(inviterEmail && { inviter: inviterEmail }) },
  };
}

/** The day that it says is the one that holds while it is written; where it holds no more, another mail says the new one. */
async function describeErasure(
  { pool, config, now }: WorkerContext,
  { eventId }: Due,
  { dueAt, people, language }: NonNullable<About['retention']>,
): Promise<SiteMail | Unrenderable> {
  const event = eventId ? await findEvent(pool, { id: eventId }) : null;
  if (!event) throw new Error('There is no such event.');
  const { plan, begunAt, erasedAt } = await findErasure(pool, event.id, config.eraseAfterDays);
  if (plan?.dueAt.getTime() !== new Date(dueAt).getTime())
    return { type: 'not_sent', error: 'The day of the erasure has changed.' };
  if (begunAt && !erasedAt) return { type: 'not_sent', error: 'Its people are being erased.' };
  const path = `${config.publicUrl}/team/events/${event.id}`;
  return {
    ...{ type: 'mail', site: 'retention_notice', language: languageFor(language), files: [] },
    values: {
      retention: {
        ...{ eventTitle: event.title, people, timeZone: event.timeZone },
        eraseAt: erasureAt(event, plan, now()),
        ...{ settingsLink: `${path}/settings#data`, exportsLink: `${path}/exports` },
      },
    },
  };
}

/** What began and is over before its mail could leave is told once, by the mail that says so. */
async function describeNotice(
  { pool, config }: WorkerContext,
  { id, language: asked }: NonNullable<About['notice']>,
): Promise<SiteMail | Unrenderable> {
  const content = (await findNotice(pool, id))?.content;
  if (!content) return { type: 'not_sent', error: 'It is no longer known what there was to tell.' };
  const mail = { type: 'mail', language: languageFor(asked), files: [] } as const;
  const { publicUrl } = config;
  if (content.type === 'send')
    return { ...mail, site: 'digest_send', values: { sendDigest: { ...content, publicUrl } } };
  if (content.type === 'event')
    return { ...mail, site: 'digest_event', values: { eventDigest: { ...content, publicUrl } } };
  if (await isPast(pool, content))
    return { type: 'not_sent', error: 'It was over before the mail could leave.' };
  return { ...mail, site: 'alert', values: { alert: { ...content, publicUrl } } };
}

async function describeExport(
  context: WorkerContext,
  due: Due,
  about: About,
  { id, state: wanted }: NonNullable<About['export']>,
): Promise<SiteMail | Unrenderable> {
  const { pool, config, now } = context;
  const found = await findExport(pool, id);
  const event = found && (await findEvent(pool, { id: found.eventId }));
  if (!event) throw new Error('There is no such export.');
  if (found.withdrawnAt) return { type: 'not_sent', error: 'The export was withdrawn.' };
  const isHeldBack = found.status !== 'failed' && !(await findPermission(pool, found));
  if (isHeldBack) {
    // What an earlier attempt settled brings the file, or the link to it, and can say nothing else.
    if (due.frozen) return { type: 'not_sent', error: 'Whoever asked for the export may no longer have it.' };
    await transaction(pool, (db) => holdBackExport({ db, now: now() }, found));
  }
  const failure = isHeldBack ? 'not_allowed' : found.failure;
  const state = failure ? 'failed' : wanted;
  const fileName = exportFileName(event, found.format, found.askedAt);
  return {
    type: 'mail',
    site: `export_${state}`,
    language: languageFor(found.language),
    values: {
      export: {
        ...{ eventTitle: event.title, rows: found.rows, fileName, timeZone: event.timeZone },
        ...(failure && failure !== 'withdrawn' && { reason: failure }),
        ...(found.expiresAt && { expiresAt: found.expiresAt }),
        ...(state === 'link' && secretValues(config, about)),
      },
    },
    files: state === 'attached' ? [await attachment(context, found, fileName)] : [],
  };
}

/** The file as it is now: none is kept anywhere. */
async function attachment(
  { pool, config }: WorkerContext,
  wanted: RegistrantsExport,
  filename: string,
): Promise<Attachment> {
  const content = await withExportFile(pool, config.publicUrl, wanted, async ({ bytes }) => {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of bytes) {
      chunks.push(chunk);
      size += chunk.length;
      // It was small enough a moment ago, when this mail was chosen; some growth does no harm.
      if (size > 2 * MAX_ATTACHED_BYTES) throw new Error('The export has become too large to be attached.');
    }
    return Buffer.concat(chunks);
  });
  return { filename, contentType: EXPORT_CONTENT_TYPE[wanted.format], content };
}
