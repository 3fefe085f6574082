import { ButtonLink, ButtonRow } from '../parts/button.tsx';
import { PlainCard } from '../parts/card.tsx';
import { CopyValue } from '../parts/copy-button.tsx';
import { DefinitionList } from '../parts/definition-list.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';

export interface SecretPageProps {
  readonly frame: TeamFrame;
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Until when the former secret signs as well; null: the endpoint is new. */
  readonly formerUntil: Date | null;
}

/** Shows a new secret, this once. */
export function SecretPage({ frame, id, url, secret, formerUntil }: SecretPageProps) {
  return (
    <TeamLayout
      {...frame}
      title={formerUntil ? 'Secret rotated' : 'Endpoint added'}
      section="webhooks"
      event={null}
      width="narrow"
    >
      <p className="notice notice--info" role="status">
        Copy the secret now: it is shown only once. Your program checks with it that a request is ours.
      </p>
      <PlainCard>
        <DefinitionList
          stacked
          items={[
            { term: 'Secret', value: <CopyValue text={secret} label="Copy the secret" /> },
            { term: 'URL', value: <bdi className="address">{url}</bdi> },
            ...(formerUntil
              ? [
                  {
                    term: 'The former secret',
                    value: (
                      <>
                        signs as well until <Time at={formerUntil} timeZone="UTC" exact />. Put the new one in
                        place by then.
                      </>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </PlainCard>
      <ButtonRow>
        <ButtonLink href={`/team/webhooks/${id}`}>I have copied it</ButtonLink>
      </ButtonRow>
    </TeamLayout>
  );
}
