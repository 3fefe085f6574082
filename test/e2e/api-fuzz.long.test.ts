import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startServer } from '../../src/server.ts';
import { openApp } from '../support/app.ts';
import { findSchemathesis } from '../support/schemathesis.ts';

const CASES = 5_000;
/** Of each operation: more than `CASES` in all, with those that are tried at the edges of each parameter. */
const OF_EACH = 90;
/** What a key may ask in a second; answers of 429 would tell nothing. */
const RATE = '48/s';

const program = await findSchemathesis();

it.runIf(program)(
  '5,000 fuzzed requests get no 5xx, nothing off its schema and no status that is not described',
  async () => {
    const app = await openApp();
    const event = await app.event();
    for (const email of ['ada@example.com', 'grace@example.com'])
      await app.api('POST', `/events/${event.id}/registrants`, { email, fields: { company: 'ACME' } });
    const server = await startServer({ ...app.config, port: 0 });
    const folder = await mkdtemp(join(tmpdir(), 'access-mail-fuzz-'));
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const report = join(folder, 'report.json');
    const child = spawn(
      program ?? '',
      [
        ...['run', `${server.url}/api/openapi.json`, '--url', `${server.url}/api/v1`],
        ...['--header', `Authorization: Bearer ${app.config.bootstrapApiKey}`],
        ...['--phases', 'examples,coverage,fuzzing', '--max-examples', String(OF_EACH), '--seed', '16'],
        '--checks',
        'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance',
        ...[
          '--rate-limit',
          RATE,
          '--suppress-health-check',
          'all',
          '--continue-on-failure',
          '--warnings',
          'off',
        ],
        ...['--report', 'json', '--report-json-path', report],
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    await server.stop();
    const cases = Number(/(\d[\d,]*) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0);
    process.stderr.write(`schemathesis: ${cases} requests generated\n`);
    expect(exitCode, `${said}\n${await readFile(report, 'utf8').catch(() => '')}`.slice(-20_000)).toBe(0);
    expect(cases).toBeGreaterThanOrEqual(CASES);
  },
);
