import type { SenderCheck, SenderChecks, SenderState, WantedRecord } from '../../domain/sender-domain.ts';
import { Button, ButtonLink, ButtonRow, PostButton } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyValue } from '../parts/copy-button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { ErrorSummary } from '../parts/field.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { StateTag, VerdictTag } from './sender-words.tsx';
import { type SenderFormValues, SigningFields } from './senders-page.tsx';

export interface SenderPageProps {
  readonly frame: TeamFrame;
  readonly domain: string;
  /** In its own letters. */
  readonly shown: string;
  readonly state: SenderState;
  readonly verifiedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly failingSince: Date | null;
  readonly checks: SenderChecks | null;
  /** What to add before anything was looked at. */
  readonly firstRecords: readonly WantedRecord[];
  /** Events that are not over and send from it. */
  readonly uses: readonly {
    readonly eventId: string;
    readonly title: string;
    readonly fromAddress: string;
  }[];
  /** MAIL_FROM's address. */
  readonly siteAddress: string;
  readonly signing: { readonly type: 'ours' | 'relay'; readonly selector: string | null };
  /** Who may change it can choose who signs; null: nobody can, as the provider or DKIM_KEY does. */
  readonly signingForm: {
    readonly values: Pick<SenderFormValues, 'signing' | 'relaySelector'>;
    readonly errors: Readonly<Record<string, string>>;
  } | null;
  readonly isAdmin: boolean;
}

const PARTS: readonly (readonly [
  name: keyof SenderChecks & ('owner' | 'provider' | 'spf' | 'dkim' | 'dmarc'),
  title: string,
  what: string,
])[] = [
  ['owner', 'Ownership', 'That the domain is yours.'],
  ['provider', 'Resend', 'That Resend takes mails from the domain.'],
  ['spf', 'SPF', 'Which servers may send for the domain.'],
  ['dkim', 'DKIM', 'A signature in each mail, which the domain’s key proves.'],
  ['dmarc', 'DMARC', 'What receivers do with mails that neither of the two proves.'],
];

/** One domain: what is in order, what is not, and what to add. */
export function SenderPage(props: SenderPageProps) {
  const { frame, domain, shown, state, checks, checkedAt, verifiedAt, uses, signing, isAdmin } = props;
  const path = `/team/senders/${domain}`;
  return (
    <TeamLayout
      {...frame}
      title={shown}
      section="senders"
      event={null}
      width="narrow"
      lead={<a href="/team/senders">All sender domains</a>}
      actions={
        isAdmin ? (
          <PostButton action={`${path}/check`} tone="primary" icon="rotate-ccw">
            Check now
          </PostButton>
        ) : null
      }
    >
      <StateNotice {...props} />
      <Card id="state" title="Domain">
        <DefinitionList
          items={[
            { term: 'State', value: <StateTag state={state} /> },
            { term: 'Verified', value: verifiedAt && <Time at={verifiedAt} timeZone="UTC" /> },
            { term: 'Last check', value: checkedAt ? <Time at={checkedAt} timeZone="UTC" /> : 'Never' },
            {
              term: 'Signature',
              value:
                signing.type === 'ours'
                  ? `Ours, selector ${signing.selector}`
                  : 'By the mail server or provider',
            },
            {
              term: 'Used by',
              value:
                uses.length > 0 ? (
                  <ul className="sender-list">
                    {uses.map(({ eventId, title, fromAddress }) => (
                      <li key={eventId}>
                        <a href={`/team/events/${eventId}/settings#fromAddress`}>{title}</a>{' '}
                        <bdi className="address quiet">{fromAddress}</bdi>
                      </li>
                    ))}
                  </ul>
                ) : (
                  'No event'
                ),
            },
          ]}
        />
      </Card>
      {checks ? (
        PARTS.map(([name, title, what]) => {
          const check = checks[name];
          return check ? <CheckCard key={name} {...{ name, title, what, check }} /> : null;
        })
      ) : (
        <Card
          id="records"
          title="Add these records"
          lead={`At whoever runs the DNS of ${shown}. Where a record of the kind is there already, run the check first: it says how to change it.`}
        >
          <Records records={props.firstRecords} />
        </Card>
      )}
      {props.signingForm ? <SigningCard path={path} {...props.signingForm} /> : null}
      {isAdmin ? (
        <Card
          id="remove"
          title="Remove the domain"
          lead={
            uses.length > 0
              ? 'Events send from it. Give them another sender first.'
              : 'No event will be able to send from it. Its key is deleted.'
          }
          actions={
            uses.length > 0 ? null : (
              <ButtonLink href={`${path}/remove`} tone="danger">
                Remove
              </ButtonLink>
            )
          }
        >
          {null}
        </Card>
      ) : null}
    </TeamLayout>
  );
}

function StateNotice({ state, shown, siteAddress, uses, failingSince }: SenderPageProps) {
  if (state === 'verified') return null;
  const from = uses.length > 0;
  const texts = {
    failing: (
      <>
        The last checks failed
        {failingSince ? (
          <>
            , since <Time at={failingSince} timeZone="UTC" show="date" />
          </>
        ) : null}
        . Mails still come from this domain, but receivers may not believe them. If it stays so for three
        days, they come from {siteAddress}.
      </>
    ),
    lost: (
      <>
        {from
          ? `Mails of its events come from ${siteAddress} until the checks succeed.`
          : 'Events cannot send from it until the checks succeed.'}
      </>
    ),
    unverified: (
      <>
        Events cannot send from {shown} yet. Add the records below, then check. New records may take up to an
        hour to be seen.
      </>
    ),
  } as const;
  const titles = {
    failing: 'Not in order',
    lost: 'No longer verified',
    unverified: 'Not verified yet',
  } as const;
  return (
    <div className="notice notice--warning">
      <p className="notice__title">{titles[state]}</p>
      <p>{texts[state]}</p>
    </div>
  );
}

function CheckCard({
  name,
  title,
  what,
  check,
}: {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly check: SenderCheck;
}) {
  return (
    <Card id={name} title={title} lead={what} actions={<VerdictTag verdict={check.verdict} />}>
      <div className="sender-check">
        <p>{check.message}</p>
        {check.found.length > 0 && check.verdict !== 'pass' ? (
          <>
            <p className="sender-check__label">Found at {check.name}</p>
            <ul className="sender-list">
              {check.found.map((text) => (
                <li key={text}>
                  <code className="sender-check__found">{text}</code>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {check.wanted.length > 0 ? (
          <>
            <p className="sender-check__label">{check.found.length > 0 ? 'Change to' : 'Add'}</p>
            <Records records={check.wanted} />
          </>
        ) : null}
      </div>
    </Card>
  );
}

function Records({ records }: { readonly records: readonly WantedRecord[] }) {
  return (
    <ul className="sender-records">
      {records.map(({ type, name, value }) => (
        <li key={`${name} ${value}`} className="sender-record">
          <p className="sender-record__type">
            {purposeOf(name)} <span className="quiet">{type}</span>
          </p>
          <dl className="sender-record__parts">
            <dt>Name</dt>
            <dd>
              <CopyValue text={name} label={`Copy the name ${name}`} />
            </dd>
            <dt>Value</dt>
            <dd>
              <CopyValue text={value} label={`Copy the value of ${name}`} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** What a record is for, as its name tells. */
function purposeOf(name: string): string {
  if (name.startsWith('_access-mail.')) return 'Ownership';
  if (name.includes('._domainkey.')) return 'DKIM';
  return name.startsWith('_dmarc.') ? 'DMARC' : 'SPF';
}

function SigningCard({
  path,
  values,
  errors,
}: NonNullable<SenderPageProps['signingForm']> & { readonly path: string }) {
  return (
    <Card
      id="signature"
      title="Signature"
      lead="Who signs the mails of this domain. A key of ours signs once its record is in the DNS."
      actions={
        values.signing === 'ours' ? <ButtonLink href={`${path}/key`}>Make a new key</ButtonLink> : null
      }
    >
      <form className="form" method="post" action={`${path}/signing`} noValidate>
        <ErrorSummary problems={Object.entries(errors).map(([id, message]) => ({ id, message }))} />
        <SigningFields values={values} errors={errors} />
        <ButtonRow>
          <Button>Save</Button>
        </ButtonRow>
      </form>
    </Card>
  );
}

/** Asks before another key signs. */
export function NewKeyPage({
  frame,
  domain,
  shown,
}: {
  readonly frame: TeamFrame;
  readonly domain: string;
  readonly shown: string;
}) {
  return (
    <TeamLayout {...frame} title="Make a new key" section="senders" event={null} width="narrow">
      <Confirm
        title={`Make a new key for ${shown}?`}
        action={`/team/senders/${domain}/key`}
        submit={{ label: 'Make a new key' }}
        cancelHref={`/team/senders/${domain}`}
      >
        <p>
          The old key is deleted. The new one has another name in the DNS: add its record, then check. Until
          then mails leave unsigned, and receivers may not believe them.
        </p>
      </Confirm>
    </TeamLayout>
  );
}

/** Asks before a domain goes. */
export function RemoveSenderPage({
  frame,
  domain,
  shown,
}: {
  readonly frame: TeamFrame;
  readonly domain: string;
  readonly shown: string;
}) {
  return (
    <TeamLayout {...frame} title="Remove a sender domain" section="senders" event={null} width="narrow">
      <Confirm
        title={`Remove ${shown}?`}
        action={`/team/senders/${domain}/remove`}
        submit={{ label: 'Remove the domain', tone: 'danger' }}
        cancelHref={`/team/senders/${domain}`}
      >
        <p>
          Events cannot send from it any more, and its key is deleted. To use it again you need new records in
          its DNS. Mails that were sent stay as they are.
        </p>
      </Confirm>
    </TeamLayout>
  );
}
