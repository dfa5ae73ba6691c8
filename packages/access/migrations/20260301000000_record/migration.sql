-- The record's way out: the same in every service's database. Entries lie in `outbox` from the commit of what they speak of until the
-- relay has put them into the producer's chain; what is sent and sent again is `leaf`, byte for byte.
create schema if not exists record;

-- Entries of one commit, each with its length before it (four bytes, big-endian). EXTERNAL: compressing a group commit costs more
-- than writing it, and the row is gone within a second.
create table record.outbox (
  id bigint generated always as identity (cache 1),
  batch bytea not null,
  written_at timestamptz(3) not null default now(),
  constraint outbox_pkey primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
alter table record.outbox alter column batch set storage external;

-- A producer is `service/epoch`. `hash` is SHA-256 of the stored bytes, `prev` that of the leaf before, 32 zero bytes at 1.
create table record.leaf (
  producer text not null,
  seq bigint not null,
  prev bytea not null,
  leaf bytea not null,
  hash bytea not null,
  written_at timestamptz(3) not null,
  constraint leaf_pkey primary key (producer, seq),
  constraint leaf_seq_check check (seq > 0),
  constraint leaf_prev_check check (octet_length(prev) = 32),
  constraint leaf_hash_check check (hash = sha256(leaf))
);

-- The last number given and the hash at it; moved by compare-and-set in the transaction that stores the leaves.
create table record.chain (
  producer text not null,
  seq bigint not null,
  hash bytea not null,
  constraint chain_pkey primary key (producer),
  constraint chain_hash_check check (octet_length(hash) = 32)
) with (fillfactor = 10);

-- The last number that Kafka acknowledged; it only grows. Not in `chain`: storing and acknowledging would wait for each other.
create table record.sent (
  producer text not null,
  seq bigint not null default 0,
  constraint sent_pkey primary key (producer),
  constraint sent_producer_fkey foreign key (producer) references record.chain (producer)
) with (fillfactor = 10);

-- Named here and not left to default privileges: the service may add entries and neither read nor take one back, the relay may not
-- change a leaf that is stored.
do $$
declare
  service text := regexp_replace(current_user, '_owner$', '');
begin
  if exists (select from pg_roles where rolname = service || '_app') then
    execute format('grant usage on schema record to %I', service || '_app');
    execute format('grant insert (batch) on record.outbox to %I', service || '_app');
  end if;
  if exists (select from pg_roles where rolname = service || '_relay') then
    execute format('grant usage on schema record to %I', service || '_relay');
    execute format('grant select, delete on record.outbox to %I', service || '_relay');
    execute format('grant select, insert on record.leaf to %I', service || '_relay');
    execute format('grant select, insert, update on record.chain, record.sent to %I', service || '_relay');
  end if;
  if exists (select from pg_roles where rolname = service || '_reader') then
    execute format('grant usage on schema record to %I', service || '_reader');
    execute format('grant select on all tables in schema record to %I', service || '_reader');
  end if;
end $$;
