import { Hono } from 'hono';
import { z } from 'zod';
import { register } from '../../actions/register.ts';
import { findEvent } from '../../db/event.ts';
import { transaction } from '../../db/pool.ts';
import { addressHash } from '../../domain/address.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { address, localeTag, newRegistrant, personName, timeZone } from '../../domain/input.ts';
import { EventPage } from '../../pages/event-page.tsx';
import { LinkRequestedPage } from '../../pages/link-requested-page.tsx';
import { RegisteredPage } from '../../pages/registered-page.tsx';
import { enqueue } from '../../queue/boss.ts';
import { selfServe } from '../../queue/jobs.ts';
import { clientAddress, limitKey } from '../client-address.ts';
import type { AppDependencies, AppEnv } from '../context.ts';
import { formState, readForm, readJson, speaksJson } from './forms.ts';
import { sendPage } from './page.ts';
import { registrationSource } from './registration-source.ts';
import { sameOriginForms } from './same-origin.ts';
import { rememberLanguage, viewFor } from './visitor.ts';

/** What the registration page takes: no access key, and the confirmation always goes out. */
const registrationJson = newRegistrant.omit({ accessKey: true, sendConfirmation: true });
/** What a browser filled in by itself is taken where it makes sense, and never a reason to refuse. */
const registrationForm = z.object({
  email: address,
  firstName: personName.default(''),
  lastName: personName.default(''),
  locale: localeTag.nullable().catch(null),
  timeZone: timeZone.nullable().catch(null),
});
const linkRequest = z.strictObject({ email: address });

/** The permalink: what the event is, registering for it, and asking for one's link again. */
export function eventRoutes(dependencies: AppDependencies) {
  const { config, pool, boss, limits, now } = dependencies;
  const router = new Hono<AppEnv>();
  router.use('/e/*', sameOriginForms, rememberLanguage);

  router.get('/e/:slug', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    return sendPage(c, <EventPage view={viewFor(c, dependencies, event)} />);
  });

  router.post('/e/:slug/register', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const technical = { registeredBy: 'form', ...userAgent(c.req.header('user-agent')) };
    if (speaksJson(c)) {
      const person = await readJson(c, registrationJson);
      await registerPublicly(event, { ...person, technical });
      return c.json({ ok: true }, 202);
    }
    const form = await readForm(c);
    const result = registrationForm.safeParse(form);
    if (!result.success) {
      const state = formState(form, result.error, ['email', 'firstName', 'lastName']);
      return sendPage(c, <EventPage view={viewFor(c, dependencies, event)} registration={state} />, 422);
    }
    // The page says itself why nobody can register any more.
    if (isClosed(event)) return sendPage(c, <EventPage view={viewFor(c, dependencies, event)} />, 409);
    const source = registrationSource(c.req.header('referer'));
    await registerPublicly(event, { ...result.data, fields: {}, source, technical });
    return c.redirect(`/e/${event.slug}/registered`, 303);
  });

  router.get('/e/:slug/registered', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    return sendPage(c, <RegisteredPage view={viewFor(c, dependencies, event)} />);
  });

  router.post('/e/:slug/access-link', async (c) => {
    const event = await requireEvent(c.req.param('slug'));
    const json = speaksJson(c);
    let email: string;
    if (json) {
      email = (await readJson(c, linkRequest)).email;
    } else {
      const form = await readForm(c);
      const result = linkRequest.safeParse({ email: form.email ?? '' });
      if (!result.success) {
        const state = formState(form, result.error, ['email']);
        return sendPage(c, <EventPage view={viewFor(c, dependencies, event)} accessLink={state} />, 422);
      }
      email = result.data.email;
    }
    await limits.selfServeByClient.take(limitKey(clientAddress(c, config.trustProxy)));
    await requestLink(event, email);
    return json
      ? c.json({ ok: true }, 202)
      : sendPage(c, <LinkRequestedPage view={viewFor(c, dependencies, event)} />);
  });

  // Whoever reloads the answer to a form asks for its address.
  for (const form of ['register', 'access-link'])
    router.get(`/e/:slug/${form}`, (c) => c.redirect(`/e/${c.req.param('slug')}`, 303));

  function isClosed(event: Event): boolean {
    return !['upcoming', 'running'].includes(eventPhase(event, now()));
  }

  async function requireEvent(slug: string): Promise<Event> {
    const event = await findEvent(pool, { slug: slugIn(slug) });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    return event;
  }

  /** Known or not, the same happens here: a worker looks whether the address is registered. */
  async function requestLink(event: Event, email: string): Promise<void> {
    const key = `${event.id} ${addressHash(email)}`;
    for (const limit of limits.selfServeByAddress) await limit.take(key);
    await enqueue(boss, pool, selfServe, { eventId: event.id, addressHash: addressHash(email) });
  }

  async function registerPublicly(
    event: Event,
    person: Omit<Parameters<typeof register>[2], 'accessKey' | 'sendConfirmation'>,
  ): Promise<void> {
    const at = now();
    if (isClosed(event))
      throw new AppError('conflict', 'The event is over or cancelled: nobody can register any more.');
    const { created } = await transaction(pool, (db) =>
      register({ db, boss, now: at }, event, { ...person, accessKey: null, sendConfirmation: true }),
    );
    if (created) return;
    // Registered before, and here again: most likely the mail was lost. The page says the same as to a new one, so
    // past the limits they get no further mail and hear nothing of it.
    await requestLink(event, person.email).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'too_many_requests')) throw error;
    });
  }

  return router;
}

function userAgent(header: string | undefined): Record<string, string> {
  return header ? { userAgent: header.slice(0, 500) } : {};
}
