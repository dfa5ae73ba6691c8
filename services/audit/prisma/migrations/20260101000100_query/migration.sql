-- Where entries are found: written in the transaction that appends them, and able to be made anew from the leaves. Nothing is shown from here; answers are
-- made from the leaf.
create table query.access_event (
  idx bigint not null,
  occurred_at timestamptz(3) not null,
  id uuid not null,
  action text not null,
  class text not null,
  outcome text not null,
  reason text,
  actor text,
  organisation text,
  roles text[] not null,
  purpose text,
  resource_type text,
  resource_id text,
  ip text,
  request text,
  trace text,
  constraint access_event_pkey primary key (occurred_at, idx)
) partition by range (occurred_at);
-- Fixed: actor, id, time (the key), denials; subjects have their table. Other filters look through a window of at most 31 days.
create index access_event_actor on query.access_event (actor, occurred_at, idx);
create index access_event_id on query.access_event (id);
create index access_event_denied on query.access_event (occurred_at, idx) where outcome = 'denied';
-- Feeds go by index. Rows of a month come in that order, so a few bytes for each range of pages do.
create index access_event_idx on query.access_event using brin (idx) with (pages_per_range = 16, autosummarize = on);

-- For what says it happened in another time than this programme's: a clock that is wrong must not be able to keep an entry out.
create table query.access_event_other partition of query.access_event default;

create function query.make_month(month date) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  first date := date_trunc('month', month);
  name text := 'access_event_' || to_char(first, 'YYYYMM');
begin
  if to_regclass('query.' || name) is not null then return; end if;
  execute format('create table query.%I partition of query.access_event for values from (%L) to (%L)', name, first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
exception when check_violation then
  -- The default partition has rows of this month already; they and their month stay there.
  return;
end $$;

create table query.access_subject (
  subject uuid not null,
  occurred_at timestamptz(3) not null,
  idx bigint not null,
  constraint access_subject_pkey primary key (subject, occurred_at, idx)
);

grant select on all tables in schema query to audit_app, audit_reader;
grant insert on query.access_event, query.access_subject to audit_app;
grant execute on function query.make_month(date) to audit_app;
