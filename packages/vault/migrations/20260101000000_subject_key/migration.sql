-- Keys of subjects, each wrapped by the key-encryption key. They stand in a database of their own, so that its backups can be
-- kept for a shorter time than those of what the keys seal: an erased key that lives in a backup is not erased.
create schema if not exists vault;

create table vault.subject_key (
  subject uuid not null,
  -- The key-encryption key that wraps this one.
  kid text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  constraint subject_key_pkey primary key (subject),
  constraint subject_key_wrapped_check check (octet_length(wrapped) = 61)
);

-- What was shredded stays known as such: without it an erased person and one that never existed would look alike.
create table vault.tombstone (
  subject uuid not null,
  shredded_at timestamptz not null default now(),
  constraint tombstone_pkey primary key (subject)
);

-- A shredded subject never gets a key again, not even by restoring one.
create function vault.refuse_shredded() returns trigger language plpgsql as $$
begin
  if exists (select 1 from vault.tombstone where subject = new.subject) then
    raise exception using errcode = '23514', constraint = 'subject_key_not_shredded', message = 'this subject was shredded';
  end if;
  return new;
end
$$;
create trigger subject_key_not_shredded before insert on vault.subject_key for each row execute function vault.refuse_shredded();

-- The service makes keys and destroys them; it never changes one and never takes back a tombstone.
do $$
declare
  app text := regexp_replace(current_user, '_owner$', '_app');
begin
  if app <> current_user and exists (select 1 from pg_roles where rolname = app) then
    execute format('revoke update on vault.subject_key from %I', app);
    execute format('revoke update, delete on vault.tombstone from %I', app);
  end if;
end
$$;
