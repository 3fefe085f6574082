import { createRoute, z } from '@hono/zod-openapi';
import { checkCustomText, wordVariables } from '../../emails/overrides/check-custom-text.ts';
import { inventedRegistrant, previewMail } from '../../emails/preview-mail.ts';
import { customiseMail, resetMail } from '../actions/custom-text.ts';
import { eventNotFound } from '../actions/event.ts';
import { type EventCustomText, findCustomText, listCustomTexts } from '../db/custom-text.ts';
import { findEvent } from '../db/event.ts';
import { findRegistrant, listRegistrants } from '../db/registrant.ts';
import type { CustomText } from '../domain/custom-text.ts';
import { AppError } from '../domain/errors.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../domain/kinds.ts';
import { languageFor } from '../domain/locale.ts';
import type { Registrant } from '../domain/registrant.ts';
import { signedLink } from '../domain/signed-id.ts';
import type { AppDependencies } from '../http/context.ts';
import { hasScope } from './authenticate.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { contentSchema } from './schemas.ts';

const tags = ['CustomText'];
const params = z.object({ id: z.uuid(), kind: z.enum(CUSTOMISABLE_KINDS) });
const text = () => z.string().nullable().default(null);
const wordsBody = z.strictObject({ subject: text(), introduction: text(), signature: text() });
const previewBody = z.strictObject({
  registrantId: z.uuid().optional(),
  subject: z.string().nullable().optional(),
  introduction: z.string().nullable().optional(),
  signature: z.string().nullable().optional(),
});

const wordsSchema = z
  .object({
    kind: z.enum(CUSTOMISABLE_KINDS),
    subject: z.string().nullable(),
    introduction: z.string().nullable(),
    signature: z.string().nullable(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('CustomText');

const EXAMPLE = {
  subject: null,
  introduction: '{{#if firstName}}Dear {{firstName}},{{/if}} we look forward to {{eventTitle}}.',
  signature: 'See you there,\n{{hostName}}',
};

/** The team's own subject, introduction and signature of a kind of mail. */
export function wordRoutes({ config, pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/words',
      tags,
      summary: 'List the customised texts of an event',
      description: `Kinds that are not listed use the default text. \`variables\` are those that the text of a kind can use.`,
      request: { params: z.object({ id: z.uuid() }) },
      responses: answers(
        200,
        'The words',
        z
          .object({
            items: z.array(wordsSchema),
            variables: z.partialRecord(z.enum(CUSTOMISABLE_KINDS), z.array(z.string())),
          })
          .openapi('WordsList'),
      ),
    }),
    async (c) => {
      const event = await findEvent(pool, { id: c.req.valid('param').id });
      if (!event) throw eventNotFound();
      const words = await listCustomTexts(pool, [event.id]);
      const variables = Object.fromEntries(
        CUSTOMISABLE_KINDS.map((kind) => [kind, [...wordVariables(kind)]]),
      );
      return c.json({ items: words.map(present), variables }, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'put',
      path: '/events/{id}/words/{kind}',
      tags,
      summary: 'Customise the text of a kind of mail',
      description: `In Handlebars: \`{{variable}}\`, \`{{#if variable}}…{{else}}…{{/if}}\` and \`{{#unless variable}}\`, and nothing
else. What is null or left out says our words. A mistake is refused with its place, so that it can never be sent. Mails
that a worker has taken already stay as they are; all others say the new words.`,
      request: { params, ...jsonBody(wordsBody, EXAMPLE) },
      responses: answers(200, 'The words', wordsSchema),
    }),
    async (c) => {
      const { id, kind } = c.req.valid('param');
      const words = c.req.valid('json');
      refuseMistakes(kind, words);
      return c.json(present(await customiseMail(c.var.action, id, kind, words)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/events/{id}/words/{kind}',
      tags,
      summary: 'Use the default text',
      request: { params },
      responses: { 204: { description: 'The custom text is deleted' } },
    }),
    async (c) => {
      const { id, kind } = c.req.valid('param');
      if (!(await resetMail(c.var.action, id, kind)))
        throw new AppError('not_found', 'This kind of mail has no words of the team’s own.');
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/words/{kind}/preview',
      tags,
      summary: 'Preview a mail for one registrant',
      description: `Rendered by the code that sends. Without \`registrantId\` it is the first registrant's. What of the words is
left out is as saved; nothing is saved or sent. A key without the scope \`read\` sees the mail of an invented person, with links that lead
nowhere.`,
      request: { params, ...jsonBody(previewBody, EXAMPLE) },
      responses: answers(200, 'The mail', contentSchema),
    }),
    async (c) => {
      const { db } = c.var.action;
      const { id, kind } = c.req.valid('param');
      const { registrantId, ...asked } = c.req.valid('json');
      const event = await findEvent(db, { id });
      if (!event) throw eventNotFound();
      const saved = await findCustomText(db, id, kind);
      const words: CustomText = {
        subject: asked.subject === undefined ? (saved?.subject ?? null) : asked.subject,
        introduction: asked.introduction === undefined ? (saved?.introduction ?? null) : asked.introduction,
        signature: asked.signature === undefined ? (saved?.signature ?? null) : asked.signature,
      };
      refuseMistakes(kind, words);
      const registrant = registrantId
        ? await findRegistrant(db, id, registrantId)
        : await firstRegistrant(event.id);
      if (!registrant)
        throw new AppError(
          registrantId ? 'not_found' : 'conflict',
          registrantId
            ? 'No registrant of this event has this id.'
            : 'Nobody has registered yet, so there is no mail to show.',
        );
      const { postalAddress, publicUrl, appSecret } = config;
      const language = languageFor(registrant.locale, event.locale);
      const mayRead = hasScope(c, 'read');
      const recipient = mayRead ? registrant : inventedRegistrant(language);
      if (mayRead) c.set('answerAbout', registrant.id);
      const { subject, html, text } = await previewMail({
        ...{ kind, language, event, words, publicUrl, postalAddress },
        ...{ registrant: recipient, hidesLinks: !mayRead },
        unsubscribeLink: signedLink(publicUrl, appSecret, 'stop-reminders', recipient.id),
      });
      return c.json({ subject, html, text }, 200);
    },
  );

  async function firstRegistrant(eventId: string): Promise<Registrant | null> {
    const [first] = await listRegistrants(pool, {
      ...{
        eventId,
        emailStatus: null,
        q: null,
        sort: 'registeredAt',
        descending: false,
        limit: 1,
        after: null,
      },
    });
    return first ?? null;
  }

  return router;
}

/** Throws `invalid_input` with a line for each mistake. */
function refuseMistakes(kind: CustomisableKind, words: CustomText): void {
  const errors = checkCustomText(kind, words);
  if (errors.length > 0)
    throw new AppError('invalid_input', 'These words could not be sent: `errors` says what and where.', {
      errors,
    });
}

function present({ eventId: _, updatedAt, ...words }: EventCustomText): z.infer<typeof wordsSchema> {
  return { ...words, updatedAt: updatedAt.toISOString() };
}
