import {
  type Config,
  ConfigError,
  readConfig,
  readDatabaseConfig,
  readSecretFiles,
} from '../../src/config.ts';
import type { DatabaseConfig } from '../../src/db/pool.ts';
import { readAppSecrets } from '../../src/domain/app-secret.ts';
import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import { isLoopback } from '../../src/domain/loopback.ts';
import { dataFolder } from '../embedded/data-folder.ts';
import { findRunning } from '../embedded/data-slot.ts';
import { EmbeddedError } from '../embedded/embedded-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm start` brings where the environment names none, and whether it does so now. */
const EMBEDDED = {
  DATABASE_URL: { name: 'database', placeholder: 'postgres://localhost/embedded' },
  SMTP_URL: { name: 'inbox', placeholder: 'smtp://localhost' },
  APP_SECRET: { name: 'secret', placeholder: 'made once and kept in the data folder' },
} as const;
export type EmbeddedPart = (typeof EMBEDDED)[keyof typeof EMBEDDED]['name'];

/** `running`: an `npm start` of this checkout has it at the moment. `absent`: one would bring it. */
export type EmbeddedState = 'running' | 'absent' | null;

export interface Settings {
  /** Secrets that are given as files read in. */
  readonly env: Environment;
  /** Null: something of it is wrong, and `findings` say what. */
  readonly config: Config | null;
  /** Null: no database is named, or wrongly. */
  readonly database: DatabaseConfig | null;
  readonly embedded: Readonly<Record<EmbeddedPart, EmbeddedState>>;
  readonly findings: readonly Finding[];
}

const found = findingsOf('Settings');

/** Reads the environment as server and workers do. Embedded parts that are not there now are left out, and said to be. */
export function readSettings(environment: Environment): Settings {
  const none = { database: null, inbox: null, secret: null };
  let env: Environment;
  try {
    env = readSecretFiles(environment);
  } catch (error) {
    return { env: environment, config: null, database: null, embedded: none, findings: faults(error) };
  }
  const { embedded, placeholders, faults: ofFolder } = findEmbedded(env);
  const database = embedded.database === 'absent' ? null : databaseOf(env);
  try {
    const config = readConfig({ ...env, ...placeholders });
    return {
      env,
      config,
      database,
      embedded,
      findings: [...settled(env, config, embedded.secret), ...ofFolder],
    };
  } catch (error) {
    return { env, config: null, database, embedded, findings: faults(error) };
  }
}

function findEmbedded(env: Environment) {
  const state: Record<EmbeddedPart, EmbeddedState> = { database: null, inbox: null, secret: null };
  const placeholders: Record<string, string> = {};
  if (env.NODE_ENV === 'production') return { embedded: state, placeholders, faults: [] };
  const { running, faults } = runningStart(env);
  const own = {
    DATABASE_URL: running?.databaseUrl,
    SMTP_URL: running?.smtpUrl,
    APP_SECRET: running?.appSecret,
  };
  for (const [name, { name: part, placeholder }] of Object.entries(EMBEDDED)) {
    const value = env[name];
    if (value) state[part] = value === own[name as keyof typeof own] ? 'running' : null;
    else if (part !== 'inbox' || (env.MAIL_TRANSPORT ?? 'smtp') === 'smtp') {
      state[part] = 'absent';
      placeholders[name] = placeholder;
    }
  }
  return { embedded: state, placeholders, faults };
}

function runningStart(env: Environment) {
  try {
    return { running: findRunning(dataFolder(env).path), faults: [] };
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    return { running: null, faults: [found.warning(error.message, 'npm start cannot keep its data there.')] };
  }
}

function databaseOf(env: Environment): DatabaseConfig | null {
  try {
    return readDatabaseConfig(env);
  } catch {
    return null;
  }
}

/** A finding for each line of a ConfigError: what is wrong, and an example of what is right. */
function faults(error: unknown): Finding[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.message.split('\n').map((line) => {
    const [message = line, example] = line.split(/(?<=\.) (?=Example: )/);
    return found.error(
      message,
      example ?? 'Correct it, in the environment of server, workers and commands alike.',
    );
  });
}

function settled(env: Environment, config: Config, secret: EmbeddedState): Finding[] {
  const { production, publicUrl, appSecret } = config;
  const { hostname } = new URL(publicUrl);
  const mode = production
    ? found.ok('All of them can be read, for production.')
    : isLoopback(hostname)
      ? found.ok('All of them can be read, for development.')
      : found.warning(
          `All of them can be read, for development, though PUBLIC_URL leads to ${hostname}.`,
          'Set NODE_ENV=production where other people come: development is less strict.',
        );
  return [mode, secretFinding(env, appSecret, secret)];
}

function secretFinding(env: Environment, appSecret: string, state: EmbeddedState): Finding {
  const told = findingsOf('APP_SECRET');
  if (state === 'absent' || state === 'running')
    return told.ok('Made by npm start, and kept in its data folder: for development.');
  const count = readAppSecrets(appSecret).length;
  const few = new Set(appSecret).size < 12;
  if (few && env.NODE_ENV !== 'production')
    return told.warning('Easy to guess.', 'Make one with `openssl rand -hex 32` before other people come.');
  return told.ok(count > 1 ? `Set: the first of ${count} signs, all open.` : 'Set.');
}
