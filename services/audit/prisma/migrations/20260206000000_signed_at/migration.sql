-- When the newest head of a producer was signed, by its own clock: an old one that is sent again is no sign of life.
alter table ledger.producer_state add column signed_at timestamptz(3);
grant update (signed_at) on ledger.producer_state to audit_app;
