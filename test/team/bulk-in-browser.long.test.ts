import { bulkPages } from './bulk-samples.tsx';
import { checkTeamPages } from './check-team-pages.ts';

checkTeamPages('sending to many and importing', bulkPages());
