import { createRoute, z } from '@hono/zod-openapi';
import { checkCustomText, wordVariables } from '../../emails/overrides/check-custom-text.ts';
import { inventedRegistrant, previewMail } from '../../emails/preview-mail.ts';
import { customiseMail, resetMail } from '../actions/custom-text.ts';
import { eventNotFound } from '../actions/event.ts';
import { type EventCustomText, listCustomTexts } from '../db/custom-text.ts';
import { findEvent } from '../db/event.ts';
import { findRegistrant, listRegistrants } from '../db/registrant.ts';
import { type CustomText, customTextFor, DEFAULT_TEXT } from '../domain/custom-text.ts';
import { AppError } from '../domain/errors.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../domain/kinds.ts';
import { LANGUAGES, languageFor } from '../domain/locale.ts';
import type { Registrant } from '../domain/registrant.ts';
import { signedLink } from '../domain/signed-id.ts';
import type { AppDependencies } from '../http/context.ts';
import { hasScope } from './authenticate.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { contentSchema } from './schemas.ts';

const tags = ['Custom text'];
const params = z.object({ id: z.uuid(), kind: z.enum(CUSTOMISABLE_KINDS) });
const language = z.enum(LANGUAGES);
const ofLanguage = language
  .nullable()
  .describe('Null: the text for all languages that have none of their own.');
const text = () => z.string().nullable().default(null);
const wordsBody = z.strictObject({
  language: ofLanguage.default(null),
  ...{ subject: text(), introduction: text(), signature: text() },
});
const previewBody = z.strictObject({
  registrantId: z.uuid().optional(),
  language: language
    .optional()
    .describe('The language of the mail; that of the registrant where it is left out.'),
  subject: z.string().nullable().optional(),
  introduction: z.string().nullable().optional(),
  signature: z.string().nullable().optional(),
});

const wordsSchema = z
  .object({
    kind: z.enum(CUSTOMISABLE_KINDS),
    language: ofLanguage,
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

/** The team's own subject, introduction and signature of a kind of mail, by language. */
export function wordRoutes({ config, pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/words',
      tags,
      summary: 'List the custom texts',
      description: `Kinds that are not listed use the default text. A mail uses the text of its language, else the one whose \`language\`
is null, else the default. \`variables\` are those that the text of a kind may use.`,
      request: { params: z.object({ id: z.uuid() }) },
      responses: answers(
        200,
        'The texts',
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
      const texts = await listCustomTexts(pool, [event.id]);
      const variables = Object.fromEntries(
        CUSTOMISABLE_KINDS.map((kind) => [kind, [...wordVariables(kind)]]),
      );
      return c.json({ items: texts.map(present), variables }, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'put',
      path: '/events/{id}/words/{kind}',
      tags,
      summary: 'Customise the text of a kind of mail',
      description: `In Handlebars: \`{{variable}}\`, \`{{#if variable}}…{{else}}…{{/if}}\` and \`{{#unless variable}}\`, and nothing
else. What is null or left out is the default text. \`language\` says which mails use it: those in that language, or, where it is null
or left out, those in all languages without a text of their own. A mistake is refused with its place, so that it can never be sent. It
applies to all mails not sent yet.`,
      request: { params, ...jsonBody(wordsBody, EXAMPLE) },
      responses: answers(200, 'The text', wordsSchema),
    }),
    async (c) => {
      const { id, kind } = c.req.valid('param');
      const { language, ...words } = c.req.valid('json');
      refuseMistakes(kind, words);
      const key = { eventId: id, kind, language };
      return c.json(present(await customiseMail(c.var.action, key, words)), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/events/{id}/words/{kind}',
      tags,
      summary: 'Reset the text of a kind of mail to the default',
      description: `Of one language, or, where \`language\` is left out, the text for all languages that have none of their own.`,
      request: { params, query: z.object({ language: language.optional() }) },
      responses: { 204: { description: 'Gone' } },
    }),
    async (c) => {
      const { id, kind } = c.req.valid('param');
      const { language = null } = c.req.valid('query');
      if (!(await resetMail(c.var.action, { eventId: id, kind, language })))
        throw new AppError('not_found', 'This kind of mail has no custom text in this language.');
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/words/{kind}/preview',
      tags,
      summary: 'See a mail as one registrant would get it',
      description: `Through the very code that sends. Without \`registrantId\` it is the first registrant's. What of the text is
left out is as saved for the mail's language; nothing is saved or sent. A key without the scope \`read\` sees the mail of an invented person, with links that lead
nowhere.`,
      request: { params, ...jsonBody(previewBody, EXAMPLE) },
      responses: answers(200, 'The mail', contentSchema),
    }),
    async (c) => {
      const { db } = c.var.action;
      const { id, kind } = c.req.valid('param');
      const { registrantId, language: asksFor, ...asked } = c.req.valid('json');
      const event = await findEvent(db, { id });
      if (!event) throw eventNotFound();
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
      const language = asksFor ?? languageFor(registrant.locale, event.locale);
      const saved = customTextFor(await listCustomTexts(db, [id], kind), language);
      const before = saved ?? DEFAULT_TEXT;
      const words: CustomText = {
        subject: asked.subject === undefined ? before.subject : asked.subject,
        introduction: asked.introduction === undefined ? before.introduction : asked.introduction,
        signature: asked.signature === undefined ? before.signature : asked.signature,
      };
      refuseMistakes(kind, words);
      const mayRead = hasScope(c, 'read');
      const recipient = mayRead
        ? { ...registrant, ...(asksFor && { locale: asksFor }) }
        : inventedRegistrant(language);
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
        filter: {},
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
    throw new AppError('invalid_input', 'This text could not be sent: `errors` says what and where.', {
      errors,
    });
}

function present({ eventId: _, updatedAt, ...words }: EventCustomText): z.infer<typeof wordsSchema> {
  return { ...words, updatedAt: updatedAt.toISOString() };
}
