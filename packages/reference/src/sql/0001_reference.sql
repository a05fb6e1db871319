create schema if not exists reference;
comment on schema reference is 'Regions and holidays, loaded from versioned files; no facts, may be loaded anew at any time.';

create extension if not exists pg_trgm;

create table if not exists reference.files (
  name text constraint files_pk primary key,
  sha256 text not null,
  reading integer not null,
  rows integer not null,
  loaded_at timestamptz not null default clock_timestamp()
);
comment on table reference.files is 'Which committed files the other tables hold.';
comment on column reference.files.sha256 is 'SHA-256 of the file as committed, in hex.';
comment on column reference.files.reading is 'Version of the code that derived the search columns; another one loads the file anew.';

create table if not exists reference.regions (
  id uuid constraint regions_pk primary key,
  code text collate "C" not null constraint regions_code_unique unique,
  name text not null,
  level text not null constraint regions_level check (level in ('provinsi', 'kabupaten', 'kota', 'kecamatan', 'kelurahan', 'desa')),
  parent_code text collate "C",
  edition text not null,
  official text collate "C" not null,
  everyday text[] not null,
  own_words tsvector not null,
  all_words tsvector not null,
  constraint regions_parent check ((parent_code is null) = (level = 'provinsi'))
);
comment on table reference.regions is 'Administrative regions of Indonesia. Names are not keys: many places share one.';
comment on column reference.regions.id is 'UUIDv8 of decree and code at first publication (CONTRACTS A5); stays when the code changes.';
comment on column reference.regions.edition is 'The decree whose code this is.';
comment on column reference.regions.official is 'The name folded for comparison, without the word for its level.';
comment on column reference.regions.everyday is 'Other folded names, as people say them.';
comment on column reference.regions.own_words is 'The words of its own names.';
comment on column reference.regions.all_words is 'Its own words, those of the regions above it, and the words for their levels.';

create table if not exists reference.region_words (
  word text collate "C" constraint region_words_pk primary key
);
comment on table reference.region_words is 'Every word of a region''s name, to find what a misspelt one may have meant.';

create table if not exists reference.holidays (
  on_date date not null,
  kind text not null constraint holidays_kind check (kind in ('libur_nasional', 'cuti_bersama')),
  name text not null,
  certainty text not null constraint holidays_certainty check (certainty in ('official', 'reported', 'estimated')),
  basis text not null,
  constraint holidays_pk primary key (on_date, kind, name)
);
comment on table reference.holidays is 'National holidays and days of collective leave from 2006 to 2027.';
comment on column reference.holidays.certainty is 'official: compared with the decree; reported: from a collection; estimated: foreseen.';
comment on column reference.holidays.basis is 'The decree or the collection.';
