-- A leaf whose entry is in the log already, under an older epoch of its service: it stays in the log, since the log is exactly the producers' chains, and has no
-- rows by which it is found, so that lists show its entry once. Able to be made anew from the leaves, like everything here.
create table query.repeated (
  idx bigint not null,
  first_idx bigint not null,
  constraint repeated_pkey primary key (idx),
  constraint repeated_first_check check (first_idx < idx)
);
grant select on query.repeated to audit_app, audit_reader;
grant insert on query.repeated to audit_app;
