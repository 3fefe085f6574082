import { checkTeamPages } from './check-team-pages.ts';
import { eventPages } from './team-event-samples.tsx';

checkTeamPages('events, their settings and their mails', eventPages());
