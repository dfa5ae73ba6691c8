-- A gap that was asked for in vain is given up: closed with an outcome of its own. What comes all the same is still appended into it, and once nothing of it is
-- missing the outcome is what it would have been.
alter table ledger.gap drop constraint gap_outcome_check;
alter table ledger.gap add constraint gap_outcome_check check (outcome in ('filled', 'contradicted', 'given-up') and (outcome is null) = (closed_at is null));
drop index ledger.gap_open;
create index gap_unfilled on ledger.gap (producer) where outcome is null or outcome = 'given-up';
