import { expect, it } from 'vitest';
import { readDockerfile, readDockerignore } from './dockerfile.ts';

it('reads the stages of a Dockerfile', () => {
  const text = [
    '# a comment',
    'FROM node:26-slim AS packages',
    'WORKDIR /app',
    'COPY a b ./',
    'RUN one \\',
    '  && two',
    'FROM node:26-slim',
    'ENV A=1 B=2',
    'COPY --from=packages /app/x x',
    'USER 1000:1000',
    'ENTRYPOINT ["node"]',
    'CMD ["server"]',
  ];
  expect(readDockerfile(text.join('\n'))).toEqual([
    {
      name: 'packages',
      base: 'node:26-slim',
      workdir: '/app',
      env: {},
      steps: [{ copy: ['a', 'b'], to: './', from: null }, { run: 'one    && two' }],
      user: 'root',
      entrypoint: [],
      command: [],
    },
    {
      name: '1',
      base: 'node:26-slim',
      workdir: '/',
      env: { A: '1', B: '2' },
      steps: [{ copy: ['/app/x'], to: 'x', from: 'packages' }],
      user: '1000:1000',
      entrypoint: ['node'],
      command: ['server'],
    },
  ]);
});

it.each([
  'ONBUILD RUN x',
  'RUN --mount=type=cache,target=/x y',
  'COPY --chown=1:1 a b',
  'COPY a',
  'nonsense',
])('refuses what it would have to overlook: %s', (line) => {
  expect(() => readDockerfile(`FROM a\n${line}`)).toThrow('Not understood');
});

it('reads a .dockerignore: the last line that names a path, or a folder above it, counts', () => {
  const isIgnored = readDockerignore('# a comment\n*\n!src\n!.npmrc\n**/node_modules\n');
  const paths = ['.env', 'src', 'src/a/b.ts', 'srcs', '.npmrc', 'src/node_modules', 'src/a/node_modules/b'];
  expect(paths.filter((path) => !isIgnored(path))).toEqual(['src', 'src/a/b.ts', '.npmrc']);
});
