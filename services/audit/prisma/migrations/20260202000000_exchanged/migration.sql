-- A run that does not fit the head it came under is evidence of its own kind: not its producer contradicted itself, somebody exchanged it on the way.
alter table ledger.evidence drop constraint evidence_kind_check;
alter table ledger.evidence add constraint evidence_kind_check check (kind in ('equivocation', 'break', 'exchanged'));
