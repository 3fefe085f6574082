import { type Context, Hono } from 'hono';
import { checkRegistrants, importRegistrants } from '../../actions/import-registrants.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import type { Encoding } from '../../domain/import/encoding.ts';
import { UnmappedFile } from '../../domain/import/unmapped-file.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, type TeamDependencies, teamEvent } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { receiveImport } from './import-file.ts';
import { ImportPage } from './import-page.tsx';
import type { ImportOutcome } from './import-result.tsx';

/** Registrants from a CSV file: looked through first, where one wants that, then imported. No file is kept. */
export function importRoutes({ pool, boss, now, frame }: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/import', async (c) =>
    answer(c, await requireEvent(pool, c.req.param('id')), null, false),
  );

  router.post('/team/events/:id/import', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    let isConfirming = false;
    let chosenEncoding: Encoding | null = null;
    try {
      if (event.cancelledAt)
        throw new AppError('conflict', 'The event is cancelled, so registration is closed.');
      const { step, sendConfirmation, file, encoding, choices } = await receiveImport(c);
      isConfirming = sendConfirmation;
      chosenEncoding = encoding;
      const options = { encoding, choices, isRemembering: true };
      if (step === 'check') {
        const check = await checkRegistrants(pool, event, file, options);
        return answer(c, event, { step, chosenEncoding, ...check }, isConfirming);
      }
      const { id } = c.var.session.member;
      const context = { pool, boss, now: now(), actor: `team_member:${id}`, memberId: id };
      const result = await importRegistrants(context, event, file, {
        ...options,
        sendConfirmation,
      });
      return answer(c, event, { step, ...result, sendConfirmation }, isConfirming);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, errors, code } = error;
      const mapped = error instanceof UnmappedFile ? error : null;
      const outcome = { step: 'refused', message, errors, mapped, chosenEncoding } as const;
      return answer(c, event, outcome, isConfirming, HTTP_STATUS[code]);
    }
  });

  async function answer(
    c: Context<TeamEnv>,
    event: Event,
    outcome: ImportOutcome | null,
    sendConfirmation: boolean,
    status = 200,
  ): Promise<Response> {
    const shown = teamEvent(event, 'people', now());
    const page = (
      <ImportPage
        frame={await frame(c)}
        event={shown}
        outcome={outcome}
        sendConfirmation={sendConfirmation}
      />
    );
    return sendPage(c, page, status as 200);
  }

  return router;
}
