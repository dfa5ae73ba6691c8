-- A person's name in the access record: a random uuid that follows from nothing. This row is all that joins the two; erasure deletes it, and the
-- entries, whose hashes must keep verifying, then name nobody.
create table intake.audit_surrogate (
  person uuid not null,
  surrogate uuid not null default gen_random_uuid(),
  constraint audit_surrogate_pkey primary key (person),
  constraint audit_surrogate_surrogate_key unique (surrogate),
  constraint audit_surrogate_person_fkey foreign key (person) references intake.person (id)
);

insert into intake.audit_surrogate (person) select id from intake.person;
