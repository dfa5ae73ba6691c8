-- Numbered streams: the same in every service's database. Order matters in three places and nothing here may weaken it:
-- fact.id (given while the aggregate's row is locked), numbered's primary key (the guard between two relays), place.last
-- (moved by compare-and-set in the effect's transaction).
create schema if not exists stream;

-- Outbox and history in one. `data` is json, not jsonb: what was written is what is sent, byte for byte.
create table stream.fact (
  id bigint generated always as identity (cache 1),
  fact_id uuid not null,
  topic text not null,
  part int not null,
  key text not null,
  type text not null,
  subject text not null,
  organisation text not null,
  version bigint,
  caused_by text,
  time timestamptz(3) not null,
  traceparent text,
  data json,
  written_at timestamptz(3) not null default now(),
  constraint fact_pkey primary key (id),
  constraint fact_fact_id_key unique (fact_id)
);

-- Committed facts without a number. Topic and partition, not the stream's id: the epoch is decided when the number is given.
create table stream.unsent (
  fact_id bigint not null,
  topic text not null,
  part int not null,
  constraint unsent_pkey primary key (fact_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- `next` is the last number given. It and `sent` are two tables: in one row, numbering and acknowledging deadlock.
create table stream.stream (
  id int generated always as identity,
  service text not null,
  epoch bigint not null,
  topic text not null,
  part int not null,
  next bigint not null default 0,
  constraint stream_pkey primary key (id),
  constraint stream_name_key unique (epoch, topic, part)
) with (fillfactor = 10);

-- The last number that Kafka acknowledged; it only grows. Backlog, receipts and retention read it, sending does not.
create table stream.sent (
  stream int not null,
  sent bigint not null default 0,
  constraint sent_pkey primary key (stream),
  constraint sent_stream_fkey foreign key (stream) references stream.stream (id)
) with (fillfactor = 10);

create table stream.numbered (
  stream int not null,
  seq bigint not null,
  fact_id bigint not null,
  constraint numbered_pkey primary key (stream, seq),
  constraint numbered_fact_id_key unique (fact_id)
);

-- A consumer's place in a stream. The epoch is part of the row's state and not of its key: whoever still works in an older
-- epoch fails on it.
create table stream.place (
  consumer text not null,
  service text not null,
  topic text not null,
  part int not null,
  epoch bigint not null,
  last bigint not null,
  fact_id uuid,
  constraint place_pkey primary key (consumer, service, topic, part)
) with (fillfactor = 10);

create table stream.parked (
  id bigint generated always as identity,
  consumer text not null,
  service text not null,
  epoch bigint not null,
  topic text not null,
  part int not null,
  seq bigint not null,
  fact_id uuid not null,
  key text not null,
  type text not null,
  cause text not null,
  headers json not null,
  value bytea,
  attempts int not null default 1,
  parked_at timestamptz(3) not null default now(),
  requested text,
  requested_by text,
  constraint parked_pkey primary key (id),
  constraint parked_fact_id_key unique (consumer, fact_id),
  constraint parked_requested_check check (requested in ('redrive', 'drop')),
  constraint parked_requested_by_check check ((requested is null) = (requested_by is null))
);
create index parked_key on stream.parked (consumer, service, topic, part, key, epoch, seq);
create index parked_requested on stream.parked (consumer) where requested is not null;

-- How far a fact has come, for who owns it: no row in numbered, numbered, acknowledged.
create view stream.progress as
  select f.fact_id, n.stream, n.seq, coalesce(n.seq <= s.sent, false) as published
  from stream.fact f
  left join stream.numbered n on n.fact_id = f.id
  left join stream.sent s on s.stream = n.stream;

-- Default privileges gave app and relay everything. A service writes facts and may not take one back; the relay numbers and
-- sends and has no business with a consumer's place.
do $$
declare
  service text := regexp_replace(current_user, '_owner$', '');
begin
  if exists (select from pg_roles where rolname = service || '_app') then
    execute format('revoke update, delete on stream.fact from %I', service || '_app');
    execute format('revoke update, delete on stream.unsent from %I', service || '_app');
    execute format('revoke insert, update, delete on stream.stream, stream.sent, stream.numbered, stream.progress from %I', service || '_app');
  end if;
  if exists (select from pg_roles where rolname = service || '_relay') then
    execute format('revoke insert, update, delete on stream.fact, stream.progress from %I', service || '_relay');
    execute format('revoke all on stream.place, stream.parked from %I', service || '_relay');
  end if;
end $$;
