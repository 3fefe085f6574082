import { generateKeyPairSync } from 'node:crypto';
import { signMail } from '../../src/providers/smtp/dkim.ts';
import { type Lab, withDatabase } from './lab.ts';
import { measureDelivery } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery } from './seed.ts';
import { median } from './statistics.ts';

const COUNT = 10_000;
/** Mails that are signed alone, one after the other. */
const ALONE = 2_000;

/** What signing costs: one worker with DKIM_KEY against the same without, in turns, and the signer alone. */
export async function benchDkim(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const env = {
    DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    DKIM_SELECTOR: 'bench',
  };
  const rates = { plain: [] as number[], signed: [] as number[] };
  let mail = '';
  for (let round = 1; round <= options.rounds; round++) {
    rates.plain.push(await deliver(lab, count, options.delayMs, {}));
    mail = await lab.sink.sample();
    rates.signed.push(await deliver(lab, count, options.delayMs, env));
  }
  const signer = { domain: 'events.example', selector: 'bench', privateKey };
  const bytes = Buffer.from(mail, 'latin1');
  const began = process.cpuUsage();
  for (let i = 0; i < ALONE; i++) signMail(bytes, signer);
  const { user, system } = process.cpuUsage(began);
  const msAlone = (user + system) / 1_000 / ALONE;
  const [plain, signed] = [median(rates.plain), median(rates.signed)];
  return {
    bench: 'dkim',
    table: [
      ['', 'mails', 'mails/s', 'rounds', '× unsigned'],
      ['unsigned', whole(count), whole(plain), rates.plain.map(whole).join(' '), '1.00'],
      ['signed', whole(count), whole(signed), rates.signed.map(whole).join(' '), (signed / plain).toFixed(2)],
    ],
    figures: { count, mailBytes: bytes.length, plainPerSecond: plain, signedPerSecond: signed, msAlone },
    ratios: { ofUnsigned: signed / plain },
    targets: { ofUnsigned: { atLeast: 0.25 } },
    notes: [
      `One worker, RSA of 2,048 bits, mails of ${whole(bytes.length)} bytes. Signing alone takes ${msAlone.toFixed(2)} ms of a processor a mail.`,
    ],
  };
}

/** Mails a second of one worker. */
function deliver(
  lab: Lab,
  count: number,
  delayMs: number,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return withDatabase(lab, async (database) => {
    await seedDelivery(database, count);
    const { mailsPerSecond } = await measureDelivery(lab, database, count, delayMs, () => [
      lab.startWorker(database, { env }),
    ]);
    return mailsPerSecond;
  });
}
