-- When an event's room opens and closes, and where its recording is (src/domain/doors.ts says what follows).
alter table {schema}.event
  add column doors_open_minutes int not null default 0,
  add column grace_minutes int not null default 15,
  -- Set by hand; null: the room goes by the times.
  add column opened_at timestamptz,
  add column closed_at timestamptz,
  add column replay_url text,
  -- { "attended": { "minutesAfter": 30 } | null, "missed": … }; null: no mail after the end.
  add column follow_ups jsonb,
  -- { "minutesAfter": 5 }; null: nobody is nudged.
  add column nudge jsonb,
  -- So long after its end the event's people are erased; null: as the site does it.
  add column erase_after_days int;

-- When they cancelled, or the team cancelled them; null: they are registered.
alter table {schema}.registrant add column cancelled_at timestamptz;
