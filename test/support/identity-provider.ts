import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll } from 'vitest';

/** Somebody whom the identity provider knows. */
export interface Account {
  readonly email?: string;
  readonly email_verified?: boolean | string;
}

export interface TestIdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in next, without being asked; null: they press "Cancel". */
  account: Account | null;
  /** The last request for authorization. */
  asked: URLSearchParams;
  /** Closes it: from now on it is away. */
  close(): Promise<void>;
}

/**
 * A real OpenID Connect provider (`oidc-provider`) on this machine. It demands PKCE; whoever comes is signed in as `account`
 * at once. `inIdToken`: what it tells of the address stands in the ID token, not at its userinfo endpoint.
 */
export async function openIdentityProvider(
  redirectUri: string,
  { inIdToken = false }: { inIdToken?: boolean } = {},
): Promise<TestIdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const client = {
    clientId: 'access-mail',
    clientSecret: 'a secret of the client, long enough for everybody',
  };
  const accounts = new Map<string, Account>();
  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    closed ??= new Promise((settle) => {
      server.close(() => settle());
      server.closeAllConnections();
    });
    return closed;
  }

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !inIdToken,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a key of the tests'] },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
    // Consent is given by being the team's own.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        ...(ctx.oidc.client && { clientId: ctx.oidc.client.clientId }),
        ...(ctx.oidc.session?.accountId && { accountId: ctx.oidc.session.accountId }),
      });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  const opened: TestIdentityProvider = {
    issuer,
    ...client,
    account: null,
    asked: new URLSearchParams(),
    close,
  };
  handle = (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') opened.asked = url.searchParams;
    if (!url.pathname.startsWith('/interaction/')) return void callback(request, response);
    const id = `person-${accounts.size}`;
    if (opened.account) accounts.set(id, opened.account);
    const result = opened.account
      ? { login: { accountId: id, remember: false } }
      : { error: 'access_denied', error_description: 'They pressed "Cancel".' };
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  };
  afterAll(() => opened.close());
  return opened;
}
