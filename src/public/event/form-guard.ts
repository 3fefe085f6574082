import { createHmac, timingSafeEqual } from 'node:crypto';

/** Hardly anybody reads a form, fills it in and sends it in less. */
const LEAST_MS = 1_500;

/** When a form was shown, so that nobody but us can say it. */
export function createFormGuard(secret: string) {
  const sign = (text: string) =>
    createHmac('sha256', secret).update(`form shown ${text}`).digest('base64url').slice(0, 22);

  return {
    shownAt(now: Date): string {
      const text = now.getTime().toString(36);
      return `${text}.${sign(text)}`;
    },

    /**
     * Whether it comes sooner than people send it, or its time is not one of ours. A form that says nothing of it, as programs send it, is
     * like JSON: it has the limits alone. There is no longest time: pages stay open, and the back button brings old ones.
     */
    isTooFast(shown: string | undefined, now: Date): boolean {
      if (shown === undefined) return false;
      const [text = '', signature = ''] = shown.split('.');
      const expected = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return true;
      return now.getTime() - Number.parseInt(text, 36) < LEAST_MS;
    },
  };
}
