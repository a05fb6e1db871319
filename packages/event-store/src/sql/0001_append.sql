-- The one function that writes to the log. Many submissions a call, one round trip (DESIGN §3, CONTRACTS B1).

set local role jejak_appender;

create function jejak.append(
  key_hashes bytea[],
  fingerprints bytea[],
  requested_at bigint[],
  condition_submissions int[],
  condition_tags text[],
  condition_types text[],
  condition_afters bigint[],
  command_submissions int[],
  command_facts int[],
  command_repeats text[],
  fact_submissions int[],
  fact_ids uuid[],
  fact_types text[],
  fact_bodies text[],
  tag_facts int[],
  tag_names text[]
)
returns table (kind text, outcome text, recorded_micros bigint, newer text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
-- Plans are kept by the session, perhaps from when the tables were empty. Probes must stay index probes when they have grown.
set enable_seqscan = off
set enable_bitmapscan = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  submissions constant int := cardinality(key_hashes);
  commands constant int := cardinality(command_submissions);
  log_clock text;
  last_position bigint;
  last_moment timestamptz;
  last_micros bigint;
  now_micros bigint;
  head bigint;
  -- One element a submission.
  kinds text[] := array_fill(null::text, array[submissions]);
  outcomes text[] := array_fill(null::text, array[submissions]);
  moments bigint[] := array_fill(null::bigint, array[submissions]);
  newers text[] := array_fill(null::text, array[submissions]);
  -- One element a fact; null where its submission is not accepted.
  placed bigint[] := array_fill(null::bigint, array[cardinality(fact_ids)]);
  placed_micros bigint[] := array_fill(null::bigint, array[cardinality(fact_ids)]);
  failed int[] := '{}';
  -- Conditions met by facts of earlier submissions of this same call.
  met_submissions int[];
  met_conditions int[];
  met_facts int[];
  met int := 1;
  mets int := 0;
  command int := 1;
  fact int := 0;
  moment bigint;
  places text;
  hit record;
begin
  -- Above read committed the snapshot is older than the lock, and a condition would not see what was committed before it.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'jejak.append runs at read committed, not at %', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state';
  end if;
  lock table jejak.log_gate in exclusive mode;

  select e.position, e.recorded_at into last_position, last_moment from jejak.events e order by e.position desc limit 1;
  if last_position is null or array_remove(requested_at, null) <> '{}' then
    select l.clock, coalesce(last_position, 0), coalesce(last_moment, l.opened_at)
    into strict log_clock, last_position, last_moment
    from jejak.log l;
  end if;
  last_micros := extract(epoch from last_moment) * 1000000;
  now_micros := extract(epoch from clock_timestamp()) * 1000000;
  head := last_position;

  for hit in
    select k.submission, c.fingerprint = fingerprints[k.submission] as same, c.outcome
    from unnest(key_hashes) with ordinality k (key_hash, submission)
    cross join lateral (select c.fingerprint, c.outcome from jejak.commands c where c.key_hash = k.key_hash offset 0) c
  loop
    kinds[hit.submission] := case when hit.same then 'repeated' else 'key-reused' end;
    outcomes[hit.submission] := case when hit.same then hit.outcome end;
  end loop;

  -- A scalar subquery stays an index probe; `exists` would be planned as a join over the whole table (PERFORMANCE.md).
  for hit in
    select c.submission, c.ordinal, c.tag, c.after, c.newer
    from (
      select u.submission, u.ordinal, u.tag, u.after, (
        select t.position
        from jejak.event_tags t
        where t.tag = u.tag
          and t.position > u.after
          and (u.types is null or t.type = any (u.types))
        order by t.position
        limit 1
      ) as newer
      from (
        select u.submission, u.tag, u.types::text[] as types, u.after, u.ordinal
        from unnest(condition_submissions, condition_tags, condition_types, condition_afters)
          with ordinality u (submission, tag, types, after, ordinal)
        offset 0
      ) u
      offset 0
    ) c
    where c.newer is not null
      or c.after > last_position
    order by c.ordinal
  loop
    if hit.after > last_position then
      raise exception 'a condition reads up to position %, but the log ends at %', hit.after, last_position
        using errcode = 'data_exception';
    end if;
    failed := failed || hit.ordinal::int;
    newers[hit.submission] := concat_ws(
      ',', newers[hit.submission], json_build_object('tag', hit.tag, 'position', hit.newer)
    );
  end loop;

  if submissions > 1 then
    select array_agg(m.submission), array_agg(m.ordinal), array_agg(m.fact), count(*)
    into met_submissions, met_conditions, met_facts, mets
    from (
      select c.submission, c.ordinal, t.fact
      from unnest(tag_names, tag_facts) t (tag, fact)
      join unnest(condition_submissions, condition_tags, condition_types)
        with ordinality c (submission, tag, types, ordinal)
        on c.tag = t.tag
      where fact_submissions[t.fact] < c.submission
        and (c.types is null or fact_types[t.fact] = any (c.types::text[]))
      order by c.ordinal, t.fact
    ) m;
  end if;

  for submission in 1 .. submissions loop
    moment := coalesce(requested_at[submission], greatest(now_micros, last_micros));
    if kinds[submission] is null then
      if requested_at[submission] is not null and log_clock = 'real' then
        kinds[submission] := 'clock-is-real';
      elsif moment < last_micros then
        kinds[submission] := 'clock-runs-backwards';
        moments[submission] := last_micros;
      end if;
    end if;

    while met <= mets and met_submissions[met] <= submission loop
      if placed[met_facts[met]] is not null and met_conditions[met] <> all (failed) then
        failed := failed || met_conditions[met];
        newers[submission] := concat_ws(
          ',', newers[submission],
          json_build_object('tag', condition_tags[met_conditions[met]], 'position', placed[met_facts[met]])
        );
      end if;
      met := met + 1;
    end loop;
    if kinds[submission] is null then
      kinds[submission] := case when newers[submission] is null then 'accepted' else 'conflict' end;
    end if;

    if kinds[submission] = 'accepted' then
      moments[submission] := moment;
      last_micros := moment;
      outcomes[submission] := '[';
    end if;
    while command <= commands and command_submissions[command] = submission loop
      if kinds[submission] = 'accepted' then
        places := command_repeats[command];
        for place in 1 .. command_facts[command] loop
          head := head + 1;
          fact := fact + 1;
          placed[fact] := head;
          placed_micros[fact] := moment;
          places := concat_ws(',', places, head);
        end loop;
        outcomes[submission] := outcomes[submission]
          || case when outcomes[submission] = '[' then '' else ',' end
          || '{"positions":[' || coalesce(places, '') || '],"repeated":'
          || case when command_repeats[command] is null then 'false}' else 'true}' end;
      else
        fact := fact + command_facts[command];
      end if;
      command := command + 1;
    end loop;
    if kinds[submission] = 'accepted' then
      outcomes[submission] := outcomes[submission] || ']';
    end if;
  end loop;
  if fact <> cardinality(fact_ids) or command <> commands + 1 then
    raise exception 'the commands of the call do not add up to its facts' using errcode = 'data_exception';
  end if;

  if head > last_position then
    insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
    select
      f.position,
      f.id,
      f.type,
      f.body,
      timestamptz 'epoch' + f.micros * interval '1 microsecond',
      sha256('\x00'::bytea || convert_to(concat('jejak/1', e'\n', f.position, e'\n', f.micros, e'\n', f.body), 'UTF8'))
    from unnest(placed, fact_ids, fact_types, fact_bodies, placed_micros) f (position, id, type, body, micros)
    where f.position is not null;

    insert into jejak.event_tags (tag, position, type)
    select t.tag, placed[t.fact], fact_types[t.fact]
    from unnest(tag_names, tag_facts) t (tag, fact)
    where placed[t.fact] is not null;

    perform pg_notify('jejak_log', head::text);
  end if;

  if 'accepted' = any (kinds) then
    -- A key that stands twice in one call breaks the primary key: the caller then sends its submissions one by one.
    insert into jejak.commands (key_hash, fingerprint, outcome, bound_at)
    select s.key_hash, s.fingerprint, s.outcome, timestamptz 'epoch' + s.micros * interval '1 microsecond'
    from unnest(key_hashes, fingerprints, outcomes, kinds, moments) s (key_hash, fingerprint, outcome, kind, micros)
    where s.kind = 'accepted';
  end if;

  return query
    select s.kind, s.outcome, s.micros, '[' || s.newer || ']'
    from unnest(kinds, outcomes, moments, newers) s (kind, outcome, micros, newer);
end
$$;
comment on function jejak.append is
  'Takes the gate, then judges the submissions in order: key, clock, conditions; accepted ones get the next positions. '
  'Arrays run in parallel: one element a submission (key_hashes …), condition, command, fact or tag; *_submissions and tag_facts '
  'are ordinals from 1 and ascend; condition_types are array literals, null meaning every type; command_repeats are the first '
  'positions, joined by commas, of a command that records nothing new; requested_at in microseconds since 1970. '
  'One row a submission, in order: accepted | repeated | conflict | key-reused | clock-runs-backwards | clock-is-real.';

set local role jejak_owner;
