-- Money as double entries. Made from facts alone: rows of postings, accounts and plans are only added, never changed.

create table ledger_postings (
  origin text collate "C" not null,
  position bigint not null,
  nth int not null,
  effective_on text collate "C" not null,
  recorded_at bigint not null,
  account bigint not null,
  counter bigint not null,
  amount_sen bigint not null,
  fact_type text collate "C" not null,
  how text,
  constraint ledger_postings_pkey primary key (origin, position, nth)
);
comment on table ledger_postings is
  'Question: what stands on which account at a date, as it was known at a position? One row for each side of an entry. '
  'A balance is the sum of the rows with that position or an earlier one and that date or an earlier one.';
comment on column ledger_postings.origin is 'Position, as text, of the fact whose money it is: of a correction, the fact that it corrects.';
comment on column ledger_postings.position is 'Of the fact that made the row: since then it is known.';
comment on column ledger_postings.nth is
  'Both sides of a movement follow one another: even the account that gives, odd the one that gains. What takes a movement back has the '
  'same sides, with the signs turned.';
comment on column ledger_postings.effective_on is
  'Since that date it counts; of what is annulled or replaced, the date of the corrected fact.';
comment on column ledger_postings.account is 'By its number in ledger_accounts.';
comment on column ledger_postings.counter is 'The other side of the same movement.';
comment on column ledger_postings.how is 'annul, replace or reverse, of a row that a correction made.';

create index ledger_postings_position on ledger_postings (position);
create index ledger_postings_account on ledger_postings (account, effective_on, position) include (nth, amount_sen);

create table ledger_accounts (
  name text collate "C" not null,
  account bigint not null,
  kind text collate "C" not null,
  role text collate "C" not null,
  fund text collate "C" not null,
  pool text collate "C" not null,
  tranche text collate "C",
  ordinal int,
  proposal text collate "C",
  source text collate "C",
  programme text collate "C",
  edition text collate "C",
  component text collate "C",
  fiscal_year text collate "C",
  area text collate "C",
  institution text collate "C",
  institution_name text,
  field text collate "C",
  constraint ledger_accounts_pkey primary key (name)
);
comment on table ledger_accounts is
  'Question: whose account is it, of which source, programme and place? Written with its first posting, from what was known then, '
  'and never again.';
comment on column ledger_accounts.name is 'As the domain names it: the same text for the same account, for ever.';
comment on column ledger_accounts.account is 'Its number: ten thousand times the position of its first posting, and its turn in that fact.';
comment on column ledger_accounts.role is 'source, held, spent, kept, memorandum, or what else the chart of accounts knows.';
comment on column ledger_accounts.pool is
  'Name of the account that answers for it: money set aside for operating cost lies on the bank account of the board all the same.';
comment on column ledger_accounts.ordinal is 'Of the tranche.';
comment on column ledger_accounts.institution is 'Who holds it: the group of the proposal, else the recipient of the fund.';
comment on column ledger_accounts.field is 'Tridaya: lingkungan, sosial or ekonomi, as the proposal says.';

create unique index ledger_accounts_account on ledger_accounts (account);
create index ledger_accounts_fund on ledger_accounts (fund);
create index ledger_accounts_area on ledger_accounts (area);
create index ledger_accounts_institution on ledger_accounts (institution);
create index ledger_accounts_tranche on ledger_accounts (tranche);
create index ledger_accounts_proposal on ledger_accounts (proposal);

create table ledger_plans (
  origin text collate "C" not null,
  position bigint not null,
  nth int not null,
  entity text collate "C" not null,
  kind text collate "C" not null,
  fund text collate "C",
  amount_sen bigint,
  effective_on text collate "C" not null,
  recorded_at bigint not null,
  fact_type text collate "C" not null,
  how text,
  source text collate "C",
  programme text collate "C",
  edition text collate "C",
  component text collate "C",
  fiscal_year text collate "C",
  area text collate "C",
  institution text collate "C",
  institution_name text,
  field text collate "C",
  constraint ledger_plans_pkey primary key (origin, position, nth)
);
comment on table ledger_plans is
  'Question: what was promised to whom, as of a date? One row each time an amount was fixed; the last one holds. No money moves.';
comment on column ledger_plans.origin is 'As in ledger_postings.';
comment on column ledger_plans.entity is 'Allocation, tranche, proposal or partnership, as kind:id.';
comment on column ledger_plans.amount_sen is 'The whole amount from then on, not a change; null where the fact that fixed it was struck.';

create index ledger_plans_entity on ledger_plans (entity, position);
create index ledger_plans_fund on ledger_plans (fund);
create index ledger_plans_area on ledger_plans (area);

create table ledger_entities (
  entity text collate "C" not null,
  ordinal int,
  name text,
  source text collate "C",
  programme text collate "C",
  edition text collate "C",
  component text collate "C",
  fiscal_year text collate "C",
  area text collate "C",
  institution text collate "C",
  institution_name text,
  field text collate "C",
  constraint ledger_entities_pkey primary key (entity)
);
comment on table ledger_entities is
  'What new accounts and plans take their dimensions from: funds, tranches, proposals, institutions and editions as they were last told.';
