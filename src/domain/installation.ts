import { createHmac } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';

/** The header by which a server tells whose it is. */
export const INSTALLATION_HEADER = 'X-Installation';

/** The same for every process that has this APP_SECRET, and another one for every other. It opens nothing. */
export function installationId(appSecret: string): string {
  const [first] = readAppSecrets(appSecret);
  return createHmac('sha256', first).update('installation').digest('hex').slice(0, 16);
}
