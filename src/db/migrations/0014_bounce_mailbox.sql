-- The mailbox that reports come to: whose turn it is to read it, and whether it can be read. One row for each address with
-- its password: a corrected one begins without failures.
create table {schema}.bounce_mailbox (
  -- A keyed hash of the address.
  id text primary key,
  -- Nobody reads it before.
  next_read_at timestamptz not null,
  tried_at timestamptz not null,
  -- Failures since it was read last.
  failures integer not null default 0,
  failing_since timestamptz,
  reason text,
  check ((failures = 0) = (failing_since is null) and (failures = 0) = (reason is null))
);
