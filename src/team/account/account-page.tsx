import { shownAddress } from '../../domain/address.ts';
import { ROLE_MEANINGS } from '../members/role-words.ts';
import { PostButton } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { Section } from '../parts/section.tsx';
import { Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type SignedInMember, type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface SessionRow {
  readonly id: string;
  /** `Firefox on Windows` */
  readonly device: string;
  readonly signedInAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  /** The one that this page is looked at with. */
  readonly isThis: boolean;
}

export interface AccountPageProps {
  readonly frame: TeamFrame;
  readonly member: SignedInMember;
  readonly sessions: readonly SessionRow[];
}

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    key: 'device',
    label: 'Browser',
    isHeading: true,
    cell: ({ device, isThis }) => (
      <>
        {device} {isThis ? <Tag tone="good">This device</Tag> : null}
      </>
    ),
  },
  {
    key: 'signed-in',
    label: 'Signed in',
    kind: 'nowrap',
    cell: ({ signedInAt }) => <Time at={signedInAt} timeZone="UTC" />,
  },
  {
    key: 'seen',
    label: 'Last seen',
    kind: 'nowrap',
    cell: ({ lastSeenAt }) => <Time at={lastSeenAt} timeZone="UTC" />,
  },
  {
    key: 'ends',
    label: 'Expires',
    kind: 'nowrap',
    cell: ({ expiresAt }) => <Time at={expiresAt} timeZone="UTC" show="date" />,
  },
];

/** Oneself: the role, and where one is signed in. */
export function AccountPage({ frame, member: { email, role }, sessions }: AccountPageProps) {
  const others = sessions.filter(({ isThis }) => !isThis).length;
  return (
    <TeamLayout {...frame} title="Account" section="account" event={null}>
      <PlainCard>
        <DefinitionList
          items={[
            { term: 'Email', value: <bdi className="address">{shownAddress(email)}</bdi> },
            {
              term: 'Role',
              value: `${role === 'admin' ? 'Admin' : 'Member'}. ${ROLE_MEANINGS[role]}`,
            },
          ]}
        />
      </PlainCard>
      <Section
        id="sessions"
        title="Signed-in devices"
        lead="If you do not recognise a device, sign it out: someone else may have opened your sign-in link."
        actions={
          others > 0 ? (
            <PostButton action="/team/account/sessions/end-others">
              {others === 1 ? 'Sign out the other device' : `Sign out ${others} other devices`}
            </PostButton>
          ) : null
        }
      >
        <Table
          label="Sessions"
          columns={COLUMNS}
          rows={sessions}
          rowKey={({ id }) => id}
          actions={({ id, device, isThis }) =>
            isThis ? (
              <PostButton action="/team/sign-out" small label="Sign out here">
                Sign out
              </PostButton>
            ) : (
              <PostButton action={`/team/account/sessions/${id}/end`} small label={`Sign out ${device}`}>
                Sign out
              </PostButton>
            )
          }
        />
      </Section>
    </TeamLayout>
  );
}
