import { shownAddress } from '../../domain/address.ts';
import { memberVersion } from '../../domain/version.ts';
import { Confirm } from '../parts/confirm.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import type { MemberRow } from './members-page.tsx';
import { ROLE_MEANINGS } from './role-words.ts';

export interface MemberConfirmPageProps {
  readonly frame: TeamFrame;
  readonly member: Pick<MemberRow, 'id' | 'email' | 'role' | 'isOneself'>;
  /** Without them there would be no admin. */
  readonly isLastAdmin: boolean;
}

const LAST_ADMIN = 'The team needs at least one admin. Make someone else an admin first.';

/** Asks before a member becomes an admin, or an admin a member. */
export function ChangeRolePage({ frame, member, isLastAdmin }: MemberConfirmPageProps) {
  const { id, email, role, isOneself } = member;
  const next = role === 'admin' ? 'member' : 'admin';
  const article = next === 'admin' ? 'an admin' : 'a member';
  const isPossible = !(isLastAdmin && role === 'admin');
  return (
    <TeamLayout {...frame} title="Change a role" section="members" event={null} width="narrow">
      <Confirm
        title={isPossible ? `Make ${shownAddress(email)} ${article}?` : 'This is the last admin'}
        action={`/team/members/${id}/role`}
        hidden={{ role: next, version: memberVersion(member) }}
        submit={isPossible ? { label: `Make ${article}` } : null}
        cancelHref="/team/members"
      >
        {isPossible ? (
          <>
            <p>
              {next === 'admin' ? 'An admin' : 'A member'} {ROLE_MEANINGS[next].replace(/^S/, 's')}
            </p>
            {isOneself && next === 'member' ? (
              <p>This is you: you will lose access to this page, and cannot undo this yourself.</p>
            ) : null}
          </>
        ) : (
          <p>{LAST_ADMIN}</p>
        )}
      </Confirm>
    </TeamLayout>
  );
}

export interface RemoveMemberPageProps extends MemberConfirmPageProps {
  /** In force, and theirs. */
  readonly apiKeys: number;
}

/** Asks before somebody is removed from the team. */
export function RemoveMemberPage({ frame, member, isLastAdmin, apiKeys }: RemoveMemberPageProps) {
  const { id, email, isOneself } = member;
  const keys = apiKeys === 1 ? 'Their API key stops' : `Their ${apiKeys} API keys stop`;
  return (
    <TeamLayout {...frame} title="Remove a member" section="members" event={null} width="narrow">
      <Confirm
        title={
          isLastAdmin
            ? 'This is the last admin'
            : `Remove ${isOneself ? 'yourself' : shownAddress(email)} from the team?`
        }
        action={`/team/members/${id}/remove`}
        submit={
          isLastAdmin ? null : { label: isOneself ? 'Remove myself' : 'Remove from the team', tone: 'danger' }
        }
        cancelHref="/team/members"
      >
        {isLastAdmin ? (
          <p>{LAST_ADMIN}</p>
        ) : (
          <>
            {isOneself ? (
              <p>
                <strong>This is you.</strong> You will be signed out immediately and cannot come back by
                yourself.
              </p>
            ) : (
              <p>They are signed out everywhere and can no longer sign in.</p>
            )}
            <p>
              {apiKeys > 0 ? `${keys} working. ` : ''}Links to their exports stop working. What they did stays
              in the audit log.
            </p>
          </>
        )}
      </Confirm>
    </TeamLayout>
  );
}
