import type * as openid from 'openid-client';
import { z } from 'zod';
import type { ProvidedPerson } from '../../actions/sign-in-by-provider.ts';
import type { OidcConfig } from '../../config.ts';
import { share } from '../../lib/remember.ts';

/** How long the provider may take for one answer. */
const PATIENCE_SECONDS = 5;
/** What it says of itself is read again after so long. */
const KNOWN_FOR_MS = 3_600_000;

/** What a browser keeps while somebody is at the provider: it is what the answer must fit. */
export const pendingShape = z.strictObject({
  state: z.string().min(20).max(100),
  nonce: z.string().min(20).max(100),
  verifier: z.string().min(43).max(128),
  next: z.string().max(1_000),
});
export type Pending = z.infer<typeof pendingShape>;

/** The provider answered that it lets nobody in, or what it answered does not fit. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/**
 * Sends people to an OpenID Connect provider and reads what it says of them: authorization code with PKCE, state and nonce.
 * Nothing is asked of the provider before somebody signs in, so that a server starts without it. Both throw whatever went
 * wrong on the way to it.
 */
export function createIdentityProvider(oidc: OidcConfig, redirectUri: string) {
  let known: { readonly configuration: openid.Configuration; readonly until: number } | undefined;
  const discover = share(
    async () => {
      const client = await library();
      const configuration = await client.discovery(
        oidc.issuer,
        oidc.clientId,
        {},
        oidc.clientSecret === null ? client.None() : client.ClientSecretBasic(oidc.clientSecret),
        {
          timeout: PATIENCE_SECONDS,
          // In production the configuration refuses it anywhere but on this machine.
          ...(oidc.issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
        },
      );
      known = { configuration, until: performance.now() + KNOWN_FOR_MS };
      return configuration;
    },
    2 * PATIENCE_SECONDS * 1_000,
  );

  async function configuration(): Promise<openid.Configuration> {
    return known && performance.now() < known.until ? known.configuration : discover();
  }

  return {
    /** Where the browser goes, and what it keeps meanwhile. */
    async begin(next: string): Promise<{ readonly url: URL; readonly pending: Pending }> {
      const client = await library();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        next,
      };
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url, pending };
    },

    /** Whom the answer speaks of; `search` is the callback's query. Throws `SignInRefused`. */
    async finish(search: string, { state, nonce, verifier }: Pending): Promise<ProvidedPerson> {
      const client = await library();
      const known = await configuration();
      const url = new URL(redirectUri);
      url.search = search;
      try {
        const tokens = await client.authorizationCodeGrant(known, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new SignInRefused('The answer has no ID token.');
        if (claims.email !== undefined) return personOf(claims);
        // Some tell the address only where they are asked for it.
        if (!known.serverMetadata().userinfo_endpoint) return personOf({});
        return personOf(await client.fetchUserInfo(known, tokens.access_token, claims.sub));
      } catch (error) {
        if (isRefusal(client, error))
          throw new SignInRefused('The provider refused the sign-in.', { cause: error });
        throw error;
      }
    },
  };
}

/** Loaded when somebody signs in that way. */
const library = () => import('openid-client');

function personOf(claims: Readonly<Record<string, unknown>>): ProvidedPerson {
  const { email, email_verified: verified } = claims;
  return {
    email: typeof email === 'string' ? email : null,
    // Some providers write it as a string.
    isVerified: verified === true || verified === 'true',
  };
}

/** Whether the provider was there, and what it said is the reason. */
function isRefusal(client: typeof openid, error: unknown): boolean {
  if (error instanceof client.AuthorizationResponseError)
    return error.error !== 'server_error' && error.error !== 'temporarily_unavailable';
  // A code that was used or is too old is the browser's; a client that the provider does not know is ours.
  if (error instanceof client.ResponseBodyError) return error.error === 'invalid_grant';
  return error instanceof client.ClientError && error.code !== undefined && NOT_FITTING.has(error.code);
}

/** The library's codes for an answer that is not the one to what was asked. */
const NOT_FITTING: ReadonlySet<string> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);
