import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createPublicHosts, type PublicHosts } from '../../src/lib/public-address.ts';
import { createPoster } from '../../src/lib/public-http.ts';
import { selfSigned } from '../support/smtp-self-signed.ts';

const here: PublicHosts = createPublicHosts(
  { addresses: async () => ({ type: 'none', nameExists: false }) },
  { loopback: true },
);

function poster(resolve: PublicHosts = here, timeoutMs = 60_000) {
  const made = createPoster({ resolve, connections: 4, timeoutMs, answerBytes: 4_096 });
  afterAll(() => made.close());
  return made;
}

async function listening(server: Server, scheme = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const answering = (listener: RequestListener) => listening(createServer(listener));

describe('a request', () => {
  it('brings its body, its length and its headers, over a connection that is kept', async () => {
    let connections = 0;
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      response.end(
        `${request.method} ${request.headers['x-test']} ${request.headers['content-length']} ${parts.join('')}`,
      );
    }).on('connection', () => connections++);
    const url = await listening(server);
    const { post } = poster();
    for (let i = 0; i < 3; i++)
      expect(await post(url, 'grüße', { 'x-test': 'yes' })).toEqual({
        ...{ status: 200, error: null, answer: 'POST yes 7 grüße' },
      });
    expect(connections).toBe(1);
  });

  it('is made again where a kept connection is closed in the moment of its use', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.end('ok');
      // Without saying so: the client keeps it, and finds it dead.
      response.on('finish', () => setImmediate(() => response.socket?.destroy()));
    });
    const url = await listening(server);
    const { post } = poster();
    for (let i = 0; i < 20; i++) expect((await post(url, '', {})).status).toBe(200);
    expect(requests).toBe(20);
  });

  it('reads 4 KiB of an answer and no more, however long it is', async () => {
    let sent = 0;
    const url = await answering((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (!response.destroyed && sent < 4 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
      };
      write();
    });
    const { status, answer } = await poster().post(url, '', {});
    expect([status, answer]).toEqual([200, 'x'.repeat(4_096)]);
  });

  it('keeps no half character and no zero byte of an answer', async () => {
    const url = await answering((_, response) => void response.end(`\0${'é'.repeat(3_000)}`));
    const { answer } = await poster().post(url, '', {});
    expect(answer).toBe('é'.repeat(2_047));
  });

  it('does not follow a redirect', async () => {
    let followed = false;
    const url = await answering((request, response) => {
      followed ||= request.url === '/next';
      response.writeHead(307, { location: '/next' }).end();
    });
    expect(await poster().post(url, '', {})).toMatchObject({ status: 307, error: null });
    expect(followed).toBe(false);
  });

  it.each([
    ['never answered', () => undefined],
    ['answered by headers alone', (_, response) => void response.writeHead(200).flushHeaders()],
    [
      'answered drop by drop',
      (_, response) => {
        const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write('.')), 20);
      },
    ],
  ] satisfies readonly (readonly [string, RequestListener])[])(
    'ends in time where it is %s',
    async (_, listener) => {
      const url = await answering(listener);
      expect(await poster(here, 250).post(url, '', {})).toEqual({
        ...{ status: null, error: 'No whole answer came within 0.25 seconds.', answer: '' },
      });
    },
  );

  it('says what went wrong with a connection', async () => {
    const reset = await listening(
      createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    const cut = await listening(
      createTcpServer(
        (socket) =>
          void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal')),
      ),
    );
    const garbage = await listening(
      createTcpServer((socket) => void socket.once('data', () => socket.end('no http\r\n\r\n'))),
    );
    const closed = await answering(() => undefined);
    const { post, close } = poster();
    const error = async (url: string) => (await post(url, '{}', {})).error;
    expect(await error(reset)).toBe('The connection was closed before an answer came.');
    expect(await error(cut)).toMatch(/closed/i);
    expect(await error(garbage)).toContain('HPE_');
    expect(await error('http://127.0.0.1:1/')).toBe('The connection was refused.');
    expect(closed).toBeTruthy();
    close();
  });

  it('fails where the certificate is not trusted', async () => {
    const url = await listening(
      createSecureServer(selfSigned('localhost'), (_, response) => void response.end('never')),
      'https',
    );
    const { status, error } = await poster().post(url, '', {});
    expect([status, error]).toEqual([null, expect.stringContaining('The TLS connection failed')]);
  });

  it('can be stopped', async () => {
    const url = await answering(() => undefined);
    const stop = new AbortController();
    const posted = poster().post(url, '', {}, stop.signal);
    stop.abort();
    expect((await posted).status).toBeNull();
  });
});

describe('an address that is not public', () => {
  const strict = (answers: readonly string[][]) => {
    let asked = 0;
    const addresses = async (): Promise<{ type: 'found'; values: string[] }> => ({
      type: 'found',
      values: answers[Math.min(asked++, answers.length - 1)] ?? [],
    });
    return createPublicHosts({ addresses }, { loopback: false });
  };

  it('is not connected to, by number or by name', async () => {
    let came = 0;
    const url = await listening(createServer().on('connection', () => came++));
    const { port } = new URL(url);
    const { post } = poster(strict([['127.0.0.1']]));
    for (const host of ['127.0.0.1', 'localhost', 'hooks.test', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433'])
      expect(await post(`http://${host}:${port}/`, '', {})).toMatchObject({
        ...{ status: null, error: expect.stringContaining('does not lead to a public address') },
      });
    expect(came).toBe(0);
  });

  it('is what the one look-up of the name said, and not what a second one would have', async () => {
    const hits: string[] = [];
    const server = createServer((request, response) => {
      hits.push(request.socket.localAddress ?? '');
      response.end();
    });
    // Two machines, as it were, behind one port.
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    afterAll(() => server.close());
    const { port } = server.address() as AddressInfo;
    const answers = ['127.0.0.1', '127.0.0.2'];
    let asked = 0;
    const { post } = poster(async () => ({ type: 'found', addresses: [answers[asked++] ?? '127.0.0.9'] }));
    expect((await post(`http://hooks.test:${port}/`, '', {})).status).toBe(200);
    expect([hits, asked]).toEqual([['127.0.0.1'], 1]);
  });
});
