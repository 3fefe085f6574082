import type { Consent } from './consent.ts';
import type { MessageStatus } from './delivery/status.ts';
import type { DomainStatus } from './mail-domain.ts';

/** One person's registration for one event; unique by event and address (compared without case). */
export interface Registrant {
  readonly id: string;
  readonly eventId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** BCP 47 as they chose it, or null. */
  readonly locale: string | null;
  /** IANA zone, or null: the event's. */
  readonly timeZone: string | null;
  readonly fields: Readonly<Record<string, string>>;
  /** What they agreed to, in the order in which they did; withdrawn ones, too. */
  readonly consents: readonly Consent[];
  readonly accessKey: string;
  /** The status of the latest message that says something about the address; null before the first mail. */
  readonly emailStatus: MessageStatus | null;
  readonly emailStatusAt: Date | null;
  readonly registeredAt: Date;
  /** The first time that a person came in by the link while the room was open. */
  readonly joinedAt: Date | null;
  /** When they cancelled, or the team cancelled them; from then on they get only what they ask for. */
  readonly cancelledAt: Date | null;
  /** The first time that somebody or something opened the link, at any time, or a link in a mail. */
  readonly linkOpenedAt: Date | null;
  /** Whether the domain of the address takes mail, by its DNS; null: not known. */
  readonly emailDomainStatus: DomainStatus | null;
  /** From how many clients, addresses with their browsers, a person came in. */
  readonly joinedFrom: number;
}
