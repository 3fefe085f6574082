import { describe, expect, test } from 'vitest';
import { checkCustomText } from '../../../emails/overrides/check-custom-text.ts';
import { defaultText } from '../../../emails/overrides/default-text.ts';
import { inventedRegistrant, previewMail } from '../../../emails/preview-mail.ts';
import { DEFAULT_TEXT } from '../../../src/domain/custom-text.ts';
import { CUSTOMISABLE_KINDS } from '../../../src/domain/kinds.ts';
import { LANGUAGES } from '../../../src/domain/locale.ts';
import { EVENT } from '../../public/samples.tsx';
import { POSTAL_ADDRESS, PUBLIC_URL } from '../sample-mail.ts';

describe.each(CUSTOMISABLE_KINDS)('the default text of %s', (kind) => {
  test.each(LANGUAGES)(
    'in %s can be sent as custom text, and the mail says the same as without it',
    async (language) => {
      const { subject, introduction } = defaultText(kind, language, EVENT);
      const words = { subject, introduction, signature: null };
      expect(checkCustomText(kind, words)).toEqual([]);
      const mail = (custom: typeof words | typeof DEFAULT_TEXT) =>
        previewMail({
          ...{ kind, language, event: EVENT, words: custom, postalAddress: POSTAL_ADDRESS },
          ...{ registrant: inventedRegistrant(language), publicUrl: PUBLIC_URL, unsubscribeLink: PUBLIC_URL },
        });
      const [own, usual] = [await mail(words), await mail(DEFAULT_TEXT)];
      expect(own.subject).toBe(usual.subject);
      expect(own.text).toBe(usual.text);
    },
  );
});
