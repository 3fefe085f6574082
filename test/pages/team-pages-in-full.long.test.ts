import { checkTeamPagesInFull } from './check-team-pages.ts';
import { bulkPages } from './team-bulk-samples.tsx';
import { eventPages } from './team-event-samples.tsx';
import { officePages } from './team-office-samples.tsx';
import { peoplePages } from './team-people-samples.tsx';
import { teamPages } from './team-samples.tsx';

checkTeamPagesInFull('the parts and frames of the team’s pages', teamPages());
checkTeamPagesInFull('events, their settings and their mails', eventPages());
checkTeamPagesInFull('people', peoplePages());
checkTeamPagesInFull('sending to many and importing', bulkPages());
checkTeamPagesInFull('exports, the audit log, the team, its keys and sessions', officePages());
