import { checkTeamPages } from './check-team-pages.ts';
import { eventPages } from './event-samples.tsx';

checkTeamPages('events, their settings and their mails', eventPages());
