import { type Context, Hono } from 'hono';
import { inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import { listCustomTexts } from '../../db/custom-text.ts';
import { customTextFor } from '../../domain/custom-text.ts';
import type { Event } from '../../domain/event.ts';
import { languageFor } from '../../domain/locale.ts';
import { signedLink } from '../../domain/signed-id.ts';
import { EventPage } from '../../public/event/event-page.tsx';
import { eventView } from '../../public/event/event-view.ts';
import { requireEvent, type TeamDependencies } from '../frame.ts';
import { previewMailDocument, previewPageDocument } from '../preview/preview-document.tsx';
import type { TeamEnv } from '../session.ts';
import { receiveEventForm } from './picture-form.ts';
import { previewEvent } from './preview-event.ts';

/**
 * What the form of an event would make, before it is saved: nothing is kept but, without script, a picture for a day, and nobody is
 * written to.
 */
export function eventPreviewRoutes(dependencies: TeamDependencies) {
  const { config, pool, now } = dependencies;
  const router = new Hono<TeamEnv>();

  for (const [path, show] of [
    ['page', showPage],
    ['mail', showMail],
  ] as const) {
    router.on(['GET', 'POST'], `/team/events/new/preview/${path}`, async (c) =>
      show(c, previewEvent(await formOf(c), null, now())),
    );
    router.on(['GET', 'POST'], `/team/events/:id/settings/preview/${path}`, async (c) => {
      const event = await requireEvent(pool, c.req.param('id'));
      return show(c, c.req.method === 'POST' ? previewEvent(await formOf(c), event, now()) : event);
    });
  }

  async function formOf(c: Context<TeamEnv>): Promise<Readonly<Record<string, string>>> {
    return c.req.method === 'POST' ? (await receiveEventForm(c, dependencies)).form : {};
  }

  function showPage(c: Context<TeamEnv>, event: Event): Response {
    const view = eventView(event, {
      ...{ language: languageFor(event.locale), locale: event.locale, timeZone: null },
      ...{ now: now(), publicUrl: config.publicUrl },
    });
    return c.html(previewPageDocument(<EventPage view={view} />));
  }

  async function showMail(c: Context<TeamEnv>, event: Event): Promise<Response> {
    const language = languageFor(event.locale);
    const registrant = inventedRegistrant(language);
    const texts = await listCustomTexts(pool, [event.id], 'confirmation');
    const { publicUrl, postalAddress, appSecret } = config;
    const mail = await previewMail({
      ...{ kind: 'confirmation', language, event, registrant, publicUrl, postalAddress },
      words: customTextFor(texts, language),
      unsubscribeLink: signedLink(publicUrl, appSecret, 'stop-reminders', registrant.id),
    });
    return c.html(previewMailDocument(mail));
  }

  return router;
}
