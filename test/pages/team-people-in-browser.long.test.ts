import { checkTeamPages } from './check-team-pages.ts';
import { peoplePages } from './team-people-samples.tsx';

checkTeamPages('people', peoplePages());
