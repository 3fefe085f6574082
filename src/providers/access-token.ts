import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type * as oauth from 'openid-client';
import type { OAuthConfig } from '../config.ts';
import { beginAsking, endAsking, findToken, keepToken } from '../db/oauth-token.ts';
import type { Db } from '../db/pool.ts';
import { seal, unseal } from '../domain/sealed.ts';
import { singleLine } from '../lib/clean-text.ts';
import { share } from '../lib/remember.ts';

/** No token is to be had. `message` holds no secret. */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  /** The token endpoint refuses the settings: it will not change its mind by itself. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRefused = isRefused;
  }
}

export interface AccessTokens {
  /** A token that is good for a minute at least, and is not `refused`, the one that a server has just refused. Rejects with AccessTokenError. */
  get(refused?: string | null): Promise<string>;
}

/** How long the token endpoint may take. */
const PATIENCE_SECONDS = 10;
/** One worker asks; the others wait for so long, and then ask themselves. */
const LEASE_MS = 15_000;
const LOOK_AGAIN_MS = 250;
/** A token with less time left is replaced: opening a session takes a while. */
const MARGIN_MS = 60_000;
/** Where the endpoint does not say it (RFC 6749, 5.1 only recommends that it does). */
const USUAL_LIFE_MS = 30 * 60_000;
const LONGEST_REASON = 300;
const PURPOSE = 'oauth token';

interface World {
  readonly pool: Db;
  readonly appSecret: string;
  readonly now: () => Date;
}

/** Access tokens for one mail server, shared with all workers through the database. `setting`: what their settings begin with, for messages. */
export function createAccessTokens(
  settings: OAuthConfig,
  setting: string,
  { pool, appSecret, now }: World,
): AccessTokens {
  const id = createHmac('sha256', appSecret)
    .update(JSON.stringify({ ...settings, tokenUrl: settings.tokenUrl.href }))
    .digest('hex');
  const open = (sealed: string | null) => sealed && unseal(appSecret, PURPOSE, sealed);

  async function get(refused: string | null): Promise<string> {
    for (;;) {
      const before = await usable(refused);
      if (before) return before;
      if (await beginAsking(pool, id, now(), new Date(now().getTime() + LEASE_MS))) {
        try {
          // Whoever asked last may have brought one since we looked.
          const brought = await usable(refused);
          if (!brought) return await askWith(open((await findToken(pool, id))?.refreshToken ?? null));
          await endAsking(pool, id, now());
          return brought;
        } catch (error) {
          await endAsking(pool, id, now());
          throw await failure(error, setting, settings);
        }
      }
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** The token that is kept, where it is good for long enough and was not refused; else null. */
  async function usable(refused: string | null): Promise<string | null> {
    const kept = await findToken(pool, id);
    const token = open(kept?.accessToken ?? null);
    const left = (kept?.expiresAt?.getTime() ?? 0) - now().getTime();
    return token && token !== refused && left > MARGIN_MS ? token : null;
  }

  /** `newest`: the refresh token that the endpoint gave last. One that it has taken back leaves that of the settings. */
  async function askWith(newest: string | null): Promise<string> {
    if (newest === null) return ask(settings.refreshToken);
    try {
      return await ask(newest);
    } catch (error) {
      const oauth = await library();
      if (!(error instanceof oauth.ResponseBodyError) || error.error !== 'invalid_grant') throw error;
      return ask(settings.refreshToken);
    }
  }

  async function ask(refreshToken: string | null): Promise<string> {
    const oauth = await library();
    const client = clientOf(oauth, settings);
    const scope = settings.scope === null ? {} : { scope: settings.scope };
    const answer =
      refreshToken === null
        ? await oauth.clientCredentialsGrant(client, scope)
        : await oauth.refreshTokenGrant(client, refreshToken, scope);
    const lifeMs = answer.expires_in === undefined ? USUAL_LIFE_MS : answer.expires_in * 1_000;
    await keepToken(
      pool,
      id,
      {
        accessToken: seal(appSecret, PURPOSE, answer.access_token),
        expiresAt: new Date(now().getTime() + lifeMs),
        refreshToken: answer.refresh_token ? seal(appSecret, PURPOSE, answer.refresh_token) : null,
      },
      now(),
    );
    return answer.access_token;
  }

  // A pool opens many connections at once: one of them asks.
  const fresh = share(() => get(null), LEASE_MS);
  return { get: (refused = null) => (refused === null ? fresh() : get(refused)) };
}

/** Loaded with the first token: most mail servers take a password. */
const library = () => import('openid-client');
type Library = typeof oauth;

function clientOf(oauth: Library, { tokenUrl, clientId, clientSecret }: OAuthConfig): oauth.Configuration {
  const client = new oauth.Configuration(
    { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href },
    clientId,
    {},
    clientSecret === null ? oauth.None() : oauth.ClientSecretPost(clientSecret),
  );
  client.timeout = PATIENCE_SECONDS;
  // The settings allow it on a loopback address only.
  if (tokenUrl.protocol === 'http:') oauth.allowInsecureRequests(client);
  return client;
}

async function failure(
  error: unknown,
  setting: string,
  { tokenUrl }: OAuthConfig,
): Promise<AccessTokenError> {
  const oauth = await library();
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: words = '', status } = error;
    // RFC 6749, 5.2. A server in trouble may answer in the same form.
    const isRefused = status < 500 && code !== 'temporarily_unavailable' && status !== 429;
    const said = singleLine(`${code} ${words}`).slice(0, LONGEST_REASON);
    return new AccessTokenError(
      `${tokenUrl.host} gives no access token for ${setting}_*: ${said}`,
      isRefused,
      { cause: error },
    );
  }
  if (error instanceof AccessTokenError) return error;
  const reason = error instanceof Error ? singleLine(error.message).slice(0, LONGEST_REASON) : 'it failed';
  return new AccessTokenError(`${tokenUrl.host} cannot be asked for an access token: ${reason}`, false, {
    cause: error,
  });
}
