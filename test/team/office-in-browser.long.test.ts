import { checkTeamPages } from './check-team-pages.ts';
import { officePages } from './office-samples.tsx';

checkTeamPages('exports, the audit log, the team, its keys and sessions', officePages());
