/** A published weakness of some versions of a package. */
export interface Advisory {
  /** As GitHub's advisory database (GHSA-…) or the CVE list has it. */
  readonly id: string;
  readonly name: string;
  /** The versions that have it, as npm writes ranges. */
  readonly versions: string;
  readonly title: string;
}

/**
 * What was published about packages that we use, so that no older version comes back where the registry's own audit cannot be
 * asked. A maintainer adds what `npm audit` or an advisory's page says, and takes out what we no longer use: a test asks for that.
 */
export const ADVISORIES: readonly Advisory[] = [
  {
    id: 'GHSA-f2jv-r9rf-7988',
    name: 'handlebars',
    versions: '<4.7.7',
    title: 'a template that is compiled with certain options can run code',
  },
  {
    id: 'GHSA-9vqf-7f2p-gf9v',
    name: 'hono',
    versions: '<4.12.16',
    title: 'bodyLimit() does not stop chunked requests in time',
  },
  {
    id: 'GHSA-p77w-8qqv-26rm',
    name: 'hono',
    versions: '<4.12.18',
    title: 'the cache gives one person’s answer to another',
  },
  {
    id: 'GHSA-q5qw-h33p-qvwr',
    name: 'hono',
    versions: '<4.12.4',
    title: 'serveStatic() serves files that a route protects',
  },
  {
    id: 'CVE-2026-47675',
    name: 'hono',
    versions: '<4.12.21',
    title: 'attributes of cookies are written unchecked',
  },
  {
    id: 'CVE-2026-47676',
    name: 'hono',
    versions: '<4.12.21',
    title: 'app.mount() reads encoded paths otherwise than its routes',
  },
  {
    id: 'GHSA-wc8c-qw6v-h7f6',
    name: '@hono/node-server',
    versions: '<1.19.10',
    title: 'encoded slashes reach static files that a route protects',
  },
  {
    id: 'GHSA-92pp-h63x-v22m',
    name: '@hono/node-server',
    versions: '<1.19.13',
    title: 'repeated slashes reach static files that a route protects',
  },
  {
    id: 'GHSA-mm7p-fcc7-pg87',
    name: 'nodemailer',
    versions: '<7.0.7',
    title: 'a quoted address can send a mail to another domain',
  },
];

/** Advisories that do not concern us, by id: why not. Neither our list nor the registry's audit fails for them. */
export const ACCEPTED: Readonly<Record<string, string>> = {};
