import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll } from 'vitest';
import type { OAuthConfig } from '../../src/config.ts';

export interface TokenServer {
  /** What it knows of the client; `refreshToken` is one that it gave. */
  readonly settings: OAuthConfig;
  /** Requests for a token so far, by grant. */
  readonly asked: string[];
  /** Answers instead of giving a token; null: behaves. */
  refuse: ((response: ServerResponse) => void) | null;
}

/**
 * A real authorization server (`oidc-provider`) on this machine: client credentials and refresh tokens, each of which it replaces
 * when it is used, as some do.
 */
export async function openTokenServer({
  onToken,
}: {
  readonly onToken: (token: string) => void;
}): Promise<TokenServer> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['access-mail', 'a secret of the client, long enough for everybody'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
    },
    scopes: ['openid', 'offline_access', 'smtp'],
    ttl: { ClientCredentials: 3_600, AccessToken: 3_600 },
    rotateRefreshToken: true,
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  const client = await provider.Client.find(clientId);
  if (!client) throw new Error('unreachable: it was registered above');
  const grant = new provider.Grant({ clientId, accountId: 'events' });
  grant.addOIDCScope('openid offline_access smtp');
  const refreshToken = await new provider.RefreshToken({
    ...{ client, accountId: 'events', grantId: await grant.save(), scope: 'openid offline_access smtp' },
    ...{ gty: 'authorization_code', authTime: Math.floor(Date.now() / 1_000) },
  } as ConstructorParameters<typeof provider.RefreshToken>[0]).save();
  const opened: TokenServer = {
    settings: {
      ...{ tokenUrl: new URL(`${issuer}/token`), clientId, clientSecret, refreshToken, scope: null },
    },
    asked: [],
    refuse: null,
  };
  // Before the answer leaves, unlike the provider's own events.
  provider.use(async (ctx, next) => {
    await next();
    opened.asked.push(String(ctx.oidc.params?.grant_type));
    const { access_token: token } = ctx.body as { readonly access_token?: string };
    if (token) onToken(token);
  });
  const callback = provider.callback();
  handle = (request, response) => {
    if (opened.refuse) opened.refuse(response);
    else void callback(request, response);
  };
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return opened;
}
