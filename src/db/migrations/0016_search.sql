-- Found by what people type: whatever apostrophe and dash their keyboard has, letters with strokes as the plain ones,
-- ligatures and sharp s in two letters, German and Nordic letters in both usual ways (Müller: Muller, Mueller), and an
-- international domain as it is shown and as it travels.

-- A label of a domain in its own letters (RFC 3492); one that is no such label stays as it is.
create function {schema}.shown_label(label text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  code text := regexp_replace(substr(label, 5), '^.*-', '');
  shown text := substr(label, 5, greatest(0, length(label) - length(code) - 5));
  place int := 1;
  n bigint := 128;
  i bigint := 0;
  was bigint;
  bias int := 72;
  weight bigint;
  k int;
  digit int;
  threshold int;
  delta bigint;
begin
  if left(label, 4) <> 'xn--' then
    return label;
  end if;
  while place <= length(code) loop
    was := i;
    weight := 1;
    k := 36;
    loop
      digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(code, place, 1)) - 1;
      if place > length(code) or digit < 0 or weight > 100000000 then
        return label;
      end if;
      place := place + 1;
      i := i + digit * weight;
      threshold := least(26, greatest(1, k - bias));
      exit when digit < threshold;
      weight := weight * (36 - threshold);
      k := k + 36;
    end loop;
    delta := (i - was) / case when was = 0 then 700 else 2 end;
    delta := delta + delta / (length(shown) + 1);
    k := 0;
    while delta > 455 loop
      delta := delta / 35;
      k := k + 36;
    end loop;
    bias := k + 36 * delta / (delta + 38);
    n := n + i / (length(shown) + 1);
    i := i % (length(shown) + 1);
    -- Neither letters that need no code, nor halves of characters, nor what is beyond them all.
    if n < 161 or n between 55296 and 57343 or n > 1114111 then
      return label;
    end if;
    shown := left(shown, i::int) || chr(n::int) || substr(shown, i::int + 1);
    i := i + 1;
  end loop;
  return shown;
end $$;

-- An address as people know it, as `shownAddress` has it in TypeScript.
create function {schema}.shown_address(address text) returns text
  language sql immutable strict parallel safe
  return case when strpos(address, 'xn--') = 0 then address else (
    select regexp_replace(address, '@[^@]*$', '@') || string_agg({schema}.shown_label(label), '.' order by place)
    from unnest(string_to_array(regexp_replace(address, '^.*@', ''), '.')) with ordinality as part (label, place)
  ) end;

-- What a text is found by: as in 0008, and with what is named above. Apostrophes are left out, so that OBrien finds O'Brien.
create or replace function {schema}.search_words(value text) returns text
  language sql immutable strict parallel safe
  return case when octet_length(value) = length(value) then translate(lower(value), '''`', '') else (
    -- Without accents most names in Latin letters are ASCII: they are spared the rest.
    select case when octet_length(bare) = length(bare) then lower(bare) else (
      select string_agg(
        case when ascii(letter) < 128 then letter
        else 'Z' || translate(to_hex(ascii(letter)), '0123456789abcdef', 'GHIJKLMNOPABCDEF') || 'Y' end, '' order by place)
      from unnest(string_to_array(lower(replace(replace(replace(replace(translate(bare,
        '‐‑‒–—―−øØłŁđĐÐðƉɖĦħŦŧıȷƵƶɃƀȻȼɆɇǤǥƗɨɈɉȽƚƟɵɌɍɄʉɎɏȺⱥȾⱦŊŋĸƏəÆŒẞÞ',
        '-------oollddddddhhttijzzbbcceeggiijjlloorruuyyaattnnkeeæœßþ'),
        'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th')), null)) with ordinality as part (letter, place)
    ) end
    from (
      -- Accents; the vowel points of Hebrew and Arabic; apostrophes; marks that nobody sees.
      select regexp_replace(normalize(replace(value, U&'\00b4', ''), NFKD),
        '[''`\u00ad\u02b9-\u02bf\u02c8\u02ca-\u02cb\u0300-\u036f\u0591-\u05c7\u05f3\u061c\u0640\u064b-\u065f\u0670\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2018-\u201b\u202a-\u202e\u2032\u2035\u2060-\u2069\u20d0-\u20ff\ua78b\ua78c\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]', '', 'g') as bare
      offset 0
    ) as stripped
  ) end;

-- A text with its German and Nordic letters in two, as who has no such key writes them.
create function {schema}.spelt_out(value text) returns text
  language sql immutable strict parallel safe
  return replace(replace(replace(replace(replace(
    translate(normalize(value, NFC), 'ÄÖÜÅØ', 'äöüåø'), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'å', 'aa'), 'ø', 'oe');

-- As in 0008; nothing is found by nothing.
create or replace function {schema}.search_pattern(q text) returns text
  language sql immutable strict parallel safe
  return (
    select case when words = '' then null when words ~ '^[a-z0-9]{1,2}$' then '% ' || words || '%'
      else '%' || regexp_replace(words, '([\\%_])', '\\\1', 'g') || '%' end
    from {schema}.search_words(q) as words
  );

create or replace function {schema}.registrant_search_row(registrant {schema}.registrant) returns {schema}.registrant_search
  language sql immutable parallel safe
  return row(
    registrant.id, registrant.event_id, registrant.registered_at, lower(registrant.email),
    lower(registrant.last_name || ' ' || registrant.first_name),
    -- A row of an index holds 2,704 bytes: of names of hundreds of letters, the first are enough.
    left({schema}.search_words(
      ' ' || registrant.email || ' ' || registrant.first_name || ' ' || registrant.last_name || ' ' || registrant.first_name
      || case when strpos(registrant.email, 'xn--') > 0 then ' ' || {schema}.shown_address(registrant.email) else '' end
      || case when octet_length(registrant.first_name || registrant.last_name) > length(registrant.first_name || registrant.last_name)
          and normalize(registrant.first_name || registrant.last_name, NFC) ~ '[ÄÖÜÅØäöüåø]'
        then {schema}.spelt_out(' ' || registrant.first_name || ' ' || registrant.last_name || ' ' || registrant.first_name)
        else '' end
    ), 900)
  )::{schema}.registrant_search;

-- The rows that are there are written anew after the migration, a slice at a time, so that nobody waits for all of them:
-- src/db/search-words.ts. Until then people are found as before.
comment on column {schema}.registrant_search.words is 'outdated';
