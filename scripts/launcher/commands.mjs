// tsx calls a function of Node that is to go, and our own code one that is still called experimental.
const TSX = ['--disable-warning=DEP0205', '--disable-warning=ExperimentalWarning', '--import', 'tsx'];
// What a server or worker keeps takes 30 MB. By itself V8 lets the heap grow to four times as much while something large is read or
// thousands of mails leave, and keeps most of it afterwards. It may grow by half here, and garbage is looked for earlier.
// The place for new objects is half of V8's own, in megabytes: what both make dies young. Half of that makes an import a fifth slower.
export const V8 = ['--max-semi-space-size=8', '--heap-growing-percent=50'];
const ATTACH = ['--import', './scripts/attach.ts'];
const BUNDLED = ['--disable-warning=ExperimentalWarning', '--import', './dist/attach.mjs'];
// Without these its command starts itself again, as a process that nobody watches.
const REACT_EMAIL = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const VITEST = 'node_modules/vitest/vitest.mjs';
const TSC = 'node_modules/typescript/bin/tsc';
const BIOME = 'node_modules/@biomejs/biome/bin/biome';

/**
 * What `npm run NAME` does. `steps`: Node's arguments, one process each. `bundle`: what runs instead where `npm run build` made
 * it. `production`: needs no development packages, and the container image has it under the name `image`. `postgres`: starts
 * the built-in Postgres `always`, or `unless named` by DATABASE_URL.
 */
export const COMMANDS = {
  start: { postgres: 'unless named', steps: [[...V8, ...TSX, 'scripts/start.ts']] },
  test: { postgres: 'always', steps: [[VITEST, 'run']] },
  'test:all': { postgres: 'always', steps: [[VITEST, 'run', '--mode', 'all']] },
  build: { production: true, steps: [[...TSX, 'scripts/build.ts']] },
  'start:server': {
    production: true,
    image: 'server',
    bundle: [...V8, ...BUNDLED, 'dist/server.mjs'],
    steps: [[...V8, ...TSX, ...ATTACH, 'src/server.ts']],
  },
  'start:worker': {
    production: true,
    image: 'worker',
    bundle: [...V8, ...BUNDLED, 'dist/worker.mjs'],
    steps: [[...V8, ...TSX, ...ATTACH, 'worker/main.ts']],
  },
  migrate: {
    production: true,
    image: 'migrate',
    bundle: [...BUNDLED, 'dist/migrate.mjs'],
    steps: [[...TSX, ...ATTACH, 'scripts/migrate.ts']],
  },
  team: {
    production: true,
    image: 'team',
    bundle: [...BUNDLED, 'dist/team.mjs'],
    steps: [[...TSX, ...ATTACH, 'scripts/team.ts']],
  },
  doctor: {
    production: true,
    image: 'doctor',
    bundle: [...BUNDLED, 'dist/doctor.mjs'],
    steps: [[...TSX, ...ATTACH, 'scripts/doctor.ts']],
  },
  preview: { steps: [[...REACT_EMAIL, 'scripts/preview/preview.mjs']] },
  samples: { postgres: 'unless named', steps: [[...TSX, 'scripts/samples.ts']] },
  client: { steps: [[...TSX, 'scripts/client.ts']] },
  mcp: { steps: [[...TSX, 'scripts/mcp.ts']] },
  picture: { steps: [[...TSX, 'scripts/picture.ts']] },
  bench: { postgres: 'always', steps: [[...TSX, 'scripts/bench.ts']] },
  'fault-day': { postgres: 'always', steps: [[...TSX, 'scripts/fault-day.ts']] },
  check: {
    postgres: 'always',
    steps: [
      [TSC, '-p', '.'],
      [TSC, '-p', 'src/ui/tsconfig.browser.json'],
      [BIOME, 'check', '.'],
      ['scripts/check/compose.ts'],
      ['scripts/check/dependencies.ts'],
      [VITEST, 'run', 'test/import-rules.test.ts'],
    ],
  },
};
