import { findTeamMember, wasTeamMember } from '../db/team-member.ts';
import { normalizeAddress } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import { IDENTITY_PROVIDER } from './audit.ts';
import type { ActionContext } from './context.ts';
import { openSession, type SignedIn } from './sign-in.ts';
import { addMember } from './team.ts';

/** What an identity provider says of whoever signed in there. */
export interface ProvidedPerson {
  readonly email: string | null;
  /** Whether the provider knows that the address is theirs. */
  readonly isVerified: boolean;
}

/**
 * Opens a session for whoever the identity provider vouches for. Somebody new with an address of one of `domains` is a
 * member from now on; whoever was removed from the team is not. Throws `forbidden`, with a sentence for the page.
 */
export async function signInByProvider(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  person: ProvidedPerson,
  { domains, userAgent }: { readonly domains: readonly string[]; readonly userAgent: string },
): Promise<Pick<SignedIn, 'token' | 'expiresAt'>> {
  const email = person.email && normalizeAddress(person.email);
  if (!email)
    throw new AppError(
      'forbidden',
      'The identity provider told no email address. Ask whoever runs it to send “email”.',
    );
  if (!person.isVerified)
    throw new AppError('forbidden', `The identity provider has not verified the address ${email}.`);
  const memberId = (await findTeamMember(db, { email }))?.id ?? (await welcome());
  return openSession({ db, now }, { memberId, userAgent, by: 'oidc' });

  async function welcome(): Promise<string> {
    const domain = email?.slice(email.lastIndexOf('@') + 1);
    const isOfOurs = domains.some((one) => one === domain);
    if (!email || !isOfOurs || (await wasTeamMember(db, email)))
      throw new AppError('forbidden', `${email} is not on the team. Ask an admin to add this address.`);
    return addMember({ db, now, actor: IDENTITY_PROVIDER }, { email, role: 'member' });
  }
}
