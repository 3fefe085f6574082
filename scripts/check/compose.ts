/** A step of `npm run check`: whether Docker Compose would take docker-compose.yml. */
import { readFileSync } from 'node:fs';
import { composeProblems } from './compose-file.ts';

const FILE = 'docker-compose.yml';

const problems = composeProblems(readFileSync(new URL(`../../${FILE}`, import.meta.url), 'utf8'));
for (const problem of problems) console.error(`${FILE}: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${FILE} is a valid compose file.`);
