/** The mail server of the benchmarks: takes every mail, keeps none, counts. Asked and told over the IPC channel. */
import { createServer } from 'node:net';
import { monotonicMs } from '../clock.ts';
import { createPace } from './pace.ts';
import type { SinkAnswers, SinkOptions, SinkRequest } from './requests.ts';
import { serveSmtp } from './smtp-session.ts';

/** Enough for the header of any mail of ours. */
const HEADER_BYTES = 4096;

let run = begin({ delayMs: 0, perSecond: null, watch: null });

function begin(options: SinkOptions) {
  return {
    options,
    accepted: 0,
    ids: new Set<string>(),
    startedAt: null as number | null,
    lastAcceptedAt: null as number | null,
    arrivals: new Map<string, number>(),
    sample: null as string | null,
    pace: options.perSecond === null ? (take: () => void) => take() : createPace(options.perSecond),
  };
}

const server = createServer((socket) =>
  serveSmtp(socket, {
    delayMs: () => run.options.delayMs,
    onSender() {
      run.startedAt ??= monotonicMs();
    },
    onMail(recipient, source, accept) {
      const current = run;
      current.pace(() => {
        const at = monotonicMs();
        const header = source.toString('latin1', 0, HEADER_BYTES);
        current.accepted++;
        current.ids.add(/^message-id:\s*(<[^>]*>)/im.exec(header)?.[1] ?? header);
        current.lastAcceptedAt = at;
        current.sample ??= source.toString('latin1').replace(/^\.\./gm, '.');
        const { watch } = current.options;
        if (watch !== null && recipient.startsWith(watch) && !current.arrivals.has(recipient))
          current.arrivals.set(recipient, at);
        accept();
      });
    },
  }),
);

function answer(request: SinkRequest): SinkAnswers[keyof SinkAnswers] {
  switch (request.ask) {
    case 'begin':
      run = begin(request.options);
      return null;
    case 'count': {
      const { accepted, ids, startedAt, lastAcceptedAt } = run;
      return { accepted, unique: ids.size, startedAt, lastAcceptedAt };
    }
    case 'arrivals':
      return [...run.arrivals];
    case 'sample':
      return run.sample;
  }
}

process.on('message', (request: SinkRequest) => process.send?.({ id: request.id, value: answer(request) }));
// Whoever started us is gone.
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
