import { checkTeamPages } from './check-team-pages.ts';
import { peoplePages } from './people-samples.tsx';

checkTeamPages('people', peoplePages());
