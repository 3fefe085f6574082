import type { Data } from '../engine/data-block.ts';
import type { MailProps } from '../mail.ts';

export const RESERVATION_VARIABLES = ['calendarUid', 'underName', 'eventLink', 'registrationLink'] as const;
export type ReservationVariable = (typeof RESERVATION_VARIABLES)[number];

const SCHEMA = 'http://schema.org';

/**
 * The registration as programs read it (https://schema.org/EventReservation; Gmail's and Apple's markup of mails): what
 * calendars and assistants show of it without opening the mail. They keep it, and show it where others look, so the access link is
 * not in it: what is opened is the event's page, and to change it the registrant's own.
 */
export function eventReservation({ content, values }: MailProps<ReservationVariable>): Data {
  const { copy, event, coverUrl } = content;
  const at = (instant: Date) => withOffset(instant, event.timeZone);
  return {
    '@context': SCHEMA,
    '@type': 'EventReservation',
    reservationNumber: values.calendarUid,
    reservationStatus: `${SCHEMA}/${event.cancelledAt ? 'ReservationCancelled' : 'ReservationConfirmed'}`,
    underName: { '@type': 'Person', name: values.underName },
    reservationFor: {
      '@type': 'Event',
      name: event.title,
      startDate: at(event.startsAt),
      endDate: at(event.endsAt),
      eventAttendanceMode: `${SCHEMA}/OnlineEventAttendanceMode`,
      ...(event.cancelledAt && { eventStatus: `${SCHEMA}/EventCancelled` }),
      // A VirtualLocation would say the same, but Gmail and KDE know places only, and Gmail asks for name and address.
      location: {
        '@type': 'Place',
        name: copy.reservation.online,
        address: copy.reservation.online,
        url: values.eventLink,
      },
      ...(event.hostName && { organizer: { '@type': 'Person', name: event.hostName } }),
      ...(coverUrl && { image: coverUrl }),
      url: values.eventLink,
    },
    ...(event.revision > 0 && { modifiedTime: at(event.updatedAt) }),
    modifyReservationUrl: values.registrationLink,
    url: values.eventLink,
  };
}

/** `2027-01-15T18:00:00+01:00` */
function withOffset(instant: Date, timeZone: string): string {
  return instant
    .toTemporalInstant()
    .toZonedDateTimeISO(timeZone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never' });
}
