-- Who may do what. Everything that is not granted here is refused (TRUST §2.5).

revoke create on schema jejak from jejak_appender;
revoke all on all functions in schema jejak from public;
grant execute on function jejak.micros(timestamptz), jejak.position_at(timestamptz) to jejak_serving;

-- The owner keeps no right to write: what it does not hold it can neither use nor lend, and granting it anew is DDL.
revoke insert, update, delete, truncate, references, trigger
  on jejak.events, jejak.event_tags, jejak.commands, jejak.log_gate
  from jejak_owner;
revoke update, delete, truncate, references, trigger on jejak.log from jejak_owner;

grant select, insert on jejak.events, jejak.event_tags, jejak.commands to jejak_appender;
grant select on jejak.log to jejak_appender;
-- Only for the lock: the triggers of the gate refuse any update.
grant update on jejak.log_gate to jejak_appender;

grant select on jejak.events, jejak.event_tags, jejak.commands, jejak.log to jejak_serving;
grant usage on schema registry, reference to jejak_serving;
grant select, insert, update, delete on registry.persons to jejak_serving;
grant usage, create on schema views to jejak_serving;

set local role jejak_appender;
revoke all on function jejak.append from public;
grant execute on function jejak.append to jejak_serving;

reset role;

-- For what the migrating admin makes later: the guard lets the owning role itself make nothing more.
alter default privileges in schema views grant all on tables to jejak_serving;
alter default privileges in schema reference grant select on tables to jejak_serving;
