import { ButtonLink } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { announcementsPath } from './announcement-paths.ts';
import { AnnouncementTable, type AnnouncementTableProps } from './announcement-table.tsx';

export interface AnnouncementsPageProps extends Omit<AnnouncementTableProps, 'eventId'> {
  readonly frame: TeamFrame;
  readonly event: TeamEvent;
  /** Whether another one can be written. */
  readonly canAnnounce: boolean;
  readonly first: string | null;
  readonly next: string | null;
  readonly refreshSeconds: number | null;
}

/** All that the team announced to an event's registrants, newest first. */
export function AnnouncementsPage(props: AnnouncementsPageProps) {
  const { frame, event, rows, timeZone, canAnnounce, first, next, refreshSeconds } = props;
  const count = `${rows.length} ${rows.length === 1 ? 'announcement' : 'announcements'}`;
  const write = canAnnounce ? (
    <ButtonLink tone="primary" href={`${announcementsPath(event.id)}/new`}>
      New announcement
    </ButtonLink>
  ) : undefined;
  return (
    <TeamLayout
      {...frame}
      title="Announcements"
      section="events"
      event={event}
      refreshSeconds={refreshSeconds}
    >
      <p>
        <a href={`/team/events/${event.id}/mails`}>All mails of the event</a>
      </p>
      <Section title="Announcements" id="announcements" {...(rows.length > 0 && { actions: write })}>
        {rows.length === 0 ? (
          <Empty title="No announcements" action={write}>
            {canAnnounce
              ? 'Write to everybody who is registered, or to the people that you select on the People page.'
              : 'The event is over or cancelled, so nothing is announced any more.'}
          </Empty>
        ) : (
          <LiveRegion id="announcements-live" every={refreshSeconds}>
            <AnnouncementTable eventId={event.id} rows={rows} timeZone={timeZone} labels={props.labels} />
            <Pager
              label="Announcements"
              sentence={first || next ? `${count} on this page` : count}
              previous={first}
              next={next}
              words={{ previous: 'First page', next: 'Next' }}
            />
          </LiveRegion>
        )}
      </Section>
    </TeamLayout>
  );
}
