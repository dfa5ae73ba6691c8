-- Persons, their referrals and cases. What identifies a person is sealed under the subject's own key, which stands in
-- another database; nationality, age, sex and exploitation together identify people at these numbers, so they are sealed
-- as well and are no columns. In clear are ids, states, times, organisations and what triage sorts by.
create schema if not exists intake;

-- One row for each event that arrived, with the answer that its receipt got. Replays find their row here: `held` may
-- become `applied` or `rejected` (an operator's redrive or drop), the other two are final.
create table intake.inbound (
  fact uuid not null,
  receipt uuid not null,
  answer text not null,
  reason text,
  answered_at timestamptz(3) not null,
  constraint inbound_pkey primary key (fact),
  constraint inbound_answer_check check (answer in ('held', 'applied', 'rejected')),
  constraint inbound_reason_check check ((reason is not null) = (answer = 'rejected'))
);

-- A subject: the id is the vault's subject id, and without its key the row says nothing.
create table intake.person (
  id uuid not null,
  -- The organisation that received the referral: duplicates are looked for within it and never across.
  organisation text not null,
  sealed bytea not null,
  caused_by uuid not null,
  created_at timestamptz(3) not null,
  constraint person_pkey primary key (id),
  constraint person_caused_by_key unique (caused_by),
  constraint person_organisation_check check (char_length(organisation) between 1 and 200),
  constraint person_sealed_check check (octet_length(sealed) > 0)
);

-- HMACs of normalised attributes. `version` names normalisation and key: a new one is filled beside the old before readers move.
create table intake.person_index (
  person uuid not null,
  kind text not null,
  version smallint not null,
  value bytea not null,
  constraint person_index_pkey primary key (person, kind, version),
  constraint person_index_person_fkey foreign key (person) references intake.person (id),
  constraint person_index_kind_check check (kind in ('nameAndBirthdate', 'identityNumber', 'mobilePhone', 'email')),
  constraint person_index_value_check check (octet_length(value) = 32)
);
create index person_index_value on intake.person_index (kind, version, value);

-- Kept both ways round, so that either side finds the other by its primary key.
create table intake.possible_duplicate (
  person uuid not null,
  other uuid not null,
  kinds text[] not null,
  constraint possible_duplicate_pkey primary key (person, other),
  constraint possible_duplicate_person_fkey foreign key (person) references intake.person (id),
  constraint possible_duplicate_other_fkey foreign key (other) references intake.person (id),
  constraint possible_duplicate_not_itself_check check (person <> other),
  constraint possible_duplicate_kinds_check check (
    cardinality(kinds) >= 1 and kinds <@ array['nameAndBirthdate', 'identityNumber', 'mobilePhone', 'email']
  )
);

create table intake.referral (
  id uuid not null,
  person uuid not null,
  receipt uuid not null,
  partner uuid not null,
  -- HMAC of the partner's own reference: it is personal data (files are named after people); the text is in `sealed`.
  reference bytea not null,
  -- Who submitted it (from the credential), who receives it (the relation that staff's access follows), who referred.
  submitter text not null,
  receiver text not null,
  referring_organisation text not null,
  source text not null,
  urgency text not null,
  interim_safety text not null,
  state text not null,
  version integer not null,
  sealed bytea not null,
  referred_on date,
  received_at timestamptz(3) not null,
  acknowledged_at timestamptz(3),
  decided_at timestamptz(3),
  decided_by text,
  withdrawn_at timestamptz(3),
  -- A code: why it was rejected or withdrawn.
  reason text,
  redirected_to text,
  -- What was written to a decision or a withdrawal, sealed: free text names people.
  sealed_note bytea,
  caused_by uuid not null,
  constraint referral_pkey primary key (id),
  constraint referral_person_fkey foreign key (person) references intake.person (id),
  constraint referral_receipt_key unique (receipt),
  constraint referral_reference_key unique (partner, reference),
  constraint referral_caused_by_key unique (caused_by),
  constraint referral_reference_check check (octet_length(reference) = 32),
  constraint referral_version_check check (version >= 1),
  constraint referral_source_check check (
    source in ('hotline157', 'police', 'gendarmerie', 'migrationProvincial', 'ngo', 'health', 'labourInspector', 'self', 'emergencyResponse')
  ),
  constraint referral_urgency_check check (urgency in ('routine', 'urgent', 'emergency')),
  constraint referral_interim_safety_check check (interim_safety in ('safe', 'atRisk', 'unknown')),
  constraint referral_state_check check (state in ('received', 'acknowledged', 'accepted', 'rejected', 'redirected', 'withdrawn')),
  constraint referral_acknowledged_check check (acknowledged_at is not null or state in ('received', 'withdrawn')),
  constraint referral_decision_check check (
    (decided_at is not null) = (state in ('accepted', 'rejected', 'redirected')) and (decided_at is null) = (decided_by is null)
  ),
  constraint referral_withdrawn_check check ((withdrawn_at is not null) = (state = 'withdrawn')),
  constraint referral_reason_check check ((reason is not null) = (state in ('rejected', 'withdrawn'))),
  constraint referral_redirected_check check ((redirected_to is not null) = (state = 'redirected'))
);
create index referral_receiver_received on intake.referral (receiver, received_at, id);
create index referral_receiver_state_received on intake.referral (receiver, state, received_at, id);
create index referral_receiver_referring_received on intake.referral (receiver, referring_organisation, received_at, id);
create index referral_person on intake.referral (person);

create table intake."case" (
  id uuid not null,
  referral uuid not null,
  person uuid not null,
  organisation text not null,
  -- HTCDS cas_Status, verbatim.
  status text not null,
  owner text not null,
  version integer not null,
  opened_at timestamptz(3) not null,
  constraint case_pkey primary key (id),
  constraint case_referral_fkey foreign key (referral) references intake.referral (id),
  constraint case_referral_key unique (referral),
  constraint case_person_fkey foreign key (person) references intake.person (id),
  constraint case_status_check check (status in ('Active', 'FollowUp', 'Closed', 'ClosedReferred')),
  constraint case_version_check check (version >= 1)
);
create index case_organisation_opened on intake."case" (organisation, opened_at, id);
create index case_person on intake."case" (person);

-- The relation that a case's access follows. Roles here are the team's, not the credential's.
create table intake.care_team (
  "case" uuid not null,
  subject text not null,
  role text not null,
  since timestamptz(3) not null,
  constraint care_team_pkey primary key ("case", subject),
  constraint care_team_case_fkey foreign key ("case") references intake."case" (id),
  constraint care_team_role_check check (role in ('owner', 'member'))
);
create index care_team_subject on intake.care_team (subject, "case");
