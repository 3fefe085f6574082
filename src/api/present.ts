import type { z } from '@hono/zod-openapi';
import type { HeldMail, PersonalData } from '../actions/personal-data.ts';
import type { AuditEntry } from '../db/audit.ts';
import type { Block } from '../db/block.ts';
import type { EventCounts } from '../db/event.ts';
import type { ExportFilter, RegistrantsExport } from '../db/export.ts';
import type { MessageEvent } from '../db/message.ts';
import type { EventReport } from '../db/report.ts';
import type { Suppression } from '../db/suppression.ts';
import { accessLink } from '../domain/access-link.ts';
import { shownAddress } from '../domain/address.ts';
import { type Event, permalink } from '../domain/event.ts';
import { exportStatus } from '../domain/export-status.ts';
import type { Message } from '../domain/message.ts';
import { withPublicPictures } from '../domain/picture.ts';
import type { Registrant } from '../domain/registrant.ts';
import type { Erasure } from '../domain/retention.ts';
import { suggestShownAddress } from '../domain/suggested-address.ts';
import type {
  auditEntrySchema,
  blockSchema,
  eventReportSchema,
  eventSchema,
  exportSchema,
  messageSchema,
  personalDataSchema,
  registrantSchema,
  suppressionSchema,
} from './schemas.ts';

// From rows to what the contract shows of them.

export function presentEvent(
  event: Event,
  counts: EventCounts,
  publicUrl: string,
): z.infer<typeof eventSchema> {
  const { createdAt: _, updatedAt: __, ...shown } = withPublicPictures(event, publicUrl);
  return {
    ...shown,
    replyTo: event.replyTo && shownAddress(event.replyTo),
    reminderMinutes: [...event.reminderMinutes],
    embedOrigins: [...event.embedOrigins],
    formFields: event.formFields.map((field) => ({ ...field, options: [...field.options] })),
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt.toISOString(),
    openedAt: iso(event.openedAt),
    closedAt: iso(event.closedAt),
    cancelledAt: iso(event.cancelledAt),
    sendingPausedAt: iso(event.sendingPausedAt),
    permalink: permalink(publicUrl, event),
    counts,
  };
}

export function presentReport(
  { problems: _, domains: __, ...report }: EventReport,
  { plan, begunAt, erasedAt, erased }: Erasure,
): z.infer<typeof eventReportSchema> {
  return {
    funnel: report.funnel,
    cancelled: report.cancelled,
    byDomain: [...report.byDomain],
    byEmailStatus: [...report.byEmailStatus],
    byLanguage: [...report.byLanguage],
    bySource: [...report.bySource],
    byCampaign: [...report.byCampaign],
    answers: [...report.answers],
    registrations: [...report.registrations],
    attendance: [...report.attendance],
    sends: report.sends.map((send) => ({ ...send, dueAt: send.dueAt.toISOString() })),
    erasure: {
      dueAt: iso(plan?.dueAt ?? null),
      toldAt: iso(plan?.toldAt ?? null),
      begunAt: iso(begunAt),
      erasedAt: iso(erasedAt),
      erased,
    },
  };
}

export function presentRegistrant(
  registrant: Registrant,
  event: Event,
  publicUrl: string,
  { withLink }: { readonly withLink: boolean },
): z.infer<typeof registrantSchema> {
  const r = registrant;
  return {
    id: r.id,
    eventId: r.eventId,
    email: shownAddress(r.email),
    firstName: r.firstName,
    lastName: r.lastName,
    locale: r.locale,
    timeZone: r.timeZone,
    fields: r.fields,
    consents: [...r.consents],
    ...(withLink && { accessKey: r.accessKey, accessLink: accessLink(publicUrl, event, r) }),
    emailStatus: r.emailStatus,
    emailStatusAt: iso(r.emailStatusAt),
    emailDomainStatus: r.emailDomainStatus,
    suggestedEmail: suggestShownAddress(r.email),
    registeredAt: r.registeredAt.toISOString(),
    joinedAt: iso(r.joinedAt),
    cancelledAt: iso(r.cancelledAt),
    linkOpenedAt: iso(r.linkOpenedAt),
    joinedFrom: r.joinedFrom,
  };
}

/** All that is known of a message, oldest first: our own steps stand in its columns, `known` tells the rest. */
export function messageTimeline(
  { createdAt, claimedAt, acceptedAt }: Message,
  known: readonly MessageEvent[],
): Pick<MessageEvent, 'type' | 'occurredAt' | 'detail'>[] {
  const steps = [
    { type: 'queued', at: createdAt },
    { type: 'sending', at: claimedAt },
    { type: 'sent', at: acceptedAt },
  ].flatMap(({ type, at }) => (at ? [{ type, occurredAt: at, detail: {} }] : []));
  return [...steps, ...known].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
}

export function presentMessage(
  message: Message,
  known: readonly MessageEvent[],
): z.infer<typeof messageSchema> {
  const {
    ledger: _,
    createdAt: __,
    claimedAt: ___,
    priority,
    dueAt,
    expiresAt,
    acceptedAt,
    ...shown
  } = message;
  return {
    ...shown,
    to: shown.to && shownAddress(shown.to),
    // The API's name for it, from before.
    lane: priority === 'urgent' ? 'now' : 'bulk',
    dueAt: dueAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    acceptedAt: iso(acceptedAt),
    events: messageTimeline(message, known).map(({ type, occurredAt, detail }) => ({
      type,
      occurredAt: occurredAt.toISOString(),
      detail,
    })),
  };
}

function presentFilter({ registrants, searched: _, ...filter }: ExportFilter) {
  const { emailStatus = null, ...parts } = filter;
  return { ...parts, emailStatus: emailStatus && [...emailStatus], registrants };
}

export function presentExport(e: RegistrantsExport): z.infer<typeof exportSchema> {
  const [status, error] = exportStatus(e);
  return {
    id: e.id,
    eventId: e.eventId,
    status,
    format: e.format,
    columns: e.columns ? [...e.columns] : 'all',
    filter: e.filter && presentFilter(e.filter),
    to: shownAddress(e.to),
    requestedBy: e.askedBy,
    rows: e.rows,
    bytes: e.bytes,
    attached: e.attached,
    error,
    messageId: e.messageId,
    requestedAt: e.askedAt.toISOString(),
    finishedAt: iso(e.finishedAt),
    expiresAt: iso(e.expiresAt),
    withdrawnAt: iso(e.withdrawnAt),
  };
}

export function presentAuditEntry(
  entry: AuditEntry & { readonly id: string },
): z.infer<typeof auditEntrySchema> {
  return { ...entry, at: entry.at.toISOString() };
}

export function presentSuppression({ id: _, ...shown }: Suppression): z.infer<typeof suppressionSchema> {
  return { ...shown, email: shownAddress(shown.email), createdAt: shown.createdAt.toISOString() };
}

export function presentBlock({ id, kind, value, createdAt }: Block): z.infer<typeof blockSchema> {
  return {
    id,
    email: kind === 'email' ? value : null,
    domain: kind === 'domain' ? value : null,
    createdAt: createdAt.toISOString(),
  };
}

export function presentPersonalData(
  email: string,
  data: PersonalData,
  at: Date,
): z.infer<typeof personalDataSchema> {
  const mail = ({ message, events }: HeldMail) => presentMessage(message, events);
  return {
    email: shownAddress(data.email ?? email),
    at: at.toISOString(),
    registrations: data.registrations.map(({ registrant: r, event, ...held }) => ({
      id: r.id,
      event: {
        ...{ id: event.id, title: event.title, slug: event.slug },
        ...{ startsAt: event.startsAt.toISOString(), endsAt: event.endsAt.toISOString() },
      },
      email: shownAddress(r.email),
      ...{ firstName: r.firstName, lastName: r.lastName, locale: r.locale, timeZone: r.timeZone },
      ...{ fields: r.fields, consents: [...r.consents], source: held.source, technical: held.technical },
      ...{ emailStatus: r.emailStatus, emailStatusAt: iso(r.emailStatusAt) },
      registeredAt: r.registeredAt.toISOString(),
      ...{ joinedAt: iso(r.joinedAt), cancelledAt: iso(r.cancelledAt) },
      ...{ linkOpenedAt: iso(r.linkOpenedAt), joinedFrom: r.joinedFrom },
      messages: held.mails.map(mail),
      audit: held.audit.map(presentAuditEntry),
      exports: held.exports.map(({ id, format, askedAt, finishedAt }) => ({
        ...{ id, format, requestedAt: askedAt.toISOString(), finishedAt: iso(finishedAt) },
      })),
      webhooks: held.told.map(({ type, host, occurredAt, deliveredAt }) => ({
        ...{ type, host, occurredAt: occurredAt.toISOString(), deliveredAt: iso(deliveredAt) },
      })),
      visits: held.visits.map(({ verdict, reason, agent, whileOpen, firstAt, lastAt, visits }) => ({
        ...{ verdict, reason, agent, whileOpen, visits },
        ...{ firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
      })),
    })),
    waitingRegistrations: data.waiting.map(({ email: _, requestedAt, source, consents, ...sent }) => ({
      ...sent,
      consents: [...consents],
      source: Object.fromEntries(
        Object.entries(source).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
      ),
      requestedAt: requestedAt.toISOString(),
    })),
    formerMessages: data.formerMails.map(mail),
    suppressions: data.suppressions.map(({ address: _, createdAt, liftedAt, ...held }) => ({
      ...{ ...held, createdAt: createdAt.toISOString(), liftedAt: iso(liftedAt) },
    })),
    blockedSince: iso(data.blockedSince),
  };
}

function iso(date: Date | null): string | null {
  return date ? date.toISOString() : null;
}
