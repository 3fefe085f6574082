import type { Mailbox } from '../../config.ts';
import type { SenderChecks, SenderState } from '../../domain/sender-domain.ts';
import { Button, ButtonRow } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Nothing } from '../parts/definition-list.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorSummary, RadioGroup, TextField } from '../parts/field.tsx';
import { Section } from '../parts/section.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { StateTag, VerdictTag } from './sender-words.tsx';

export interface SenderRow {
  readonly domain: string;
  /** In its own letters. */
  readonly shown: string;
  readonly state: SenderState;
  readonly checks: SenderChecks | null;
  readonly checkedAt: Date | null;
  /** How many events that are not over send from it. */
  readonly events: number;
}

export interface SenderFormValues {
  readonly domain: string;
  /** `ours` or `relay` */
  readonly signing: string;
  readonly relaySelector: string;
}

export interface SendersPageProps {
  readonly frame: TeamFrame;
  readonly senders: readonly SenderRow[];
  /** MAIL_FROM. */
  readonly site: Mailbox;
  /** The selector of DKIM_KEY; null: nothing of ours signs the site's mails. */
  readonly siteSelector: string | null;
  /** Whether mails leave through a mail server, which may not sign; else the provider signs. */
  readonly isSmtp: boolean;
  /** Null: who looks may not add any. */
  readonly form: {
    readonly values: SenderFormValues;
    readonly errors: Readonly<Record<string, string>>;
  } | null;
}

const verdictOf = (name: 'spf' | 'dkim' | 'dmarc', label: string): Column<SenderRow> => ({
  key: name,
  label,
  kind: 'nowrap',
  cell: ({ checks }) => (checks ? <VerdictTag verdict={checks[name].verdict} /> : <Nothing />),
});

const COLUMNS: readonly Column<SenderRow>[] = [
  {
    key: 'domain',
    label: 'Domain',
    isHeading: true,
    cell: ({ domain, shown }) => (
      <a href={`/team/senders/${domain}`}>
        <bdi className="address">{shown}</bdi>
      </a>
    ),
  },
  { key: 'state', label: 'State', kind: 'nowrap', cell: ({ state }) => <StateTag state={state} /> },
  verdictOf('spf', 'SPF'),
  verdictOf('dkim', 'DKIM'),
  verdictOf('dmarc', 'DMARC'),
  {
    key: 'checked',
    label: 'Last check',
    kind: 'nowrap',
    cell: ({ checkedAt }) =>
      checkedAt ? <Time at={checkedAt} timeZone="UTC" /> : <span className="quiet">Never</span>,
  },
  { key: 'events', label: 'Events', kind: 'number', cell: ({ events }) => events.toLocaleString('en') },
];

/** The domains that events may send from. */
export function SendersPage({ frame, senders, site, siteSelector, isSmtp, form }: SendersPageProps) {
  return (
    <TeamLayout
      {...frame}
      title="Senders"
      section="senders"
      event={null}
      lead="Domains that events may send their mails from. Each is checked every day."
    >
      <Section id="domains" title="Sender domains">
        {senders.length > 0 ? (
          <Table
            label="Domains, with their state"
            columns={COLUMNS}
            rows={senders}
            rowKey={({ domain }) => domain}
          />
        ) : (
          <Empty title="No sender domains yet" icon="mail">
            All events send from the site’s own address. Add a domain to let an event send from yours.
          </Empty>
        )}
      </Section>
      {form ? <AddCard {...form} isSmtp={isSmtp} /> : null}
      <Card
        id="site"
        title="The site’s own sender"
        lead="Of events without a sender of their own, and of mails to the team. It is set by MAIL_FROM."
      >
        <p className="sender-site">
          <bdi>{site.name}</bdi> <bdi className="address">{site.address}</bdi>
          {siteSelector ? <span className="quiet">Signed by us, selector {siteSelector}</span> : null}
        </p>
      </Card>
    </TeamLayout>
  );
}

function AddCard({
  values,
  errors,
  isSmtp,
}: NonNullable<SendersPageProps['form']> & { readonly isSmtp: boolean }) {
  return (
    <Card id="add" title="Add a domain">
      <form className="form" method="post" action="/team/senders" noValidate>
        <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
        <TextField
          name="domain"
          label="Domain"
          hint="What stands after the @ of the addresses, such as example.com. You need access to its DNS."
          value={values.domain}
          error={errors.domain}
          width="medium"
          maxLength={320}
          dir="ltr"
          required
        />
        {isSmtp ? <SigningFields values={values} errors={errors} /> : null}
        <ButtonRow>
          <Button tone="primary">Add domain</Button>
        </ButtonRow>
      </form>
    </Card>
  );
}

/** Who signs, where mails leave through a mail server. */
export function SigningFields({
  values,
  errors,
}: {
  readonly values: Pick<SenderFormValues, 'signing' | 'relaySelector'>;
  readonly errors: Readonly<Record<string, string>>;
}) {
  return (
    <>
      <RadioGroup
        name="signing"
        legend="Signature (DKIM)"
        value={values.signing}
        options={[
          {
            value: 'ours',
            label: 'Sign here',
            hint: 'We make a key and sign each mail. You add the key’s record to the DNS.',
          },
          {
            value: 'relay',
            label: 'The mail server signs',
            hint: 'Choose this if your mail server signs for this domain already.',
          },
        ]}
      />
      <TextField
        name="relaySelector"
        label="Selector of the mail server’s key"
        hint="Only where the mail server signs. It stands in the mails’ DKIM-Signature as “s=”."
        value={values.relaySelector}
        error={errors.relaySelector}
        width="medium"
        maxLength={63}
        dir="ltr"
        required={false}
      />
    </>
  );
}
