import { type CompiledTemplate, type CompileInput, compileTemplate } from '../../emails/engine/compile.ts';
import type { EventMailKind, SiteMailName } from '../../emails/mail.ts';
import type { Config } from '../../src/config.ts';
import { findTemplate, type StoredTemplate, storeTemplate } from '../../src/db/compiled-template.ts';
import type { Pool } from '../../src/db/pool.ts';
import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Language } from '../../src/domain/locale.ts';
import { withPublicPictures } from '../../src/domain/picture.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import type { VersionedText } from './load.ts';

export type Templates = ReturnType<typeof createTemplates>;

/** Compiled templates: rendered once per kind, language and state of the event, and kept for ever under their hash. */
export function createTemplates(
  pool: Pool,
  { postalAddress, publicUrl }: Pick<Config, 'postalAddress' | 'publicUrl'>,
) {
  const compiled = createLruCache<Promise<CompiledTemplate>>({ bytes: cacheBytes('compiled templates') });
  const stored = createLruCache<Promise<StoredTemplate>>({ bytes: cacheBytes('frozen templates') });
  return {
    /** The template that says what this kind of mail says about the event today; stored before it is returned. */
    async current(
      kind: EventMailKind,
      language: Language,
      event: Event,
      words: VersionedText | null,
      startsSoon = false,
    ): Promise<CompiledTemplate> {
      const state = [event.id, event.updatedAt.getTime(), words?.version ?? '', startsSoon];
      return compiled([kind, language, ...state].join(' '), async () => {
        const template = await compileTemplate({
          ...{ kind, language, postalAddress, words, startsSoon },
          event: withPublicPictures(event, publicUrl),
        });
        await storeTemplate(pool, template);
        return template;
      });
    },
    /** The same of a mail to the team. */
    async currentForTeam(site: SiteMailName, language: Language): Promise<CompiledTemplate> {
      return compiled(`${site} ${language}`, async () => {
        const template = await compileTemplate({ site, language, postalAddress });
        await storeTemplate(pool, template);
        return template;
      });
    },
    /** One that hardly any other mail is made of. */
    async once(input: CompileInput): Promise<CompiledTemplate> {
      const template = await compileTemplate(input);
      await storeTemplate(pool, template);
      return template;
    },
    /** The template that a message was frozen with. */
    async frozen(hash: string): Promise<StoredTemplate> {
      return stored(hash, async () => {
        const template = await findTemplate(pool, hash);
        if (!template) throw new Error(`compiled template ${hash} is missing`);
        return template;
      });
    },
  };
}
