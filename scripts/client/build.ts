import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../launcher/project.mjs';
import { describeSource } from './describe.ts';

const SOURCE = join(PROJECT, 'src/client/client.ts');
const FILES = [
  'api.d.ts',
  'client.d.ts',
  'client.js',
  'index.d.ts',
  'index.js',
  'openapi.json',
  'package.json',
];

/** What of openapi-typescript and its TypeScript is used: they are installed apart, on first use. */
interface TypeWriter {
  readonly default: (document: object, options: object) => Promise<unknown[]>;
  readonly astToString: (nodes: unknown[]) => string;
}
interface Compiler {
  readonly createProgram: (
    files: readonly string[],
    options: object,
  ) => {
    emit(): { readonly emitSkipped: boolean; readonly diagnostics: readonly { messageText: unknown }[] };
  };
  readonly ModuleKind: { readonly NodeNext: number };
  readonly ScriptTarget: { readonly ES2022: number };
}

const INDEX_TYPES = `import type { Client } from 'openapi-fetch';
import type { components, operations, paths } from './api.js';
import type { ClientOptions } from './client.js';
export * from './client.js';
export type { components, operations, paths };
/** What the API gives and takes, by name: \`Schemas['Registrant']\`. */
export type Schemas = components['schemas'];
/** A client of the API, see \`createAccessMailClient\`. */
export declare function createClient(options: ClientOptions): Client<paths>;
`;
const INDEX = `import { createAccessMailClient } from './client.js';
export * from './client.js';
export const createClient = createAccessMailClient;
`;

/** Writes the client of this checkout's API into a folder, a package of its own. */
export async function buildClient(
  folder: string,
): Promise<{ readonly folder: string; readonly operations: number }> {
  const document = describeSource();
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) rmSync(join(folder, file), { force: true });
  writeFileSync(join(folder, 'api.d.ts'), await writeTypes(document));
  await compile(folder);
  writeFileSync(join(folder, 'index.js'), INDEX);
  writeFileSync(join(folder, 'index.d.ts'), INDEX_TYPES);
  writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(document, null, 1)}\n`);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.keys(item)).length;
  return { folder, operations };
}

async function writeTypes(document: object): Promise<string> {
  const name = 'openapi-typescript';
  const writer: TypeWriter = await import(name);
  // What has a default may be left out of what is sent.
  const nodes = await writer.default(document, { defaultNonNullable: false });
  return `// Made by npm run client from the description of the API.\n${writer.astToString(nodes)}`;
}

async function compile(folder: string): Promise<void> {
  // Beside openapi-typescript, which needs an older one than this project has.
  const { default: ts }: { readonly default: Compiler } = await import(
    join(import.meta.dirname, 'node_modules/typescript/lib/typescript.js')
  );
  const program = ts.createProgram([SOURCE], {
    ...{ declaration: true, strict: true, skipLibCheck: true, outDir: folder, types: [] },
    ...{
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    },
  });
  const { emitSkipped, diagnostics } = program.emit();
  if (emitSkipped || diagnostics.length > 0)
    throw new Error(
      `The client could not be compiled: ${JSON.stringify(diagnostics.map((d) => d.messageText))}`,
    );
}

function manifest() {
  const { version, license, devDependencies } = JSON.parse(
    readFileSync(join(PROJECT, 'package.json'), 'utf8'),
  );
  return {
    ...{ name: 'access-mail-client', version, license, type: 'module' },
    description: 'A typed client of the API of access-mail.',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    dependencies: { 'openapi-fetch': devDependencies['openapi-fetch'] },
  };
}
