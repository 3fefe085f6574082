/** `npm start`: everything in one process, with embedded parts for whatever the environment does not name. */
import { type Config, ConfigError, readConfig, readSecretFiles } from '../src/config.ts';
import { type DataFolder, dataFolder } from './embedded/data-folder.ts';
import { type DataSlot, takeSlot } from './embedded/data-slot.ts';
import { freePort, isPortFree } from './embedded/free-port.ts';
import { startPostgres } from './embedded/postgres.ts';
import { ensureSampleEvent } from './sample-event.ts';
import { ensureSamplePeople } from './sample-people.ts';
import { ensureSampleAdmin } from './sample-team.ts';
import { type MailCatcher, openMailCatcher } from './support/mail-catcher.ts';
import { reportError } from './support/report-error.ts';
import { Shutdown } from './support/shutdown.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a check of the rest needs before the embedded parts are there to name themselves. */
const PLACEHOLDERS = {
  DATABASE_URL: 'postgres://localhost/embedded',
  SMTP_URL: 'smtp://localhost',
  APP_SECRET: 'made once and kept in the data folder',
};

// A closed terminal or pipe must not end us in the middle of stopping.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const shutdown = new Shutdown();
shutdown.onSignals();
try {
  await start(readSecretFiles(withoutEmpty(process.env)));
} catch (error) {
  // What fails because everything is being stopped is no news.
  if (!shutdown.hasBegun) reportError(error);
  await shutdown.exit(1);
}

async function start(given: Environment): Promise<void> {
  // Wrong values are reported before anything is started.
  const wanted = readConfig({ ...(given.NODE_ENV !== 'production' && PLACEHOLDERS), ...given });
  const port = wanted.port || (await freePort());
  if (!(await isPortFree(port, wanted.host))) {
    throw new ConfigError(`PORT ${port} is taken by another program. Example: PORT=${port + 1} npm start`);
  }
  const { workerPort } = wanted;
  if (workerPort && !(workerPort !== port && (await isPortFree(workerPort, wanted.host)))) {
    const other = Math.max(port, workerPort) + 1;
    throw new ConfigError(
      `WORKER_PORT ${workerPort} is taken by another program. Example: WORKER_PORT=${other} npm start`,
    );
  }
  const folder = dataFolder(given);
  const slot = takeSlot(folder.path, port);
  shutdown.add(() => slot.release());

  const [databaseUrl, catcher, { migrate, startServer, startWorker }] = await Promise.all([
    openDatabase(given, slot),
    openInbox(given, slot, port, wanted),
    loadProgram(),
  ]);
  const config = readConfig({
    // This terminal is for people; a quiet one shows what is wrong.
    LOG_LEVEL: 'warn',
    ...(!wanted.production && { APP_SECRET: slot.secrets.appSecret, BOOTSTRAP_API_KEY: slot.secrets.apiKey }),
    ...given,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    ...(catcher.smtpUrl && { SMTP_URL: catcher.smtpUrl }),
    ...(catcher.httpUrl && { MAILPIT_URL: catcher.httpUrl }),
  });
  await migrate(config.database);
  // First the server: it is told of the mails that the worker sends, and told only once.
  const server = await startServer(config);
  shutdown.add(() => server.stop());
  const worker = await startWorker(config, { isGuest: true });
  shutdown.add(() => worker.stop());

  const { database, publicUrl, appSecret, bootstrapApiKey: apiKey } = config;
  slot.announce({
    ...{ databaseUrl, databaseSchema: database.schema, publicUrl, appSecret },
    ...(catcher.smtpUrl && { smtpUrl: catcher.smtpUrl }),
    ...(catcher.httpUrl && { mailpitUrl: catcher.httpUrl }),
  });
  const [event, admin] = await Promise.all([
    apiKey && !config.production ? ensureSampleEvent(server.url, apiKey, new Date()) : null,
    config.production ? null : ensureSampleAdmin(config.database),
  ]);
  // Invented people get mail (reminders) only where none of it leaves this computer.
  if (event && catcher.httpUrl) await ensureSamplePeople(config, event.id, new Date());
  const eventPage = event?.permalink ?? null;
  if (!shutdown.hasBegun) process.stdout.write(describe({ config, slot, folder, catcher, eventPage, admin }));
}

/** Half a second of reading and compiling, in which Postgres starts. */
async function loadProgram() {
  const [database, server, worker] = await Promise.all([
    import('../src/migrate.ts'),
    import('../src/server.ts'),
    import('../worker/main.ts'),
  ]);
  return { migrate: database.migrate, startServer: server.startServer, startWorker: worker.startWorker };
}

async function openDatabase(env: Environment, slot: DataSlot): Promise<string> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const postgres = await startPostgres({ dataDir: slot.postgresFolder, durable: true });
  shutdown.add(() => postgres.stop());
  void postgres.ended.then(() => {
    if (shutdown.hasBegun) return;
    process.stderr.write(
      `Postgres ended by itself (its log: ${slot.postgresFolder}/postgres.log); start again.\n`,
    );
    return shutdown.exit(1);
  });
  return postgres.url;
}

async function openInbox(
  env: Environment,
  slot: DataSlot,
  port: number,
  { host, workerPort, production }: Config,
): Promise<MailCatcher> {
  const catcher = await openMailCatcher(env, {
    directory: slot.inboxFolder,
    webhookUrl: `${serverUrl(host, port)}/webhooks/mailpit`,
    // In production nobody answers mails but those who got them.
    ...(!production && {
      server: { url: serverUrl(host, port), apiKey: env.BOOTSTRAP_API_KEY ?? slot.secrets.apiKey },
    }),
    avoidPorts: [port, ...(workerPort ? [workerPort] : [])],
  });
  shutdown.add(() => catcher.stop());
  return catcher;
}

/** Where the inbox finds the server: on this machine, unless it listens on one other address only. */
function serverUrl(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function describe(parts: {
  config: Config;
  slot: DataSlot;
  folder: DataFolder;
  catcher: MailCatcher;
  eventPage: string | null;
  admin: string | null;
}): string {
  const { config, slot, folder, catcher, eventPage, admin } = parts;
  const facts: [name: string, value: string | null][] = [
    ['Start here', config.production || !catcher.httpUrl ? null : `${config.publicUrl}/`],
    ['Event page', eventPage],
    ['Team pages', `${config.publicUrl}/team`],
    ['Sign in as', admin && `${admin}${catcher.httpUrl ? ' (the link comes to the inbox)' : ''}`],
    ['Inbox', catcher.httpUrl],
    ['SMTP', catcher.smtpUrl && new URL(catcher.smtpUrl).password ? null : catcher.smtpUrl],
    ['API docs', `${config.publicUrl}/api/docs`],
    ['API key', config.production ? null : config.bootstrapApiKey],
    ['Data', folder.reason ? `${slot.folder} (${folder.reason})` : slot.folder],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`  ${name.padEnd(12)}${value}`] : []));
  return [
    '',
    'access-mail is ready',
    '',
    ...lines,
    '',
    '  Ctrl-C stops everything; the data stays.',
    '',
    '',
  ].join('\n');
}

/** `NAME=` in a shell or a compose file means the same as not naming it. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value));
}
