import type { BlockTarget } from '../../domain/block.ts';
import { Button, ButtonRow, PostButton } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorSummary, TextField } from '../parts/field.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface BlockRow extends BlockTarget {
  readonly id: string;
  readonly createdAt: Date;
  /** What people call whoever blocked it. */
  readonly by: string;
}

export interface BlocksPageProps {
  readonly frame: TeamFrame;
  readonly blocks: readonly BlockRow[];
  /** The pages before and after, or null. */
  readonly first: string | null;
  readonly next: string | null;
  /** What is in the form. */
  readonly value: string;
  readonly error: string | null;
}

const COLUMNS: readonly Column<BlockRow>[] = [
  {
    key: 'value',
    label: 'Blocked',
    isHeading: true,
    cell: ({ value }) => <bdi className="address">{value}</bdi>,
  },
  {
    key: 'kind',
    label: 'Kind',
    kind: 'nowrap',
    cell: ({ kind }) => (kind === 'domain' ? 'Domain' : 'Email'),
  },
  {
    key: 'since',
    label: 'Since',
    kind: 'nowrap',
    cell: ({ createdAt }) => <Time at={createdAt} timeZone="UTC" show="date" />,
  },
  { key: 'by', label: 'By', cell: ({ by }) => <bdi>{by}</bdi> },
  {
    key: 'allow',
    label: 'Allow',
    kind: 'nowrap',
    cell: ({ value }) => (
      <PostButton action="/team/blocks/remove" hidden={{ value }} small label={`Allow ${value} again`}>
        Allow
      </PostButton>
    ),
  },
];

/** Addresses and domains that the public forms do nothing for. Only for admins. */
export function BlocksPage({ frame, blocks, first, next, value, error }: BlocksPageProps) {
  return (
    <TeamLayout {...frame} title="Blocks" section="blocks" event={null}>
      <Section
        id="blocks"
        title="Blocked"
        lead="The public forms give these addresses the usual answer, but do not register them and send them nothing. Existing registrations stay."
      >
        {blocks.length > 0 ? (
          <>
            <Table
              label="Blocked addresses and domains"
              columns={COLUMNS}
              rows={blocks}
              rowKey={({ id }) => id}
            />
            <Pager
              label="Blocked"
              sentence={
                blocks.length === 1 ? '1 block' : `${blocks.length} blocks${next ? ' on this page' : ''}`
              }
              previous={first}
              next={next}
              words={{ previous: 'Newest', next: 'Older' }}
            />
          </>
        ) : (
          <Empty title="No blocks yet" />
        )}
      </Section>
      <Card id="add" title="Block an address or a domain">
        <form className="form" method="post" action="/team/blocks" noValidate>
          <ErrorSummary problems={error ? [{ id: 'value', message: error }] : []} />
          <TextField
            name="value"
            label="Email or domain"
            hint="An address covers its variants, such as ada+news@example.com. A domain covers its subdomains."
            value={value}
            error={error}
            width="medium"
            maxLength={320}
            dir="ltr"
            required
          />
          <ButtonRow>
            <Button tone="primary">Block</Button>
          </ButtonRow>
        </form>
      </Card>
    </TeamLayout>
  );
}
