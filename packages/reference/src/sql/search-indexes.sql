create index if not exists regions_own_words on reference.regions using gin (own_words);
create index if not exists regions_all_words on reference.regions using gin (all_words);
create index if not exists regions_joined on reference.regions using gin (replace(official, ' ', '') gin_trgm_ops);
create index if not exists region_words_similar on reference.region_words using gin (word gin_trgm_ops);
