-- The field's terms in place of ours. Nothing changes but names and the values that were named after them.

-- `urgent`: a person is waiting; `bulk`: everything else. The API goes on to say `lane`, and `now`.
alter table {schema}.message rename column lane to priority;
alter table {schema}.message drop constraint message_lane_check;
update {schema}.message set priority = 'urgent' where priority = 'now';
alter table {schema}.message add constraint message_priority_check check (priority in ('urgent', 'bulk'));
-- Tells one mail of a kind from the next to the same person: the same one is never queued twice.
alter table {schema}.message rename column occurrence to dedupe_key;
-- How many attempts may have put the mail into the inbox without our knowing it.
alter table {schema}.message rename column doubts to uncertain_attempts;
-- The rank of the strongest delivery event known, and when that happened (src/domain/delivery/status.ts).
alter table {schema}.message rename column learned to status_rank;
alter table {schema}.message rename column learned_at to status_at;
-- When the provider is asked what became of the message, if it has said nothing until then.
alter table {schema}.message rename column look_up_at to reconcile_at;
alter index {schema}.message_look_up rename to message_reconcile;
alter index {schema}.message_outstanding rename to message_pending;

update {schema}.delivery_event set type = 'outcome_unknown' where type = 'in_doubt';
update {schema}.delivery_event set source = 'reconciliation' where source = 'lookup';

alter table {schema}.transport_pace rename to provider_rate;
alter table {schema}.provider_rate rename column transport to provider;
alter table {schema}.event_words rename to custom_text;
alter table {schema}.bulk_send rename column occurrence to dedupe_key;

-- Workers without a port keep their counts by the names of series: the sums go on under the new ones.
update {schema}.worker_counter set name = replace(replace(
  replace(worker_counter.name, 'access_mail_' || formerly, 'access_mail_' || renamed.name),
  'lane="now"', 'priority="urgent"'), 'lane="bulk"', 'priority="bulk"')
from (values
  ('accepted_total', 'messages_accepted_total'),
  ('retried_total', 'messages_retried_total'),
  ('bounced_total', 'messages_bounced_total'),
  ('failed_total', 'messages_failed_total'),
  ('not_sent_total', 'messages_not_sent_total'),
  ('unknown_total', 'messages_outcome_unknown_total'),
  ('possible_duplicates_total', 'messages_possibly_duplicated_total'),
  ('refused_total', 'sender_rejections_total'),
  ('dropped_total', 'messages_dropped_total'),
  ('looked_up_total', 'messages_reconciled_total'),
  ('repaired_total', 'reconciliation_repaired_total'),
  ('not_found_total', 'reconciliation_not_found_total'),
  ('send_seconds', 'message_send_seconds'),
  ('record_seconds', 'message_record_seconds')
) as renamed (formerly, name)
where starts_with(worker_counter.name, 'access_mail_' || formerly);

-- A mail whose text is frozen and that may still go out, on its own or as a part of a call that is made again. The template
-- that it was frozen with goes on reading the old name; the header reads the new one.
update {schema}.message set variables = variables || jsonb_build_object('unsubscribeLink', variables->'stopLink')
where variables ? 'stopLink'
  and (status in ('scheduled', 'queued', 'sending') or batch_id in (select id from {schema}.batch));
