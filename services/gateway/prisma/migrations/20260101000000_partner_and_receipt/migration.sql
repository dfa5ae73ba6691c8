-- Partners and the receipts of what they sent. Nothing here says anything about a person: the event itself leaves
-- sealed in the stream's fact, and what a partner called it stays behind as an HMAC only.
create schema if not exists gateway;

create table gateway.partner (
  id uuid not null default uuidv7(),
  name text not null,
  organisation text not null,
  client_id text not null,
  -- CloudEvents `source` must begin with one of these; `{*}` in referring_organisations lets a partner refer for anyone.
  sources text[] not null,
  referring_organisations text[] not null default '{*}',
  disabled_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  constraint partner_pkey primary key (id),
  constraint partner_client_id_key unique (client_id),
  constraint partner_name_check check (char_length(name) between 1 and 200),
  constraint partner_organisation_check check (char_length(organisation) between 1 and 200),
  constraint partner_client_id_check check (char_length(client_id) between 1 and 200),
  constraint partner_sources_check check (cardinality(sources) >= 1 and array_position(sources, '') is null and array_position(sources, null) is null),
  constraint partner_referring_organisations_check
    check (cardinality(referring_organisations) >= 1 and array_position(referring_organisations, null) is null)
);

-- The order of acceptance, also inside a batch; handed out in one statement with the rows.
create sequence gateway.receipt_position as bigint cache 1;

create table gateway.receipt (
  id uuid not null,
  position bigint not null,
  partner uuid not null,
  organisation text not null,
  -- HMAC-SHA-256 of (partner, source, id) and of the event's canonical form: ids and plain digests can identify people.
  identity bytea not null,
  content bytea not null,
  type text not null,
  -- The accepted fact in stream.fact; `accepted` and `published` are read from its place in the stream.
  fact uuid not null,
  accepted_at timestamptz(3) not null,
  answer text,
  reason text,
  answer_caused_by uuid,
  outcome text,
  outcome_at timestamptz(3),
  outcome_version bigint,
  outcome_caused_by uuid,
  constraint receipt_pkey primary key (id),
  constraint receipt_position_key unique (position),
  constraint receipt_identity_key unique (partner, identity),
  constraint receipt_fact_key unique (fact),
  constraint receipt_answer_caused_by_key unique (answer_caused_by),
  constraint receipt_outcome_caused_by_key unique (outcome_caused_by),
  constraint receipt_partner_fkey foreign key (partner) references gateway.partner (id),
  constraint receipt_identity_check check (octet_length(identity) = 32),
  constraint receipt_content_check check (octet_length(content) = 32),
  constraint receipt_answer_check check (answer in ('held', 'applied', 'rejected')),
  constraint receipt_answer_cause_check check ((answer is null) = (answer_caused_by is null)),
  constraint receipt_reason_check check ((reason is not null) = (answer is not distinct from 'rejected')),
  constraint receipt_outcome_check check (
    (outcome is null) = (outcome_at is null) and (outcome is null) = (outcome_version is null) and (outcome is null) = (outcome_caused_by is null)
  )
);

-- One partner's receipts in order; by answer; and those without one, from which accepted and published are told apart.
create index receipt_partner_position on gateway.receipt (partner, position);
create index receipt_partner_answer_position on gateway.receipt (partner, answer, position);
