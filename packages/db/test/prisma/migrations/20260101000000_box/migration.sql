create table box.box (
  id serial primary key,
  label text not null,
  weight integer not null default 1,
  inside integer,
  constraint box_label_key unique (label),
  constraint box_weight_check check (weight > 0),
  constraint box_inside_fkey foreign key (inside) references box.box (id)
);

-- What happens at COMMIT, where Prisma's errors have another shape: a conflict the first time, or the end of the connection.
create table box.fate (kind text not null);
create sequence box.attempt;
create function box.meet_fate() returns trigger language plpgsql as $$
begin
  if new.kind = 'conflict-once' and nextval('box.attempt') % 2 = 1 then
    raise exception using errcode = '40001', message = 'planted';
  elsif new.kind = 'conflict-always' then
    raise exception using errcode = '40P01', message = 'planted';
  elsif new.kind = 'killed' then
    perform pg_terminate_backend(pg_backend_pid());
  end if;
  return new;
end
$$;
create constraint trigger fate after insert on box.fate deferrable initially deferred for each row execute function box.meet_fate();

create table box.late (id integer, constraint late_id_key unique (id) deferrable initially deferred);
create table box.item (id bigint generated always as identity primary key, word text not null);
