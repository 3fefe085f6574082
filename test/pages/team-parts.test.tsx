import { checkTeamPages } from './check-team-pages.ts';
import { teamPages } from './team-samples.tsx';

checkTeamPages('the parts and frames of the team’s pages', teamPages());
