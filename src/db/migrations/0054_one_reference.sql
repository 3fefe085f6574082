-- A mail's registrant is one of its event, and names that: the second reference cost a quarter of each new mail.
alter table {schema}.message drop constraint message_event_id_fkey;
