import { checkTeamPages } from './check-team-pages.ts';
import { senderPages } from './sender-samples.tsx';

checkTeamPages('sender domains', senderPages());
