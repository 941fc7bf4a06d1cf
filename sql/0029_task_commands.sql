-- pg-mem: skip
-- Callers delete tasks. A parent that waits for a deleted subtask alone is woken in the same transaction, which ends
-- its lease without end; the fence of a run is its token, which callers still cannot touch.
grant update (lease_until) on enrichment_tasks to wellspring_api;
