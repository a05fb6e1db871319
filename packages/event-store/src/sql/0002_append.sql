-- The one function that writes to the log. Many submissions a call, one round trip (DESIGN §3, CONTRACTS B1).

set local role jejak_appender;

create function jejak.append(
  key_hashes bytea[],
  fingerprints bytea[],
  shapes text[],
  facts_until int[],
  requested_at bigint[],
  condition_submissions int[],
  condition_tags bigint[],
  condition_types text[],
  condition_afters bigint[],
  fact_submissions int[],
  fact_ids uuid[],
  fact_types text[],
  fact_bodies text[],
  tag_facts int[],
  tag_hashes bigint[],
  tag_types int[],
  check_keys boolean
)
returns text
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
  log_clock text;
  last_position bigint;
  last_micros bigint;
  moment bigint;
  -- Of each submission, when the caller sets the time; else null.
  moments bigint[];
  -- What stands against submissions by the log as it was, in their order: final.
  known jsonb;
  newer jsonb;
  clock jsonb := '[]';
  -- How many of the first submissions nothing stands against: those are stored.
  good int := submissions;
  good_facts int;
  running bigint := 0;
  after_max bigint;
  notified text;
begin
  -- Above read committed the snapshot is older than the lock, and a condition would not see what was committed before it.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'jejak.append runs at read committed, not at %', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state';
  end if;
  lock table jejak.log_gate in exclusive mode;

  -- All that is asked of the log, in one statement: each has a price of its own, and the gate is held.
  -- A scalar subquery stays an index probe; `exists` would be planned as a join over the whole table (PERFORMANCE.md). The types are
  -- looked at only when there is something newer, so that their text is not taken apart for each condition.
  select
    l.clock,
    coalesce(e.position, 0),
    extract(epoch from coalesce(e.recorded_at, l.opened_at)) * 1000000,
    (
      select jsonb_agg(jsonb_build_object('submission', c.submission, 'condition', c.ordinal, 'after', c.after, 'position', c.newer))
      from (
        select u.submission, u.ordinal, u.after, (
          select t.position
          from jejak.event_tags t
          where t.tag_hash = u.tag
            and t.position > u.after
            and (u.types is null or t.type_hash = any (u.types::int[]))
          order by t.position
          limit 1
        ) as newer
        from unnest(condition_submissions, condition_tags, condition_types, condition_afters)
          with ordinality u (submission, tag, types, after, ordinal)
        offset 0
      ) c
      where c.newer is not null
        or c.after > coalesce(e.position, 0)
    )
  into strict log_clock, last_position, last_micros, newer
  from jejak.log l
  left join lateral (select t.position, t.recorded_at from jejak.events t order by t.position desc limit 1) e on true;

  moment := greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, last_micros);
  if requested_at is not null then
    moments := array_fill(null::bigint, array[submissions]);
    for submission in 1 .. submissions loop
      moments[submission] := coalesce(requested_at[submission], greatest(moment, running));
      if log_clock = 'real' and requested_at[submission] is not null then
        clock := clock || jsonb_build_object('submission', submission, 'kind', 'clock-is-real');
      elsif moments[submission] < last_micros then
        clock := clock || jsonb_build_object('submission', submission, 'kind', 'clock-runs-backwards');
      elsif moments[submission] < running then
        good := least(good, submission - 1);
      end if;
      running := greatest(running, last_micros, moments[submission]);
    end loop;
  end if;

  -- A known key is rare and found by the primary key, unless something else would be found first: then it is looked for, because what
  -- was stored under it may be what stands against it.
  if check_keys or newer is not null or clock <> '[]' then
    select jsonb_agg(
      jsonb_build_object(
        'submission', k.submission,
        'outcome', case when c.fingerprint = fingerprints[k.submission] then c.outcome end
      )
    )
    into known
    from unnest(key_hashes) with ordinality k (key_hash, submission)
    cross join lateral (select c.fingerprint, c.outcome from jejak.commands c where c.key_hash = k.key_hash offset 0) c;
  end if;
  if known is not null or newer is not null or clock <> '[]' then
    select least(good, min((v ->> 'submission')::int) - 1), max((v ->> 'after')::bigint)
    into strict good, after_max
    from jsonb_array_elements(coalesce(known, '[]') || coalesce(newer, '[]') || clock) v;
    if after_max > last_position then
      raise exception 'a condition reads up to position %, but the log ends at %', after_max, last_position
        using errcode = 'data_exception';
    end if;
  end if;

  -- What meets a condition of a later submission of this call, or sets its clock back, ends what is stored now.
  if good > 1 then
    select least(good, min(c.submission) - 1)
    into strict good
    from unnest(tag_hashes, tag_facts, tag_types) t (tag, fact, type)
    join unnest(condition_submissions, condition_tags, condition_types) c (submission, tag, types)
      on c.tag = t.tag
    where t.fact <= facts_until[c.submission - 1]
      and (c.types is null or t.type = any (c.types::int[]));
  end if;

  if good > 0 then
    good_facts := facts_until[good];
    -- A key that is known, or stands twice in the call, breaks the primary key: the caller asks again with check_keys.
    with facts as (
      insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
      select
        last_position + f.ordinal,
        f.id,
        f.type,
        f.body,
        timestamptz 'epoch' + coalesce(moments[f.submission], moment) * interval '1 microsecond',
        sha256(
          '\x00'::bytea
          || convert_to(
            concat('jejak/1', e'\n', last_position + f.ordinal, e'\n', coalesce(moments[f.submission], moment), e'\n', f.body), 'UTF8'
          )
        )
      from unnest(fact_submissions, fact_ids, fact_types, fact_bodies) with ordinality f (submission, id, type, body, ordinal)
      where f.ordinal <= good_facts
    ),
    tags as (
      insert into jejak.event_tags (tag_hash, position, type_hash)
      select t.tag, last_position + t.fact, t.type
      from unnest(tag_hashes, tag_facts, tag_types) t (tag, fact, type)
      where t.fact <= good_facts
    ),
    keys as (
      insert into jejak.commands (key_hash, fingerprint, outcome, bound_at)
      select
        s.key_hash,
        s.fingerprint,
        concat(
          case when facts_until[s.ordinal] > s.before then last_position + 1 + s.before else 0 end, ':', s.shape
        ),
        timestamptz 'epoch' + coalesce(moments[s.ordinal], moment) * interval '1 microsecond'
      from unnest(key_hashes, fingerprints, shapes, 0 || facts_until) with ordinality s (key_hash, fingerprint, shape, before, ordinal)
      where s.ordinal <= good
    )
    select pg_notify('jejak_log', (last_position + good_facts)::text) into notified where good_facts > 0;
  end if;

  return concat(
    '{"stored":', good, ',"after":', last_position, ',"moment":', moment, ',"last":', last_micros,
    ',"moments":' || array_to_json(moments)::text,
    ',"known":' || known::text,
    ',"newer":' || newer::text,
    ',"clock":' || nullif(clock, '[]')::text,
    '}'
  );
end
$$;
comment on function jejak.append is
  'Takes the gate, then judges the submissions by key, conditions and clock, and stores the first ones that nothing stands against. '
  'Arrays run in parallel: one element a submission (key_hashes …), condition, fact or tag; *_submissions and tag_facts are ordinals '
  'from 1 and ascend; facts_until counts the facts up to the end of a submission; shapes are outcomes without their first position; '
  'tags and types are hashes; condition_types are array literals, null meaning every type; requested_at in microseconds since 1970, '
  'null when nobody sets a time; check_keys looks for known keys before all else: without it a known key that nothing else stands '
  'against is an error. '
  'Answers in JSON: how many were stored, after which position, when; and by submission what stands against others: known keys, newer '
  'facts, the clock. Those are final. Whatever else was not stored stood behind one of them, or rests on what this call stored: it is '
  'to be sent again.';

revoke all on function jejak.append from public;
grant execute on function jejak.append to jejak_serving;

set local role jejak_owner;
revoke create on schema jejak from jejak_appender;
revoke all on function jejak.tag_hash(text), jejak.type_hash(text) from public;
grant execute on function jejak.tag_hash(text), jejak.type_hash(text) to jejak_appender, jejak_serving;
revoke insert, update, delete, truncate, references, trigger on jejak.event_tags, jejak.commands from jejak_owner;
grant select, insert on jejak.event_tags, jejak.commands to jejak_appender;
grant select on jejak.event_tags, jejak.commands to jejak_serving;

reset role;
