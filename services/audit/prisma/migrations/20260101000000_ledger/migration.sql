-- The log: exactly the leaves that services made, contiguous by index, append only. What is here is never changed: no role but the owner
-- (who cannot log in) could, and triggers refuse it to the owner and to a superuser as well, replica mode included. A superuser can still drop
-- the triggers: that is what signatures and witnesses outside this database are for.
create schema ledger;
create schema query;
grant usage on schema ledger, query to audit_app, audit_reader;

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the record is append only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name using errcode = '23001';
end $$;

create table ledger.entry (
  log_id smallint not null,
  idx bigint not null,
  leaf bytea not null,
  constraint entry_pkey primary key (log_id, idx),
  constraint entry_idx_check check (idx >= 0),
  constraint entry_leaf_check check (octet_length(leaf) between 1 and 20480)
) partition by range (log_id, idx);
-- Cloned onto every partition; `always`, since a plain trigger is skipped under session_replication_role = replica.
create trigger entry_append_only before update or delete on ledger.entry for each row execute function ledger.refuse_change();
alter table ledger.entry enable always trigger entry_append_only;
create trigger entry_no_truncate before truncate on ledger.entry for each statement execute function ledger.refuse_change();
alter table ledger.entry enable always trigger entry_no_truncate;

-- Partitions hold 2^20 entries, a multiple of a tile's 256. The writer may not create anything, so this runs as the owner; triggers before TRUNCATE
-- are not inherited and each partition gets its own.
create function ledger.make_partition(log smallint, part bigint) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  name text := format('entry_%s_%s', log, part);
  size constant bigint := 1048576;
begin
  if part < 0 then raise exception 'a partition has a number from 0'; end if;
  if to_regclass('ledger.' || name) is not null then return; end if;
  execute format('create table ledger.%I partition of ledger.entry for values from (%s, %s) to (%s, %s)', name, log, part * size, log, (part + 1) * size);
  execute format('alter table ledger.%I enable always trigger entry_append_only', name);
  execute format('create trigger entry_no_truncate before truncate on ledger.%I for each statement execute function ledger.refuse_change()', name);
  execute format('alter table ledger.%I enable always trigger entry_no_truncate', name);
end $$;

-- One row a log: the number of its entries. Whoever appends moves it by compare-and-set first; it only grows.
create table ledger.head (
  log_id smallint not null,
  size bigint not null,
  moved_at timestamptz(3),
  constraint head_pkey primary key (log_id),
  constraint head_size_check check (size >= 0)
);
insert into ledger.head (log_id, size) values (1, 0);
create function ledger.head_only_grows() returns trigger language plpgsql as $$
begin
  if new.log_id <> old.log_id or new.size < old.size then
    raise exception 'the head of a log only grows' using errcode = '23001';
  end if;
  return new;
end $$;
create trigger head_only_grows before update on ledger.head for each row execute function ledger.head_only_grows();
alter table ledger.head enable always trigger head_only_grows;

-- Which number of which producer stands at which index, with the leaf's SHA-256. The primary key is the guarantee that no number is taken twice.
create table ledger.link (
  producer text not null,
  seq bigint not null,
  idx bigint not null,
  hash bytea not null,
  constraint link_pkey primary key (producer, seq),
  constraint link_seq_check check (seq >= 1),
  constraint link_hash_check check (octet_length(hash) = 32)
);

-- How far each producer's chain is checked. `hash` is that of the leaf at `seq`, 32 zero bytes at 0.
create table ledger.producer_state (
  producer text not null,
  seq bigint not null,
  hash bytea not null,
  -- The highest number that a signed head has named.
  head_seq bigint not null,
  heard_at timestamptz(3) not null,
  silent_since timestamptz(3),
  constraint producer_state_pkey primary key (producer),
  constraint producer_state_producer_check check (producer ~ '^[a-z][a-z0-9-]{0,47}/[1-9][0-9]{0,18}$'),
  constraint producer_state_hash_check check (octet_length(hash) = 32)
);

-- Numbers that the log went on behind. first and last are as it was opened; next and until are what is still missing (next > until: nothing), filled from both ends.
create table ledger.gap (
  producer text not null,
  first_seq bigint not null,
  last_seq bigint not null,
  next_seq bigint not null,
  until_seq bigint not null,
  hash_before bytea not null,
  hash_after bytea not null,
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  outcome text,
  constraint gap_pkey primary key (producer, first_seq),
  constraint gap_range_check check (first_seq >= 1 and last_seq >= first_seq and next_seq >= first_seq and until_seq <= last_seq),
  constraint gap_hash_check check (octet_length(hash_before) = 32 and octet_length(hash_after) = 32),
  constraint gap_outcome_check check (outcome in ('filled', 'contradicted') and (outcome is null) = (closed_at is null))
);
create index gap_open on ledger.gap (producer) where closed_at is null;

-- What did not fit, as it arrived.
create table ledger.evidence (
  id bigint generated always as identity,
  producer text not null,
  seq bigint not null,
  kind text not null,
  hash bytea not null,
  bytes bytea not null,
  found_at timestamptz(3) not null,
  constraint evidence_pkey primary key (id),
  constraint evidence_once_key unique (producer, seq, kind),
  constraint evidence_kind_check check (kind in ('equivocation', 'break'))
);

do $$
declare name text;
begin
  foreach name in array array['link', 'evidence'] loop
    execute format('create trigger %s_append_only before update or delete on ledger.%I for each row execute function ledger.refuse_change()', name, name);
    execute format('alter table ledger.%I enable always trigger %s_append_only', name, name);
  end loop;
  foreach name in array array['head', 'producer_state', 'gap'] loop
    execute format('create trigger %s_stays before delete on ledger.%I for each row execute function ledger.refuse_change()', name, name);
    execute format('alter table ledger.%I enable always trigger %s_stays', name, name);
  end loop;
  foreach name in array array['head', 'link', 'producer_state', 'gap', 'evidence'] loop
    execute format('create trigger %s_no_truncate before truncate on ledger.%I for each statement execute function ledger.refuse_change()', name, name);
    execute format('alter table ledger.%I enable always trigger %s_no_truncate', name, name);
  end loop;
end $$;

grant select on all tables in schema ledger to audit_app, audit_reader;
grant insert on ledger.entry, ledger.link, ledger.evidence, ledger.producer_state, ledger.gap to audit_app;
grant update (size, moved_at) on ledger.head to audit_app;
grant update (seq, hash, head_seq, heard_at, silent_since) on ledger.producer_state to audit_app;
grant update (next_seq, until_seq, hash_before, hash_after, closed_at, outcome) on ledger.gap to audit_app;
grant execute on function ledger.make_partition(smallint, bigint) to audit_app;
select ledger.make_partition(1::smallint, 0);
