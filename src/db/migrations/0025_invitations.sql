-- When they signed in for the first time; null: not yet, an invitation may be on its way.
alter table {schema}.team_member add column joined_at timestamptz;
update {schema}.team_member set joined_at = known.at
from (
  select team_member_id, min(at) as at
  from (
    select team_member_id, signed_in_at as at from {schema}.session
    union all
    -- Old sessions are deleted; this is the trace that stays.
    select split_part(actor, ':', 2)::uuid, at from {schema}.audit_entry
    where action = 'signed_in' and actor like 'team_member:%'
  ) as signed_in
  group by team_member_id
) as known
where known.team_member_id = team_member.id;

-- A request to sign in that somebody else made for the member: an invitation to the team.
alter table {schema}.sign_in add column invited_by uuid references {schema}.team_member (id);
-- The mail that brings it.
alter table {schema}.sign_in add column message_id uuid;
