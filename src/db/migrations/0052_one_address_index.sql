-- One index finds an address within an event and over all of them, where each change of a registrant wrote two.
create unique index registrant_address_once on {schema}.registrant ({schema}.address_hash(email), event_id);
drop index {schema}.registrant_event_address;
drop index {schema}.registrant_address;
