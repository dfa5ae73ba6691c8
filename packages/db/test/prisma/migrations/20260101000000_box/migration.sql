create table box.box (
  id serial primary key,
  label text not null,
  weight integer not null default 1,
  inside integer,
  constraint box_label_key unique (label),
  constraint box_weight_check check (weight > 0),
  constraint box_inside_fkey foreign key (inside) references box.box (id)
);

-- Checked at COMMIT, where Prisma's errors have another shape.
create table box.late (id integer, constraint late_id_key unique (id) deferrable initially deferred);

create table box.item (id bigint generated always as identity primary key, word text not null);
