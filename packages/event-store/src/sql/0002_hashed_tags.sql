-- Tags and types are kept as hashes, and outcomes in a short notation: less than half the bytes, and cheaper to write and to compare.
-- The index may then name a fact too many, never one too few: who reads looks at the body, and a condition errs only towards a conflict.

set local role jejak_appender;
drop function jejak.append;
set local role jejak_owner;

-- In UTC, because an expression over a time zone is stable only, and a function that is declared stricter than its body is never inlined.
create or replace function jejak.micros(moment timestamptz) returns bigint
language sql immutable strict parallel safe
return (extract(epoch from moment at time zone 'UTC') * 1000000)::bigint;

create function jejak.tag_hash(tag text) returns bigint
language sql immutable strict parallel safe
return ('x' || encode(substr(sha256(convert_to(tag, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint;
comment on function jejak.tag_hash(text) is
  'First eight bytes of the SHA-256 of a tag, as it stands in event_tags: … where tag_hash = jejak.tag_hash(''proposal:…'').';

create function jejak.type_hash(type text) returns int
language sql immutable strict parallel safe
return ('x' || encode(substr(sha256(convert_to(type, 'UTF8')), 1, 4), 'hex'))::bit(32)::int;
comment on function jejak.type_hash(text) is
  'First four bytes of the SHA-256 of a type of fact, as it stands in event_tags.';

create table jejak.hashed_tags (
  tag_hash bigint not null,
  position bigint not null,
  type_hash int not null
);
comment on table jejak.hashed_tags is 'One row for each tag of each fact. Reads and append conditions probe its primary key.';
insert into jejak.hashed_tags (tag_hash, position, type_hash)
select jejak.tag_hash(t.tag), t.position, jejak.type_hash(t.type)
from jejak.event_tags t
order by t.position;
drop table jejak.event_tags;
alter table jejak.hashed_tags rename to event_tags;
alter table jejak.event_tags add constraint event_tags_pkey primary key (tag_hash, position) include (type_hash);
comment on column jejak.event_tags.tag_hash is
  'jejak.tag_hash of kind:id of an entity that the fact concerns, or of a key tag (CONTRACTS A6). Two tags may share one.';
comment on column jejak.event_tags.type_hash is 'jejak.type_hash of the type of the fact.';
create trigger event_tags_append_only before update or delete or truncate on jejak.event_tags
  for each statement execute function jejak.refuse_change();
alter table jejak.event_tags enable always trigger event_tags_append_only;

create table jejak.short_commands (
  key_hash bytea not null,
  fingerprint bytea not null,
  outcome text collate "C" not null,
  bound_at timestamptz not null
);
comment on table jejak.short_commands is 'Idempotency keys and what became of them; kept for ever with the log (CONTRACTS A7).';
insert into jejak.short_commands (key_hash, fingerprint, outcome, bound_at)
select
  c.key_hash,
  c.fingerprint,
  (
    select concat(
      coalesce(min((o.command -> 'positions' ->> 0)::bigint) filter (where not (o.command ->> 'repeated')::boolean), 0),
      ':',
      string_agg(
        case
          when (o.command ->> 'repeated')::boolean
            then '=' || (
              select string_agg(e.position, '.' order by e.ordinal)
              from jsonb_array_elements_text(o.command -> 'positions') with ordinality e (position, ordinal)
            )
          else jsonb_array_length(o.command -> 'positions')::text
        end,
        ',' order by o.ordinal
      )
    )
    from jsonb_array_elements(c.outcome::jsonb) with ordinality o (command, ordinal)
  ),
  c.bound_at
from jejak.commands c;
drop table jejak.commands;
alter table jejak.short_commands rename to commands;
alter table jejak.commands
  add constraint commands_pkey primary key (key_hash),
  add constraint commands_key_hash_check check (octet_length(key_hash) = 32),
  add constraint commands_fingerprint_check check (octet_length(fingerprint) = 32);
comment on column jejak.commands.key_hash is 'SHA-256 of issuer, 0, subject, 0, key; commandKeyHash in the body of the facts.';
comment on column jejak.commands.fingerprint is 'SHA-256 over method, route, ids and body of the request: another one is refused.';
comment on column jejak.commands.outcome is
  'First position, colon, then for each command of the submission, by commas, how many facts it recorded one after the other, or = and '
  'by points the first positions of what it repeated: 1041:2,1,=17.18 is 1041 and 1042, then 1043, then a repeat of 17 and 18.';
create trigger commands_append_only before update or delete or truncate on jejak.commands
  for each statement execute function jejak.refuse_change();
alter table jejak.commands enable always trigger commands_append_only;

-- An id is derived from the key, which is unique, and the place of the fact in its submission; nothing is looked up by it.
alter table jejak.events drop constraint events_id_key;

grant create on schema jejak to jejak_appender;
