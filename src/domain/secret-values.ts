import type { About } from './message.ts';
import { signedLink, signInCode } from './signed-id.ts';

/**
 * Values of a mail that open something to whoever holds them: never kept in the ledger, but made anew from APP_SECRET
 * each time the mail is. By the name of the template's variable.
 */
const SECRET_VALUES = ['downloadLink', 'signInLink', 'signInCode'] as const;
type SecretName = (typeof SECRET_VALUES)[number];

export function secretValues(
  { publicUrl, appSecret }: { readonly publicUrl: string; readonly appSecret: string },
  about: About | null,
): Partial<Record<SecretName, string>> {
  return {
    ...(about?.export && { downloadLink: signedLink(publicUrl, appSecret, 'export', about.export.id) }),
    ...(about?.signIn && {
      signInLink: signedLink(publicUrl, appSecret, 'sign-in', about.signIn.id),
      signInCode: signInCode(appSecret, about.signIn.id),
    }),
  };
}

/** What stands in their places where the mail is shown to anybody but its recipient. */
export const HIDDEN_VALUES: Readonly<Record<SecretName, string>> = {
  downloadLink: '#hidden',
  signInLink: '#hidden',
  signInCode: '••••••',
};

/** All values but those, as they are kept. */
export function withoutSecrets(values: Readonly<Record<string, string>>): Record<string, string> {
  const names: readonly string[] = SECRET_VALUES;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
