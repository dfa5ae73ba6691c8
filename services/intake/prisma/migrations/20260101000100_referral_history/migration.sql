-- A referral's history is read from its facts; without this the whole outbox would be read for each detail.
create index fact_referral_history on stream.fact (key, id) where topic = 'haven.intake.referral';
