import type { Role } from '../../db/team-member.ts';
import { shownAddress } from '../../domain/address.ts';
import type { MessageStatus } from '../../domain/delivery/status.ts';
import { Button, ButtonRow, PostButton } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { CopyButton, CopyValue } from '../parts/copy-button.tsx';
import { ErrorSummary, RadioGroup, TextField } from '../parts/field.tsx';
import { Menu, MenuLine, MenuLink } from '../parts/menu.tsx';
import { Section } from '../parts/section.tsx';
import { StatusBadge, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { ROLE_MEANINGS } from './role-words.ts';

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** When they signed in for the first time; null: not yet. */
  readonly joinedAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** Null: they have joined, or nobody invited them. */
  readonly invitation: MemberInvitation | null;
  readonly isOneself: boolean;
}

export interface MemberInvitation {
  readonly sentAt: Date;
  /** What became of its mail; null: not known any more. */
  readonly status: MessageStatus | null;
  /** Opens until `expiresAt`; null: not any more. */
  readonly link: string | null;
  readonly expiresAt: Date;
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
  { key: 'state', label: 'State', cell: (member) => <State {...member} /> },
  {
    key: 'seen',
    label: 'Last seen',
    kind: 'nowrap',
    cell: ({ lastSeenAt }) =>
      lastSeenAt ? <Time at={lastSeenAt} timeZone="UTC" /> : <span className="quiet">Never signed in</span>,
  },
];

/** Whether they have come in, and until then what became of the invitation. */
function State({ id, email, joinedAt, invitation }: MemberRow) {
  if (joinedAt)
    return (
      <>
        Joined <Time at={joinedAt} timeZone="UTC" show="date" />
      </>
    );
  const action = `/team/members/${id}/invite`;
  if (!invitation)
    return (
      <PostButton action={action} small label={`Send an invitation to ${shownAddress(email)}`}>
        Send an invitation
      </PostButton>
    );
  const { sentAt, status, link, expiresAt } = invitation;
  return (
    <div className="member-state">
      <p>
        <span>
          Invited <Time at={sentAt} timeZone="UTC" />
        </span>
        {status ? <StatusBadge status={status} /> : null}
      </p>
      <p className="quiet">
        <span>
          {link ? 'The link works until' : 'The link ended on'} <Time at={expiresAt} timeZone="UTC" />
        </span>
      </p>
      <ButtonRow>
        <PostButton action={action} small label={`Send again to ${shownAddress(email)}`}>
          Send again
        </PostButton>
        {link ? (
          <CopyButton text={link} small label={`Copy link: the invitation of ${shownAddress(email)}`}>
            Copy link
          </CopyButton>
        ) : null}
      </ButtonRow>
    </div>
  );
}

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
      <Card id="add" title="Invite a member">
        <form className="form" method="post" action="/team/members">
          <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
          <TextField
            name="email"
            label="Email address"
            type="email"
            value={values.email}
            error={errors.email}
            hint="They get an email with a link that signs them in. It works once, within 7 days."
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
            <Button tone="primary">Send invitation</Button>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}
