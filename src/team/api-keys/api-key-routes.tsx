import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { endApiKey, makeApiKey } from '../../actions/api-key.ts';
import { listApiKeys } from '../../db/api-key.ts';
import { API_SCOPES } from '../../domain/api-key.ts';
import { AppError } from '../../domain/errors.ts';
import { safeText } from '../../domain/text.ts';
import { readLists } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, adminsOnly, type TeamEnv } from '../session.ts';
import { ApiKeyMadePage } from './api-key-made-page.tsx';
import { type ApiKeyFormValues, ApiKeysPage } from './api-keys-page.tsx';
import { RevokeKeyPage } from './revoke-key-page.tsx';

const PATH = '/team/api-keys';

const newKey = z.object({
  name: safeText(100).min(1),
  scopes: z.array(z.enum(API_SCOPES)).min(1),
  owner: z.enum(['me', 'nobody']),
});
const PROBLEMS = {
  name: 'Enter a name of 1 to 100 characters.',
  scopes: 'Choose at least one scope.',
  owner: 'Choose an owner.',
};

/** Keys of the API: made, looked at, revoked. */
export function apiKeyRoutes(dependencies: TeamDependencies) {
  const { config, pool, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  router.use(PATH, adminsOnly);
  router.use(`${PATH}/*`, adminsOnly);

  router.get(PATH, (c) => showKeys(c, { name: '', scopes: ['read'], owner: 'nobody' }));

  // Answered with the key itself: no address may carry it, and nothing may keep it to show it later.
  router.post(PATH, async (c) => {
    const values = await readValues(c);
    const wanted = newKey.safeParse(values);
    if (!wanted.success) {
      const wrong = new Set(wanted.error.issues.map(({ path }) => path[0]));
      return showKeys(
        c,
        values,
        Object.fromEntries(Object.entries(PROBLEMS).filter(([name]) => wrong.has(name))),
      );
    }
    const { name, owner } = wanted.data;
    const { member } = c.var.session;
    const scopes = API_SCOPES.filter((scope) => wanted.data.scopes.includes(scope));
    const memberId = owner === 'me' ? member.id : null;
    const apiKey = await act(c, dependencies, (action) => makeApiKey(action, { name, scopes, memberId }));
    const page = { name, apiKey, scopes, owner: memberId && member.email };
    const example = `curl -H "Authorization: Bearer ${apiKey}" ${config.publicUrl}/api/v1/events`;
    return sendPage(c, <ApiKeyMadePage frame={await frame(c)} {...page} example={example} />);
  });

  router.get(`${PATH}/:id/revoke`, async (c) => {
    const apiKey = (await listApiKeys(pool)).find(({ id }) => id === c.req.param('id'));
    if (!apiKey) throw new AppError('not_found', 'There is no such API key, or it was revoked already.');
    return sendPage(c, <RevokeKeyPage frame={await frame(c)} apiKey={apiKey} />);
  });

  router.post(`${PATH}/:id/revoke`, async (c) => {
    const id = z.uuid().safeParse(c.req.param('id'));
    if (!id.success) throw new AppError('not_found', 'There is no such API key.');
    await act(c, dependencies, (action) => endApiKey(action, id.data));
    return seeOther(c, PATH, 'api_key_revoked');
  });

  async function showKeys(
    c: Context<TeamEnv>,
    values: ApiKeyFormValues,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const keys = await listApiKeys(pool);
    const page = { frame: await frame(c), keys, values, errors };
    return sendPage(c, <ApiKeysPage {...page} />, Object.keys(errors).length > 0 ? 422 : 200);
  }

  return router;
}

async function readValues(c: Context): Promise<ApiKeyFormValues> {
  const { name, scopes = [], owner } = await readLists(c);
  return { name: name?.[0]?.slice(0, 1_000) ?? '', scopes, owner: owner?.[0] ?? '' };
}
