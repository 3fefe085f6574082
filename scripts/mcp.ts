/**
 * `npm run mcp`: a Model Context Protocol server on standard input and output, for assistants that help the team: who is registered, why
 * no mail came, the link again. It calls the API of a running access-mail with an API key, and can do what that key may.
 */
import { readFileSync } from 'node:fs';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createAccessMailClient } from '../src/client/client.ts';
import { createMcpServer, type Paths } from './mcp/server.ts';

const { ACCESS_MAIL_URL: url = 'http://localhost:3000', ACCESS_MAIL_API_KEY: apiKey = '' } = process.env;
if (!URL.canParse(url))
  end('ACCESS_MAIL_URL must be an address. Example: ACCESS_MAIL_URL=https://events.example.com');
if (!apiKey)
  end(
    'ACCESS_MAIL_API_KEY is not set. `npm run team -- key NAME` makes a key. Example: ACCESS_MAIL_API_KEY=am_…',
  );

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const client = createAccessMailClient<Paths>({ url, apiKey });
await createMcpServer(client, version).connect(new StdioServerTransport());

// Standard output is the protocol's.
function end(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
