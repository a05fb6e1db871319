-- Run once by an administrator of the server, in the database of the log, where the login that migrates may not create roles itself.
--
--   psql "$ADMINISTRATOR_URL" -v login=jejak_admin -v database=jejak -f infra/roles.sql
--
-- `login` migrates: it is that of DATABASE_ADMIN_URL, or of DATABASE_URL where that is the only address. `start` prints this text with both
-- names filled in. Running it again changes nothing.

do $$
declare
  wanted text;
begin
  -- They own, write and read the log, in this order. None of them can log in.
  foreach wanted in array array['jejak_owner', 'jejak_appender', 'jejak_serving'] loop
    if to_regrole(wanted) is null then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
end
$$;

grant jejak_owner, jejak_appender to :"login";
-- With admin option: migrating grants it to the login that serves.
grant jejak_serving to :"login" with admin option;

-- The schemas of the log are made in this database, and nobody else comes in.
grant connect, create on database :"database" to :"login";
grant connect on database :"database" to jejak_serving;
revoke all on database :"database" from public;
revoke create on schema public from public;
