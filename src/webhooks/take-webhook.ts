import type { Context } from 'hono';
import { takeListing } from '../actions/take-listing.ts';
import { AppError } from '../domain/errors.ts';
import type { AppDependencies } from '../http/context.ts';
import type { ProviderWebhook } from '../providers/provider.ts';

/** The answer to what is stored. */
export const RECEIVED = { received: true };

/**
 * Reads what a provider posted and verifies it: resolves once all that it tells is stored, and rejects with the answer
 * where it is refused or could not be.
 */
export async function takeWebhook(
  { pool, log, now, intake }: Pick<AppDependencies, 'pool' | 'log' | 'now' | 'intake'>,
  { name, read }: ProviderWebhook,
  c: Context,
): Promise<void> {
  const body = Buffer.from(await c.req.arrayBuffer());
  const result = await read({ body, header: (header) => c.req.header(header) }, now());
  switch (result.type) {
    case 'events':
      await Promise.all([
        ...result.events.map(intake.keep),
        ...(result.listings ?? []).map((listing) => takeListing({ pool, now: now() }, listing)),
      ]);
      return;
    case 'later':
      log.warn({ provider: name, reason: result.reason }, 'a webhook was put off');
      throw new AppError('unavailable', result.reason, { retryAfter: 60 });
    case 'unsigned':
      log.warn(
        { provider: name, reason: result.reason, bytes: body.length },
        'a webhook was refused: its signature',
      );
      throw new AppError('unauthorized', `The signature could not be verified: ${result.reason}`);
    case 'unreadable':
      log.warn(
        { provider: name, reason: result.reason, bytes: body.length },
        'a signed webhook could not be read',
      );
      throw new AppError('malformed', result.reason);
  }
}
