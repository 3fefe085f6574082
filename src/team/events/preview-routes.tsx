import { type Context, Hono } from 'hono';
import { inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import { listCustomTexts } from '../../db/custom-text.ts';
import { customTextFor } from '../../domain/custom-text.ts';
import type { Event } from '../../domain/event.ts';
import { type Language, languageFor, tagFor } from '../../domain/locale.ts';
import { signedLink } from '../../domain/signed-id.ts';
import { EmbedPage } from '../../public/embed/embed-page.tsx';
import { EventLayout } from '../../public/event/event-layout.tsx';
import { EventPage } from '../../public/event/event-page.tsx';
import { type EventView, eventView } from '../../public/event/event-view.ts';
import { RegistrationForm } from '../../public/event/registration-form.tsx';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { requireEvent, type TeamDependencies } from '../frame.ts';
import { previewMailDocument, previewPageDocument } from '../preview/preview-document.tsx';
import type { TeamEnv } from '../session.ts';
import { PREVIEW_LANGUAGE } from './event-preview.tsx';
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
    ['embed', showEmbed],
    ['form', showForm],
    ['mail', showMail],
  ] as const) {
    router.on(['GET', 'POST'], `/team/events/new/preview/${path}`, async (c) => preview(c, null, show));
    router.on(['GET', 'POST'], `/team/events/:id/settings/preview/${path}`, async (c) => {
      const event = await requireEvent(pool, c.req.param('id'));
      return preview(c, event, show);
    });
  }

  /** What stands in the form where it was sent, else what is saved. */
  async function preview(
    c: Context<TeamEnv>,
    saved: Event | null,
    show: (c: Context<TeamEnv>, event: Event, language: Language) => Response | Promise<Response>,
  ): Promise<Response> {
    const isSent = c.req.method === 'POST';
    const form = isSent ? (await receiveEventForm(c, dependencies)).form : {};
    const event = isSent || !saved ? previewEvent(form, saved, now()) : saved;
    return show(c, event, languageFor(form[PREVIEW_LANGUAGE], event.locale));
  }

  function viewOf(event: Event, language: Language): EventView {
    return eventView(event, {
      ...{ language, locale: tagFor(language, [event.locale]), timeZone: null },
      ...{ now: now(), publicUrl: config.publicUrl },
    });
  }

  function showPage(c: Context<TeamEnv>, event: Event, language: Language): Response {
    return c.html(previewPageDocument(<EventPage view={viewOf(event, language)} />));
  }

  function showEmbed(c: Context<TeamEnv>, event: Event, language: Language): Response {
    const frame = { theme: null, search: '', origins: event.embedOrigins, isAlone: true };
    return c.html(previewPageDocument(<EmbedPage view={viewOf(event, language)} frame={frame} />));
  }

  /** The form alone: below an event's description it would be out of sight. */
  function showForm(c: Context<TeamEnv>, event: Event, language: Language): Response {
    const view = viewOf(event, language);
    return c.html(
      previewPageDocument(
        <EventLayout view={view} width="narrow">
          <section className="card">
            <h1>{copyFor(language).register.heading}</h1>
            <RegistrationForm view={view} state={{}} />
          </section>
        </EventLayout>,
      ),
    );
  }

  async function showMail(c: Context<TeamEnv>, event: Event, language: Language): Promise<Response> {
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
