-- Events that wait are of two sorts: those whose message is known, which are few, and those that are perhaps about
-- somebody else's mails, of which there may be any number.
drop index {schema}.delivery_event_waiting;
create index delivery_event_matched on {schema}.delivery_event (received_at)
  where not applied and message_id is not null;
create index delivery_event_unmatched on {schema}.delivery_event (provider_message_id)
  where not applied and message_id is null;
-- Those about no message of ours are given up by age, and deleted by age.
create index delivery_event_stray on {schema}.delivery_event (applied, received_at) where message_id is null;
