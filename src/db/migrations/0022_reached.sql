-- How far mail to the address is known to have come: the highest rank, from delivered to clicked, that one of its mails ever had
-- (src/domain/delivery/status.ts); null: nothing is known. The email status says what became of the latest one. An event's report and
-- the People page's filters read it of 100,000 registrants at once.
alter table {schema}.registrant add column reached_rank smallint;

update {schema}.registrant set reached_rank = known.rank
from (
  select registrant_id, max(case when status_rank = 90 then 30 else status_rank end) as rank
  from {schema}.message join {schema}.registrant on registrant.id = message.registrant_id
  -- A complaint is about a mail that was delivered.
  where (status_rank between 30 and 50 or status_rank = 90) and lower(to_address) = lower(email)
  group by registrant_id
) as known
where registrant.id = known.registrant_id;
