import { createHmac } from 'node:crypto';
import { type Challenge, createChallenge, randomInt, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import type { AppDependencies } from '../../http/context.ts';

/** Characters of a proof as the widget sends it: a kilobyte, most often. */
export const MAX_PROOF = 4_000;
/** A proof is worth something for so long: whoever fills in a form may take their time. */
const LIVES_MS = 30 * 60_000;
/**
 * Four and a half million rounds of PBKDF2 on average: below a second of a desktop, which does them in several threads, two or
 * three of an old telephone, and a second of one processor of whoever sends many.
 */
const ROUNDS = 5_000;
const COUNTER = { least: 600, most: 1_200 };
const ALGORITHM = 'PBKDF2/SHA-256';

const payloadShape = z.object({
  challenge: z.object({
    parameters: z.looseObject({
      algorithm: z.literal(ALGORITHM),
      nonce: z.string().max(64),
      salt: z.string().max(64),
      cost: z.literal(ROUNDS),
      keyLength: z.literal(32),
      keyPrefix: z.string().max(64),
      keySignature: z.string().max(128),
      data: z.object({ event: z.string(), until: z.number() }),
    }),
    signature: z.string().max(128),
  }),
  solution: z.looseObject({ counter: z.int().min(0), derivedKey: z.string().max(128) }),
});

/** A browser may work for a while instead of waiting: ALTCHA's challenges, made and checked here. */
export function createProofOfWork({
  config,
  limits,
  now,
}: Pick<AppDependencies, 'config' | 'limits' | 'now'>) {
  const secret = (purpose: string) => createHmac('sha256', config.appSecret).update(purpose).digest('hex');
  const secrets = {
    hmacSignatureSecret: secret('proof of work: challenge'),
    hmacKeySignatureSecret: secret('proof of work: key'),
  };

  return {
    /** For the forms of this event only. It is stored nowhere. */
    challenge(eventId: string): Promise<Challenge> {
      return createChallenge({
        ...{ algorithm: ALGORITHM, cost: ROUNDS, deriveKey, ...secrets },
        counter: randomInt(COUNTER.most, COUNTER.least),
        // Not the library's `expiresAt`: that goes by the clocks of machines.
        data: { event: eventId, until: now().getTime() + LIVES_MS },
      });
    },

    /** Whether it is the proof of a challenge of ours that was not used before; from now on it was. */
    async use(proof: string, eventId: string): Promise<boolean> {
      const payload = read(proof);
      if (!payload) return false;
      const { challenge, solution } = payload;
      const { data } = challenge.parameters;
      if (data.event !== eventId || data.until < now().getTime()) return false;
      const { verified } = await verifySolution({
        ...{ challenge: challenge as Challenge, solution, deriveKey, ...secrets },
      }).catch(() => ({ verified: false }));
      return verified && (await limits.usedProof.tally(challenge.signature)).wait === 0;
    },
  };
}

export type ProofOfWork = ReturnType<typeof createProofOfWork>;

/** What ALTCHA's widget sends: JSON in base64. */
function read(proof: string): z.output<typeof payloadShape> | null {
  if (proof.length > MAX_PROOF) return null;
  try {
    return payloadShape.parse(JSON.parse(Buffer.from(proof, 'base64').toString('utf8')));
  } catch {
    return null;
  }
}
