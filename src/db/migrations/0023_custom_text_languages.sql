-- Custom text by language. '' stands for every language without a text of its own: that is how all text until now was used.
alter table {schema}.custom_text add column language text not null default '';
alter table {schema}.custom_text drop constraint event_words_pkey;
alter table {schema}.custom_text add primary key (event_id, kind, language);
