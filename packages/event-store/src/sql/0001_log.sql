-- The log: facts, their tags, idempotency keys, and the one function that writes them (DESIGN §3, CONTRACTS A1, A2, A7, B1, D1, D2).
-- Roles come from prepareRoles: jejak_owner owns everything here and may write nothing, jejak_appender owns only the function `append`
-- and may insert, jejak_serving reads and calls. None of the three can log in.

create schema jejak authorization jejak_owner;
create schema registry authorization jejak_owner;
create schema views authorization jejak_owner;
create schema if not exists reference authorization jejak_owner;

set local role jejak_owner;

comment on schema jejak is 'The log of facts. Append-only: written by jejak.append alone.';
comment on schema registry is 'Persons, outside the log so that they can be erased (CONTRACTS A8).';
comment on schema views is 'Projections. Disposable: every table here is rebuilt from the log.';
comment on schema reference is 'Regions and holidays, loaded from versioned files (CONTRACTS A5).';

-- Foreign keys between these tables are left out: only jejak.append inserts, nothing is ever updated or deleted, so a key could not
-- be broken later, and checking it would cost a probe for each row. `checkColumns` proves the agreement instead (CONTRACTS A9).

create table jejak.events (
  position bigint not null,
  id uuid not null,
  type text collate "C" not null,
  body text collate "C" not null,
  recorded_at timestamptz not null,
  leaf_hash bytea not null,
  constraint events_pkey primary key (position),
  constraint events_id_key unique (id)
);
comment on table jejak.events is 'Every fact, once, in the order in which it was accepted.';
comment on column jejak.events.position is '1, 2, 3, … without gaps; a smaller position was committed earlier.';
comment on column jejak.events.body is 'RFC 8785 text of the whole fact (CONTRACTS A1). What is hashed; the other columns repeat it.';
comment on column jejak.events.recorded_at is 'Clock of the log, in microseconds, never decreasing with position.';
comment on column jejak.events.leaf_hash is
  'SHA-256 of 0x00, then in UTF-8 jejak/1, position, microseconds since 1970 and body, joined by line feeds.';

create table jejak.event_tags (
  tag text collate "C" not null,
  position bigint not null,
  type text collate "C" not null,
  constraint event_tags_pkey primary key (tag, position) include (type)
);
comment on table jejak.event_tags is 'One row for each tag of each fact. Reads and append conditions probe its primary key.';
comment on column jejak.event_tags.tag is 'kind:id of an entity that the fact concerns, or a key tag (CONTRACTS A6).';

create table jejak.commands (
  key_hash bytea not null,
  fingerprint bytea not null,
  outcome text collate "C" not null,
  bound_at timestamptz not null,
  constraint commands_pkey primary key (key_hash),
  constraint commands_key_hash_check check (octet_length(key_hash) = 32),
  constraint commands_fingerprint_check check (octet_length(fingerprint) = 32)
);
comment on table jejak.commands is 'Idempotency keys and what became of them; kept for ever with the log (CONTRACTS A7).';
comment on column jejak.commands.key_hash is 'SHA-256 of issuer, 0, subject, 0, key; commandKeyHash in the body of the facts.';
comment on column jejak.commands.fingerprint is 'SHA-256 over method, route, ids and body of the request: another one is refused.';
comment on column jejak.commands.outcome is 'Canonical JSON, for each command of the submission: {"positions":[…],"repeated":…}.';

create table jejak.log_gate ();
comment on table jejak.log_gate is 'Always empty. append locks it, so that order of commit is order of position.';

create table jejak.log (
  one boolean not null default true,
  clock text collate "C" not null,
  opened_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint log_pkey primary key (one),
  constraint log_one_check check (one),
  constraint log_clock_check check (clock in ('real', 'simulated'))
);
comment on table jejak.log is 'What this log is. One row, for ever.';
comment on column jejak.log.clock is 'real: recorded times are the server''s. simulated: they are the caller''s (CONTRACTS D2).';
comment on column jejak.log.opened_at is 'No fact is recorded before this instant.';

create table registry.persons (
  id uuid not null,
  sealed bytea,
  key_id text collate "C",
  changed_at timestamptz not null default clock_timestamp(),
  erased_at timestamptz,
  constraint persons_pkey primary key (id),
  constraint persons_erased_check check ((erased_at is null) = (sealed is not null and key_id is not null))
);
comment on table registry.persons is
  'Personal data, encrypted. A row without a record says that the person was erased; restore drops such records.';
comment on column registry.persons.sealed is 'AES-256-GCM: nonce, tag, then the encrypted salt and JSON record; bound to the id.';
comment on column registry.persons.key_id is
  'Which key sealed the record: first bytes of a hash of it, to tell a wrong key from a damaged record.';

create function jejak.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_table_name = 'log' and tg_op = 'INSERT' then
    if not exists (select from jejak.log) then
      return null;
    end if;
  end if;
  raise exception '% of %.% is refused: the log is append-only', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
comment on function jejak.refuse_change() is
  'Refuses every change, whoever asks: the triggers that call it fire always, replica role or not.';

create trigger events_append_only before update or delete or truncate on jejak.events
  for each statement execute function jejak.refuse_change();
create trigger event_tags_append_only before update or delete or truncate on jejak.event_tags
  for each statement execute function jejak.refuse_change();
create trigger commands_append_only before update or delete or truncate on jejak.commands
  for each statement execute function jejak.refuse_change();
create trigger log_gate_stays_empty before insert or update or delete or truncate on jejak.log_gate
  for each statement execute function jejak.refuse_change();
create trigger log_stays_as_it_is before insert or update or delete or truncate on jejak.log
  for each statement execute function jejak.refuse_change();
alter table jejak.events enable always trigger events_append_only;
alter table jejak.event_tags enable always trigger event_tags_append_only;
alter table jejak.commands enable always trigger commands_append_only;
alter table jejak.log_gate enable always trigger log_gate_stays_empty;
alter table jejak.log enable always trigger log_stays_as_it_is;

create function jejak.micros(moment timestamptz) returns bigint
language sql immutable strict parallel safe
return (extract(epoch from moment) * 1000000)::bigint;
comment on function jejak.micros(timestamptz) is 'Microseconds since 1970, exact: extract gives a numeric.';

create function jejak.position_at(moment timestamptz) returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  low bigint := 0;
  high bigint := coalesce((select e.position from jejak.events e order by e.position desc limit 1), 0);
  middle bigint;
begin
  -- Positions have no gaps and times never decrease with them, so halving finds the place without an index on the time.
  while low < high loop
    middle := (low + high + 1) / 2;
    if (select e.recorded_at from jejak.events e where e.position = middle) <= moment then
      low := middle;
    else
      high := middle - 1;
    end if;
  end loop;
  return low;
end
$$;
comment on function jejak.position_at(timestamptz) is 'The last position recorded at or before the moment; 0 if there is none.';

grant usage on schema jejak to jejak_appender, jejak_serving;
grant create on schema jejak to jejak_appender;
