-- A link helps until the room closes, which is later than the end by now: mails that wait were given the end.
update {schema}.message set expires_at = event.ends_at + event.grace_minutes * interval '1 minute'
from {schema}.event
where event.id = message.event_id and message.status in ('scheduled', 'queued', 'sending')
  and message.registrant_id is not null and message.kind in ('confirmation', 'access_link', 'self_serve_link', 'new_key')
  and message.expires_at = event.ends_at;
