import { announcementPages } from './announcement-samples.tsx';
import { bulkPages } from './bulk-samples.tsx';
import { checkTeamPagesInFull } from './check-team-pages.ts';
import { eventPages } from './event-samples.tsx';
import { officePages } from './office-samples.tsx';
import { overviewPages } from './overview-samples.tsx';
import { peoplePages } from './people-samples.tsx';
import { teamPages } from './samples.tsx';
import { senderPages } from './sender-samples.tsx';

checkTeamPagesInFull('the parts and frames of the team’s pages', teamPages());
checkTeamPagesInFull('events, their settings and their mails', eventPages());
checkTeamPagesInFull('an event in a picture', overviewPages());
checkTeamPagesInFull('people', peoplePages());
checkTeamPagesInFull('sending to many and importing', bulkPages());
checkTeamPagesInFull('announcing', announcementPages());
checkTeamPagesInFull('exports, the audit log, the team, its keys and sessions', officePages());
checkTeamPagesInFull('sender domains', senderPages());
