import type { Context } from 'hono';
import type { Event } from '../../domain/event.ts';
import { needsMailedLink } from '../../domain/key-guessing.ts';
import type { Registrant } from '../../domain/registrant.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { viewFor } from '../visitor.ts';
import { ownPath } from './own-address.ts';
import { CancelledRegistrationPage } from './own-registration-steps.tsx';

/** Where the access link of somebody who cancelled leads: it lets nobody in, and asks whether they come after all. */
export function sendCancelled(
  c: Context<AppEnv>,
  dependencies: AppDependencies,
  event: Event,
  registrant: Registrant,
): Response {
  return sendPage(
    c,
    <CancelledRegistrationPage
      view={viewFor(c, dependencies, event, registrant)}
      action={ownPath(dependencies.config.publicUrl, event, registrant, { token: null })}
      isOpen={!needsMailedLink(event, registrant.accessKey)}
    />,
  );
}
