import { checkTeamPages } from './check-team-pages.ts';
import { officePages } from './team-office-samples.tsx';

checkTeamPages('exports, the audit log, the team, its keys and sessions', officePages());
