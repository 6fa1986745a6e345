-- Why a case of the ledger is closed is a word of the code table, which a bureau may replace.
ALTER TABLE laborwatch.ledger_case
    DROP CONSTRAINT ledger_case_close_reason_check,
    ADD CONSTRAINT ledger_case_close_reason_check CHECK (close_reason <> '');
COMMENT ON COLUMN laborwatch.ledger_case.close_reason IS
    'Why, a code of the list closings of the code table (laborwatch ledger codes).';
COMMENT ON COLUMN laborwatch.ledger_cases.close_reason IS
    'Why, a code of the list closings of the code table (laborwatch ledger codes).';
