import { announcementPages } from './announcement-samples.tsx';
import { checkTeamPages } from './check-team-pages.ts';

checkTeamPages('announcing', announcementPages());
