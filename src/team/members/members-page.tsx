import type { Role } from '../../db/team-member.ts';
import { shownAddress } from '../../domain/address.ts';
import { Button, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { CopyValue } from '../parts/copy-button.tsx';
import { ErrorSummary, RadioGroup, TextField } from '../parts/field.tsx';
import { Menu, MenuLine, MenuLink } from '../parts/menu.tsx';
import { Section } from '../parts/section.tsx';
import { Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { ROLE_MEANINGS } from './role-words.ts';

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly since: Date;
  readonly lastSeenAt: Date | null;
  readonly isOneself: boolean;
}

export interface MembersPageProps {
  readonly frame: TeamFrame;
  readonly members: readonly MemberRow[];
  readonly signInUrl: string;
  /** What is in the form. */
  readonly values: { readonly email: string; readonly role: string };
  /** By field: `email`, `role`. */
  readonly errors: Readonly<Record<string, string>>;
}

const COLUMNS: readonly Column<MemberRow>[] = [
  {
    key: 'email',
    label: 'Email',
    isHeading: true,
    cell: ({ email, isOneself }) => (
      <>
        <bdi className="address">{shownAddress(email)}</bdi>
        {isOneself ? <span className="quiet"> (you)</span> : null}
      </>
    ),
  },
  {
    key: 'role',
    label: 'Role',
    kind: 'nowrap',
    cell: ({ role }) => (role === 'admin' ? <Tag tone="good">Admin</Tag> : <Tag>Member</Tag>),
  },
  {
    key: 'since',
    label: 'Since',
    kind: 'nowrap',
    cell: ({ since }) => <Time at={since} timeZone="UTC" show="date" />,
  },
  {
    key: 'seen',
    label: 'Last seen',
    kind: 'nowrap',
    cell: ({ lastSeenAt }) =>
      lastSeenAt ? <Time at={lastSeenAt} timeZone="UTC" /> : <span className="quiet">Never signed in</span>,
  },
];

/** Who is on the team. Only for admins. */
export function MembersPage({ frame, members, signInUrl, values, errors }: MembersPageProps) {
  return (
    <TeamLayout {...frame} title="Team" section="members" event={null}>
      <Section
        id="members"
        title={members.length === 1 ? '1 member' : `${members.length} members`}
        lead={
          <>
            Members sign in with their email at <CopyValue text={signInUrl} label="Copy the sign-in link" />
          </>
        }
      >
        <Table
          label="Members"
          columns={COLUMNS}
          rows={members}
          rowKey={({ id }) => id}
          actions={({ id, email, role }) => (
            <Menu name={`Actions for ${shownAddress(email)}`}>
              <MenuLink href={`/team/members/${id}/role`}>
                {role === 'admin' ? 'Make a member…' : 'Make an admin…'}
              </MenuLink>
              <MenuLine />
              <MenuLink href={`/team/members/${id}/remove`} tone="danger">
                Remove from the team…
              </MenuLink>
            </Menu>
          )}
        />
      </Section>
      <Card id="add" title="Add a member">
        <form className="form" method="post" action="/team/members">
          <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
          <TextField
            name="email"
            label="Email address"
            type="email"
            value={values.email}
            error={errors.email}
            width="medium"
            required
          />
          <RadioGroup
            name="role"
            legend="Role"
            value={values.role}
            error={errors.role}
            options={[
              { value: 'member', label: 'Member', hint: ROLE_MEANINGS.member },
              { value: 'admin', label: 'Admin', hint: ROLE_MEANINGS.admin },
            ]}
          />
          <ButtonRow>
            <Button tone="primary">Add member</Button>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}
