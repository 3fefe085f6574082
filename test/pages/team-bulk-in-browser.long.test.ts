import { checkTeamPages } from './check-team-pages.ts';
import { bulkPages } from './team-bulk-samples.tsx';

checkTeamPages('sending to many and importing', bulkPages());
